/**
 * What is compiled, shared and kept is what Cedar says when it is asked about each asker, field and purpose alone, knowing
 * everything. WEFT_ACCESS_TRIPLES sets how many are compared: `WEFT_ACCESS_TRIPLES=1000000 npm test -- access-triples`.
 */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Asker } from '../gateway/governance/access/access.ts';
import { type ProtectedField, protectedFields } from '../gateway/governance/access/protected-fields.ts';
import type { Purposes } from '../gateway/governance/access/purposes.ts';
import { type AccessPolicies, parseAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { printIssue } from '../subgraphs/kit/errors/issue.ts';
import { agreedOn, deciding, domainOf, graphField, reading } from './access-mesh.ts';

const triples = Number(process.env.WEFT_ACCESS_TRIPLES ?? 3000);
const seed = Number(process.env.WEFT_ACCESS_SEED ?? Date.now() % 2 ** 31);

/** Cedar could not evaluate a policy. */
const failed = 'failed';

const masksByStrictness = ['null', 'redact', 'hash', 'year'];
const purposeNames = ['pa', 'pb', 'pc', 'pd'];

const one = (...values: string[]) => fc.constantFrom(...values);
const some = (...values: string[]) => fc.subarray(values);

const heads = {
  principal: one(
    ...['', '', '', ' in Weft::Team::"t1"', ' in Weft::Role::"r1"', ' == Weft::Principal::"p1"'],
    ...[' is Weft::Principal in Weft::Team::"t2"', ' in Weft::Principal::"p2"'],
  ),
  resource: one(
    ...['', '', '', ' in Weft::Domain::"d1"', ' in Weft::Product::"d2.x"', ' == Weft::Field::"A.a"'],
    ...[' is Weft::Field in Weft::Domain::"d2"', ' in Weft::Field::"B.a"'],
  ),
};

/** Each is valid by itself. */
const condition = one(
  'context has purpose && context.purpose in Weft::Purpose::"pa"',
  'context has purpose && context.purpose == Weft::Purpose::"pb"',
  'context has purpose && context.purpose in [Weft::Purpose::"pc", Weft::Purpose::"pd"]',
  'context has agreement && context.agreement.id == "g1"',
  'context has agreement && context.agreement.roles.contains("r1")',
  '{ of: context }.of has agreement',
  'principal has region && principal.region == "eu"',
  'principal has clearance && principal.clearance like "1*"',
  'principal has region && principal has clearance && principal.region == principal.clearance',
  'principal.kind == "service"',
  'principal in [Weft::Team::"t1", Weft::Team::"t3"]',
  '!(principal in Weft::Role::"r2")',
  'principal != Weft::Principal::"p1"',
  '[Weft::Principal::"p1", Weft::Principal::"p3"].contains(principal)',
  '{ principal: principal }.principal.kind == "user"',
  '(if resource.rank > 1 then principal else Weft::Principal::"p2") == principal',
  'principal in Weft::Principal::"p3"',
  'resource.rank <= 1',
  'resource has level && resource.level == "restricted"',
  'resource.categories.contains("email")',
  'resource.categories.containsAny(["name", "email"])',
  'resource has team && resource.team like "Team *"',
  'resource.name == "a"',
  'resource.type != "B"',
  'resource in Weft::Product::"d1.x"',
  '[resource].contains(Weft::Field::"A.b")',
  '{ resource: resource.rank }.resource > 2',
  'action == Weft::Action::"read" || resource.rank < 3',
);

/** Fails on what is confidential, or more. */
const failing = 'resource.rank * 4611686018427387904 < 1';

const policy = fc
  .record({
    effect: one('permit', 'permit', 'permit', 'forbid'),
    action: one('read', 'readMasked', 'readMasked', 'any'),
    mask: one(...masksByStrictness),
    principal: heads.principal,
    resource: heads.resource,
    when: fc.array(fc.oneof({ weight: 12, arbitrary: condition }, { weight: 1, arbitrary: fc.constant(failing) }), {
      maxLength: 2,
    }),
    unless: fc.array(condition, { maxLength: 1 }),
  })
  .map(({ effect, action, mask, principal, resource, when, unless }) => {
    const acted = action === 'any' ? 'action' : `action == Weft::Action::"${action}"`;
    const clauses = [...when.map((each) => `when { ${each} }`), ...unless.map((each) => `unless { ${each} }`)];
    const masked = effect === 'permit' && action !== 'read' ? `@mask("${mask}") ` : '';
    return `${masked}${effect} (principal${principal}, ${acted}, resource${resource}) ${clauses.join(' ')};`;
  });

const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

const principal = fc
  .record({
    id: one('p1', 'p2', 'p3', 'p4'),
    kind: one('user', 'service'),
    teams: some('t1', 't2', 't3', 't4'),
    roles: some('r1', 'r2', 'r3'),
    region: optional(one('eu', 'us', '1')),
    clearance: optional(one('1', '12', '2', 'eu')),
  })
  .map(({ region, clearance, ...rest }) => ({
    ...rest,
    attributes: { ...(region !== undefined && { region }), ...(clearance !== undefined && { clearance }) },
  }));

const agreements = fc
  .tuple(one('g1', 'g2'), some('r1', 'r2'), optional(one('d1.x', 'd2.y')))
  .map(([id, roles, product]) => agreedOn(id, roles, product));

const askers = fc.array(
  fc.record({ principal, purpose: optional(one(...purposeNames, 'unknown')), agreements: optional(agreements) }),
  { minLength: 6, maxLength: 6 },
);

const coordinates = ['A.a', 'A.b', 'B.a', 'B.b', 'C.a', 'C.b', 'D.a', 'D.b'];

const fields = fc.tuple(
  ...coordinates.map((coordinate) =>
    fc
      .record({
        level: optional(one('public', 'internal', 'confidential', 'Restricted', 'secret')),
        categories: some('name', 'email'),
        team: optional(one('Team 1', 'Other')),
        product: optional(one('d1.x', 'd2.x', 'd2.y')),
        subgraphs: fc.subarray(['d1', 'd2']),
        computedFrom: fc.subarray(coordinates, { maxLength: 1 }),
      })
      .map((field) => [coordinate, graphField(field)] as const),
  ),
);

/** Each is a kind of some of those before it. */
const purposes = fc.tuple(
  ...purposeNames.map((name, at) => fc.tuple(fc.constant(name), some(...purposeNames.slice(0, at)))),
);

test(
  `${triples} triples: as Cedar says of each alone (seed ${seed})`,
  async () => {
    let compared = 0;
    const effects = new Map<string, number>();
    const mesh = fc.record({ texts: fc.array(policy, { minLength: 1, maxLength: 6 }), askers, fields, purposes });
    const numRuns = Math.ceil(triples / (6 * coordinates.length));
    await fc.assert(
      fc.asyncProperty(mesh, async ({ texts, askers, fields, purposes }) => {
        const access = accessOf(texts, purposes);
        if (!access) return;
        const found = protectedFields(new Map(fields), domainOf);
        const { accessFor } = await deciding(access, { fields: found });
        for (const asker of askers) {
          const decided = accessFor(asker);
          for (const coordinate of coordinates) {
            const field = found(coordinate);
            if (!field) throw new Error(coordinate);
            const expected = direct(access, asker, field);
            const decision = decided.decide(coordinate);
            const said =
              decision.effect === 'mask'
                ? `mask ${decision.mask.name}`
                : decision.effect === 'deny'
                  ? ['deny', ...(decision.denial.extensions.policies as string[])].join(' ')
                  : decision.effect;
            expect({ coordinate, said }).toEqual({ coordinate, said: expected === failed ? 'deny' : expected });
            compared += 1;
            const kind = expected.replace(/^deny p.*/, 'forbid');
            effects.set(kind, (effects.get(kind) ?? 0) + 1);
          }
        }
      }),
      { numRuns, seed, ...(process.env.WEFT_ACCESS_PATH && { path: process.env.WEFT_ACCESS_PATH }) },
    );
    process.stdout.write(`seed ${seed}: ${compared} compared ${JSON.stringify(Object.fromEntries(effects))}\n`);
    if (triples < 1000) return;
    // A comparison in which everything is denied compares nothing.
    expect(compared).toBeGreaterThan(triples / 3);
    for (const kind of ['allow', 'deny', 'forbid', failed, ...masksByStrictness.map((mask) => `mask ${mask}`)]) {
      expect(effects.get(kind), kind).toBeGreaterThan(0);
    }
  },
  24 * 3_600_000,
);

/** Undefined where a combination can never be true, which is refused. */
function accessOf(
  texts: readonly string[],
  purposes: readonly (readonly [string, string[]])[],
): AccessPolicies | undefined {
  const yaml = purposes.map(([name, parents]) => `  ${name}: { title: ${name}, parents: [${parents.join(', ')}] }`);
  const valid = texts.filter((text) => {
    const read = parseAccessPolicies(cedar, filesOf(text.replace(/^/, '@id("one") '), yaml), reading);
    const others = read.issues.filter(({ message }) => !message.includes('impossible'));
    expect(others.map(printIssue)).toEqual([]);
    return read.access;
  });
  const together = valid.map((text, at) => `@id("p${at}") ${text}`).join('\n');
  return parseAccessPolicies(cedar, filesOf(together, yaml), reading).access;
}

const filesOf = (text: string, purposes: readonly string[]): [string, string][] => [
  ['p.cedar', text],
  ['purposes.yaml', `purposes:\n${purposes.join('\n')}`],
];

/** With all that is known of everything, nothing kept, and nothing parsed before. */
function direct(access: AccessPolicies, { principal, purpose, agreements }: Asker, field: ProtectedField): string {
  const entity = (type: string, id: string) => ({ type: `Weft::${type}`, id });
  const agreed = agreements?.of(field);
  const entities = [
    {
      uid: entity('Principal', principal.id),
      attrs: { kind: principal.kind, ...principal.attributes },
      parents: [...principal.teams.map((id) => entity('Team', id)), ...principal.roles.map((id) => entity('Role', id))],
    },
    {
      uid: entity('Field', field.coordinate),
      attrs: {
        type: field.type,
        name: field.name,
        rank: field.rank,
        categories: [...field.categories],
        ...(field.team !== undefined && { team: field.team }),
        ...(field.level !== undefined && { level: field.level }),
      },
      parents:
        field.product !== undefined
          ? [entity('Product', field.product)]
          : field.domain !== undefined
            ? [entity('Domain', field.domain)]
            : [],
    },
    ...['d1.x', 'd2.x', 'd2.y'].map((id) => ({
      uid: entity('Product', id),
      attrs: {},
      parents: [entity('Domain', id.slice(0, 2))],
    })),
    ...purposeEntities(access.purposes, entity),
  ];
  const ask = (action: string) => {
    const answer = cedar.isAuthorized({
      principal: entity('Principal', principal.id),
      action: entity('Action', action),
      resource: entity('Field', field.coordinate),
      context: {
        ...(purpose !== undefined &&
          access.purposes.has(purpose) && { purpose: { __entity: entity('Purpose', purpose) } }),
        ...(agreed && { agreement: { id: agreed.id, roles: [...agreed.roles] } }),
      },
      policies: { staticPolicies: Object.fromEntries(access.policies.map(({ id, text }) => [id, text])) },
      entities,
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    return answer.response;
  };
  const read = ask('read');
  if (read.diagnostics.errors.length > 0) return failed;
  if (read.decision === 'allow') return 'allow';
  const masked = ask('readMasked');
  if (masked.diagnostics.errors.length > 0) return failed;
  if (masked.decision === 'deny') {
    const forbids = new Set([...read.diagnostics.reason, ...masked.diagnostics.reason]);
    return ['deny', ...[...forbids].sort()].join(' ');
  }
  const masks = masked.diagnostics.reason.map((id) => access.policies.find((each) => each.id === id)?.mask);
  return `mask ${masksByStrictness.find((mask) => masks.includes(mask))}`;
}

function purposeEntities(purposes: Purposes, entity: (type: string, id: string) => { type: string; id: string }) {
  return [...purposes].map(([id, { parents }]) => ({
    uid: entity('Purpose', id),
    attrs: {},
    parents: parents.map((parent) => entity('Purpose', parent)),
  }));
}
