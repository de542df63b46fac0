/** The catalog: which data products there are, who answers for them, and how they are doing. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCatalog } from '../gateway/catalog/catalog.ts';
import { readConfig } from '../gateway/config.ts';
import { type Gateway, startGateway } from '../gateway/main.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import type { DomainObservation } from '../subgraphs/kit/contract/observation.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { makeMesh, type TestMesh } from './mesh.ts';
import { ask, startSubgraph, type TestSubgraph } from './subgraph.ts';

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

const loansSdl = `${schemaHead}
  type Query { loans: [Loan!] @owner(team: "Lending desk", product: "lending.loans")  openLoans: Int }
  type Loan @key(fields: "loanId") @dataProduct(id: "lending.loans", version: "2.1.0", status: "active") {
    loanId: ID! @owner(team: "Lending desk", product: "lending.loans") @classified(level: "internal")
    fee: Float @owner(team: "Treasury", product: "lending.loans") @classified(level: "confidential")
    reader: Reader @owner(team: "Lending desk", product: "lending.loans")
    _dataProduct: DataProduct
  }
  type Reader @key(fields: "readerId") { readerId: ID!  loans: [Loan!] @owner(team: "Lending desk", product: "lending.loans") }
  type DataProduct @key(fields: "id", resolvable: false) { id: ID! }`;

const readersSdl = `${schemaHead}
  type Query { readers: [Reader!]  someone: Person }
  interface Person { name: String }
  type Reader implements Person @key(fields: "readerId") {
    readerId: ID! @owner(team: "Front desk", product: "members.readers") @classified(level: "confidential")
    name: String @owner(team: "Front desk", product: "members.readers") @classified(level: "restricted", categories: ["name"])
    nickname: String @deprecated(reason: "Nobody uses it.")
  }`;

const shelvesSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { "How many shelves there are." shelfCount: Int! }`;

const loansProduct = `
apiVersion: v1.1.0
kind: DataProduct
id: lending.loans
name: Loans
version: 3.0.0
status: active
type: sourceAligned
description: { purpose: 'Every loan that the library ever made, reader by reader: what a reader borrowed, and when that reader brought it back.', limitations: No reservations. }
tags: [circulation]
inputPorts:
  - { name: readers, version: 1.0.0, contractId: members.readers }
  - { name: elsewhere, version: 1.0.0, contractId: nobody.knows }
outputPorts: [{ name: loans, version: 2.1.0, contractId: lending.loans, type: graphql, description: One row per loan. }]
managementPorts: [{ name: health, content: observability, type: rest, url: 'https://example.com/observability' }]
team: { name: Lending desk, members: [{ username: ida, name: Ida Falk, role: owner }] }
support: [{ channel: lending, tool: email, url: 'mailto:lending@example.com' }]
`;

const loansContract = `
apiVersion: v3.1.0
kind: DataContract
id: lending.loans
name: Loans
version: 2.1.0
status: active
tags: [money]
schema:
  - name: loans
    description: A book that a reader took home.
    quality: [{ name: enough, type: library, metric: rowCount, mustBeGreaterThan: 1, unit: rows, dimension: coverage }]
    properties:
      - { name: loan_id, logicalType: string, primaryKey: true, required: true, classification: internal, description: Number of the loan. }
      - name: fee
        logicalType: number
        classification: confidential
        description: What the reader owes for bringing the book back late.
        customProperties: [{ property: unit, value: EUR }, { property: owner, value: Treasury }]
        quality: [{ type: library, metric: nullValues, mustBe: 0 }]
      - { name: shelf_mark, logicalType: string, description: Signature of the café copy. }
      - name: returned_at
        logicalType: array
        items: { logicalType: object, properties: [{ name: branch, logicalType: string }] }
slaProperties: [{ property: latency, value: 4, unit: h }]
`;

const readersProduct = `
apiVersion: v1.0.0
kind: DataProduct
id: members.readers
name: Readers
version: 1.0.0
status: draft
outputPorts: [{ name: readers, version: 1.0.0, contractId: members.readers }]
`;

const readersContract = `
apiVersion: v3.0.2
kind: DataContract
id: members.readers
version: 1.0.0
status: draft
team: [{ username: bo, role: owner }]
schema:
  - name: readers
    properties:
      - { name: reader_id, logicalType: string, primaryKey: true, required: true, classification: confidential }
      - { name: name, logicalType: string, classification: restricted, customProperties: [{ property: categories, value: [name] }] }
`;

const run = {
  id: 'r1',
  object: 'loans',
  state: 'COMPLETE',
  load: 'full',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:02.000Z',
  durationMs: 2000,
  rowsIn: 4_000_000_000,
  rowsOut: 3_999_999_999,
  rowsQuarantined: 1,
  checks: [
    {
      name: 'enough',
      target: 'loans',
      metric: 'rowCount',
      dimension: 'coverage',
      severity: null,
      status: 'pass',
      value: 2,
      expected: 'mustBeGreaterThan 1 rows',
      message: null,
    },
  ],
  error: null,
} as const;

const observation: DomainObservation = {
  domain: 'lending',
  observedAt: '2026-01-01T00:00:03.000Z',
  outputs: [
    {
      contractId: 'lending.loans',
      object: 'loans',
      rowCount: 3_999_999_999,
      asOf: '2026-01-01T00:00:02.000Z',
      lastRun: { ...run, checks: [...run.checks] },
    },
    { contractId: 'lending.fines', object: 'loans', rowCount: 7, asOf: null, lastRun: null },
    // Once in the contract, and still in the store.
    { contractId: 'lending.loans', object: 'reservations', rowCount: 7, asOf: null, lastRun: null },
  ],
};

let mesh: TestMesh;
let gateway: Gateway;
let servers: TestSubgraph[];

beforeAll(async () => {
  const loans = [{ loanId: 'l1', fee: 2.5, reader: { readerId: 'r1' }, _dataProduct: { id: 'lending.loans' } }];
  servers = await Promise.all([
    startSubgraph(loansSdl, {
      resolvers: { Query: { loans: () => loans, openLoans: () => 1 } },
      observation,
      observedAt: '/loans/observability',
    }),
    startSubgraph(readersSdl, {
      resolvers: {
        Person: { __resolveType: () => 'Reader' },
        Reader: { __resolveReference: ({ readerId }: { readerId: string }) => ({ readerId, name: 'Ada' }) },
      },
      observation: { rows: [{ secret: 'Ada' }] },
      observedAt: '/members/observability',
    }),
  ]);
  const [lending, members] = servers.map(({ url }) => new URL(url).origin);
  mesh = makeMesh({
    'lending/schema.graphql': loansSdl,
    'lending/loans.odps.yaml': loansProduct.replace('https://example.com', `${lending}/loans`),
    'lending/loans.odcs.yaml': loansContract,
    'members/schema.graphql': readersSdl,
    'members/readers.odps.yaml': readersProduct,
    'members/readers.odcs.yaml': readersContract,
    'stacks/schema.graphql': shelvesSdl,
    'supergraph.yaml': `
federation_version: 2
subgraphs:
  lending: { routing_url: '${lending}/graphql', schema: { file: lending/schema.graphql } }
  members: { routing_url: '${members}/members/graphql', schema: { file: members/schema.graphql } }
  stacks: { routing_url: 'http://127.0.0.1:9/graphql', schema: { file: stacks/schema.graphql } }
`,
  });
  gateway = await startGateway(readConfig({}, { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 }), () => {});
  expect(gateway.issues.filter((issue) => issue.severity === 'error')).toEqual([]);
});

afterAll(async () => {
  await gateway.close();
  await Promise.all([...servers.map((server) => server.close()), mesh[Symbol.asyncDispose]()]);
});

/** Through the composed graph; the answer must hold no error. */
async function asked(query: string, variables?: Record<string, unknown>) {
  const { data, errors } = await ask(`${gateway.url}/graphql`, query, variables);
  expect(errors).toBeUndefined();
  return data;
}

const ids = (connection: { nodes: { id: string }[] }): string[] => connection.nodes.map((node) => node.id);

describe('finding data products', () => {
  test.each([
    ['a name', 'loans', ['lending.loans']],
    ['a field', 'fee', ['lending.loans']],
    ['a field, as the graph calls it', 'shelfMark', ['lending.loans']],
    ['words of a description, in another form and unfinished', 'reader ow', ['lending.loans']],
    ['a word without its accent', 'cafe', ['lending.loans']],
    ['a name before a mention', 'reader', ['members.readers', 'lending.loans']],
    ['words that no product has together', 'loans nickname', []],
    ['nothing', '   ', ['lending.loans', 'members.readers']],
  ])('by %s', async (_, search, expected) => {
    const { dataProducts } = await asked('query ($search: String) { dataProducts(search: $search) { nodes { id } } }', {
      search,
    });
    expect(ids(dataProducts)).toEqual(expected);
  });

  test('whatever a person types is no search syntax', async () => {
    const find = 'query ($search: String) { dataProducts(search: $search) { totalCount } }';
    for (const hostile of [
      '"* NEAR(',
      'a OR b) --',
      'names:loans',
      '^',
      '""',
      '"',
      'loans*"',
      '(a+)+$',
      'a'.repeat(10_000),
      '\u0000loans',
      '%_',
      'NEAR',
      'NOT',
    ]) {
      await asked(find, { search: hostile });
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (search) => {
        const { dataProducts } = await asked(find, { search });
        expect(dataProducts.totalCount).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['domain: "lending"', ['lending.loans']],
    ['owner: "lending desk"', ['lending.loans']],
    ['status: "draft"', ['members.readers']],
    ['tag: "money"', ['lending.loans']],
    ['tag: "circulation"', ['lending.loans']],
    ['classification: "restricted"', ['members.readers']],
    ['classification: "confidential", search: "loan"', ['lending.loans']],
    ['classification: "internal"', []],
    ['domain: "stacks"', []],
  ])('by %s', async (filter, expected) => {
    expect(ids((await asked(`{ dataProducts(${filter}) { nodes { id } } }`)).dataProducts)).toEqual(expected);
  });

  test('page by page, without gaps', async () => {
    const pages = `query ($first: Int, $after: String) {
      dataProducts(first: $first, after: $after) { totalCount edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
    }`;
    const { dataProducts: one } = await asked(pages, { first: 1 });
    expect([one.totalCount, ids(one), one.pageInfo.hasNextPage, one.pageInfo.hasPreviousPage]).toEqual([
      2,
      ['lending.loans'],
      true,
      false,
    ]);
    const { dataProducts: two } = await asked(pages, { first: 1, after: one.pageInfo.endCursor });
    expect([ids(two), two.pageInfo.hasNextPage, two.pageInfo.hasPreviousPage]).toEqual([
      ['members.readers'],
      false,
      true,
    ]);
    expect(two.edges[0].cursor).toBe(two.pageInfo.endCursor);
    expect((await asked(pages, { first: 0 })).dataProducts.pageInfo.startCursor).toBeNull();
    for (const [wrong, code] of [
      [{ first: 101 }, 'PAGE_INVALID'],
      [{ first: -1 }, 'PAGE_INVALID'],
      [{ after: 'bm9uZQ' }, 'CURSOR_INVALID'],
    ] as const) {
      const { data, errors = [] } = await ask(`${gateway.url}/graphql`, pages, wrong);
      expect([data, errors[0].extensions.code]).toEqual([{ dataProducts: null }, code]);
    }
  });
});

describe('a data product', () => {
  test('says what its documents say', async () => {
    const { dataProduct } = await asked(`{ dataProduct(id: "lending.loans") {
      name version status type description tags classification graphqlTypes
      domain { name }
      owner { name members { username name role } support { channel url tool } }
      inputPorts { name contractId product { id name } }
      managementPorts { name content url }
      sla { property value unit }
      outputPorts { name version description graphqlTypes contract {
        id version status
        fields { name object type coordinate description classification categories unit owner required primaryKey }
        qualityRules { name type target metric dimension expected }
      } }
    } }`);
    expect(dataProduct).toMatchObject({
      name: 'Loans',
      version: '3.0.0',
      status: 'active',
      type: 'sourceAligned',
      description: expect.stringMatching(/^Every loan [\s\S]*\n\nNo reservations\.$/),
      tags: ['circulation', 'money'],
      classification: 'confidential',
      graphqlTypes: ['Loan'],
      domain: { name: 'lending' },
      owner: {
        name: 'Lending desk',
        members: [{ username: 'ida', name: 'Ida Falk', role: 'owner' }],
        support: [{ channel: 'lending', url: 'mailto:lending@example.com', tool: 'email' }],
      },
      inputPorts: [
        { name: 'readers', contractId: 'members.readers', product: { id: 'members.readers', name: 'Readers' } },
        { name: 'elsewhere', contractId: 'nobody.knows', product: null },
      ],
      managementPorts: [
        { name: 'health', content: 'observability', url: expect.stringMatching(/\/loans\/observability$/) },
      ],
      sla: [{ property: 'latency', value: '4', unit: 'h' }],
    });
    const [port] = dataProduct.outputPorts;
    expect(port).toMatchObject({
      name: 'loans',
      version: '2.1.0',
      graphqlTypes: ['Loan'],
      contract: { id: 'lending.loans', version: '2.1.0' },
    });
    expect(port.contract.fields).toEqual([
      {
        name: 'loan_id',
        object: 'loans',
        type: 'string',
        coordinate: 'Loan.loanId',
        description: 'Number of the loan.',
        classification: 'internal',
        categories: [],
        unit: null,
        owner: 'Lending desk',
        required: true,
        primaryKey: true,
      },
      {
        name: 'fee',
        object: 'loans',
        type: 'number',
        coordinate: 'Loan.fee',
        description: 'What the reader owes for bringing the book back late.',
        classification: 'confidential',
        categories: [],
        unit: 'EUR',
        owner: 'Treasury',
        required: false,
        primaryKey: false,
      },
      // The hand-written schema leaves these out.
      {
        name: 'shelf_mark',
        object: 'loans',
        type: 'string',
        coordinate: null,
        description: 'Signature of the café copy.',
        classification: null,
        categories: [],
        unit: null,
        owner: 'Lending desk',
        required: false,
        primaryKey: false,
      },
      expect.objectContaining({ name: 'returned_at', type: 'array', coordinate: null }),
      expect.objectContaining({ name: 'returned_at.branch', type: 'string', coordinate: null }),
    ]);
    expect(port.contract.qualityRules).toEqual([
      {
        name: 'enough',
        type: 'library',
        target: 'loans',
        metric: 'rowCount',
        dimension: 'coverage',
        expected: 'mustBeGreaterThan 1 rows',
      },
      { name: null, type: 'library', target: 'loans.fee', metric: 'nullValues', dimension: null, expected: 'mustBe 0' },
    ]);
  });

  test('is as fresh and as good as its domain reports', async () => {
    const { dataProduct } = await asked(`{ dataProduct(id: "lending.loans") { domain { observation } outputPorts {
      observation rowCount asOf freshnessSeconds
      lastRun { id object state load startedAt endedAt durationMs rowsIn rowsOut rowsQuarantined error { code } }
      checks { name status value expected }
    } } }`);
    const { checks: _, ...lastRun } = run;
    expect(dataProduct).toMatchObject({
      domain: { observation: 'REPORTED' },
      outputPorts: [
        {
          observation: 'REPORTED',
          rowCount: 3_999_999_999,
          asOf: '2026-01-01T00:00:02.000Z',
          lastRun,
          checks: [{ name: 'enough', status: 'pass', value: 2, expected: 'mustBeGreaterThan 1 rows' }],
        },
      ],
    });
    const age = (Date.now() - Date.parse('2026-01-01T00:00:02.000Z')) / 1000;
    expect(Math.abs(dataProduct.outputPorts[0].freshnessSeconds - Math.max(0, age))).toBeLessThan(60);
  });

  test('has unknown numbers, and no error, where its domain reports nothing usable', async () => {
    const numbers = 'observation rowCount asOf freshnessSeconds lastRun { id } checks { name }';
    const { dataProduct, domains } = await asked(`{
      dataProduct(id: "members.readers") { outputPorts { ${numbers} } }
      domains { name observation products { id } }
    }`);
    expect(dataProduct.outputPorts).toEqual([
      { observation: 'INVALID', rowCount: null, asOf: null, freshnessSeconds: null, lastRun: null, checks: [] },
    ]);
    expect(domains).toEqual([
      { name: 'lending', observation: 'REPORTED', products: [{ id: 'lending.loans' }] },
      { name: 'members', observation: 'INVALID', products: [{ id: 'members.readers' }] },
      { name: 'stacks', observation: 'UNREACHABLE', products: [] },
    ]);
  });

  test('is joined to the rows that it offers, in one query', async () => {
    const { loans } = await asked(
      '{ loans { loanId reader { name } _dataProduct { id name owner { name } outputPorts { rowCount } } } }',
    );
    expect(loans).toEqual([
      {
        loanId: 'l1',
        reader: { name: 'Ada' },
        _dataProduct: {
          id: 'lending.loans',
          name: 'Loans',
          owner: { name: 'Lending desk' },
          outputPorts: [{ rowCount: 3_999_999_999 }],
        },
      },
    ]);
  });

  test('that is not there is null', async () => {
    expect(
      await asked('{ dataProduct(id: "x") { id } domain(name: "x") { name } field(coordinate: "X.y") { coordinate } }'),
    ).toEqual({
      dataProduct: null,
      domain: null,
      field: null,
    });
  });
});

describe('who owns what', () => {
  test('the operation that asks is the one meant where none is named', async () => {
    const operation = 'query Mine { someone { name } whoOwns { coordinate } } query Other { loans { loanId } }';
    const { data, errors } = await ask(`${gateway.url}/graphql`, operation, {}, 'Mine');
    expect(errors).toBeUndefined();
    expect(data.whoOwns.map((each: { coordinate: string }) => each.coordinate)).toEqual([
      'Query.someone',
      'Person.name',
      'Reader.name',
      'Query.whoOwns',
      'FieldOwnership.coordinate',
    ]);
    const alone = await ask(`${gateway.url}/catalog`, '{ whoOwns { team } }');
    expect(alone.errors).toMatchObject([{ extensions: { code: 'OPERATION_INVALID' } }]);
  });

  const owners =
    'query ($operation: String!) { whoOwns(operation: $operation) { coordinate team contact product { id } classification categories subgraph } }';

  test('every field that an operation touches, in order of first use', async () => {
    const operation = `query Late($on: Boolean!) {
      ...Loans
      shelfCount @skip(if: $on)
      dataProducts { totalCount }
    }
    fragment Loans on Query { loans { fee reader { ...Reader again: name __typename } } loans { loanId } openLoans }
    fragment Reader on Reader { name loans { fee } }`;
    const { whoOwns } = await asked(owners, { operation });
    const lending = {
      contact: 'mailto:lending@example.com',
      product: { id: 'lending.loans' },
      classification: null,
      categories: [],
      subgraph: 'lending',
    };
    expect(whoOwns).toEqual([
      { coordinate: 'Query.loans', team: 'Lending desk', ...lending },
      { coordinate: 'Loan.fee', team: 'Treasury', ...lending, classification: 'confidential' },
      { coordinate: 'Loan.reader', team: 'Lending desk', ...lending },
      {
        coordinate: 'Reader.name',
        team: 'Front desk',
        contact: null,
        product: { id: 'members.readers' },
        classification: 'restricted',
        categories: ['name'],
        subgraph: 'members',
      },
      { coordinate: 'Reader.loans', team: 'Lending desk', ...lending },
      { coordinate: 'Loan.loanId', team: 'Lending desk', ...lending, classification: 'internal' },
      // No directive: the team of the domain that resolves it, and no product.
      { coordinate: 'Query.openLoans', team: 'Lending desk', ...lending, product: null },
      // No contracts either: the subgraph.
      {
        coordinate: 'Query.shelfCount',
        team: 'stacks',
        contact: null,
        product: null,
        classification: null,
        categories: [],
        subgraph: 'stacks',
      },
      {
        coordinate: 'Query.dataProducts',
        team: 'catalog',
        contact: null,
        product: null,
        classification: null,
        categories: [],
        subgraph: 'catalog',
      },
      {
        coordinate: 'DataProductConnection.totalCount',
        team: 'catalog',
        contact: null,
        product: null,
        classification: null,
        categories: [],
        subgraph: 'catalog',
      },
    ]);
  });

  test('a field behind an interface is that of every type that implements it', async () => {
    const { whoOwns } = await asked(owners, { operation: '{ someone { name } }' });
    expect(
      whoOwns.map((each: { coordinate: string; classification: string | null }) => [
        each.coordinate,
        each.classification,
      ]),
    ).toEqual([
      ['Query.someone', null],
      ['Person.name', null],
      ['Reader.name', 'restricted'],
    ]);
  });

  test('a key that several subgraphs know is that of the domain whose product it is', async () => {
    const { whoOwns } = await asked(owners, { operation: '{ loans { reader { readerId } } }' });
    expect(whoOwns.at(-1)).toMatchObject({ coordinate: 'Reader.readerId', team: 'Front desk', subgraph: 'members' });
  });

  test.each([
    ['syntax', '{ loans {', /Syntax Error.*line 1, column/],
    ['a field that is not there', '{\n  loans { price } }', /price.*line 2, column 11/],
    ['nothing', '', /Syntax Error/],
    ['an operation that is too long', `{ ${'openLoans '.repeat(5_000)} }`, /token/],
  ])('refuses %s, with its place', async (_, operation, message) => {
    const { data, errors = [] } = await ask(`${gateway.url}/graphql`, owners, { operation });
    expect([data, errors]).toEqual([
      { whoOwns: null },
      [expect.objectContaining({ message: expect.stringMatching(message), path: ['whoOwns'] })],
    ]);
    expect(errors[0].extensions.code).toBe('OPERATION_INVALID');
  });

  test('nested fragments that double do not keep it busy', async () => {
    const fragments = Array.from({ length: 30 }, (_, at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`);
    const operation = `{ ...F0 } ${fragments.join(' ')} fragment F30 on Query { openLoans }`;
    const { whoOwns } = await asked(owners, { operation });
    expect(whoOwns.map((each: { coordinate: string }) => each.coordinate)).toEqual(['Query.openLoans']);
  });

  test('a mistake in what is asked of the catalog leaves the rows of the domains', async () => {
    const wrong = '{ loans { loanId } whoOwns(operation: "{") { team } dataProducts(first: 1000) { totalCount } }';
    const { data, errors = [] } = await ask(`${gateway.url}/graphql`, wrong);
    expect(data).toEqual({ loans: [{ loanId: 'l1' }], whoOwns: null, dataProducts: null });
    expect(errors.map((error) => error.path[0]).sort()).toEqual(['dataProducts', 'whoOwns']);
  });

  test('one field, with its type and its contract', async () => {
    const { fee, count, nickname } = await asked(`{
      fee: field(coordinate: "Loan.fee") { type ownership { team product { id } subgraph } contractField { name unit } }
      count: field(coordinate: "Query.shelfCount") { type description ownership { team } contractField { name } }
      nickname: field(coordinate: "Reader.nickname") { ownership { team classification } }
    }`);
    expect(fee).toEqual({
      type: 'Float',
      ownership: { team: 'Treasury', product: { id: 'lending.loans' }, subgraph: 'lending' },
      contractField: { name: 'fee', unit: 'EUR' },
    });
    expect(count).toEqual({
      type: 'Int!',
      description: 'How many shelves there are.',
      ownership: { team: 'stacks' },
      contractField: null,
    });
    expect(nickname).toEqual({ ownership: { team: 'members', classification: null } });
  });
});

test('owners are read from the directives of our specification, whatever they are called', async () => {
  const sdl = `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://specs.weft.dev/weft/v1.0", import: [{ name: "@owner", as: "@heldBy" }])
    @link(url: "https://example.com/other/v1.0", import: [{ name: "@holder", as: "@owner" }])
    @composeDirective(name: "@heldBy") @composeDirective(name: "@owner") @composeDirective(name: "@weft__classified")
    directive @heldBy(team: String!, product: String) on FIELD_DEFINITION
    directive @owner(team: String!) on FIELD_DEFINITION
    directive @weft__classified(level: String!, categories: [String!]) on FIELD_DEFINITION
    type Query { a: Int @heldBy(team: "Ours") @owner(team: "Theirs") @weft__classified(level: "restricted")  b: Int @owner(team: "Theirs") }`;
  await using folder = makeMesh({
    'a.graphql': sdl,
    'supergraph.yaml': "subgraphs: { solo: { routing_url: 'http://127.0.0.1:9/', schema: { file: a.graphql } } }",
  });
  const solo = await startGateway(readConfig({}, { supergraph: `${folder.dir}/supergraph.yaml`, port: 0 }), () => {});
  const { data } = await ask(`${solo.url}/graphql`, '{ whoOwns(operation: "{ a b }") { team classification } }');
  await solo.close();
  expect(data).toEqual({
    whoOwns: [
      { team: 'Ours', classification: 'restricted' },
      { team: 'solo', classification: null },
    ],
  });
});

describe('who owns what an operation filters, sorts and groups by', () => {
  const sdl = `${federation}
    type Query { ledgers(where: LedgerWhere, orderBy: [LedgerOrderBy!], groupBy: [LedgerGroupBy!], first: Int): LedgerConnection
      ledger(number: ID!, first: Int): Ledger  shapes(where: ShapeWhere): Int }
    type LedgerConnection { totalCount: Int }
    type Ledger { number: ID!  name: String  balance: Float  branch: String  limit: Int }
    input LedgerWhere { and: [LedgerWhere!]  not: LedgerWhere  name: TextOperators  balance: TextOperators }
    input TextOperators { eq: String  name: String }
    enum LedgerField { number balance }
    enum LedgerDimension { branch }
    input LedgerOrderBy { field: LedgerField! }
    input LedgerGroupBy { field: LedgerDimension! }
    input ShapeWhere { name: String }`;
  let folder: TestMesh;
  let alone: Gateway;
  beforeAll(async () => {
    folder = makeMesh({
      'a.graphql': sdl,
      'supergraph.yaml': "subgraphs: { books: { routing_url: 'http://127.0.0.1:9/', schema: { file: a.graphql } } }",
    });
    alone = await startGateway(readConfig({}, { supergraph: `${folder.dir}/supergraph.yaml`, port: 0 }), () => {});
  });
  afterAll(async () => {
    await alone.close();
    await folder[Symbol.asyncDispose]();
  });

  const total = ['Query.ledgers', 'LedgerConnection.totalCount'];
  const [list, count] = total;
  test.each<[string, string, Record<string, unknown>, (string | undefined)[]]>([
    ['nothing', '{ ledgers { totalCount } }', {}, total],
    ['a filter', '{ ledgers(where: { name: { eq: "x" } }) { totalCount } }', {}, [list, 'Ledger.name', count]],
    [
      'a filter within others, whose operators are no fields',
      '{ ledgers(where: { and: [{ not: { balance: { name: "x" } } }] }) { totalCount } }',
      {},
      [list, 'Ledger.balance', count],
    ],
    ['an order', '{ ledgers(orderBy: [{ field: balance }]) { totalCount } }', {}, [list, 'Ledger.balance', count]],
    ['a group', '{ ledgers(groupBy: { field: branch }) { totalCount } }', {}, [list, 'Ledger.branch', count]],
    ['a key', '{ ledger(number: "1", first: 1) { name } }', {}, ['Query.ledger', 'Ledger.number', 'Ledger.name']],
    ['an input of no type of the graph', '{ shapes(where: { name: "x" }) }', {}, ['Query.shapes']],
    [
      'a variable',
      'query ($w: LedgerWhere, $by: LedgerField!) { ledgers(where: $w, orderBy: [{ field: $by }]) { totalCount } }',
      { w: { name: { eq: 'x' } }, by: 'number' },
      [list, 'Ledger.name', 'Ledger.number', count],
    ],
    [
      "a variable's default",
      'query ($w: LedgerWhere = { name: { eq: "x" } }) { ...F } fragment F on Query { ledgers(where: $w) { totalCount } }',
      {},
      [list, 'Ledger.name', count],
    ],
    ['a variable without a value', 'query ($w: LedgerWhere) { ledgers(where: $w) { totalCount } }', {}, total],
  ])('%s', async (_, operation, variables, expected) => {
    const own = operation.replace(/\{ (?=ledger|shapes|\.\.\.F)/, '{ whoOwns { coordinate } ');
    const { data } = await ask(`${alone.url}/graphql`, own, variables);
    const coordinates = data.whoOwns.map((each: { coordinate: string }) => each.coordinate);
    expect(coordinates.filter((each: string) => !/whoOwns|FieldOwnership/.test(each))).toEqual(expected);
  });

  test('of an operation that is only asked about, variables have no values but their defaults', async () => {
    const operation =
      'query ($w: LedgerWhere, $by: LedgerField! = balance) { ledgers(where: $w, orderBy: [{ field: $by }]) { totalCount } }';
    const about = 'query ($operation: String) { whoOwns(operation: $operation) { coordinate } }';
    const { data } = await ask(`${alone.url}/graphql`, about, { operation });
    expect(data.whoOwns.map((each: { coordinate: string }) => each.coordinate)).toEqual([
      list,
      'Ledger.balance',
      count,
    ]);
  });
});

test('numbers that a port reports of another domain are not believed', async () => {
  const { mesh: read } = await readMesh(`${mesh.dir}/supergraph.yaml`);
  const query = '{ domain(name: "lending") { observation products { outputPorts { observation rowCount } } } }';
  const observedAs = async (domain: string) => {
    const fetchObservation = async () => ({ ...observation, domain });
    const catalog = await createCatalog({
      mesh: read,
      facts: undefined,
      apiSchema: () => undefined,
      fetchObservation,
    });
    const { data } = await catalog.ask({ kind: 'query', body: JSON.stringify({ query }) }, {});
    await catalog.close();
    return data?.domain;
  };
  expect(await observedAs('lending')).toMatchObject({ observation: 'REPORTED' });
  const outputPorts = [{ observation: 'INVALID', rowCount: null }];
  expect(await observedAs('treasury')).toEqual({ observation: 'INVALID', products: [{ outputPorts }] });
});

describe('the catalog itself', () => {
  test('answers at /catalog as it does in the graph', async () => {
    const query =
      '{ dataProducts { nodes { id classification owner { name } } } field(coordinate: "Loan.fee") { type } }';
    const alone = await ask(`${gateway.url}/catalog`, query);
    expect(alone).toEqual({ status: 200, data: await asked(query) });
  });

  test('describes every type, field and argument that it has', async () => {
    const introspection =
      '{ __schema { types { name description fields { name description args { name description } } enumValues { name description } } } }';
    const { data } = await ask(`${gateway.url}/catalog`, introspection);
    const types = data.__schema.types.filter(
      ({ name }: { name: string }) => !/^_|^(?:Query|federation__.*|link__.*)$/.test(name),
    );
    expect(types.length).toBeGreaterThan(15);
    const bare = types.flatMap(
      (type: { name: string; description?: string; fields?: Described[]; enumValues?: Described[] }) => [
        ...(type.description ? [] : [type.name]),
        ...[...(type.fields ?? []), ...(type.enumValues ?? [])]
          .filter((each) => !each.description)
          .map((each) => `${type.name}.${each.name}`),
      ],
    );
    expect(bare).toEqual([]);
  });
});

interface Described {
  readonly name: string;
  readonly description?: string;
}
