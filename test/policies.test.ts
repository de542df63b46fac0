/** Policies as code: what each refuses, what a waiver lets go for a while, and how a mesh adds its own. */
import { join } from 'node:path';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { judge } from '../gateway/governance/judge.ts';
import { loadPolicies } from '../gateway/governance/load-policies.ts';
import { policies } from '../gateway/governance/policies/policies.ts';
import type { Change, Policy, PolicySubject } from '../gateway/governance/policies/policy.ts';
import { readWaivers, type Waiver } from '../gateway/governance/waivers.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import { graphOf } from '../subgraphs/kit/contract/graph-of.ts';
import type { Domain } from '../subgraphs/kit/contract/model.ts';
import { printSdl } from '../subgraphs/kit/contract/sdl.ts';
import { makeMesh, root } from './mesh.ts';

const today = '2026-11-23';

const product = `apiVersion: v1.1.0
kind: DataProduct
id: logistics.parcels
status: active
team: { name: Dispatch }
support: [{ channel: parcels, url: 'mailto:parcels@example.com' }]
outputPorts: [{ name: parcels, version: 1.0.0, contractId: logistics.parcels }]
`;
const contract = `apiVersion: v3.2.0
kind: DataContract
id: logistics.parcels
version: 1.0.0
status: active
schema:
  - name: parcels
    description: A parcel on its way.
    properties:
      - { name: parcel_id, logicalType: string, primaryKey: true, required: true, unique: true, classification: internal, description: Number on the label. }
      - { name: weight, logicalType: number, required: true, classification: internal, description: In kilograms., logicalTypeOptions: { minimum: 0 } }
      - { name: recipient, logicalType: string, classification: restricted, description: Who gets it., customProperties: [{ property: categories, value: [name] }] }
      - { name: place, logicalType: object, classification: internal, description: Where it is., properties: [{ name: city, logicalType: string, description: The city. }] }
slaProperties: [{ property: frequency, value: 1, unit: d }, { property: latency, value: 1, unit: h }]
`;

function domainOf(contractText = contract, productText = product): Domain {
  const { domain, issues } = readDomainFiles('logistics', [
    ['parcels.odps.yaml', productText],
    ['parcels.odcs.yaml', contractText],
  ]);
  expect(issues).toEqual([]);
  return domain;
}

interface Published {
  readonly contract?: string;
  readonly product?: string;
  readonly additions?: string;
}

function publicationOf({ contract, product, additions = '' }: Published) {
  const domain = domainOf(contract, product);
  return { domain, document: parse(printSdl(graphOf(domain).graph, additions)) };
}

function subjectOf(published: Published, before?: Published, changes: readonly Change[] = []): PolicySubject {
  return {
    publisher: 'logistics',
    ...publicationOf(published),
    ...(before && { before: publicationOf(before) }),
    changes,
  };
}

const verdictOf = (subject: PolicySubject, waivers: readonly Waiver[] = []) => judge(subject, policies, waivers, today);

/** What is found, as `error owner-and-support Parcel.weight`. */
function found(published: Published, before?: Published, changes?: readonly Change[]): string[] {
  return verdictOf(subjectOf(published, before, changes)).issues.map(({ severity, message, coordinate }) =>
    `${severity} ${message.split(':')[0]} ${coordinate ?? ''}`.trim(),
  );
}

const without = (text: string, part: string | RegExp, instead = ''): string => {
  expect(text).toMatch(part);
  return text.replace(part, instead);
};

test('a publication that breaks nothing has no issues', () => {
  expect(verdictOf(subjectOf({}))).toEqual({ issues: [], waived: [] });
});

test('the mesh of this repository breaks no policy that is an error', async () => {
  const { mesh } = await readMesh(`${root}supergraph.yaml`, {});
  expect(mesh.subgraphs.length).toBeGreaterThan(4);
  for (const { name, domain, sdl } of mesh.subgraphs) {
    const { issues } = verdictOf({ publisher: name, domain, document: parse(sdl), changes: [] });
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
});

test('each explains itself, and has an id of its own', () => {
  for (const { id, title, why, severity } of policies) {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect([title, why].every((text) => /^[A-Z].{15,}\.$/.test(text))).toBe(true);
    expect(['error', 'warning']).toContain(severity);
  }
  expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
});

const draft = without(product, 'status: active', 'status: draft');

describe('an active product', () => {
  test('has a team and a support channel', () => {
    const alone = without(without(product, /team: .*\n/), /support: .*\n/);
    expect(verdictOf(subjectOf({ product: alone })).issues).toMatchObject([
      {
        code: 'POLICY_VIOLATION',
        message: 'owner-and-support: logistics.parcels is active, but has no team with a name and no support channel.',
        place: { file: 'parcels.odps.yaml', line: 1 },
        help: expect.stringContaining('Somebody has to answer'),
      },
    ]);
    expect(found({ product: without(product, /support: .*\n/) })).toEqual(['error owner-and-support']);
    expect(found({ product: without(draft, /support: .*\n/) })).toEqual([]);
    // The contract may say it as well.
    expect(
      found({ product: alone, contract: `${contract}team: { name: Dispatch }\nsupport: [{ channel: a }]\n` }),
    ).toEqual([]);
  });

  test.each([
    ['{ property: frequency, value: 1, unit: d }, ', 'freshness'],
    [', { property: latency, value: 1, unit: h }', 'service'],
  ])('promises how fresh and how available it is: not without %s', (part, missing) => {
    const weaker = without(contract, part);
    expect(found({ contract: weaker })).toEqual(['error service-levels']);
    expect(verdictOf(subjectOf({ contract: weaker })).issues[0]?.message).toContain(`promises no ${missing}`);
    expect(found({ contract: weaker, product: draft })).toEqual([]);
  });

  test.each(['freshness', 'timeOfAvailability'])('may say its freshness as %s', (word) => {
    expect(found({ contract: without(contract, 'frequency', word) })).toEqual([]);
  });

  test.each([
    [' description: Who gets it.,', 'Parcel.recipient'],
    [', description: The city.', 'ParcelPlace.city'],
    [/ {4}description: A parcel.*\n/, 'Parcel'],
  ])('describes all of it: not without%s', (part, coordinate) => {
    const silent = without(contract, part);
    expect(found({ contract: silent })).toEqual([`error described-fields ${coordinate}`]);
    expect(found({ contract: silent, product: draft })).toEqual([]);
  });

  test('checks its keys and required fields, or is warned', () => {
    const unchecked = without(contract, ', logicalTypeOptions: { minimum: 0 }');
    expect(found({ contract: unchecked })).toEqual(['warning quality-of-keys Parcel']);
    const rule = `    quality: [{ type: sql, mustBe: 0, query: 'SELECT COUNT(*) FROM {object} WHERE weight < 0' }]\nslaProperties`;
    expect(found({ contract: without(unchecked, 'slaProperties', rule) })).toEqual([]);
  });
});

test('every field is classified by a level that the mesh knows', () => {
  expect(found({ contract: without(contract, ' classification: restricted,') })).toEqual([
    'error classified-fields Parcel.recipient',
  ]);
  expect(found({ contract: without(contract, 'classification: restricted', 'classification: pii') })).toEqual([
    'error classified-fields Parcel.recipient',
  ]);
});

describe('personal data in a key', () => {
  const keyed = (categories: string) =>
    without(
      contract,
      'Number on the label. ',
      `Number on the label., customProperties: [{ property: categories, value: ${categories} }] `,
    );

  test('is refused, unless it is no more than an identifier', () => {
    expect(found({ contract: keyed('[name, identifier]') })).toEqual(['error personal-data-in-keys Parcel.parcelId']);
    expect(found({ contract: keyed('[identifier]') })).toEqual([]);
  });

  test('is refused in a key that only the schema has, whatever it calls its directives', () => {
    expect(found({ additions: 'extend type Parcel @key(fields: "weight recipient")' })).toEqual([
      'error personal-data-in-keys Parcel.recipient',
    ]);
    const document = parse(
      'type Person @primary(fields: "mail") { mail: ID! @level(level: "restricted", categories: ["contact"]) }',
    );
    expect(verdictOf({ publisher: 'plain', document, changes: [] }).issues).toMatchObject([
      { coordinate: 'Person.mail' },
    ]);
  });
});

describe('a removed field', () => {
  const kept = contract;
  const removed = without(contract, / {6}- { name: recipient.*\n/);
  const gone: Change[] = [{ coordinate: 'Parcel.recipient', aspect: 'kind', before: 'field' }];
  const deprecated = without(contract, 'Who gets it.', 'Use place instead., deprecated: true');

  test('was deprecated in the version before', () => {
    expect(found({ contract: removed }, { contract: kept }, gone)).toEqual([
      'error deprecated-before-removal Parcel.recipient',
    ]);
    expect(found({ contract: removed }, { contract: deprecated }, gone)).toEqual([]);
  });

  test('may go where it was never promised, or where another subgraph keeps it', () => {
    expect(found({ contract: removed, product: draft }, { contract: kept, product: draft }, gone)).toEqual([]);
    expect(found({ contract: removed }, { contract: kept }, [])).toEqual([]);
  });

  test('is found within a removed type, and one that only the schema had', () => {
    const before = { additions: 'type Van { seats: Int  wheels: Int @deprecated(reason: "All have four.") }' };
    const changes = [{ coordinate: 'Van', aspect: 'kind', before: 'object type' }];
    expect(found({}, before, changes)).toEqual(['error deprecated-before-removal Van.seats']);
  });
});

test('a deprecation has a reason', () => {
  expect(
    found({
      additions:
        'extend type Parcel { a: Int @deprecated  b: Int @deprecated(reason: " ")  c: Int @deprecated(reason: "Use d.") }',
    }),
  ).toEqual(['error deprecation-reason Parcel.a', 'error deprecation-reason Parcel.b']);
  const silent = without(contract, 'description: Who gets it.', 'deprecated: true');
  expect(found({ contract: silent, product: draft })).toEqual(['error deprecation-reason Parcel.recipient']);
});

test('a field that is declared de-identified is computed from others', () => {
  const additions = `extend type Parcel {
    far: Boolean @classified(level: "internal", deIdentified: "near or far")
    heavy: Boolean @requires(fields: "weight") @classified(level: "internal", deIdentified: "heavy or light")
    dear(of: Int @fromContext(field: "$of { value }")): Boolean @classified(level: "internal", deIdentified: "dear or cheap")
  }`;
  expect(found({ additions })).toEqual(['warning de-identified-fields Parcel.far']);
  const declared = without(contract, 'value: [name] }', '$&, { property: deIdentified, value: none }');
  expect(found({ contract: declared })).toEqual(['warning de-identified-fields Parcel.recipient']);
});

describe('a classification', () => {
  const change = (before: string, after?: string): Change[] => [
    { coordinate: 'Parcel.recipient', aspect: 'classification', before, ...(after !== undefined && { after }) },
  ];

  test.each([
    [change('restricted', 'internal')],
    [change('internal')],
    [[{ coordinate: 'Parcel.recipient', aspect: 'categories', before: 'name' }]],
    [[{ coordinate: 'Parcel.recipient', aspect: 'de-identified', after: 'rounded' }]],
  ])('is not lowered: %j', (changes) => {
    expect(found({}, {}, changes)).toEqual(['error classification-not-lowered Parcel.recipient']);
  });

  test.each([
    [change('internal', 'restricted')],
    [[...change('restricted'), { coordinate: 'Parcel.recipient', aspect: 'kind', before: 'field' }]],
    [
      [
        { coordinate: 'Parcel.recipient', aspect: 'kind', after: 'field' },
        { coordinate: 'Parcel.recipient', aspect: 'de-identified', after: 'rounded' },
      ],
    ],
    [[{ coordinate: 'Parcel.recipient', aspect: 'de-identified', before: 'rounded' }]],
    // What follows from a field is not said again.
    [[{ coordinate: 'ParcelSum.weight', aspect: 'classification', before: 'restricted', after: 'public' }]],
  ])('may be raised, or go with its field: %j', (changes) => {
    expect(found({}, undefined, changes)).toEqual([]);
  });
});

test('names in another style are warned of, but for those that the kit derives or a specification gives', () => {
  const additions =
    'type big_van { Seats(Row: Int): Int  _x(where: Where): Int } enum Colour { RED darkBlue } scalar link__Import input Where { a_b: Int }';
  expect(found({ additions })).toEqual([
    'warning names big_van',
    'warning names big_van.Seats',
    'warning names big_van.Seats(Row:)',
    'warning names Colour.darkBlue',
    'warning names Where.a_b',
  ]);
});

describe('a waiver', () => {
  const undescribed = { contract: without(contract, ' description: Who gets it.,') };
  const waiver = (rest: Partial<Waiver> = {}): Waiver => ({
    policy: 'described-fields',
    coordinate: 'Parcel.recipient',
    owner: 'Governance',
    reason: 'The wording is with the lawyers.',
    expires: today,
    place: { file: 'governance/waivers.yaml', line: 2, column: 5 },
    ...rest,
  });

  test('lists the finding as a warning, to the end of its last day', () => {
    expect(verdictOf(subjectOf(undescribed), [waiver()])).toMatchObject({
      issues: [],
      waived: [
        {
          issue: {
            code: 'POLICY_VIOLATION',
            severity: 'warning',
            coordinate: 'Parcel.recipient',
            help: `Waived by Governance until ${today}: The wording is with the lawyers.`,
          },
          waiver: { owner: 'Governance' },
        },
      ],
    });
  });

  test('that has expired is reported, and the finding counts again', () => {
    const { issues, waived } = verdictOf(subjectOf(undescribed), [waiver({ expires: '2026-11-22' })]);
    expect(waived).toEqual([]);
    expect(issues).toMatchObject([
      { code: 'POLICY_VIOLATION', severity: 'error' },
      { code: 'POLICY_WAIVER_EXPIRED', severity: 'warning', place: { file: 'governance/waivers.yaml', line: 2 } },
    ]);
    // One that was renewed in another entry counts.
    expect(verdictOf(subjectOf(undescribed), [waiver({ expires: '2026-11-22' }), waiver()]).issues).toEqual([]);
  });

  test.each([
    { coordinate: 'Parcel' },
    { coordinate: 'Parcel.recipient2' },
    { policy: 'classified-fields' },
    { coordinate: undefined, product: 'logistics.parcels' },
  ])('covers exactly what it names: not %j', (rest) => {
    expect(verdictOf(subjectOf(undescribed), [waiver(rest)]).issues).toMatchObject([{ code: 'POLICY_VIOLATION' }]);
  });

  test('names a product where the finding is about one', () => {
    const alone = { product: without(product, /support: .*\n/) };
    const granted = waiver({ policy: 'owner-and-support', coordinate: undefined, product: 'logistics.parcels' });
    expect(verdictOf(subjectOf(alone), [granted])).toMatchObject({ issues: [], waived: [{}] });
  });

  test('is read from YAML with its place', () => {
    const text = `waivers:
  - policy: described-fields
    coordinate: Parcel.recipient
    owner: Governance
    reason: The wording is with the lawyers.
    expires: 2027-03-31
`;
    expect(readWaivers(text, 'waivers.yaml')).toEqual({
      waivers: [waiver({ expires: '2027-03-31', place: { file: 'waivers.yaml', line: 2, column: 5 } })],
      issues: [],
    });
  });

  test.each([
    ['1', '1'],
    ['[{ policy: a, coordinate: A, owner: b, reason: c, expires: soon }]', 'soon'],
    ['[{ policy: a, coordinate: A, owner: b, reason: c, expires: 2027-02-30 }]', '2027'],
    ['[{ policy: a, owner: b, reason: c, expires: 2027-03-31 }]', '{ policy'],
    ['[{ policy: a, coordinate: A, product: p, owner: b, reason: c, expires: 2027-03-31 }]', '{ policy'],
    ['[{ policy: a, coordinate: A, reason: c, expires: 2027-03-31 }]', '{ policy'],
    ['[{ policy: a, coordinate: A, owner: "", reason: c, expires: 2027-03-31 }]', '""'],
    ['[{ policy: a, coordinate: A, owner: b, reason: c, expires: 2027-03-31, until: x }]', '{ policy'],
  ])('that is written wrongly is POLICY_WAIVER_INVALID at its place: %s', (list, fault) => {
    const { waivers, issues } = readWaivers(`waivers:\n  ${list}`, 'waivers.yaml');
    expect(waivers).toEqual([]);
    const place = { file: 'waivers.yaml', line: 2, column: list.indexOf(fault) + 3 };
    expect(issues).toMatchObject([{ code: 'POLICY_WAIVER_INVALID', severity: 'error', place }]);
  });
});

describe('policies that a mesh adds', () => {
  const head = (id: string) => `id: '${id}', title: 'T.', severity: 'error', why: 'Because.'`;
  const files = {
    'rules/a.policy.ts': `
      import type { DocumentNode } from 'graphql';
      export default [{ ${head('few-types')}, check: ({ document }: { document: DocumentNode }) =>
        document.definitions.length > 3 ? [{ message: 'Too many types.', coordinate: 'Query', ignored: 1 }] : [] },
        { ${head('generated')}, *check() { yield { message: 'Always.' }; } }];`,
    'rules/b.policy.mjs': `export default { ${head('throws')}, check() { throw new Error('oh no'); } };`,
    'rules/c.policy.mjs': `export default { ${head('loops')}, *check() { yield { message: 'a' }; for (;;); } };`,
    'rules/d.policy.mjs': `export default { ${head('answers-otherwise')}, check: async () => [] };`,
    'rules/e.policy.mjs': `export default { ${head('loops-in-a-pattern')}, check: () => (/^(a+)+$/.test('a'.repeat(60) + '!'), []) };`,
    'rules/f.policy.mjs': `export default { ${head('no-message')}, check: () => [{ coordinate: 'A' }] };`,
    'rules/notes.md': 'Not a policy.',
    'rules/helper.mjs': 'throw new Error("not loaded");',
  };

  test('stand beside ours; one that throws, loops or answers with something else is named', async () => {
    await using mesh = makeMesh(files);
    const loaded = await loadPolicies(join(mesh.dir, 'rules'), policies);
    expect(loaded.issues).toEqual([]);
    const { issues } = judge(subjectOf({}), [...policies, ...loaded.policies], [], today);
    expect(issues.map(({ code, message }) => [code, message.split(':')[0]])).toEqual([
      ['POLICY_VIOLATION', 'few-types'],
      ['POLICY_VIOLATION', 'generated'],
      ['POLICY_FAILED', 'throws'],
      ['POLICY_FAILED', 'loops'],
      ['POLICY_FAILED', 'answers-otherwise'],
      ['POLICY_FAILED', 'loops-in-a-pattern'],
      ['POLICY_FAILED', 'no-message'],
    ]);
    expect(issues[0]).toMatchObject({ severity: 'error', coordinate: 'Query', help: expect.stringMatching(/./) });
    expect(issues[2]?.message).toBe('throws: could not judge logistics: oh no');
  });

  test.each([
    ['export const policy = 1;', 'no policy'],
    ['export default 1;', 'no policy'],
    [`export default { ${head('Not Kebab')}, check: () => [] };`, 'kebab-case'],
    [`export default { ${head('a')}, severity: 'fatal', check: () => [] };`, 'severity'],
    [`export default { ${head('a')} };`, 'check'],
    [`export default { ${head('names')}, check: () => [] };`, 'names is there already'],
    ['export default {', 'cannot be loaded'],
    ['throw new Error("no luck");', 'no luck'],
  ])('that cannot be used are POLICY_INVALID: %s', async (text, reason) => {
    await using mesh = makeMesh({
      'a.policy.mjs': text,
      'b.policy.mjs': `export default { ${head('b')}, check: () => [] };`,
    });
    const loaded = await loadPolicies(mesh.dir, policies);
    expect(loaded.issues).toMatchObject([
      {
        code: 'POLICY_INVALID',
        message: expect.stringContaining(reason),
        place: { file: join(mesh.dir, 'a.policy.mjs') },
      },
    ]);
    expect(loaded.policies.map(({ id }) => id)).toEqual(['b']);
  });

  test('in a folder that is not there are an issue, not a crash', async () => {
    await using mesh = makeMesh();
    const { policies: none, issues } = await loadPolicies(join(mesh.dir, 'nowhere'), policies);
    expect([none, issues]).toMatchObject([[], [{ code: 'POLICY_INVALID' }]]);
  });
});

test('one of ours that throws is named as well, and the others still judge', () => {
  const broken: Policy = {
    id: 'broken',
    title: 'T.',
    severity: 'warning',
    why: 'W.',
    check: () => {
      throw 'a string';
    },
  };
  const alone = subjectOf({ product: without(product, /support: .*\n/) });
  expect(judge(alone, [broken, ...policies], [], today).issues).toMatchObject([
    { code: 'POLICY_FAILED', severity: 'error', message: expect.stringMatching(/^broken: /) },
    { code: 'POLICY_VIOLATION' },
  ]);
});
