/** Rows that somebody may not read are as if they were not there, whichever way they are asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { createAccessPolicies } from '../gateway/governance/access/access-policies.ts';
import { protectedFields } from '../gateway/governance/access/protected-fields.ts';
import { parseAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { rowExpression } from '../gateway/governance/access/row-expression.ts';
import { rowRules } from '../gateway/governance/access/row-rules.ts';
import { rowTypesOf } from '../gateway/governance/access/row-types.ts';
import { startGateway } from '../gateway/main.ts';
import { requestSigner } from '../gateway/transport/request-signer.ts';
import type { RowConditions } from '../subgraphs/kit/contract/row-condition.ts';
import { loadDomain } from '../subgraphs/kit/domain-folder.ts';
import { isError, printIssue } from '../subgraphs/kit/errors/issue.ts';
import { generate, writeGenerated } from '../subgraphs/kit/generate.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { serveDomain } from '../subgraphs/kit/serve.ts';
import { matches } from '../subgraphs/kit/store/pattern.ts';
import { maskOf, purposesText, reading } from './access-mesh.ts';
import { audience, issuerName, makeKey, sign as sign_, startIssuer } from './issuer.ts';
import { makeMesh, root } from './mesh.ts';
import {
  allowedRows,
  type OrderProperty,
  type OrderRow,
  policiesText,
  rowsWith,
  shopFiles,
  someAsker,
  someProperties,
  ticketFiles,
} from './row-mesh.ts';
import { ask } from './subgraph.ts';

const secret = 'a secret of more than thirty-two characters';
const sign = requestSigner(secret);

/** A shop with its rows, which answers whoever has the secret. */
async function openShop(
  properties: readonly OrderProperty[],
  rows: readonly OrderRow[],
  afterLoad = (contract: string) => contract,
) {
  const mesh = makeMesh(shopFiles(properties, rows));
  const dir = join(mesh.dir, 'shop');
  await runDomain(dir, { dataDir: mesh.dir, query: () => Promise.reject(new Error('no gateway')) });
  mesh.write({ 'shop/orders.odcs.yaml': afterLoad(mesh.read('shop/orders.odcs.yaml')) });
  const served = await serveDomain(dir, { port: 0, dataDir: mesh.dir, gatewaySecret: secret });
  const { domain } = await loadDomain(dir);
  return {
    types: rowTypesOf([{ name: 'shop', domain, filtersRows: true }]),
    async ask(query: string, conditions: RowConditions, variables = {}) {
      const body = JSON.stringify({ query, variables });
      const [name = '', value = ''] = sign('shop', body, conditions);
      const headers = { 'content-type': 'application/json', [name]: value };
      const answer = (await (await fetch(`${served.url}/graphql`, { method: 'POST', headers, body })).json()) as any;
      const failures = (answer.errors ?? []).filter((each: any) => each.extensions.code !== 'ENTITY_NOT_FOUND');
      if (failures.length > 0) throw new Error(JSON.stringify(failures));
      return answer.data;
    },
    async [Symbol.asyncDispose]() {
      await served.close();
      await mesh[Symbol.asyncDispose]();
    },
  };
}

const id = ({ id: found }: { id: string }): string => found;
const idsIn = (rows: readonly ({ id: string } | null)[]): string[] => rows.flatMap((row) => row?.id ?? []).sort();

/** What the shop shows of its orders, by each way to them. */
async function shownBy(
  shop: Awaited<ReturnType<typeof openShop>>,
  conditions: RowConditions,
  rows: readonly OrderRow[],
) {
  const byKey = rows.map((row, at) => `k${at}: order(id: "${row.id}") { id }`).join(' ');
  const question = `query ($all: [_Any!]!) {
    orders(first: 1000) { totalCount nodes { id } } backwards: orders(last: 1000) { nodes { id } }
    ordersSummary { count countDistinct { id } } groups: ordersSummary(groupBy: [{ field: id }]) { count group { id } }
    lines(first: 1000) { nodes { order { id } } } stores { nodes { orders(first: 1000) { totalCount nodes { id } } } }
    ${byKey} _entities(representations: $all) { ... on Order { id lines { totalCount } } }
  }`;
  const all = rows.map((row) => ({ __typename: 'Order', id: row.id }));
  const data = await shop.ask(question, conditions, { all });
  const paged: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: any = await shop.ask(
      `{ orders(first: 3, ${after && `after: ${JSON.stringify(after)}, `}orderBy: [{ field: id, direction: DESC }]) { nodes { id } pageInfo { endCursor hasNextPage } } }`,
      conditions,
    );
    paged.push(...page.orders.nodes.map(id));
    after = page.orders.pageInfo.hasNextPage ? page.orders.pageInfo.endCursor : null;
  }
  const [{ count, countDistinct }] = data.ordersSummary;
  const ofStores = data.stores.nodes.reduce((sum: number, { orders }: any) => sum + orders.totalCount, 0);
  return {
    list: idsIn(data.orders.nodes),
    backwards: idsIn(data.backwards.nodes),
    pages: paged.sort(),
    byKey: idsIn(rows.map((_, at) => data[`k${at}`])),
    entities: idsIn(data._entities),
    references: idsIn(data.lines.nodes.map(({ order }: any) => order)),
    inverses: idsIn(data.stores.nodes.flatMap(({ orders }: any) => orders.nodes)),
    groups: idsIn(data.groups.map(({ group }: any) => group)),
    counts: [data.orders.totalCount, count, countDistinct.id, ofStores],
  };
}

describe('of random contracts and random policies', () => {
  const seed = Number(process.env.WEFT_ROWS_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`row filters seed ${seed}: WEFT_ROWS_SEED=${seed} repeats this run\n`);
  const someShop = someProperties.chain((properties) => rowsWith(properties).map((rows) => ({ properties, rows })));
  const shops = fc.sample(someShop, { numRuns: 4, seed });

  test.each(shops.map((shop, at) => [at, shop] as const))(
    'those rows are shown that Cedar allows, each by itself (%i)',
    { timeout: 120_000 },
    async (_, { properties, rows }) => {
      await using shop = await openShop(properties, rows);
      let [some, valid] = [0, 0];
      await fc.assert(
        fc.asyncProperty(
          policiesText(properties),
          fc.array(someAsker, { minLength: 2, maxLength: 3 }),
          async (text, askers) => {
            const files: [string, string][] = [
              ['rows.cedar', text],
              ['purposes.yaml', purposesText],
            ];
            const { access, issues } = parseAccessPolicies(cedar, files, reading);
            if (!access) throw new Error(issues.map(printIssue).join('\n'));
            const judged = rowRules(cedar, access, shop.types);
            // What can never be true, Cedar calls a mistake.
            fc.pre(judged.rules !== undefined);
            valid += 1;
            const failures: string[] = [];
            const { accessFor } = await createAccessPolicies({
              ...{ access, rows: judged.rules, isSigned: true, cedar, maskOf, fieldsDigest: 'one' },
              fields: protectedFields(new Map(), () => undefined),
              saltOf: () => '',
              isPlatform: () => false,
              log: (message) => failures.push(message),
            });
            for (const asker of askers) {
              const allowed = allowedRows(access, properties, rows, asker).sort();
              if (allowed.length > 0 && allowed.length < rows.length) some += 1;
              const conditions = accessFor(asker).rows('shop');
              expect(failures).toEqual([]);
              if (!conditions) throw new Error('the shop filters rows');
              const { counts, ...ways } = await shownBy(shop, conditions, rows);
              for (const [way, shown] of Object.entries(ways)) expect([way, shown]).toEqual([way, allowed]);
              expect(counts).toEqual(counts.map(() => allowed.length));
            }
          },
        ),
        { numRuns: 30, seed },
      );
      // Not all or nothing each time.
      expect(valid).toBeGreaterThan(20);
      expect(some).toBeGreaterThan(valid / 5);
    },
  );
});

const properties: readonly OrderProperty[] = [
  { name: 'region', kind: 'string', required: false },
  { name: 'status', kind: 'enum', required: true },
  { name: 'amount', kind: 'decimal', required: true },
  { name: 'weight', kind: 'float', required: false },
  { name: 'placed', kind: 'date', required: true },
  { name: 'shipped', kind: 'timestamp', required: true },
  { name: 'size', kind: 'long', required: true },
];
const rows: readonly OrderRow[] = ['EU', 'EU', 'US', 'US', 'US', null].map((region, at) => ({
  ...{ id: `o${at}`, region, status: at % 2 ? 'done' : '500', amount: `${at}.5`, weight: at, placed: '2024-03-01' },
  ...{ shipped: '2024-03-01T00:00:00.000Z', size: at },
}));
const fields = '@id("fields") permit (principal, action == Weft::Action::"read", resource);';
const ofRows = (
  effect: string,
  condition: string,
  head = 'principal, action == Weft::Action::"readRow", resource is Weft::Row::Order',
) => `${effect} (${head}) when { ${condition} };`;
const ownRegion = `@id("own-region") ${ofRows('permit', 'principal has region && resource has region && resource.region == principal.region')}
@id("chiefs") permit (principal in Weft::Role::"chief", action == Weft::Action::"readRow", resource is Weft::Row::Order);`;

interface MeshOptions {
  readonly policies?: string;
  readonly gatewaySecret?: string;
  readonly domainSecret?: string;
  /** The shop's schema as another make would have it: it filters nothing. */
  readonly otherMake?: boolean;
  readonly settings?: Record<string, unknown>;
}

/** Two domains and the gateway. Whoever asks is somebody by a token of an issuer. */
async function openMesh(options: MeshOptions = {}) {
  const { policies = ownRegion, gatewaySecret = secret, domainSecret = secret, otherMake = false, settings } = options;
  const open: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const each of open.splice(0).reverse()) await each();
  };
  const key = await makeKey('one');
  const issuer = await startIssuer();
  issuer.publish(key);
  open.push(() => issuer.close());
  const mesh = makeMesh({
    ...{
      ...shopFiles(properties, rows),
      ...ticketFiles(rows),
      'access/fields.cedar': fields,
      'access/rows.cedar': policies,
    },
    'access/purposes.yaml': purposesText,
  });
  open.push(() => mesh[Symbol.asyncDispose]());
  const statements: string[] = [];
  const subgraphs: Record<string, unknown> = {};
  for (const name of ['shop', 'care']) {
    const dir = join(mesh.dir, name);
    await writeGenerated((await generate(dir)).files);
    await runDomain(dir, { dataDir: mesh.dir, query: () => Promise.reject(new Error('no gateway')) });
    const file = `${name}/schema.gen.graphql`;
    if (otherMake)
      mesh.write({
        [file]: mesh
          .read(file)
          .replace(/@link\(url: "[^"]*row-filters[^"]*"\)/, '@tag(name: "x")')
          .replace('"@key", ', '"@key", "@tag", '),
      });
    const onStatement = (sql: string) => void statements.push(sql);
    const served = await serveDomain(dir, { port: 0, dataDir: mesh.dir, gatewaySecret: domainSecret, onStatement });
    open.push(() => served.close());
    subgraphs[name] = { routing_url: `${served.url}/graphql`, schema: { file: `./${file}` } };
  }
  mesh.write({ 'supergraph.yaml': JSON.stringify({ subgraphs }) });
  const log: string[] = [];
  const config = readConfig(
    {},
    {
      ...{
        supergraph: join(mesh.dir, 'supergraph.yaml'),
        port: 0,
        accessPolicies: join(mesh.dir, 'access'),
        gatewaySecret,
      },
      ...{ jwtIssuer: issuerName, jwtAudience: audience, jwksUrl: issuer.url, jwtAttributeClaims: 'region,clearance' },
      ...settings,
    },
  );
  const gateway = await startGateway(config, (line) => log.push(line)).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  open.push(() => gateway.close());
  const exp = Math.floor(Date.now() / 1000) + 3_000;
  return {
    ...{ gateway, log, statements },
    write: (text: string) => mesh.write({ 'access/rows.cedar': text }),
    async ask(claims: Record<string, unknown>, query: string, headers = {}) {
      const token = await sign_(key, { exp, ...claims });
      return ask(`${gateway.url}/graphql`, query, {}, undefined, { authorization: `Bearer ${token}`, ...headers });
    },
    [Symbol.asyncDispose]: close,
  };
}

const question = '{ orders { totalCount nodes { id region } } ordersSummary { count sum { amount } } }';

describe('through the gateway', () => {
  test('each asker is shown its own rows, and the SQL says which', async () => {
    await using mesh = await openMesh();
    const europe = await mesh.ask({ region: 'EU' }, question);
    expect(europe).toEqual({
      status: 200,
      data: {
        orders: {
          totalCount: 2,
          nodes: [
            { id: 'o0', region: 'EU' },
            { id: 'o1', region: 'EU' },
          ],
        },
        ordersSummary: [{ count: 2, sum: { amount: '2' } }],
      },
    });
    expect(mesh.statements).toHaveLength(3);
    for (const sql of mesh.statements) {
      expect(sql).toContain('("orders"."region" is not null and "orders"."region" = ?)');
      expect(sql).not.toContain('EU');
    }
    expect((await mesh.ask({ region: 'US' }, question)).data.orders.totalCount).toBe(3);
    expect((await mesh.ask({ region: 'Mars' }, question)).data.orders).toEqual({ totalCount: 0, nodes: [] });
    expect((await mesh.ask({}, question)).data.orders.totalCount).toBe(0);
    mesh.statements.length = 0;
    expect((await mesh.ask({ roles: ['chief'] }, question)).data.orders.totalCount).toBe(6);
    // Who may read all rows is asked about none.
    expect(mesh.statements.join()).not.toContain('where');
  });

  test('a row that may not be read is one that is not there, by key and by reference too', async () => {
    await using mesh = await openMesh();
    const other =
      '{ mine: order(id: "o0") { id tickets { totalCount } } hidden: order(id: "o2") { id } none: order(id: "o9") { id } }';
    expect(await mesh.ask({ region: 'EU' }, other)).toEqual({
      status: 200,
      data: { mine: { id: 'o0', tickets: { totalCount: 1 } }, hidden: null, none: null },
    });
    const { data, errors } = await mesh.ask(
      { region: 'EU' },
      '{ tickets(first: 3) { nodes { order { id amount } } } }',
    );
    // The key is what the other domain's rows say.
    expect(data.tickets.nodes.map(({ order }: any) => order?.amount ?? null)).toEqual(['0.5', '1.5', null]);
    expect(errors).toMatchObject([{ path: ['tickets', 'nodes', 2, 'order', 'amount'] }]);
  });

  test('a cursor leads on in what whoever has it may read', async () => {
    await using mesh = await openMesh();
    const page = (after = '') =>
      `{ orders(first: 1${after && `, after: "${after}"`}) { nodes { id } pageInfo { endCursor hasNextPage } } }`;
    const { orders } = (await mesh.ask({ region: 'EU' }, page())).data;
    const goingOn = async (claims: object) =>
      (await mesh.ask({ ...claims }, page(orders.pageInfo.endCursor))).data.orders;
    expect(await goingOn({ region: 'EU' })).toMatchObject({ nodes: [{ id: 'o1' }], pageInfo: { hasNextPage: false } });
    expect(await goingOn({ region: 'US' })).toMatchObject({ nodes: [{ id: 'o2' }], pageInfo: { hasNextPage: true } });
    expect(await goingOn({})).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } });
  });

  test('equal questions of many who ask at once, by shared fetches and queries, are answered to each by its own rows', async () => {
    await using mesh = await openMesh({ settings: { shareEqualFetches: true, shareEqualQueries: true } });
    const who = Array.from({ length: 60 }, (_, at) => ['EU', 'US', 'Mars'][at % 3] ?? '');
    const answers = await Promise.all(who.map((region) => mesh.ask({ region }, question)));
    const counts = { EU: 2, US: 3, Mars: 0 } as Record<string, number>;
    expect(answers.map(({ data }) => data.orders.totalCount)).toEqual(who.map((region) => counts[region]));
  });

  test('random policies, as they change, show what Cedar allows', { timeout: 120_000 }, async () => {
    await using mesh = await openMesh();
    let compared = 0;
    for (const text of fc.sample(policiesText(properties), 14)) {
      const files: [string, string][] = [
        ['rows.cedar', text.replace(/^.*\n/, '')],
        ['fields.cedar', fields],
        ['purposes.yaml', purposesText],
      ];
      const { access } = parseAccessPolicies(cedar, files, reading);
      if (!access) throw new Error(text);
      mesh.write(files[0]?.[1] ?? '');
      const { issues } = await mesh.gateway.reload();
      if (issues.some(isError)) continue; // Cedar finds that some can never be true.
      for (const asker of fc.sample(someAsker, 4)) {
        const { teams, roles, attributes } = asker.principal;
        const principal = { ...asker.principal, kind: 'user' };
        const allowed = allowedRows(access, properties, rows, { ...asker, principal });
        const claims = { sub: 'ann', team: teams[0], roles, ...attributes };
        const { data } = await mesh.ask(
          claims,
          question,
          asker.purpose === undefined ? {} : { 'weft-purpose': asker.purpose },
        );
        // Interns may be forbidden everything, fields too.
        expect([text, (data.orders?.nodes ?? []).map(id)]).toEqual([text, allowed]);
        expect(data.ordersSummary?.[0].count ?? 0).toBe(allowed.length);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(20);
  });

  test.each([
    ['the gateway has no secret', { gatewaySecret: '' }, 'the gateway has no secret'],
    ['a subgraph does not filter', { otherMake: true }, 'its schema does not say that it filters rows'],
  ] as const)('where %s, nothing is shown unfiltered', async (_, options, why) => {
    await using mesh = await openMesh({ ...options, ...('gatewaySecret' in options && { domainSecret: '' }) });
    expect(mesh.log.join('\n')).toMatch(/warning ACCESS_ROWS_UNFILTERED {2}shop is not asked for anybody/);
    expect(mesh.log.join('\n')).toContain(why);
    const { data, errors } = await mesh.ask(
      { region: 'EU' },
      '{ orders { totalCount } ordersSummary { count } tickets { totalCount } }',
    );
    expect(data).toEqual({ orders: null, ordersSummary: null, tickets: { totalCount: 6 } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([
      'ACCESS_ROWS_UNFILTERED',
      'ACCESS_ROWS_UNFILTERED',
    ]);
    expect(mesh.statements.join()).not.toContain('orders"."region');
    expect((await mesh.ask({ roles: ['chief'] }, '{ orders { totalCount } }')).data).toEqual({
      orders: { totalCount: 6 },
    });
  });

  test('a domain that lost its secret shows nothing that it should leave out', async () => {
    await using mesh = await openMesh({ domainSecret: '' });
    const { data, errors } = await mesh.ask({ region: 'EU' }, '{ orders { totalCount } tickets { totalCount } }');
    expect(data).toEqual({ orders: null, tickets: { totalCount: 6 } });
    expect(errors).toMatchObject([{ extensions: { code: 'CONTEXT_INVALID', subgraph: 'shop' } }]);
  });

  test('a policy of rows that the graph has not is nothing to start with, and its place is named', async () => {
    const policies = `\n@id("typo") permit (principal, action == Weft::Action::"readRow", resource is Weft::Row::Orders);`;
    await expect(openMesh({ policies })).rejects.toMatchObject({
      code: 'ACCESS_POLICY_INVALID',
      issues: expect.arrayContaining([
        expect.objectContaining({
          message: expect.stringContaining('Orders'),
          place: { file: expect.stringMatching(/rows\.cedar$/), line: 2, column: expect.any(Number) },
        }),
      ]),
    });
  });
});

test('a text is like a pattern where Cedar says so', () => {
  const attribute = { name: 't', kind: 'String', comparable: 'String', required: true } as const;
  const type = { name: 'T', product: 'p', domain: 'd', attributes: new Map([['t', attribute]]) };
  const letters = fc.constantFrom('a', 'b', 'ab', '💥', '\u0000');
  const uid = { type: 'T', id: '1' };
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: 7 }),
      fc.array(fc.oneof(letters, fc.constant('*'), fc.constant('\\*')), { maxLength: 6 }),
      (text, parts) => {
        const policy = `permit (principal, action, resource) when { resource.t like "${parts.join('').replaceAll('\u0000', '\\0')}" };`;
        const read = cedar.policyToJson(policy);
        if (read.type === 'failure') throw new Error(policy);
        const answer = cedar.isAuthorized({
          ...{ principal: uid, action: { type: 'Action', id: 'a' }, resource: uid, context: {} },
          ...{
            policies: { staticPolicies: { p: policy } },
            entities: [{ uid, attrs: { t: text.join('') }, parents: [] }],
          },
        });
        const condition = rowExpression(read.json.conditions[0]?.body, type, true) as {
          readonly pattern: readonly (string | null)[];
        };
        const allowed = answer.type === 'success' && answer.response.decision === 'allow';
        expect([policy, text, matches(text.join(''), condition.pattern)]).toEqual([policy, text, allowed]);
      },
    ),
    { numRuns: 1000 },
  );
});

describe('a row', () => {
  const conditionsFor = async (shop: Awaited<ReturnType<typeof openShop>>, text: string) => {
    const files: [string, string][] = [['rows.cedar', text]];
    const { access } = parseAccessPolicies(cedar, files, reading);
    const { rules, issues } = rowRules(cedar, access as never, shop.types);
    expect(issues).toEqual([]);
    const { accessFor } = await createAccessPolicies({
      ...{ access: access as never, rows: rules, isSigned: true, cedar, maskOf, fieldsDigest: 'one' },
      fields: protectedFields(new Map(), () => undefined),
      saltOf: () => '',
      isPlatform: () => false,
      log: () => {},
    });
    const conditions = accessFor({ principal: { id: 'a', kind: 'user', teams: [], roles: [], attributes: {} } }).rows(
      'shop',
    );
    if (!conditions) throw new Error('the shop filters rows');
    return conditions;
  };

  test('that lacks what its contract requires by now is hidden from whoever is not shown all', async () => {
    await using shop = await openShop(properties, rows, (contract) =>
      contract.replace('"region", required: false', '"region", required: true'),
    );
    const shown = async (text: string) => {
      const { orders } = await shop.ask('{ orders { nodes { id } } }', await conditionsFor(shop, text));
      return orders.nodes.map(id);
    };
    const permit = '@id("all") permit (principal, action == Weft::Action::"readRow", resource is Weft::Row::Order);';
    const notEurope = `@id("eu") ${ofRows('forbid', 'resource.region == "EU"')}`;
    expect(await shown(`${permit} ${notEurope}`)).toEqual(['o2', 'o3', 'o4']);
    expect(await shown(`@id("p") ${ofRows('permit', 'resource.size >= 4 || resource.region == "EU"')}`)).toEqual([
      'o0',
      'o1',
      'o4',
    ]);
    expect(await shown(permit)).toHaveLength(6);
  });

  test('of a type that several subgraphs have is told apart by what all of them have', async () => {
    await using one = makeMesh(shopFiles(properties, rows));
    const others = properties.map((each) => (each.name === 'size' ? { ...each, required: false } : each));
    await using other = makeMesh(
      shopFiles(
        others.filter(({ name }) => name !== 'placed'),
        rows,
      ),
    );
    const domains = await Promise.all([one, other].map(({ dir }) => loadDomain(join(dir, 'shop'))));
    const types = rowTypesOf(domains.map(({ domain }, at) => ({ name: `shop${at}`, domain, filtersRows: at === 0 })));
    const { attributes, subgraphs } = types.get('Order') ?? {};
    expect([...(attributes?.keys() ?? [])]).toEqual(['id', 'storeId', 'region', 'status', 'amount', 'shipped', 'size']);
    expect(attributes?.get('size')?.required).toBe(false);
    expect(subgraphs?.map(({ name, filtersRows }) => [name, filtersRows])).toEqual([
      ['shop0', true],
      ['shop1', false],
    ]);
  });
});

describe('policies of rows', () => {
  const judged = async (text: string) => {
    await using mesh = makeMesh(shopFiles(properties, rows));
    const { domain } = await loadDomain(join(mesh.dir, 'shop'));
    const files: [string, string][] = [
      ['rows.cedar', text],
      ['purposes.yaml', purposesText],
    ];
    const { access, issues } = parseAccessPolicies(cedar, files, reading);
    const types = rowTypesOf([{ name: 'shop', domain, filtersRows: true }]);
    const found = access ? rowRules(cedar, access, types) : { issues };
    return {
      types: 'rules' in found ? [...(found.rules?.types.keys() ?? [])] : [],
      said: found.issues.map(printIssue).join('\n'),
    };
  };

  test.each([
    ['resource.sizes == 1', /attribute `sizes`/],
    ['resource.region == "EU"', /optional attribute `region`/],
    ['resource.weight == 1', /attribute `weight`/],
    ['resource.size + 1 > 2', /nothing can be worked out of them/],
    ['resource.size > 9007199254740993', /2\^53/],
    ['resource == Weft::Row::Order::"o1"', /exact counterpart|compared with/],
    ['[resource.status, "a"].containsAll(["a"])', /`containsAll` of a row/],
    ['resource.shipped.toDate() == datetime("2024-03-01")', /nothing can be worked out/],
    ['resource.placed == resource.shipped', /not stored alike/],
    ['resource.amount == resource.amount', /not stored alike/],
    ['resource.placed < datetime("2024-03-01").offset(duration("1d"))', /datetime\("…"\) only/],
    ['principal == resource', /./],
  ])('that SQL could not say exactly are refused: %s', async (condition, why) => {
    const { said } = await judged(`@id("p") ${ofRows('permit', condition)}`);
    expect(said).toMatch(/^rows\.cedar:1:\d+ error ACCESS_POLICY_INVALID {2}p: /);
    expect(said).toMatch(why);
  });

  test.each([
    ['principal, action in [Weft::Action::"read", Weft::Action::"readRow"], resource', /goes with no other action/],
    ['principal, action == Weft::Action::"readRow", resource == Weft::Row::Order::"o1"', /named one by one/],
    ['principal, action == Weft::Action::"readRow", resource is Weft::Field', /./],
  ])('are refused by their heads: %s', async (head, why) => {
    expect((await judged(`@id("p") ${ofRows('permit', 'true', head)}`)).said).toMatch(why);
  });

  test('of any action have to mean something for rows, once rows are filtered', async () => {
    const anything = '@id("any") forbid (principal, action, resource) when { resource.rank > 2 };';
    expect(await judged(anything)).toEqual({ types: [], said: '' });
    const row = `@id("p") ${ofRows('permit', 'resource.size > 1')}`;
    expect((await judged(`${anything}\n${row}`)).said).toMatch(
      /^rows\.cedar:1:.*any: .*`rank`.*of any action, and so of rows, too/,
    );
    const sound = '@id("any") forbid (principal in Weft::Role::"intern", action, resource);';
    expect(await judged(`${sound}\n${row}`)).toEqual({ types: ['Order'], said: '' });
  });

  test('filter the types that they may apply to, and no others', async () => {
    const head = (resource: string) => `@id("p") permit (principal, action == Weft::Action::"readRow", ${resource});`;
    const none = { types: [], said: '' };
    expect(await judged('@id("f") permit (principal, action == Weft::Action::"read", resource);')).toEqual(none);
    expect((await judged(head('resource is Weft::Row::Line'))).types).toEqual(['Line']);
    expect((await judged(head('resource'))).types).toEqual(['Order', 'Store', 'Line']);
    expect((await judged(head('resource in Weft::Domain::"shop"'))).types).toEqual(['Order', 'Store', 'Line']);
    expect(await judged(head('resource in Weft::Product::"elsewhere"'))).toEqual(none);
  });

  test('in the README of the policies filter the customers of this repository’s mesh', async () => {
    const [, text = ''] =
      /```cedar\n(@id\("consumers-are-marketings"\).*?)```/s.exec(
        readFileSync(join(root, 'gateway/policies/README.md'), 'utf8'),
      ) ?? [];
    const { domain } = await loadDomain(join(root, 'subgraphs/customers'));
    const { access, issues } = parseAccessPolicies(cedar, [['README.md', text]], {
      ...reading,
      attributes: ['segment'],
    });
    if (!access) throw new Error(issues.map(printIssue).join());
    const { rules, issues: ofRows } = rowRules(
      cedar,
      access,
      rowTypesOf([{ name: 'customers', domain, filtersRows: true }]),
    );
    expect(ofRows).toEqual([]);
    const { accessFor } = await createAccessPolicies({
      ...{ access, rows: rules, isSigned: true, cedar, maskOf, fieldsDigest: 'one' },
      fields: protectedFields(new Map(), () => undefined),
      saltOf: () => '',
      isPlatform: () => false,
      log: () => {},
    });
    const rowsFor = (teams: string[], attributes = {}) =>
      accessFor({ principal: { id: 'a', kind: 'user', teams, roles: [], attributes } }).rows('customers');
    const required = { field: 'segment', is: 'present' };
    const own = (value: string) => ({ field: 'segment', is: 'eq', value });
    expect(rowsFor(['Marketing'])).toEqual({ Customer: { all: [required, own('Consumer')] } });
    expect(rowsFor([], { segment: 'Corporate' })).toEqual({ Customer: { all: [required, own('Corporate')] } });
    expect(rowsFor(['Marketing'], { segment: 'Corporate' })).toEqual({
      Customer: { all: [required, { any: expect.arrayContaining([own('Consumer'), own('Corporate')]) }] },
    });
    expect(rowsFor([])).toEqual({ Customer: false });
  });
});
