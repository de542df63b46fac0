/** Nobody takes what isn't theirs: what a publish changes in the graph, and whether its publisher may. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GraphChange } from '../gateway/governance/graph-change.ts';
import { newOwners } from '../gateway/governance/new-owners.ts';
import { judgeOwnership, type OwnershipBook } from '../gateway/governance/ownership.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { graphChanges } from '../gateway/registry/graph-changes.ts';
import { seedOwnership } from '../gateway/registry/seed-ownership.ts';

type Sdls = Readonly<Record<string, string>>;

const imports = `"@key", "@shareable", "@override", "@requires", "@provides", "@external", "@interfaceObject", "@tag",
  "@inaccessible", "@composeDirective", "@cost", "@listSize"`;
const head = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])
  @link(url: "https://specs.weft.dev/weft/v1.0", import: ["@owner", "@classified"])
  @composeDirective(name: "@owner") @composeDirective(name: "@classified")
directive @owner(team: String!, product: String) on FIELD_DEFINITION
directive @classified(level: String!, categories: [String!]) on FIELD_DEFINITION
`;

/** Customers own people, sales orders; library has an interface. `evil` comes later. */
const mesh: Sdls = {
  customers: `
    type Query { customer(id: ID!): Customer  customers(sort: Sort, top: Int = 3): [Customer] }
    "Somebody who buys."
    type Customer @key(fields: "id") {
      id: ID!
      name: String! @shareable
      "Where bills go."
      email: String @classified(level: "confidential", categories: ["email"])
      segment: String @classified(level: "internal")
      tier: Tier
      address: Address
    }
    enum Tier { GOLD SILVER }
    enum Sort { UP DOWN }
    type Address @shareable { city: String  zip: String! }
    input Filter { sort: Sort  city: String }
    union Party = Customer | Address
    extend type Query { party: Party  find(by: Filter): [Customer] }`,
  sales: `
    type Query { orders: [Order] }
    type Order @key(fields: "id") { id: ID!  total: Int  by: Customer }
    type Customer @key(fields: "id") { id: ID!  orders: [Order] }`,
  library: `
    type Query { media: [Media] }
    interface Media @key(fields: "id") { id: ID!  title: String }
    type Book implements Media @key(fields: "id") { id: ID!  title: String }
    type Film implements Media @key(fields: "id") { id: ID!  title: String }`,
};

function compose(sdls: Sdls): string {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({ name, url: `http://${name}`, sdl }));
  const composed = composeWithApollo(
    subgraphs.map((each) => ({ ...each, sdl: each.sdl.startsWith('#') ? each.sdl : `${head}${each.sdl}` })),
  );
  if ('supergraphSdl' in composed) return composed.supergraphSdl;
  throw new Error(composed.issues.map(({ message }) => message).join('\n'));
}

const before = compose(mesh);
const domains = ['customers', 'sales', 'library'].map((name) => ({ name, types: [], products: [], teams: [] }));
const seed = seedOwnership(before, [...domains, { name: 'evil', types: [], products: [], teams: [] }]);

function bookOf(grants: readonly string[] = []): OwnershipBook {
  return {
    ownerOf: (coordinate) => seed.owners.get(coordinate),
    teamOf: (domain) => `Team ${domain}`,
    mayContribute: (domain, type) =>
      grants.includes(`${domain} ${type}`) || seed.grants.some((each) => each.type === type && each.domain === domain),
    platform: 'catalog',
  };
}

/** `{ evil: … }` is published by evil. */
function published(changed: Sdls, grants: readonly string[] = []) {
  const [publisher = ''] = Object.keys(changed);
  const changes = graphChanges(before, compose({ ...mesh, ...changed }));
  return { changes, violations: judgeOwnership(changes, publisher, bookOf(grants)) };
}

type Vector = readonly [what: string, sdl: string, ...coordinates: string[]];

/** What is tried, what evil publishes for it, and where that is noticed. All of it composes. */
const vectors: readonly Vector[] = [
  ['@override', customer('segment: String @override(from: "customers")'), 'Customer.segment'],
  [
    '@override of a few requests',
    customer('segment: String @override(from: "customers", label: "percent(5)")'),
    'Customer.segment',
  ],
  [
    '@override of a root field',
    'type Query { orders: [Order] @override(from: "sales") } type Order @key(fields: "id") { id: ID! }',
    'Query.orders',
  ],
  ['@inaccessible on a shared field', customer('name: String! @shareable @inaccessible'), 'Customer.name'],
  ['@inaccessible on a key', 'type Customer @key(fields: "id") { id: ID! @inaccessible }', 'Customer.id'],
  ['@tag on a type', 'type Customer @key(fields: "id") @tag(name: "public") { id: ID! }', 'Customer'],
  ['@tag on an enum value', 'enum Tier { GOLD @tag(name: "public") SILVER } type Query { t: Tier }', 'Tier.GOLD'],
  ['@shareable', customer('name: String! @shareable'), 'Customer.name'],
  [
    '@shareable behind a key that leads nowhere',
    'type Customer @key(fields: "id", resolvable: false) { id: ID!  name: String! @shareable } type Query { c: Customer }',
    'Customer.name',
  ],
  ['a field on an entity', customer('score: Int'), 'Customer.score'],
  [
    'a field on all objects of an interface',
    'type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int }',
    'Book.stars',
    'Film.stars',
    'Media.stars',
  ],
  [
    '`extend type` of Federation 1',
    '#\nextend type Customer @key(fields: "id") { id: ID! @external  score: Int }',
    'Customer.score',
  ],
  [
    '@requires of personal data',
    customer('email: String @external  risk: Int @requires(fields: "email")'),
    'Customer.email',
    'Customer.risk',
  ],
  [
    '@requires of data within data',
    `${customer('address: Address @external  risk: Int @requires(fields: "address { city }")')}
     type Address { city: String @external }`,
    'Address.city',
    'Customer.address',
    'Customer.risk',
  ],
  ['@key of what is no key', 'type Customer @key(fields: "name") { name: String! }', 'Customer.name'],
  [
    '@provides',
    `${customer('name: String! @external')} type Query { vip: Customer @provides(fields: "name") }`,
    'Customer.name',
  ],
  ['a lower classification', customer('name: String! @shareable @classified(level: "public")'), 'Customer.name'],
  ['another owner', customer('name: String! @shareable @owner(team: "Evil")'), 'Customer.name'],
  ['a deprecation', customer('name: String! @shareable @deprecated'), 'Customer.name'],
  ['a cost', customer('name: String! @shareable @cost(weight: 99)'), 'Customer.name'],
  [
    'a description',
    'type Address @shareable { "Mine." city: String  zip: String! } type Query { a: Address }',
    'Address.city',
  ],
  [
    'wider nullability',
    'type Address @shareable { city: String  zip: String } type Query { a: Address }',
    'Address.zip',
  ],
  ['fewer enum values', 'enum Sort { UP } type Query { s(by: Sort): Int }', 'Sort.DOWN'],
  ['more enum values', 'enum Tier { GOLD SILVER IRON } type Query { t: Tier }', 'Tier.IRON'],
  ['fewer input fields', 'input Filter { city: String } type Query { f(by: Filter): Int }', 'Filter.sort'],
  [
    'a stricter input field',
    'input Filter { sort: Sort  city: String! } enum Sort { UP DOWN } type Query { f(by: Filter): Int }',
    'Filter.city',
  ],
  ['a member of a union', 'union Party = Odd type Odd { a: Int } type Query { p: Party }', 'Party.Odd'],
  [
    'an interface for a type',
    'interface Named { id: ID! } type Customer implements Named @key(fields: "id") { id: ID! }',
    'Customer',
  ],
  [
    'which object is of which type',
    `interface Media @key(fields: "id") { id: ID! }
     type Book implements Media @key(fields: "id") { id: ID! }
     type Film implements Media @key(fields: "id") { id: ID! }`,
    'Media',
  ],
  ['a tag on the schema', 'type Query { e: Int } extend schema @tag(name: "x")', 'schema'],
];

function customer(fields: string): string {
  return `type Customer @key(fields: "id") { id: ID!  ${fields} }`;
}

describe.each(vectors)('%s', (_, sdl, ...coordinates) => {
  const { changes, violations } = published({ evil: sdl });

  test('is refused to whom it does not belong', () => {
    expect(violations.map(({ coordinate }) => coordinate)).toEqual(coordinates);
    for (const { coordinate, owner, issue } of violations) {
      expect(issue).toMatchObject({ code: 'OWNERSHIP_VIOLATION', severity: 'error', coordinate });
      expect(issue.message).toContain(`belongs to ${owner} (Team ${owner}); evil would `);
      expect(issue.message).toContain(coordinate);
      expect(issue.help).toContain('weft ownership requests');
    }
    const owners = violations.map(({ owner }) => owner);
    const places = coordinates.map((each) => seed.owners.get(each) ?? seed.owners.get(each.split('.')[0] ?? ''));
    expect(owners).toEqual(places);
  });

  test('is a matter of course for the owner, and for whom the owner approved', () => {
    for (const { owner, coordinate, changes: asked } of violations) {
      const own = changes.filter((change) => change.coordinate === coordinate);
      expect(judgeOwnership(own, owner, bookOf())).toEqual([]);
      expect(own).toEqual(expect.arrayContaining([...asked]));
    }
  });

  test('is found without comparing what is alike, too', () => {
    const other = before.replace('schema\n', 'schema\n  @link(url: "https://specs.example/nothing/v1.0")\n');
    expect(graphChanges(other, compose({ ...mesh, evil: sdl }))).toEqual(changes);
  });
});

test('who gives a field to the objects of an interface is a matter of each of them', () => {
  const stars = 'type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int @shareable }';
  const reviewed = compose({ ...mesh, reviews: stars });
  const changes = graphChanges(reviewed, compose({ ...mesh, reviews: stars, evil: stars }));
  const found = judgeOwnership(changes, 'evil', bookOf()).map(({ coordinate }) => coordinate);
  expect(found).toEqual(['Book.stars', 'Film.stars', 'Media.stars']);
});

test('a description is another when there are as many who say so', () => {
  const { violations } = published({ agents: '"Mine." type Customer @key(fields: "id") { id: ID! }' });
  expect(violations.map(({ issue }) => issue.message)).toEqual([
    'Customer belongs to customers (Team customers); agents would change its description.',
  ]);
});

describe('everybody may', () => {
  test.each([
    [
      'refer to an entity',
      'type Visit @key(fields: "id") { id: ID!  of: Customer } type Customer @key(fields: "id", resolvable: false) { id: ID! }',
    ],
    [
      'be asked for an entity by its key',
      'type Visit { of: Customer } type Query { v: Visit } type Customer @key(fields: "id") { id: ID! }',
    ],
    [
      'refer to the objects of an interface',
      'type Query { best: Media } type Media @key(fields: "id") @interfaceObject { id: ID! }',
    ],
    [
      'use a type that has no key',
      'type Query { home: Address } type Address @shareable { city: String  zip: String! }',
    ],
    [
      'use enums and inputs',
      'type Query { t(by: Filter): Tier } input Filter { sort: Sort  city: String } enum Sort { UP DOWN } enum Tier { GOLD SILVER }',
    ],
    [
      'bring what the kit gives to all domains',
      `type Query { d(order: SortDirection): DateTime  p: PageInfo } scalar DateTime enum SortDirection { ASC DESC }
      type PageInfo @shareable { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }`,
    ],
    [
      'bring types and root fields',
      'type Mutation { do(what: Int = 1): Done } type Done { at: String } union Which = Done',
    ],
  ])('%s', (_, sdl) => {
    const { changes, violations } = published({ evil: sdl });
    expect(violations.map(({ issue }) => issue.message)).toEqual([]);
    expect(changes).not.toEqual([]);
  });

  test('take back what is theirs, and nothing else is changed', () => {
    const { sales: _, ...others } = mesh;
    const changes = graphChanges(before, compose(others));
    const gone = changes.filter(({ aspect, after }) => aspect === 'kind' && after === undefined);
    expect(gone.map(({ coordinate }) => coordinate)).toEqual([
      'Customer.orders',
      'Order',
      'Order.by',
      'Order.id',
      'Order.total',
      'Query.orders',
    ]);
    expect(judgeOwnership(changes, 'sales', bookOf())).toEqual([]);
    expect(newOwners(changes, 'sales', bookOf()).gone).toEqual(gone.map(({ coordinate }) => coordinate));
  });
});

describe('a grant', () => {
  const contributed = (required: string) => ({
    evil: customer(`${required}: String @external  score: Int @requires(fields: "${required}")`),
  });

  test('opens a type for fields of another domain, and these for what is not confidential', () => {
    expect(published(contributed('segment'), ['evil Customer']).violations).toEqual([]);
    const { changes } = published(contributed('segment'), ['evil Customer']);
    expect(newOwners(changes, 'evil', bookOf()).owners).toEqual(new Map([['Customer.score', 'evil']]));
  });

  test('never for what is', () => {
    const { violations } = published(contributed('email'), ['evil Customer']);
    expect(violations.map(({ issue }) => issue)).toMatchObject([
      {
        code: 'OWNERSHIP_VIOLATION',
        message:
          'Customer.email belongs to customers (Team customers); evil would require it, which is confidential, for Customer.score.',
      },
    ]);
  });

  test('is what is proposed for a field, and what the seed finds', () => {
    const [violation] = published({ evil: customer('score: Int') }).violations;
    expect(violation?.issue.message).toBe(
      'Customer belongs to customers (Team customers); evil would add the field Customer.score.',
    );
    expect(violation?.issue.help).toContain('`weft ownership grant Customer --to evil`');
    expect(seed.grants).toEqual([{ type: 'Customer', domain: 'sales' }]);
  });

  test('of an interface is none of its objects', () => {
    const stars = 'type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int }';
    const refused = published({ evil: stars }, ['evil Media']).violations.map(({ coordinate }) => coordinate);
    expect(refused).toEqual(['Book.stars', 'Film.stars']);
    expect(published({ evil: stars }, ['evil Media', 'evil Book', 'evil Film']).violations).toEqual([]);
  });
});

describe('who owns what', () => {
  test('in a mesh that is there: whoever resolves it, and of what several resolve, whom @owner means', () => {
    const shared = (name: string) =>
      `${customer(`name: String! @shareable @owner(team: "Bee")`)} extend type Query { ${name}: Customer }`;
    const { owners, grants } = seedOwnership(
      compose({
        a: shared('a'),
        b: shared('b'),
        c: `${customer('size: Int')} scalar DateTime type Query { c: DateTime }`,
      }),
      [
        { name: 'a', types: [], products: [], teams: ['Ant'] },
        { name: 'b', types: [], products: [], teams: ['Bee'] },
        { name: 'c', types: ['Customer'], products: [], teams: [] },
      ],
    );
    expect(Object.fromEntries(owners)).toMatchObject({
      Customer: 'c',
      'Customer.id': 'c',
      'Customer.size': 'c',
      'Customer.name': 'b',
      'Query.c': 'c',
      Query: 'catalog',
      DateTime: 'catalog',
      '@owner': 'catalog',
    });
    expect(grants).toEqual([{ type: 'Customer', domain: 'b' }]);
  });

  test('of a new object, also the fields that come with its interface are whose they were', () => {
    const stars = { reviews: 'type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int }' };
    const game = 'type Game implements Media @key(fields: "id") { id: ID!  title: String }';
    const changes = graphChanges(
      compose({ ...mesh, ...stars }),
      compose({ ...mesh, ...stars, library: `${mesh.library} ${game}` }),
    );
    const { owners } = newOwners(changes, 'library', bookOf());
    expect(Object.fromEntries(owners)).toEqual({
      Game: 'library',
      'Game.id': 'library',
      'Game.title': 'library',
      'Game.stars': 'reviews',
    });
    expect(judgeOwnership(changes, 'library', bookOf())).toEqual([]);
  });

  test('of a field that was taken over with consent: who answers for it now', () => {
    const { changes } = published({ evil: customer('segment: String @override(from: "customers")') });
    expect(newOwners(changes, 'evil', bookOf()).owners).toEqual(new Map([['Customer.segment', 'evil']]));
    const some = published({ evil: customer('segment: String @override(from: "customers", label: "percent(5)")') });
    expect(newOwners(some.changes, 'evil', bookOf()).owners).toEqual(new Map());
  });

  test('what is given back needs nobody', () => {
    const taken = compose({ ...mesh, evil: customer('segment: String @override(from: "customers")') });
    expect(judgeOwnership(graphChanges(taken, before), 'evil', bookOf())).toEqual([]);
  });
});

test('what is imported under other names is the same', () => {
  const renamed = `#
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", { name: "@tag", as: "@label" },
        { name: "@inaccessible", as: "@hidden" }, { name: "@cost", as: "@price" }, "@composeDirective"])
      @link(url: "https://specs.weft.dev/weft/v1.0", import: [{ name: "@classified", as: "@secrecy" }])
      @composeDirective(name: "@secrecy")
    directive @secrecy(level: String!, categories: [String!]) on FIELD_DEFINITION
    type Query { a: Int @label(name: "x") @secrecy(level: "public") @price(weight: 2)  b: Int @hidden  c: Int }`;
  const plain =
    'type Query { a: Int @tag(name: "x") @classified(level: "public") @cost(weight: 2)  b: Int @inaccessible  c: Int }';
  const [one, other] = [renamed, plain].map((sdl) => compose({ only: sdl }));
  const changes = graphChanges(one, other ?? '').filter(({ coordinate }) => !coordinate.startsWith('@'));
  expect(changes).toEqual([]);
  const dropped = graphChanges(one, compose({ only: renamed.replace('@secrecy(level: "public") ', '') }));
  expect(dropped).toEqual([{ coordinate: 'Query.a', aspect: 'classification', before: 'public' }]);
});

test('a directive that nobody knows is not passed over', () => {
  const sdl = (text: string) => `#
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
      @link(url: "https://specs.example/mark/v1.0", import: ["@mark"]) @composeDirective(name: "@mark")
    directive @mark(as: String, by: Int) repeatable on FIELD_DEFINITION
    type Query { a: Int ${text} }`;
  const marked = (text: string) => compose({ only: sdl(text) });
  const changes = (from: string, to: string): GraphChange[] => graphChanges(marked(from), marked(to));
  expect(changes('@mark(as: "x", by: 1) @mark', '@mark @mark(by: 1, as: "x")')).toEqual([]);
  const [before, after] = ['x', 'y'].map((as) => `@https://specs.example/mark#mark(as: "${as}")`);
  expect(changes('@mark(as: "x")', '@mark(as: "y")')).toEqual([
    { coordinate: 'Query.a', aspect: 'directive', after },
    { coordinate: 'Query.a', aspect: 'directive', before },
  ]);
});

test('subgraphs in another order are the same graph', () => {
  const everything = {
    ...mesh,
    ...Object.fromEntries(
      vectors.slice(0, 3).map(([, sdl], at) => [`evil-${at}`, at === 0 ? sdl : 'type Query { x: Int @shareable }']),
    ),
  };
  const composed = compose(everything);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(Object.keys(everything), { minLength: Object.keys(everything).length }),
      (order) => {
        const same = compose(Object.fromEntries(order.map((name) => [name, everything[name] ?? ''])));
        expect(graphChanges(composed, same)).toEqual([]);
      },
    ),
    { numRuns: 8 },
  );
});

/** Domains that refer to each other, each with a type of its own; one field of one of them is edited by its owner. */
const edits: Readonly<Record<string, (field: string) => string>> = {
  type: (field) => field.replace('String', 'Int'),
  description: (field) => `"Said." ${field}`,
  tags: (field) => `${field} @tag(name: "x")`,
  inaccessible: (field) => `${field} @inaccessible`,
  deprecation: (field) => `${field} @deprecated(reason: "old")`,
  classification: (field) => `${field} @classified(level: "internal")`,
  owner: (field) => `${field} @owner(team: "Us")`,
  cost: (field) => `${field} @cost(weight: 4)`,
  kind: () => '',
};

test('what an owner changes of its own is found where it is, and is free', () => {
  const random = fc.record({
    fields: fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 2, maxLength: 4 }),
    at: fc.nat(),
    field: fc.nat(),
    aspect: fc.constantFrom(...Object.keys(edits)),
  });
  fc.assert(
    fc.property(random, ({ fields, at, field, aspect }) => {
      const [domain, edited] = [at % fields.length, field % (fields[at % fields.length] ?? 1)];
      const sdls = (edit: (field: string) => string): Sdls =>
        Object.fromEntries(
          fields.map((count, d) => [
            `d${d}`,
            domainOf(d, count, fields.length, (f, text) => (d === domain && f === edited ? edit(text) : text)),
          ]),
        );
      const [from, to] = [compose(sdls((text) => text)), compose(sdls(edits[aspect] ?? ((text) => text)))];
      const changes = graphChanges(from, to);
      expect(changes.map((change) => [change.coordinate, change.aspect])).toEqual([[`T${domain}.f${edited}`, aspect]]);
      const { owners, grants } = seedOwnership(
        from,
        fields.map((_, d) => ({ name: `d${d}`, types: [`T${d}`], products: [], teams: [] })),
      );
      const book: OwnershipBook = {
        ...bookOf(),
        ownerOf: (coordinate) => owners.get(coordinate),
        mayContribute: (name, type) => grants.some((each) => each.type === type && each.domain === name),
      };
      expect(judgeOwnership(changes, `d${domain}`, book)).toEqual([]);
      const other = `d${(domain + 1) % fields.length}`;
      expect(judgeOwnership(changes, other, book)).toMatchObject([{ owner: `d${domain}` }]);
    }),
    { numRuns: 25 },
  );
});

function domainOf(d: number, count: number, domains: number, edit: (field: number, text: string) => string): string {
  const fields = Array.from({ length: count }, (_, f) => edit(f, `f${f}: String`)).join('\n');
  const next = (d + 1) % domains;
  return `
    type Query { t${d}: [T${d}] }
    type T${d} @key(fields: "id") {\nid: ID!\n${fields}\nnext: T${next}\n}
    type T${next} @key(fields: "id") { id: ID!  from${d}: [T${d}] }`;
}
