/** What somebody may read in summaries only is told of groups of a least size, and of smaller ones nothing at all. */
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { outcomesOf, shownAs } from '../gateway/engine/operation/outcome.ts';
import { startGateway } from '../gateway/main.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { judgedGraph } from '../gateway/registry/judged-graph.ts';
import { requestSigner } from '../gateway/transport/request-signer.ts';
import type { MinimumGroups } from '../subgraphs/kit/contract/minimum-groups.ts';
import type { RowConditions } from '../subgraphs/kit/contract/row-condition.ts';
import { loadDomain } from '../subgraphs/kit/domain-folder.ts';
import { generate, writeGenerated } from '../subgraphs/kit/generate.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { serveDomain } from '../subgraphs/kit/serve.ts';
import { asker, policiesOf } from './access-mesh.ts';
import { makeMesh } from './mesh.ts';
import { ask } from './subgraph.ts';

const secret = 'a secret of more than thirty-two characters';

interface Person {
  readonly id: string;
  readonly town: string;
  readonly branch: number;
  readonly income: number | null;
  readonly debt: string | null;
}

const files = (people: readonly Person[]) => ({
  'staff/staff.odps.yaml':
    'apiVersion: v1.0.0\nkind: DataProduct\nid: staff.people\nstatus: active\noutputPorts: [{ name: people, version: 1.0.0, contractId: staff.people }]\n',
  'staff/people.odcs.yaml': `apiVersion: v3.2.0
kind: DataContract
id: staff.people
version: 1.0.0
status: active
schema:
  - name: people
    properties:
      - { name: id, logicalType: string, primaryKey: true, required: true, classification: internal }
      - { name: town, logicalType: string, required: true, classification: internal }
      - { name: branch, logicalType: integer, required: true, classification: internal }
      - { name: income, logicalType: integer, classification: restricted, semanticType: measure }
      - { name: debt, logicalType: number, physicalType: 'decimal(12,2)', classification: restricted }
`,
  'staff/people.ndjson': people.map((each) => JSON.stringify(each)).join('\n'),
});

async function openStaff(people: readonly Person[], more: Readonly<Record<string, string>> = {}) {
  const mesh = makeMesh({ ...files(people), ...more });
  const dir = join(mesh.dir, 'staff');
  await writeGenerated((await generate(dir)).files);
  await runDomain(dir, { dataDir: mesh.dir, query: () => Promise.reject(new Error('no gateway')) });
  return { mesh, dir };
}

describe('a domain', () => {
  const seed = Number(process.env.WEFT_GROUPS_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`minimum groups seed ${seed}: WEFT_GROUPS_SEED=${seed} repeats this run\n`);

  const somePeople: fc.Arbitrary<readonly Person[]> = fc
    .array(
      fc.record({
        town: fc.constantFrom('Aachen', 'Bonn', 'Celle', 'Dessau'),
        branch: fc.integer({ min: 1, max: 3 }),
        income: fc.option(fc.integer({ min: 1, max: 100_000 }), { freq: 3 }),
        debt: fc.option(
          fc
            .integer({ min: 1, max: 100_000 })
            .map((cents) => `${Math.floor(cents / 100)}.${`${100 + (cents % 100)}`.slice(1)}`),
          { freq: 3 },
        ),
      }),
      { minLength: 30, maxLength: 40 },
    )
    .map((all) => all.map((each, at) => ({ id: `p${at}`, ...each })));

  const question = fc.record({
    groupBy: fc.constantFrom<(keyof Person)[]>([], ['town'], ['branch'], ['town', 'branch'], ['id']),
    fields: fc.subarray(['income', 'debt'] as const),
    aggregates: fc.subarray(['sum', 'avg', 'countDistinct'] as const, { minLength: 1 }),
    where: fc.option(fc.constantFrom('Aachen', 'Bonn'), { nil: undefined }),
    minimums: fc.record(
      { income: fc.integer({ min: 2, max: 8 }), debt: fc.integer({ min: 2, max: 8 }) },
      { requiredKeys: [] },
    ),
    hidden: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  });

  const cents = (text: string): number => Math.round(Number(text) * 100);

  /** In TypeScript, from the rows. */
  function expected(people: readonly Person[], asked: typeof question extends fc.Arbitrary<infer Q> ? Q : never) {
    const { groupBy, fields, aggregates, where, minimums, hidden } = asked;
    const seen = people.filter(({ town, branch }) => (where === undefined || town === where) && branch !== hidden);
    const groups = new Map<string, Person[]>(groupBy.length === 0 ? [['[]', []]] : []);
    for (const person of seen) {
      const key = JSON.stringify(groupBy.map((name) => person[name]));
      groups.set(key, [...(groups.get(key) ?? []), person]);
    }
    const found = [...groups].flatMap(([key, rows]) => {
      const valuesOf = (field: 'income' | 'debt') => rows.flatMap((row) => row[field] ?? []);
      if (fields.some((field) => valuesOf(field).length < (minimums[field] ?? 0))) return [];
      const told: Record<string, unknown> = { key, count: rows.length };
      for (const field of fields) {
        const values = valuesOf(field);
        const total = values.reduce<number>(
          (sum, value) => sum + (field === 'debt' ? cents(String(value)) : Number(value)),
          0,
        );
        const one: Record<string, unknown> = {
          sum: values.length === 0 ? null : total,
          avg: values.length === 0 ? null : (total / values.length).toFixed(6),
          countDistinct: new Set(values.map(String)).size,
        };
        for (const aggregate of aggregates) told[`${aggregate} ${field}`] = one[aggregate];
      }
      return [told];
    });
    return found.sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
  }

  test('tells of large enough groups what is so, and of others nothing', { timeout: 120_000 }, async () => {
    for (const people of fc.sample(somePeople, { numRuns: 3, seed })) {
      const { mesh, dir } = await openStaff(people);
      await using _ = mesh;
      const served = await serveDomain(dir, { port: 0, dataDir: mesh.dir, gatewaySecret: secret });
      const sign = requestSigner(secret);
      let [some, left] = [0, 0];
      try {
        await fc.assert(
          fc.asyncProperty(question, async (asked) => {
            const { groupBy, fields, aggregates, where, minimums, hidden } = asked;
            const conditions: RowConditions =
              hidden === undefined ? {} : { Person: { not: { field: 'branch', is: 'eq', value: hidden } } };
            const groups: MinimumGroups = Object.keys(minimums).length > 0 ? { Person: minimums } : {};
            const args = [
              'first: 1000',
              ...(groupBy.length > 0 ? [`groupBy: [${groupBy.map((name) => `{ field: ${name} }`)}]`] : []),
              ...(where === undefined ? [] : [`where: { town: { eq: "${where}" } }`]),
            ];
            const selected = fields.length > 0 ? aggregates.map((each) => `${each} { ${fields.join(' ')} }`) : [];
            const group = groupBy.length > 0 ? `group { ${groupBy.join(' ')} }` : '';
            const query = `{ peopleSummary(${args.join(', ')}) { count ${group} ...F } } fragment F on PersonSummary { __typename ${selected.join(' ')} }`;
            const body = JSON.stringify({ query });
            const [name = '', value = ''] = sign('staff', body, conditions, groups);
            const headers = { 'content-type': 'application/json', [name]: value };
            const text = await (await fetch(`${served.url}/graphql`, { method: 'POST', headers, body })).text();
            const { data, errors } = JSON.parse(text);
            expect(errors).toBeUndefined();
            const given = data.peopleSummary
              .map(({ count, group: of, ...rest }: any) => {
                const told: Record<string, unknown> = { key: JSON.stringify(groupBy.map((each) => of[each])), count };
                for (const field of fields) {
                  for (const aggregate of aggregates) {
                    const found = rest[aggregate][field];
                    const scale = field === 'debt' && aggregate !== 'countDistinct' ? 100 : 1;
                    const exact = found === null || aggregate === 'countDistinct' ? found : Number(found) * scale;
                    told[`${aggregate} ${field}`] =
                      exact === null || aggregate === 'countDistinct'
                        ? exact
                        : aggregate === 'avg'
                          ? exact.toFixed(6)
                          : Math.round(exact);
                  }
                }
                return told;
              })
              .sort((a: any, b: any) => (a.key < b.key ? -1 : 1));
            const wanted = expected(people, asked);
            expect(given).toEqual(wanted);
            const all = expected(people, { ...asked, minimums: {} });
            some += wanted.length;
            left += all.length - wanted.length;
            if (groupBy.join() !== 'id') return;
            for (const { key } of all) {
              if (!wanted.some((each) => each.key === key))
                expect(text).not.toContain(`"${JSON.parse(String(key))[0]}"`);
            }
          }),
          { numRuns: 80, seed },
        );
      } finally {
        await served.close();
      }
      // Not all or nothing each time.
      expect(some).toBeGreaterThan(50);
      expect(left).toBeGreaterThan(50);
    }
  });

  test('counts what it is sorted by as told of', async () => {
    const people = [1, 2, 3].map((at) => ({
      id: `p${at}`,
      town: at < 3 ? 'Bonn' : 'Celle',
      branch: 1,
      income: at,
      debt: null,
    }));
    const { mesh, dir } = await openStaff(people);
    await using _ = mesh;
    const served = await serveDomain(dir, { port: 0, dataDir: mesh.dir, gatewaySecret: secret });
    const body = JSON.stringify({
      query:
        '{ peopleSummary(groupBy: [{ field: town }], orderBy: [{ aggregate: MAX, field: income }]) { group { town } } }',
    });
    const [name = '', value = ''] = requestSigner(secret)('staff', body, {}, { Person: { income: 2 } });
    const headers = { 'content-type': 'application/json', [name]: value };
    const answer = await (await fetch(`${served.url}/graphql`, { method: 'POST', headers, body })).json();
    await served.close();
    expect(answer).toEqual({ data: { peopleSummary: [{ group: { town: 'Bonn' } }] } });
  });
});

const people: readonly Person[] = Array.from({ length: 18 }, (_, at) => ({
  id: `p${at}`,
  town: at < 10 ? 'Aachen' : at < 15 ? 'Bonn' : 'Celle',
  branch: at % 2,
  // Of five in Bonn, four say it.
  income: at === 14 ? null : 1000 + at,
  debt: `${at}.50`,
}));

const open = '@id("open") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 1 };';
const summaries = (size: number, more = '') =>
  `@id("of-${size}") @minimumGroup("${size}") permit (principal in Weft::Team::"Analytics", action == Weft::Action::"readSummary", resource)
   when { resource.type == "Person" && resource.name == "income" ${more}};`;

interface MeshOptions {
  readonly policies: string;
  readonly gatewaySecret?: string;
  readonly domainSecret?: string;
  /** The domain's schema as another make would have it. */
  readonly unlinked?: boolean;
}

async function openMesh({ policies, gatewaySecret = secret, domainSecret = secret, unlinked = false }: MeshOptions) {
  const { mesh, dir } = await openStaff(people, { 'access/p.cedar': `${open}\n${policies}` });
  const statements: string[] = [];
  const served = await serveDomain(dir, {
    ...{ port: 0, dataDir: mesh.dir, gatewaySecret: domainSecret },
    onStatement: (sql) => void statements.push(sql),
  });
  const file = 'staff/schema.gen.graphql';
  if (unlinked) {
    const link = /extend schema\s+@link\(url: "https:\/\/specs.weft.dev\/minimum-groups\/v1.0"\)/;
    expect(mesh.read(file)).toMatch(link);
    mesh.write({ [file]: mesh.read(file).replace(link, '') });
  }
  const subgraphs = { staff: { routing_url: `${served.url}/graphql`, schema: { file: `./${file}` } } };
  mesh.write({ 'supergraph.yaml': JSON.stringify({ subgraphs }) });
  const log: string[] = [];
  const config = readConfig(
    {},
    {
      ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, accessPolicies: join(mesh.dir, 'access') },
      ...{ gatewaySecret, devPrincipals: true, shareEqualFetches: true, shareEqualQueries: true },
    },
  );
  const gateway = await startGateway(config, (line) => log.push(line));
  return {
    ...{ log, statements },
    ask: (query: string, who = 'dev-analyst') =>
      ask(`${gateway.url}/graphql`, query, {}, undefined, { authorization: `Bearer ${who}` }),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await served.close();
      await mesh[Symbol.asyncDispose]();
    },
  };
}

const byTown =
  '{ peopleSummary(groupBy: [{ field: town }]) { group { town } count avg { income } sum { income } countDistinct { income } } }';
const told = (town: string, count: number, avg: number, sum: number, distinct = count) => ({
  ...{
    group: { town },
    count,
    avg: { income: avg },
    sum: { income: String(sum) },
    countDistinct: { income: distinct },
  },
});
const aachen = told('Aachen', 10, 1004.5, 10_045);
const bonn = told('Bonn', 5, 1011.5, 4_046, 4);

test('an answer of large groups only is told from another, and the policies are named', async () => {
  const { mesh, dir } = await openStaff(people);
  await using _ = mesh;
  const sdl = mesh.read('staff/schema.gen.graphql');
  const { domain } = await loadDomain(dir);
  const composed = composeWithApollo([{ name: 'staff', url: 'http://staff', sdl }]);
  if (!('supergraphSdl' in composed)) throw new Error(JSON.stringify(composed.issues));
  const place = { file: '', line: 1, column: 1 };
  const subgraph = { name: 'staff', url: 'http://staff', sdl, domain, schemaFile: '', place };
  const graph = await judgedGraph({ subgraphs: [subgraph] }, composed.supergraphSdl);
  const outcomeFor = outcomesOf(graph, parse(byTown));
  const seen = async (policies: string) => {
    const { decides, issues } = await graph.deciding(policiesOf(`${open}\n${policies}`), true);
    if (!decides) throw new Error(JSON.stringify(issues));
    const access = decides.accessFor(asker({ teams: ['Analytics'] }));
    const outcome = outcomeFor(access);
    return {
      ...{ signature: outcome.signature, explained: access.explain('PersonAvg.income') },
      ...{ shown: shownAs(outcome, 'PersonAvg.income'), key: access.key, told: access.minimumGroups('staff') },
    };
  };
  const plain = '@id("all") permit (principal, action == Weft::Action::"read", resource);';
  const found = [await seen(summaries(5)), await seen(summaries(10)), await seen(plain), await seen('')];
  expect(found.map(({ shown }) => shown)).toEqual(['summary(5)', 'summary(10)', 'allow', 'deny']);
  expect(found.map(({ told: each }) => each)).toEqual([{ Person: { income: 5 } }, { Person: { income: 10 } }, {}, {}]);
  expect(new Set(found.map(({ signature }) => signature)).size).toBe(4);
  expect(new Set(found.map(({ key }) => key)).size).toBe(4);
  expect(found[0]?.explained).toEqual({
    ...{ effect: 'allow', policies: ['of-5'], minimumGroup: 5, product: 'staff.people' },
  });
});

const codes = ({ errors = [] }: { errors?: readonly any[] }) => errors.map(({ extensions }) => extensions.code);

describe('through the gateway', () => {
  test('groups that are large enough are shown, and nothing else of the field', async () => {
    await using mesh = await openMesh({ policies: summaries(4) });
    expect(await mesh.ask(byTown)).toEqual({ status: 200, data: { peopleSummary: [aachen, bonn] } });
    expect(mesh.statements.join()).toContain('having count("people"."income") >= ?');
    // All rows are one group.
    expect((await mesh.ask('{ peopleSummary { count sum { income } } }')).data.peopleSummary).toEqual([
      { count: 18, sum: { income: '17139' } },
    ]);
    const few = '{ peopleSummary(where: { town: { eq: "Celle" } }) { count avg { income } } }';
    expect((await mesh.ask(few)).data).toEqual({ peopleSummary: [] });
    // Without the field, groups are what they were.
    const counts = '{ peopleSummary(groupBy: [{ field: town }]) { count } }';
    expect((await mesh.ask(counts)).data.peopleSummary.map(({ count }: any) => count)).toEqual([10, 5, 3]);

    const denied = await mesh.ask(
      '{ people(first: 1) { nodes { id income } } peopleSummary { min { income } max { income } sum { debt } } }',
    );
    expect(denied.data).toEqual({
      people: { nodes: [{ id: 'p0', income: null }] },
      peopleSummary: [{ min: { income: null }, max: { income: null }, sum: { debt: null } }],
    });
    expect(new Set(codes(denied))).toEqual(new Set(['ACCESS_DENIED']));
    for (const args of [
      'where: { income: { gt: 1005 } }',
      'where: { not: { income: { isNull: true } } }',
      'orderBy: [{ aggregate: SUM, field: income }]',
      'orderBy: [{ aggregate: MAX, field: income }]',
    ]) {
      const refused = await mesh.ask(`{ peopleSummary(${args}) { avg { income } } }`);
      expect([args, codes(refused)]).toEqual([args, ['ACCESS_DENIED']]);
    }
  });

  test('who may do less, or more, is answered by that, at the same time and in the same words', async () => {
    const all = '@id("all") permit (principal in Weft::Role::"governance", action == Weft::Action::"read", resource);';
    await using mesh = await openMesh({ policies: `${summaries(10)}\n${all}` });
    const who = Array.from({ length: 30 }, (_, at) => ['dev-analyst', 'dev-officer', 'dev-marketer'][at % 3] ?? '');
    const answers = await Promise.all(who.map((each) => mesh.ask(byTown, each)));
    for (const [at, answer] of answers.entries()) {
      if (who[at] === 'dev-analyst') expect(answer.data).toEqual({ peopleSummary: [aachen] });
      if (who[at] === 'dev-officer')
        expect(answer.data).toEqual({ peopleSummary: [aachen, bonn, told('Celle', 3, 1016, 3_048)] });
      // A count that cannot be null takes its list along.
      if (who[at] === 'dev-marketer') expect(answer.data).toEqual({ peopleSummary: null });
    }
  });

  test('of several that permit it, the largest size counts, and what forbids it forbids', async () => {
    const both = `${summaries(2)}\n${summaries(5)}`;
    {
      await using mesh = await openMesh({ policies: both });
      expect((await mesh.ask(byTown)).data).toEqual({ peopleSummary: [aachen] });
    }
    const never = '@id("never") forbid (principal, action == Weft::Action::"readSummary", resource)';
    for (const [when, sum, avg] of [
      ['resource.name == "income"', null, null],
      ['resource.type == "PersonSum"', null, 1004.5],
    ] as const) {
      await using mesh = await openMesh({ policies: `${both}\n${never} when { ${when} };` });
      const { data } = await mesh.ask(
        '{ peopleSummary(groupBy: [{ field: town }], first: 1) { sum { income } avg { income } } }',
      );
      expect(data.peopleSummary).toEqual([{ sum: { income: sum }, avg: { income: avg } }]);
    }
  });

  test('rows that may not be read are not counted', async () => {
    const rows =
      '@id("even") permit (principal, action == Weft::Action::"readRow", resource is Weft::Row::Person) when { resource.branch == 0 };';
    await using mesh = await openMesh({ policies: `${summaries(4)}\n${rows}` });
    expect((await mesh.ask(byTown)).data).toEqual({ peopleSummary: [told('Aachen', 5, 1004, 5_020)] });
    expect(mesh.statements.join()).toMatch(/where .*"branch" = \?.* having count\("people"."income"\) >= \?/);
  });

  test('a mask of the field stays what it is', async () => {
    const masked =
      '@id("hidden") @mask("bucket(1000)") permit (principal, action == Weft::Action::"readMasked", resource) when { resource.name == "income" };';
    await using mesh = await openMesh({ policies: `${summaries(4)}\n${masked}` });
    expect((await mesh.ask(byTown)).data).toEqual({ peopleSummary: [aachen, bonn] });
    expect((await mesh.ask('{ people(first: 1) { nodes { income } } }')).data.people.nodes).toEqual([{ income: 1000 }]);
  });

  test.each([
    ['the gateway has no secret', { gatewaySecret: '', domainSecret: '' }, 'no secret to sign by'],
    ['the domain does not say that it leaves groups out', { unlinked: true }, 'does not say that it does'],
  ])('where %s, it is denied', async (_, options, why) => {
    await using mesh = await openMesh({ policies: summaries(4), ...options });
    const answer = await mesh.ask('{ peopleSummary(groupBy: [{ field: town }]) { count avg { income } } }');
    expect(answer.data.peopleSummary.map(({ avg }: any) => avg.income)).toEqual([null, null, null]);
    expect(new Set(codes(answer))).toEqual(new Set(['ACCESS_DENIED']));
    expect(mesh.log.join('\n')).toContain(why);
    expect(mesh.statements.join()).not.toContain('avg(');
  });

  test('a domain that lost its secret tells nothing', async () => {
    await using mesh = await openMesh({ policies: summaries(4), domainSecret: '' });
    const answer = await mesh.ask(byTown);
    expect(answer.data).toEqual({ peopleSummary: null });
    expect(codes(answer)).toEqual(['CONTEXT_INVALID']);
  });
});
