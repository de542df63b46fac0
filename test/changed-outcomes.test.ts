/** What would change for whom, were other access policies in force: named without asking, and exactly what then changes. */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Access } from '../gateway/engine/access.ts';
import { answerText } from '../gateway/engine/answer.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { maskOf } from '../gateway/governance/access/masks.ts';
import { type AccessPolicies, parseAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { type AnyAsker, accessOfAsker } from '../gateway/registry/asker-access.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { judgedGraph } from '../gateway/registry/judged-graph.ts';
import type { AskedOperation } from '../gateway/registry/operations/asked-operation.ts';
import { changedOutcomes } from '../gateway/registry/operations/changed-outcomes.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { printIssue } from '../subgraphs/kit/errors/issue.ts';
import { planningHere, subgraphsOf } from './federation/graph.ts';
import { type Random, randomOf } from './fuzz/random.ts';
import { recorded } from './recorded.ts';

const seed = Number(process.env.WEFT_ACCESS_SEED ?? Math.floor(Math.random() * 1e9));
const schemas = Number(process.env.WEFT_ACCESS_SCHEMAS ?? 10);
process.stdout.write(`changed outcomes seed ${seed}: WEFT_ACCESS_SEED=${seed} repeats this run\n`);

const purposesText = 'purposes: { care: { title: Care }, sale: { title: Sale } }';

function policiesOf(text: string): AccessPolicies {
  const files: [string, string][] = [
    ['p.cedar', text],
    ['purposes.yaml', purposesText],
  ];
  const isMask = (mask: string) => maskOf(mask, 'x') !== undefined;
  const { access, issues } = parseAccessPolicies(cedar, files, { attributes: ['region'], isMask });
  if (access) return access;
  throw new Error(issues.map(printIssue).join('\n'));
}

/** Of policies that say nothing of rows. */
async function decidingOf(graph: Awaited<ReturnType<typeof judgedGraph>>, access: AccessPolicies) {
  const { decides } = await graph.deciding(access, true);
  if (!decides) throw new Error('The policies can be used.');
  return decides;
}

async function graphOf(sdl: string) {
  const empty: { at: number | undefined } = { at: undefined };
  const parts = { shop: { sdl: `${schemaHead}\n${sdl}`, resolvers: resolversOf(empty) } };
  const subgraphs = [{ name: 'shop', url: 'http://shop', sdl: parts.shop.sdl }];
  const composed = composeWithApollo(subgraphs);
  if (!('supergraphSdl' in composed)) throw new Error(composed.issues.map(printIssue).join('\n'));
  const place = { file: 'shop.graphql', line: 1, column: 1 };
  const mesh = { subgraphs: subgraphs.map((each) => ({ ...each, schemaFile: 'shop.graphql', place })) };
  const graph = await judgedGraph(mesh, composed.supergraphSdl);
  const engine = await createWeftEngine({ createPlanner: planningHere() })(composed.supergraphSdl, {
    fetchSubgraph: subgraphsOf(parts),
    log: () => {},
  });
  const answer = async (
    source: string,
    variables: Record<string, unknown>,
    access: Access,
    emptyAt?: number,
  ): Promise<string> => {
    empty.at = emptyAt;
    const asked = { document: parse(source), source, operationName: null, variables, context: { access } };
    const given = JSON.parse(answerText((await engine.execute(asked)) as Parameters<typeof answerText>[0]));
    // Every value is there: a null is what is denied, or what that takes along.
    return 'data' in given ? JSON.stringify(given.data) : 'refused';
  };
  return { graph, answer, close: () => engine.close?.() };
}

const typeNames = ['T0', 'T1', 'T2', 'T3'];
/** Items of lists are no steps. */
const stepsOf = (path: string): number => path.split(/\.(?:\d+\.)?/).length;
const objectOf = (type: string, path: string) => ({ __typename: type, path });

/**
 * Every value is another one, and long enough for each mask to leave something else of it. No list is empty, but those that
 * may hold no null, so many steps below the root.
 */
function resolversOf(empty: { readonly at: number | undefined }) {
  const fields = (at: number) => ({
    ...Object.fromEntries(['s0', 's1', 's2'].map((name) => [name, ({ path }: any) => `${path}.${name}`])),
    r0: ({ path }: any) => objectOf(`T${(at + 1) % 4}`, `${path}.r0`),
    r1: ({ path }: any) => objectOf(`T${(at + 2) % 4}`, `${path}.r1`),
    l0: ({ path }: any) => [0, 1].map((nth) => objectOf(`T${(at + 3) % 4}`, `${path}.l0.${nth}`)),
    l1: ({ path }: any) =>
      (stepsOf(path) === empty.at ? [] : [0, 1]).map((nth) => objectOf(`T${(at + 1) % 4}`, `${path}.l1.${nth}`)),
    things: ({ path }: any) => ['T0', 'T1'].map((type) => objectOf(type, `${path}.things.${type}`)),
    found: ({ path }: any) => ['T1', 'T2', 'T3'].map((type) => objectOf(type, `${path}.found.${type}`)),
  });
  return {
    Query: {
      root: () => objectOf('T0', 'root'),
      sure: () => objectOf('T1', 'sure'),
      search: () => [objectOf('T2', 'search')],
    },
    ...Object.fromEntries(typeNames.map((name, at) => [name, fields(at)])),
  };
}

function randomSdl(random: Random): string {
  const classified = (chance: number, of = ''): string => {
    if (!random.chance(chance)) return '';
    const level = random.pick(['public', 'internal', 'confidential', 'restricted']);
    const categories = random.some(['name', 'email'], random.int(3)).map((each) => `"${each}"`);
    const owner = of || random.chance(0.5) ? '' : ` @owner(team: "A", product: "${random.pick(['p', 'q'])}")`;
    return `@classified(level: "${level}", categories: [${categories}]${of && `, of: "${of}"`})${owner}`;
  };
  const types = typeNames.map((name, at) => {
    const derived = random.chance(0.4) ? classified(1, `T${(at + 1) % 4}.s0`) : '';
    const key = random.chance(0.4) ? '@key(fields: "s2")' : '';
    return `type ${name} ${at < 2 ? 'implements I' : ''} ${key} {
      s0: String ${classified(0.8)}  s1: String! ${classified(0.6)}  s2: String! ${classified(0.5)}
      r0: T${(at + 1) % 4} ${derived || classified(0.2)}  r1: T${(at + 2) % 4}! ${classified(0.2)}
      l0: [T${(at + 3) % 4}] ${classified(0.2)}  l1: [T${(at + 1) % 4}!] ${classified(0.2)}
      things: [I] ${classified(0.1)}  found: [U] ${classified(0.1)}
    }`;
  });
  return `type Query { root: T0 ${classified(0.1)}  sure: T1!  search(where: W, by: F): [T2] }
    interface I { s0: String } union U = T1 | T2 | T3 ${types.join('\n')}
    input W { s0: String ${classified(0.8, 'T2.s0')}  s1: String ${classified(0.8, 'T2.s1')}  and: [W!] }
    enum F { s0 ${classified(0.8, 'T2.s0')}  s1 ${classified(0.8, 'T2.s1')} }`;
}

const conditions = [
  'principal in Weft::Team::"A"',
  'principal in Weft::Role::"boss"',
  'principal.kind == "user"',
  'principal has region && principal.region == "eu"',
  'context has purpose && context.purpose == Weft::Purpose::"care"',
  'context has agreement',
  'resource.rank <= 1',
  'resource.rank > 2',
  'resource.categories.contains("name")',
  'resource.categories.contains("email")',
  'resource.name == "s0"',
  'resource.type != "T1"',
];

function randomPolicy(random: Random, id: string): string {
  const when = random.some(conditions, 1 + random.int(2)).map((each) => `when { ${each} }`);
  const kind = random.int(8);
  if (kind < 4) return `@id("${id}") permit (principal, action == Weft::Action::"read", resource) ${when.join(' ')};`;
  if (kind < 7) {
    const mask = random.pick(['redact', 'hash', 'last(2)', 'constant(other)']);
    return `@id("${id}") @mask("${mask}") permit (principal, action == Weft::Action::"readMasked", resource) ${when.join(' ')};`;
  }
  return `@id("${id}") forbid (principal, action, resource) ${when.join(' ')};`;
}

function randomPolicies(random: Random): string[] {
  const open = '@id("open") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 0 };';
  const some = Array.from({ length: 2 + random.int(5) }, (_, at) => randomPolicy(random, `p${at}`));
  return random.chance(0.9) ? [open, ...some] : some;
}

/** One is gone, new, or another; or all are; or they stand in another order. */
function otherPolicies(random: Random, before: readonly string[]): string[] {
  const at = random.int(before.length);
  switch (random.int(6)) {
    case 0:
      return before.filter((_, nth) => nth !== at);
    case 1:
      return [...before, randomPolicy(random, 'new')];
    case 2:
      return randomPolicies(random);
    case 3:
      return [...before].reverse();
    default:
      return before.map((each, nth) => (nth === at ? randomPolicy(random, 'other') : each));
  }
}

function randomOperation(random: Random) {
  let names = 0;
  const fragments: string[] = [];
  const declared = new Set<string>();
  const inputs: Record<string, unknown> = {};
  const leaves = ['s0', 's1', 's2'];
  const below = (type: string): Readonly<Record<string, string>> => {
    const at = Number(type.slice(1));
    const [one, two, three] = [1, 2, 3].map((step) => `T${(at + step) % 4}`) as [string, string, string];
    return { r0: one, r1: two, l0: three, l1: one, things: 'I', found: 'U' };
  };
  const condition = (): string => {
    if (!random.chance(0.15)) return '';
    const name = random.pick(['a', 'b']);
    declared.add(`$${name}: Boolean!`);
    return ` @${random.pick(['include', 'skip'])}(if: $${name})`;
  };
  const wrapped = (type: string, selection: string): string => {
    const how = random.int(8);
    if (how === 0) return `... on ${type}${condition()} { ${selection} }`;
    if (how !== 1) return selection;
    names += 1;
    const [fragment, conditional] = [`F${names}`, condition()];
    fragments.push(`fragment ${fragment} on ${type} { ${selection} }`);
    return `...${fragment}${conditional}`;
  };
  const select = (type: string, depth: number, within = false): string => {
    if (type === 'I' || type === 'U') {
      const possible = type === 'I' ? ['T0', 'T1'] : ['T1', 'T2', 'T3'];
      const parts = random
        .some(possible, 1 + random.int(3))
        .map((each) => `... on ${each} { ${select(each, depth, true)} }`);
      return [...(type === 'I' && random.chance(0.6) ? ['s0'] : ['__typename']), ...parts].join(' ');
    }
    const fields = [...leaves, ...(depth > 0 ? Object.keys(below(type)) : [])];
    const parts = random.some(fields, 1 + random.int(4)).map((field) => {
      names += 1;
      const alias = within || random.chance(0.5) ? `a${names}: ` : '';
      const to = below(type)[field];
      return `${alias}${field}${condition()}${to ? ` { ${select(to, depth - 1, within)} }` : ''}`;
    });
    return wrapped(type, parts.join(' '));
  };
  const search = (): string => {
    const declare = (type: string, value: unknown): string => {
      names += 1;
      declared.add(`$v${names}: ${type}`);
      inputs[`v${names}`] = value;
      return `$v${names}`;
    };
    const field = random.pick(['s0', 's1']);
    const args = [
      () => '',
      () => `(where: { and: [{ ${field}: "x" }] })`,
      () => `(by: ${field})`,
      () => `(where: ${declare('W', { [field]: 'x' })})`,
      () => `(by: ${declare('F', field)})`,
    ];
    return random.pick(args)();
  };
  const roots = random.some(['root', 'sure', 'search'], 1 + random.int(2)).map((root) => {
    const type = { root: 'T0', sure: 'T1' }[root] ?? 'T2';
    const args = root === 'search' ? search() : '';
    names += 1;
    return `a${names}: ${root}${args} { ${select(type, 3)} }`;
  });
  const head = declared.size > 0 ? `(${[...declared].join(', ')})` : '';
  const source = [`query Q${head} { ${roots.join(' ')} }`, ...fragments].join(' ');
  return { source, inputs, flags: ['a', 'b'].filter((name) => declared.has(`$${name}: Boolean!`)) };
}

/** All values of the conditions. */
const withFlags = (flags: readonly string[]): Record<string, boolean>[] =>
  flags.reduce<Record<string, boolean>[]>(
    (all, flag) => all.flatMap((each) => [true, false].map((value) => ({ ...each, [flag]: value }))),
    [{}],
  );

function randomAsker(random: Random): AnyAsker {
  const attributes: Record<string, string> = random.chance(0.5) ? { region: random.pick(['eu', 'us']) } : {};
  return {
    principal: {
      ...{ id: random.pick(['ann', 'bob']), kind: random.pick(['user', 'service']), attributes },
      ...{ teams: random.some(['A', 'B'], 1), roles: random.some(['boss'], random.int(2)) },
    },
    purpose: random.pick([undefined, 'care', 'sale', 'unknown']),
    agreements: random.chance(0.3) ? [{ id: 'g', roles: [], product: random.pick(['p', 'q']) }] : [],
  };
}

const asking = (asker: AnyAsker, { hash, name, text, coordinates }: ReturnType<typeof recorded>): AskedOperation => ({
  ...asker,
  operation: { hash, name, text },
  ...{ client: 'test', inputs: coordinates, requests: 1, lastSeen: '2026-11-23T12:00:00.000Z' },
});

test('of random graphs, policies and operations, exactly those are named whose answers then differ', async () => {
  const counts = { changed: 0, same: 0, sameOtherwise: 0, refused: 0, fields: 0 };
  for (let nth = 0; nth < schemas; nth++) {
    const random = randomOf(seed, nth);
    const { graph, answer, close } = await graphOf(randomSdl(random));
    for (let change = 0; change < 4; change++) {
      const texts = randomPolicies(random);
      const [before, after] = await Promise.all(
        [texts, otherPolicies(random, texts)].map(async (each) => decidingOf(graph, policiesOf(each.join('\n')))),
      );
      if (!before || !after) throw new Error('There are two.');
      for (let at = 0; at < 12; at++) {
        const { source, inputs, flags } = randomOperation(random);
        const asker = randomAsker(random);
        const sent = withFlags(flags).map((given) => ({ ...inputs, ...given }));
        const asked = asking(asker, recorded(graph.schema, source, { variables: sent }));
        const { changed, outdated } = await changedOutcomes([asked], { graph, before, after, pause: async () => {} });
        const answers = async (by: typeof before, emptyAt?: number) => {
          const all: string[] = [];
          for (const variables of sent) {
            all.push(await answer(source, variables, accessOfAsker(by, asker), emptyAt));
          }
          return all.join('\n');
        };
        const [was, is] = [await answers(before), await answers(after)];
        let differs = was !== is;
        // What is named has to be seen with some data; what is not, is looked for now and then.
        const looks = source.includes('l1') && (changed.length > 0 || random.chance(0.1));
        for (let emptyAt = 1; looks && !differs && emptyAt <= 6; emptyAt++) {
          differs = (await answers(before, emptyAt)) !== (await answers(after, emptyAt));
        }
        const about = `seed ${seed}, ${nth}/${change}/${at}: ${source} ${JSON.stringify([asker, was, is, changed, texts], null, 1)}`;
        expect({ outdated, named: changed.length }, about).toEqual({ outdated: 0, named: differs ? 1 : 0 });
        counts[differs ? 'changed' : 'same'] += 1;
        const fields = changed.flatMap((each) => each.fields);
        if (differs) expect(fields.length, about).toBeGreaterThan(0);
        counts.fields += fields.length;
        if (was.startsWith('refused') !== is.startsWith('refused')) {
          expect(fields.map(({ before, after }) => [before.effect, after.effect].includes('refuse'))).toEqual([true]);
          counts.refused += 1;
        }
        counts.sameOtherwise += Number(!differs && isDecidedOtherwise(asked, before, after));
      }
    }
    await close();
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  expect(counts.changed).toBeGreaterThan(schemas * 3);
  expect(counts.same).toBeGreaterThan(schemas * 3);
  expect(counts.refused).toBeGreaterThan(schemas / 5);
  // Something would be decided otherwise, and nobody would see it.
  expect(counts.sameOtherwise).toBeGreaterThan(0);
}, 300_000);

function isDecidedOtherwise(
  asked: AskedOperation,
  ...[before, after]: Awaited<ReturnType<typeof decidingOf>>[]
): boolean {
  if (!before || !after) return false;
  const [one, other] = [before, after].map((each) => accessOfAsker(each, asked));
  const said = (access: Access | undefined, coordinate: string): string => {
    const decision = access?.decide(coordinate);
    return decision?.effect === 'mask' ? decision.mask.name : (decision?.effect ?? '');
  };
  return asked.inputs.some((each) => said(one, each) !== said(other, each));
}

const sdl = `type Query { people(where: W): [Person] pets: [Pet] } input W { name: String @classified(level: "internal", of: "Person.name") }
  interface Pet { call: String } type Cat implements Pet { call: String @classified(level: "internal") } type Dog implements Pet { call: String }
  type Person { id: ID! name: String! @classified(level: "internal") mail: String @classified(level: "internal") pet: Pet }`;
const open = '@id("open") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 1 };';
const closed = '@id("low") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 0 };';
const mask = (id: string, name: string, field: string) =>
  `@id("${id}") @mask("${name}") permit (principal, action == Weft::Action::"readMasked", resource == Weft::Field::"${field}");`;

describe('what changes', () => {
  const ann = { principal: { id: 'ann', kind: 'user', teams: [], roles: [], attributes: {} }, agreements: [] };
  const changes = async (source: string, one: string, other: string, variables: Record<string, unknown> = {}) => {
    const { graph } = await graphOf(sdl);
    const asked = asking(ann, recorded(graph.schema, source, { variables: [variables] }));
    const [before, after] = [await decidingOf(graph, policiesOf(one)), await decidingOf(graph, policiesOf(other))];
    const { changed } = await changedOutcomes([asked], { graph, before, after, pause: async () => {} });
    return changed.flatMap(({ fields }) =>
      fields.map((each) => `${each.coordinate} ${said(each.before)} → ${said(each.after)}`),
    );
  };
  const said = ({ effect, policies }: { effect: string; policies: readonly string[] }) =>
    [effect, ...policies].join(' by ');

  test.each<[string, string, string, string[], Record<string, unknown>?]>([
    ['{ people { mail } }', open, closed, ['Person.mail allow by open → deny']],
    ['{ people { mail } }', open, open, []],
    ['{ people { id } }', open, closed, []],
    [
      '{ people { a: mail } }',
      closed,
      closed + mask('m', 'hash', 'Person.mail'),
      ['Person.mail deny → mask hash by m'],
    ],
    [
      '{ people { mail } }',
      closed + mask('m', 'hash', 'Person.mail'),
      closed + mask('n', 'redact', 'Person.mail'),
      ['Person.mail mask hash by m → mask redact by n'],
    ],
    // A denied name leaves nothing of the person, and so no mail.
    ['{ people { name mail } }', closed, closed + mask('m', 'hash', 'Person.mail'), []],
    [
      '{ people { name mail } }',
      open,
      closed,
      ['Person.mail allow by open → deny', 'Person.name allow by open → deny'],
    ],
    ['{ pets { call } }', open, closed, ['Cat.call allow by open → deny']],
    ['{ pets { ... on Dog { call } } }', open, closed, []],
    ['{ people(where: { name: "Ann" }) { id } }', open, closed, ['W.name allow by open → refuse']],
    [
      'query ($w: W) { people(where: $w) { id } }',
      open,
      closed,
      ['W.name allow by open → refuse'],
      { w: { name: 'Ann' } },
    ],
    ['query ($w: W) { people(where: $w) { id } }', open, closed, [], { w: {} }],
    // Refused before, and after.
    ['{ people(where: { name: "" }) { mail } }', closed, closed + mask('m', 'hash', 'Person.mail'), []],
    [
      'query ($a: Boolean!) { people { id ... @include(if: $a) { mail } } }',
      ...([open, closed, ['Person.mail allow by open → deny'], { a: false }] as const),
    ] as any,
    ['{ people { id ... @defer { mail } } }', open, closed, ['Person.mail allow by open → deny']],
  ])('%s', async (source, one, other, expected, variables) => {
    expect(await changes(source, one, other, variables)).toEqual(expected);
  });

  test('with more conditions than can be gone through, each decision counts by itself', async () => {
    const names = Array.from({ length: 7 }, (_, at) => `c${at}`);
    const parts = names.map((name) => `... @include(if: $${name}) { ${name}: mail }`);
    const source = `query (${names.map((name) => `$${name}: Boolean!`)}) { people { name ${parts.join(' ')} } }`;
    const variables = Object.fromEntries(names.map((name) => [name, true]));
    // Nobody would see it, as no name may be seen; of fewer, that is found out.
    const masked = closed + mask('m', 'hash', 'Person.mail');
    expect(await changes(source, closed, masked, variables)).toEqual(['Person.mail deny → mask hash by m']);
    expect(await changes(source, closed, closed, variables)).toEqual([]);
    const fewer = source.replace('$c6: Boolean!', '').replace('@include(if: $c6)', '');
    expect(await changes(fewer, closed, masked, variables)).toEqual([]);
  });

  test('is not said of an operation that the graph does not answer any more', async () => {
    const { graph } = await graphOf(sdl);
    const text = '{ people { gone } }';
    const asked = {
      ...asking(ann, recorded(graph.schema, '{ people { id } }')),
      operation: { hash: 'h', name: null, text },
    };
    const decides = await decidingOf(graph, policiesOf(open));
    const judged = await changedOutcomes([asked], { graph, before: decides, after: decides, pause: async () => {} });
    expect(judged).toEqual({ changed: [], outdated: 1 });
  });
});
