/**
 * Random policies, askers and fields: what is compiled, shared and kept of decisions, compared with what Cedar says when it is
 * asked about each asker, field and purpose alone, knowing everything. Only that policies are texts is not repeated for each.
 */
import { isDeepStrictEqual } from 'node:util';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { Asker } from '../gateway/governance/access/access.ts';
import { type ProtectedField, protectedFields } from '../gateway/governance/access/protected-fields.ts';
import type { Purposes } from '../gateway/governance/access/purposes.ts';
import { type AccessPolicies, parseAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { printIssue } from '../subgraphs/kit/errors/issue.ts';
import { agreedOn, deciding, domainOf, graphField, reading } from './access-mesh.ts';

/** Cedar could not evaluate a policy. */
export const failed = 'failed';

export const masksByStrictness = ['null', 'redact', 'hash', 'year'];
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
    action: one('read', 'readMasked', 'readMasked', 'readSummary', 'any'),
    group: one('2', '5', '10'),
    mask: one(...masksByStrictness),
    principal: heads.principal,
    resource: heads.resource,
    when: fc.array(fc.oneof({ weight: 12, arbitrary: condition }, { weight: 1, arbitrary: fc.constant(failing) }), {
      maxLength: 2,
    }),
    unless: fc.array(condition, { maxLength: 1 }),
  })
  .map(({ effect, action, mask, group, principal, resource, when, unless }) => {
    const acted = action === 'any' ? 'action' : `action == Weft::Action::"${action}"`;
    const clauses = [...when.map((each) => `when { ${each} }`), ...unless.map((each) => `unless { ${each} }`)];
    const masked = effect === 'permit' && ['readMasked', 'any'].includes(action) ? `@mask("${mask}") ` : '';
    const grouped = effect === 'permit' && ['readSummary', 'any'].includes(action) ? `@minimumGroup("${group}") ` : '';
    return `${masked}${grouped}${effect} (principal${principal}, ${acted}, resource${resource}) ${clauses.join(' ')};`;
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

/** Those of D are aggregates of others. */
const aggregates = new Map(
  [
    ['D.a', 'A'],
    ['D.b', 'B'],
  ].map(([coordinate = '', type = '']) => {
    return [coordinate, { subgraph: 'd1', type, field: coordinate.slice(2), keepsMinimums: true }] as const;
  }),
);

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

const mesh = fc.record({ texts: fc.array(policy, { minLength: 1, maxLength: 6 }), askers, fields, purposes });

export interface Compared {
  readonly triples: number;
  readonly meshes: number;
  readonly policies: number;
  /** How often Cedar said what. */
  readonly effects: Readonly<Record<string, number>>;
}

/** Meshes that are drawn with one seed: a difference is found again with it, and shrunk. */
const meshesAtOnce = 200;

/**
 * At least so many.
 * @param path of fast-check, to repeat one difference
 * @param progress is told from time to time
 * @throws Error with the first difference, as small as it can be made
 */
export async function compareTriples(
  triples: number,
  seed: number,
  { path, progress = () => {} }: { readonly path?: string; readonly progress?: (so: Compared) => void } = {},
): Promise<Compared> {
  const effects: Record<string, number> = {};
  const counts = { triples: 0, meshes: 0, policies: 0 };
  const count = (expected: string): void => {
    const kind = expected.replace(/^deny p.*/, 'forbid');
    effects[kind] = (effects[kind] ?? 0) + 1;
    counts.triples += 1;
  };
  const compare = fc.asyncProperty(mesh, async ({ texts, askers, fields, purposes }) => {
    const access = accessOf(texts, purposes);
    if (!access) return;
    counts.meshes += 1;
    counts.policies += access.policies.length;
    const found = protectedFields(new Map(fields), domainOf);
    const { accessFor } = await deciding(access, { fields: found, aggregates: () => aggregates, isSigned: true });
    const ask = directly(access);
    for (const asker of askers) {
      const decided = accessFor(asker);
      for (const coordinate of coordinates) {
        const field = found(coordinate);
        if (!field) throw new Error(coordinate);
        const aggregate = aggregates.get(coordinate);
        const of = aggregate && found(`${aggregate.type}.${aggregate.field}`);
        const { said, by } = ask(asker, field, of);
        const decision = decided.decide(coordinate);
        const given =
          decision.effect === 'mask'
            ? `mask ${decision.mask.name}`
            : decision.effect === 'deny'
              ? ['deny', ...(decision.denial.extensions.policies as string[])].join(' ')
              : decision.minimumGroup === undefined
                ? decision.effect
                : `summary ${decision.minimumGroup}`;
        const wanted = { coordinate, said: said === failed ? 'deny' : said, by };
        const { policies: explained } = decided.explain(coordinate);
        if (!isDeepStrictEqual({ coordinate, said: given, by: explained }, wanted)) {
          const what = { asker, decided: given, explained, wanted, policies: access.policies.map(({ text }) => text) };
          throw new Error(`Decided otherwise than Cedar says: ${JSON.stringify(what, null, 1)}`);
        }
        count(said);
      }
    }
  });
  for (let nth = 0; counts.triples < triples; nth++) {
    const here = (seed + nth) % 2 ** 31;
    const numRuns = Math.min(meshesAtOnce, Math.ceil((triples - counts.triples) / (6 * coordinates.length)));
    await fc.assert(compare, { numRuns, seed: here, ...(path && { path }) });
    progress({ ...counts, effects });
    if (path) break;
  }
  return { ...counts, effects };
}

/** Undefined where a combination can never be true, which is refused. */
function accessOf(
  texts: readonly string[],
  purposes: readonly (readonly [string, string[]])[],
): AccessPolicies | undefined {
  const yaml = purposes.map(([name, parents]) => `  ${name}: { title: ${name}, parents: [${parents.join(', ')}] }`);
  const named = texts.map((text, at) => `@id("p${at}") ${text}`);
  const read = parseAccessPolicies(cedar, filesOf(named.join('\n'), yaml), reading);
  const impossible = read.issues.filter(({ message }) => message.includes('impossible'));
  if (impossible.length < read.issues.length) throw new Error(read.issues.map(printIssue).join('\n'));
  if (impossible.length === 0) return read.access;
  const left = named.filter((_, at) => !impossible.some(({ message }) => message.startsWith(`p${at}: `)));
  return parseAccessPolicies(cedar, filesOf(left.join('\n'), yaml), reading).access;
}

const filesOf = (text: string, purposes: readonly string[]): [string, string][] => [
  ['p.cedar', text],
  ['purposes.yaml', `purposes:\n${purposes.join('\n')}`],
];

interface Said {
  readonly said: string;
  /** What decided. */
  readonly by: readonly string[];
}

/** With all that is known of everything, and nothing kept: each is asked by itself. */
function directly(access: AccessPolicies): (asker: Asker, field: ProtectedField, of?: ProtectedField) => Said {
  const staticPolicies = Object.fromEntries(access.policies.map(({ id, text }) => [id, text]));
  const parsed = cedar.preparsePolicySet('directly', { staticPolicies });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
  return (asker, field, of) => direct(access, asker, field, of);
}

function direct(access: AccessPolicies, asker: Asker, field: ProtectedField, of?: ProtectedField): Said {
  const ask = (action: string) => cedarOn(access, asker, field, action);
  const read = ask('read');
  if (read.diagnostics.errors.length > 0) return { said: failed, by: [] };
  if (read.decision === 'allow') return { said: 'allow', by: [...read.diagnostics.reason].sort() };
  const masked = ask('readMasked');
  if (masked.diagnostics.errors.length > 0) return { said: failed, by: [] };
  const by = [...new Set([...read.diagnostics.reason, ...masked.diagnostics.reason])].sort();
  // Where no policy permits summaries, nobody is asked about them.
  if (of && access.policies.some(({ minimumGroup }) => minimumGroup !== undefined)) {
    const summary = cedarOn(access, asker, of, 'readSummary');
    if (summary.diagnostics.errors.length > 0) return { said: failed, by: [] };
    const own = ask('readSummary');
    if (summary.decision === 'allow') {
      if (own.diagnostics.errors.length > 0) return { said: failed, by: [] };
      if (own.decision === 'allow' || own.diagnostics.reason.length === 0) {
        const permits = [...new Set([...summary.diagnostics.reason, ...own.diagnostics.reason])].sort();
        const sizes = access.policies.flatMap(({ id, minimumGroup }) =>
          permits.includes(id) ? (minimumGroup ?? 0) : [],
        );
        return { said: `summary ${Math.max(...sizes)}`, by: permits };
      }
    }
  }
  if (masked.decision === 'deny') return { said: ['deny', ...by].join(' '), by };
  const masks = masked.diagnostics.reason.map((id) => access.policies.find((each) => each.id === id)?.mask);
  return { said: `mask ${masksByStrictness.find((mask) => masks.includes(mask))}`, by };
}

function cedarOn(
  access: AccessPolicies,
  { principal, purpose, agreements }: Asker,
  field: ProtectedField,
  action: string,
) {
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
  const answer = cedar.statefulIsAuthorized({
    principal: entity('Principal', principal.id),
    action: entity('Action', action),
    resource: entity('Field', field.coordinate),
    context: {
      ...(purpose !== undefined &&
        access.purposes.has(purpose) && { purpose: { __entity: entity('Purpose', purpose) } }),
      ...(agreed && { agreement: { id: agreed.id, roles: [...agreed.roles] } }),
    },
    preparsedPolicySetId: 'directly',
    entities,
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  return answer.response;
}

function purposeEntities(purposes: Purposes, entity: (type: string, id: string) => { type: string; id: string }) {
  return [...purposes].map(([id, { parents }]) => ({
    uid: entity('Purpose', id),
    attrs: {},
    parents: parents.map((parent) => entity('Purpose', parent)),
  }));
}
