/** Access policies: what a folder of them has to be, and what they decide. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { GraphQLLeafType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type AccessPolicies, readAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { agreedOn, asker, deciding, policiesOf, purposesText, reading } from './access-mesh.ts';

const open = '@id("open") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 0 };';

describe('a folder of policies', () => {
  const read = (files: Readonly<Record<string, string>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-access-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return readAccessPolicies(folder, reading);
  };

  test('is read with its purposes, and nothing beside them', async () => {
    const masked =
      '@id("masked")\n@mask("hash")\npermit (principal in Weft::Team::"a", action == Weft::Action::"readMasked", resource);';
    const { access, issues } = await read({
      'b.cedar': `// @id("not") permit (principal, action, resource);\n${open}\r\n${masked}`,
      'a.cedar':
        '@id("never") forbid (principal, action, resource) when { context has purpose && context.purpose in Weft::Purpose::"study" };',
      'purposes.yaml': purposesText,
      'README.md': 'permit',
    });
    expect(issues).toEqual([]);
    expect(access?.policies.map(({ id, mask }) => [id, mask])).toEqual([
      ['never', undefined],
      ['open', undefined],
      ['masked', 'hash'],
    ]);
    expect([...(access?.purposes.keys() ?? [])]).toEqual(['marketing', 'newsletter', 'research', 'study']);
  });

  const id = '@id("one") ';
  const head = 'permit (principal, action == Weft::Action::"read", resource)';

  test.each([
    ['syntax', `${open}\n  permit (principal, actio, resource);`, 'ACCESS_POLICY_INVALID', 2, 22, 'actio'],
    ['syntax after letters of several bytes', `// é€😀\n/*`, 'ACCESS_POLICY_INVALID', 2, 1, ''],
    ['no id', `${open}\n\n ${head};`, 'ACCESS_POLICY_ID', 3, 2, 'has no id'],
    ['an id twice', `${open}\n${open}`, 'ACCESS_POLICY_ID', 2, 1, 'p.cedar:1'],
    ['an id that is none', `@id("A b") ${head};`, 'ACCESS_POLICY_ID', 1, 1, 'kebab-case'],
    [
      'an attribute that may be missing',
      `// "é"\n${id}${head}\nwhen { principal.region == "eu" };`,
      'ACCESS_POLICY_INVALID',
      3,
      8,
      'region',
    ],
    [
      'an attribute that nobody has',
      `${id}${head} when { principal has age && principal.age == "1" };`,
      'ACCESS_POLICY_INVALID',
      1,
      1,
      'impossible',
    ],
    [
      'an action that is none',
      `${id}permit (principal, action == Weft::Action::"write", resource);`,
      'ACCESS_POLICY_INVALID',
      1,
      41,
      'write',
    ],
    [
      'what can never be',
      `${id}forbid (principal, action, resource) when { 1 == 2 };`,
      'ACCESS_POLICY_INVALID',
      1,
      1,
      'impossible',
    ],
    [
      'a purpose that is none',
      `${id}${head} when { context has purpose && context.purpose in Weft::Purpose::"marketting" };`,
      'ACCESS_POLICY_INVALID',
      1,
      1,
      'Is marketing meant?',
    ],
    [
      'readMasked without a mask',
      `${open} ${id}permit (principal, action in [Weft::Action::"read", Weft::Action::"readMasked"], resource);`,
      'ACCESS_POLICY_INVALID',
      1,
      103,
      'without saying how',
    ],
    [
      'any action without a mask',
      `${id}permit (principal, action, resource);`,
      'ACCESS_POLICY_INVALID',
      1,
      1,
      'without saying how',
    ],
    [
      'a mask that is none',
      `${id}@mask("blur") permit (principal, action == Weft::Action::"readMasked", resource);`,
      'ACCESS_POLICY_INVALID',
      1,
      1,
      'blur',
    ],
    ['a mask of what is read as it is', `${id}@mask("null") ${head};`, 'ACCESS_POLICY_INVALID', 1, 1, 'do nothing'],
    [
      'a mask of what is forbidden',
      `${id}@mask("null") forbid (principal, action, resource);`,
      'ACCESS_POLICY_INVALID',
      1,
      1,
      'do nothing',
    ],
    [
      'a template',
      `${open}\n${id}permit (principal == ?principal, action, resource);`,
      'ACCESS_POLICY_INVALID',
      2,
      1,
      'template',
    ],
  ])('with %s gives nothing, and says where', async (_, text, code, line, column, message) => {
    const { access, issues } = await read({
      'p.cedar': text,
      'good.cedar': open.replace('open', 'good'),
      'purposes.yaml': purposesText,
    });
    expect(access).toBeUndefined();
    const found = issues.find((each) => each.code === code && each.message.includes(message));
    expect(found ?? issues).toMatchObject({ severity: 'error', place: { line, column } });
    expect(found?.place?.file).toMatch(/p\.cedar$/);
    expect(found?.help).toMatch(/\S.*[.?]$/s);
  });

  const summary = 'permit (principal, action == Weft::Action::"readSummary", resource);';
  test.each([
    ['readSummary without a size', summary, 'of how many'],
    ['any action without a size', '@mask("null") permit (principal, action, resource);', 'of how many'],
    ...['1', '0', '-3', 'ten', '2.5', '', '010', '1e3', '1000000000'].map(
      (size) => [`a size that is '${size}'`, `@minimumGroup("${size}") ${summary}`, 'is no size of a group'] as const,
    ),
    ['a size of the value itself', `@minimumGroup("10") ${summary.replace('readSummary', 'read')}`, 'do nothing'],
    ['a size of what is forbidden', `@minimumGroup("10") ${summary.replace('permit', 'forbid')}`, 'do nothing'],
    ['a size of rows', `@minimumGroup("10") ${summary.replace('readSummary', 'readRow')}`, 'do nothing'],
  ] as const)('with %s gives nothing, and says where', async (_, text, message) => {
    const { access, issues } = await read({ 'p.cedar': `${open}\n${id}${text}`, 'purposes.yaml': purposesText });
    expect(access).toBeUndefined();
    const found = issues.find((each) => each.code === 'ACCESS_POLICY_INVALID' && each.message.includes(message));
    expect(found ?? issues).toMatchObject({ severity: 'error', place: { line: 2, column: 1 } });
  });

  test.each([
    [
      'a parent that is none',
      'purposes:\n  a: { title: A, parents: [bbbc] }\n  bbbb: { title: B }',
      2,
      28,
      'Is bbbb meant?',
    ],
    [
      'a circle',
      'purposes:\n  a: { title: A, parents: [b] }\n  b: { title: B, parents: [a] }',
      2,
      27,
      'a is a kind of itself',
    ],
    ['no title', 'purposes:\n  a: {}', 2, 6, 'title'],
    ['a name that is none', 'purposes:\n  A b: { title: A }', 2, 8, 'kebab-case'],
    ['more than there is', 'purposes:\n  a: { title: A, parent: [] }', 2, 6, 'parent'],
  ])('with purposes with %s gives nothing', async (_, text, line, column, message) => {
    const { access, issues } = await read({ 'p.cedar': open, 'purposes.yaml': text });
    expect(access).toBeUndefined();
    expect(issues[0]).toMatchObject({ code: 'ACCESS_PURPOSES_INVALID', place: { line, column } });
    expect(issues[0]?.message).toContain(message);
  });

  test('that is not there gives nothing', async () => {
    const { access, issues } = await readAccessPolicies('/nowhere/at/all', reading);
    expect(access).toBeUndefined();
    expect(issues).toMatchObject([{ code: 'ACCESS_POLICY_INVALID', place: { file: '/nowhere/at/all' } }]);
  });
});

const mesh = `
${open}
@id("analysts") permit (principal in Weft::Role::"analyst", action == Weft::Action::"read", resource in Weft::Domain::"sales");
@id("own-team") permit (principal, action == Weft::Action::"read", resource in Weft::Product::"customers.register")
  when { principal in Weft::Team::"Customer Care" };
@id("hashed-for-marketing") @mask("hash") permit (principal, action == Weft::Action::"readMasked", resource)
  when { context has purpose && context.purpose in Weft::Purpose::"marketing" && resource.categories.contains("email") };
@id("gone-for-studies") @mask("redact") permit (principal, action == Weft::Action::"readMasked", resource)
  when { context has purpose && context.purpose in Weft::Purpose::"research" && resource.rank < 3 };
@id("by-agreement") permit (principal, action == Weft::Action::"read", resource == Weft::Field::"Customer.born")
  when { context has agreement && context.agreement.id == "a-1" && context.agreement.roles.contains("reader") };
@id("no-names-abroad") forbid (principal, action, resource) when { resource.categories.contains("name") }
  unless { principal has region && principal.region == "eu" };`;

describe('decisions', () => {
  const said = async (
    principal: Parameters<typeof asker>[0],
    rest: Parameters<typeof asker>[1],
    coordinate: string,
  ) => {
    const decision = (await deciding(policiesOf(mesh))).accessFor(asker(principal, rest)).decide(coordinate);
    switch (decision.effect) {
      case 'mask':
        return decision.mask.name;
      case 'deny':
        return ['deny', ...(decision.denial.extensions.policies as string[])].join(' ');
      default:
        return decision.effect;
    }
  };

  test.each([
    [{}, {}, 'Customer.id', 'allow'],
    [{}, {}, 'PageInfo.endCursor', 'allow'],
    [{}, {}, 'Order.total', 'deny'],
    [{}, {}, 'Nothing.here', 'deny'],
    [{}, {}, 'DataProduct.id', 'allow'],
    [{ roles: ['analyst'] }, {}, 'Order.total', 'allow'],
    [{ roles: ['analyst'] }, {}, 'Order.note', 'allow'],
    [{ roles: ['analyst'] }, {}, 'Customer.mail', 'deny'],
    [{ teams: ['analyst'] }, {}, 'Order.total', 'deny'],
    [{ teams: ['Customer Care'] }, {}, 'Customer.mail', 'allow'],
    [{ teams: ['Customer Care'] }, {}, 'Customer.name', 'deny no-names-abroad'],
    [{ teams: ['Customer Care'], attributes: { region: 'us' } }, {}, 'Customer.name', 'deny no-names-abroad'],
    [{ teams: ['Customer Care'], attributes: { region: 'eu' } }, {}, 'Customer.name', 'allow'],
    [{ attributes: { region: 'eu' } }, {}, 'Customer.name', 'deny'],
    [{}, { purpose: 'marketing' }, 'Customer.mail', 'hash'],
    [{}, { purpose: 'newsletter' }, 'Customer.mail', 'hash'],
    [{}, { purpose: 'research' }, 'Customer.mail', 'redact'],
    [{}, { purpose: 'study' }, 'Customer.mail', 'redact'],
    [{}, { purpose: 'study' }, 'Customer.born', 'redact'],
    [{}, { purpose: 'study' }, 'Order.note', 'deny'],
    [{}, { purpose: 'unknown' }, 'Customer.mail', 'deny'],
    [{ teams: ['Customer Care'] }, { purpose: 'study' }, 'Customer.mail', 'allow'],
    [{}, { agreements: agreedOn('a-1', ['reader']) }, 'Customer.born', 'allow'],
    [{}, { agreements: agreedOn('a-1', ['reader'], 'sales.orders') }, 'Customer.born', 'deny'],
    [{}, { agreements: agreedOn('a-1', ['writer']) }, 'Customer.born', 'deny'],
    [{}, { agreements: agreedOn('a-2', ['reader']) }, 'Customer.born', 'deny'],
  ])('%j %j %s: %s', async (principal, rest, coordinate, expected) => {
    expect(await said(principal, rest, coordinate)).toBe(expected);
  });

  test('say whose it is, why, and how to ask', async () => {
    const { accessFor } = await deciding(policiesOf(mesh));
    const denied = (rest: Parameters<typeof asker>[1], coordinate: string) => {
      const decision = accessFor(asker({}, rest)).decide(coordinate);
      return decision.effect === 'deny' ? decision.denial : decision;
    };
    expect(denied({ purpose: 'nothing' }, 'Customer.mail')).toEqual({
      message:
        'Customer.mail belongs to the data product customers.register. Customer Care decides who may read it. No policy allows it without a purpose, and none that the mesh knows was stated. Ask for access with `weft access request customers.register --purpose <purpose>`.',
      extensions: {
        code: 'ACCESS_DENIED',
        coordinate: 'Customer.mail',
        policies: [],
        product: 'customers.register',
        team: 'Customer Care',
        command: 'weft access request customers.register --purpose <purpose>',
      },
    });
    expect(denied({ purpose: 'study' }, 'Order.note')).toMatchObject({
      message: expect.stringContaining(
        'No policy allows it for the purpose study. Ask for access with `weft access request sales.orders --purpose study`.',
      ),
    });
    expect(denied({}, 'Customer.name')).toMatchObject({
      message: expect.stringContaining('Forbidden by the policy no-names-abroad.'),
      extensions: { policies: ['no-names-abroad'] },
    });
    expect(denied({}, 'Nothing.here')).toEqual({
      message:
        'Nothing.here belongs to no data product. Whoever runs the mesh decides who may read it. No policy allows it without a purpose, and none that the mesh knows was stated.',
      extensions: { code: 'ACCESS_DENIED', coordinate: 'Nothing.here', policies: [] },
    });
  });

  test('mask with the salt of the agreement', async () => {
    const { accessFor } = await deciding(policiesOf(mesh));
    const masked = (agreement: string) => {
      const decision = accessFor(asker({}, { purpose: 'marketing', agreements: agreedOn(agreement) })).decide(
        'Customer.mail',
      );
      return decision.effect === 'mask' && decision.mask.apply('a@b', {} as GraphQLLeafType);
    };
    expect(['x', 'y'].map(masked)).toEqual(['salt of x:a@b', 'salt of y:a@b']);
  });
});

describe('what cannot be decided is denied, and said once', () => {
  const decided = async (access: AccessPolicies, broken?: typeof cedar) => {
    const logged: string[] = [];
    const log = (message: string): void => void logged.push(message);
    const { accessFor } = await deciding(access, { log, ...(broken && { cedar: broken }) });
    const effects = ['Customer.id', 'Customer.mail', 'Customer.name', 'Order.total', 'Order.note'].map(
      (coordinate) => accessFor(asker()).decide(coordinate).effect,
    );
    return { effects, logged };
  };
  const all = '@id("all") permit (principal, action == Weft::Action::"read", resource);';
  const fabricated = (id: string, text: string): AccessPolicies => {
    const read = cedar.policyToJson(text);
    if (read.type === 'failure') throw new Error(text);
    const access = policiesOf(all);
    const [like] = access.policies;
    if (!like) throw new Error(all);
    return { ...access, policies: [...access.policies, { ...like, id, text, json: read.json }] };
  };

  test('a policy that fails on some fields', async () => {
    const { effects, logged } = await decided(
      policiesOf(
        `${all} @id("sum") forbid (principal, action, resource) when { resource.rank + 9223372036854775805 < 0 };`,
      ),
    );
    expect(effects).toEqual(['allow', 'allow', 'deny', 'allow', 'deny']);
    expect(logged).toEqual([expect.stringMatching(/^Access to Customer\.name was denied.*sum: integer overflow/)]);
  });

  test('a policy that looks at an attribute which is not there', async () => {
    const { effects, logged } = await decided(
      fabricated('eu', '@id("eu") forbid (principal, action, resource) when { principal.region == "eu" };'),
    );
    expect(new Set(effects)).toEqual(new Set(['deny']));
    expect(logged).toEqual([expect.stringContaining('eu: ')]);
  });

  test('readMasked without a mask', async () => {
    const text = '@id("bare") permit (principal, action == Weft::Action::"readMasked", resource);';
    const access = fabricated('bare', text);
    const { effects, logged } = await decided({ ...access, policies: access.policies.slice(1) });
    expect(new Set(effects)).toEqual(new Set(['deny']));
    expect(logged).toHaveLength(1);
  });

  test.each([
    [
      'throws',
      () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
    ],
    ['fails', () => ({ type: 'failure', errors: [{ message: 'no' }], warnings: [] })],
    [
      'warns',
      () => ({
        type: 'success',
        response: { decision: 'allow', diagnostics: { reason: ['all'], errors: [] } },
        warnings: [{ message: 'hm' }],
      }),
    ],
    ['answers with nothing', () => undefined],
  ])('Cedar that %s', async (_, statefulIsAuthorized) => {
    const broken = { ...cedar, statefulIsAuthorized } as unknown as typeof cedar;
    const { effects, logged } = await decided(policiesOf(all), broken);
    expect(new Set(effects)).toEqual(new Set(['deny']));
    expect(logged).toHaveLength(1);
  });

  test('a mask that cannot be made', async () => {
    const logged: string[] = [];
    const { accessFor } = await deciding(policiesOf(mesh), {
      log: (message) => void logged.push(message),
      maskOf: () => {
        throw new Error('no salt');
      },
    });
    const access = accessFor(asker({}, { purpose: 'marketing' }));
    expect(access.decide('Customer.mail').effect).toBe('deny');
    expect(logged).toHaveLength(1);
  });
});

describe('who is decided alike shares a class', () => {
  const keys = async (text: string, ...askers: readonly Parameters<typeof asker>[]) => {
    const { accessFor } = await deciding(policiesOf(text));
    const found = askers.map((each) => accessFor(asker(...each)));
    return new Set(found).size === new Set(found.map(({ key }) => key)).size ? new Set(found).size : 'not shared';
  };
  const id = '@id("one") permit (principal, action == Weft::Action::"read", resource)';
  const ann = [{ id: 'ann' }] as [object];
  const joe = [{ id: 'joe' }] as [object];

  test.each([
    ['nobody is looked at', 'true', 1],
    ['one is named', 'principal == Weft::Principal::"joe"', 2],
    ['one is named the other way round', 'Weft::Principal::"joe" == principal', 2],
    ['one is named as a group', 'principal in Weft::Principal::"joe"', 2],
    ['one is in a list', '[Weft::Principal::"joe"].contains(principal)', 2],
    ['one is in a record', '{ Var: principal }.Var == Weft::Principal::"joe"', 2],
    ['one of two is looked at', '(if resource.rank > 1 then principal else principal) has region', 2],
    ['an attribute is looked at', 'principal has region && principal.region == "eu"', 1],
  ])('%s: %s', async (_, condition, expected) => {
    expect(await keys(`${id} when { ${condition} };`, ann, joe)).toBe(expected);
  });

  test('attributes, kinds and groups count where policies look at them', async () => {
    const region = `${id} when { principal has region && principal.region == "eu" };`;
    expect(await keys(region, [{ attributes: { region: 'eu' } }], [{ attributes: { region: 'us' } }], [{}])).toBe(3);
    expect(await keys(region, [{ attributes: { clearance: '1' }, kind: 'service', teams: ['b'] }], [{}])).toBe(1);
    expect(await keys(region, [{ attributes: { unknown: 'x', __proto__: { region: 'eu' } } as never }], [{}])).toBe(1);
    const kind = `${id} when { principal.kind == "service" || principal in Weft::Team::"a" || principal in Weft::Role::"b" };`;
    expect(await keys(kind, [{ kind: 'service' }], [{}])).toBe(2);
    expect(await keys(kind, [{ teams: ['a', 'c'], roles: ['b', 'a'] }], [{ teams: ['a', 'a'], roles: ['b'] }])).toBe(1);
    expect(await keys(kind, [{ teams: ['a'] }], [{ roles: ['b'] }], [{ teams: ['b'], roles: ['a'] }])).toBe(3);
  });

  test('purposes and agreements count, and an unknown purpose is none', async () => {
    expect(await keys(open, [{}], [{}, { purpose: 'marketing' }], [{}, { purpose: 'nothing' }])).toBe(2);
    expect(await keys(open, [{}], [{}, { agreements: agreedOn('a') }], [{}, { agreements: agreedOn('b') }])).toBe(3);
    expect(await keys(open, [{}, { agreements: agreedOn('a', ['x']) }], [{}, { agreements: agreedOn('a') }])).toBe(2);
  });

  test('keys are those of the policies, wherever they stand, and of the fields', async () => {
    const key = async (text: string, fieldsDigest = 'one') =>
      (await deciding(policiesOf(text), { fieldsDigest })).accessFor(asker()).key;
    const other = open.replace('open', 'other');
    expect(await key(`${open}\n${other}`)).toBe(await key(`${other} // yes\n${open}`));
    expect(await key(open)).not.toBe(await key(other));
    expect(await key(open)).not.toBe(await key(open, 'two'));
  });

  test('of many classes the one that was asked for longest ago is forgotten, and goes on for who holds it', async () => {
    const { accessFor } = await deciding(
      policiesOf(`${open.replace('open', 'eu')} ${id} when { principal == Weft::Principal::"joe" };`),
    );
    const first = accessFor(asker({ id: 'first' }));
    const joe = accessFor(asker({ id: 'joe' }));
    for (let at = 0; at < 1500; at++) {
      accessFor(asker({ id: `p${at}` }));
      accessFor(asker({ id: 'joe' }));
    }
    expect(accessFor(asker({ id: 'joe' }))).toBe(joe);
    expect(accessFor(asker({ id: 'first' }))).not.toBe(first);
    expect(first.decide('Customer.id').effect).toBe('allow');
    expect([first, joe].map((access) => access.decide('Order.total').effect)).toEqual(['deny', 'allow']);
  });
});
