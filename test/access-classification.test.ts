/** What is protected: the classification of a field is also that of everything that it is computed from. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GraphField, protectedFields } from '../gateway/governance/access/protected-fields.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { readGraphFacts } from '../gateway/registry/graph-facts.ts';
import { levelRank } from '../subgraphs/kit/contract/classification-levels.ts';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import type { Domain } from '../subgraphs/kit/contract/model.ts';

const head = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@override", "@requires", "@provides",
    "@external", "@interfaceObject", "@composeDirective", "@context", "@fromContext"])
  @link(url: "https://specs.weft.dev/weft/v1.0", import: ["@owner", "@classified"])
  @composeDirective(name: "@owner") @composeDirective(name: "@classified")
directive @owner(team: String!, product: String) on FIELD_DEFINITION
directive @classified(level: String!, categories: [String!]) on FIELD_DEFINITION
`;

type Sdls = Readonly<Record<string, string>>;

function composed(sdls: Sdls) {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    sdl: sdl.includes('@link') ? sdl : `${head}${sdl}`,
  }));
  const found = composeWithApollo(subgraphs);
  if ('supergraphSdl' in found) return { supergraphSdl: found.supergraphSdl, subgraphs };
  throw new Error(found.issues.map(({ message }) => message).join('\n'));
}

/** `restricted name,email`, by coordinate. */
function effective(sdls: Sdls, ...coordinates: readonly string[]): Record<string, string> {
  const { supergraphSdl, subgraphs } = composed(sdls);
  return said(readGraphFacts(supergraphSdl, subgraphs).fields, ...coordinates);
}

function said(fields: ReadonlyMap<string, GraphField>, ...coordinates: readonly string[]): Record<string, string> {
  const protectedField = protectedFields(fields, () => undefined);
  return Object.fromEntries(
    coordinates.map((coordinate) => {
      const { level, categories } = protectedField(coordinate) ?? { level: 'no field', categories: [] };
      return [coordinate, `${level ?? '-'} ${categories.join(',')}`.trim()];
    }),
  );
}

const people = `
  type Query { people: [Person]  pets: [Pet] }
  type Person @key(fields: "id") {
    id: ID!
    name: String @classified(level: "restricted", categories: ["name"])
    mail: String @classified(level: "confidential", categories: ["email"])
    segment: String @classified(level: "internal")
    home: Home
    pet: Pet
    thing: Thing
  }
  type Home { street: String @classified(level: "restricted", categories: ["address"])  country: String }
  interface Pet { call: String }
  type Cat implements Pet { call: String  lives: Int }
  type Dog implements Pet { call: String @classified(level: "confidential", categories: ["pet"])  chip: String @classified(level: "restricted") }
  union Thing = Cat | Dog`;

const external = `id: ID!  name: String @external  mail: String @external  segment: String @external`;

describe('@requires', () => {
  const computed = (requires: string, declared = '') => ({
    people,
    scores: `
      type Person @key(fields: "id") { ${external}  home: Home @external  pet: Pet @external  thing: Thing @external
        score: Int @requires(fields: "${requires}") ${declared}
        all: Int @requires(fields: "name mail segment home { street country } pet { call } thing { ... on Cat { lives } ... on Dog { chip } }") }
      type Home { street: String @external  country: String @external }
      interface Pet { call: String }
      type Cat implements Pet { call: String @external  lives: Int @external }
      type Dog implements Pet { call: String @external  chip: String @external }
      union Thing = Cat | Dog`,
  });

  test.each([
    ['segment', '', 'internal'],
    ['segment name mail', '', 'restricted email,name'],
    ['segment', '@classified(level: "public", categories: ["score"])', 'internal score'],
    ['segment', '@classified(level: "restricted")', 'restricted'],
    ['home { country }', '', '-'],
    ['home { country street }', '', 'restricted address'],
    ['pet { call }', '', 'confidential pet'],
    ['pet { call ... on Cat { lives } }', '', 'confidential pet'],
    ['thing { ... on Cat { call lives } }', '', '-'],
    ['thing { ... on Cat { call } ... on Dog { chip } }', '', 'restricted'],
    ['thing { ... on Pet { call } }', '', 'confidential pet'],
    ['thing { __typename }', '', '-'],
  ])('of { %s } %s gives %s', (requires, declared, expected) => {
    expect(effective(computed(requires, declared), 'Person.score')).toEqual({ 'Person.score': expected });
  });

  test('goes on over several steps', () => {
    const sdls = {
      people,
      scores: `type Person @key(fields: "id") { id: ID!  mail: String @external  score: Int @requires(fields: "mail") }`,
      ranks: `type Person @key(fields: "id") { id: ID!  score: Int @external  rank: Int @requires(fields: "score") }`,
      badges: `type Person @key(fields: "id") { id: ID!  rank: Int @external  badge: Int @requires(fields: "rank") }`,
    };
    expect(effective(sdls, 'Person.badge', 'Person.segment')).toEqual({
      'Person.badge': 'confidential email',
      'Person.segment': 'internal',
    });
  });

  test('may go in circles, and on for long', () => {
    const field = (computedFrom: readonly string[], level?: string): GraphField => {
      return { team: undefined, product: undefined, subgraphs: [], level, categories: [], computedFrom };
    };
    const length = 50_000;
    const fields = new Map([
      ['A.a', field(['A.b'])],
      ['A.b', field(['A.c', 'A.a'], 'internal')],
      ['A.c', field(['A.a', 'A.c'], 'confidential')],
      ...Array.from({ length }, (_, at) => [`L.f${at}`, field([`L.f${at + 1}`])] as const),
      [`L.f${length}`, field([], 'Restricted')],
    ]);
    expect(said(fields, 'A.a', 'A.b', 'A.c', 'L.f0')).toEqual({
      'A.a': 'confidential',
      'A.b': 'confidential',
      'A.c': 'confidential',
      'L.f0': 'restricted',
    });
  });
});

test('@fromContext: what an argument is filled with from further up', () => {
  const sdls = {
    people: `
      type Query { people: [Person] }
      type Person @key(fields: "id") @context(name: "who") { id: ID!  ssn: String @classified(level: "restricted", categories: ["ssn"])  cards: [Card] }
      type Firm @key(fields: "id") @context(name: "who") { id: ID!  vat: String @classified(level: "internal", categories: ["vat"])  cards: [Card] }
      type Card @key(fields: "id") {
        id: ID!
        fee(of: String @fromContext(field: "$who ... on Person { ssn } ... on Firm { vat }")): Int
        free: Int
      }
      extend type Query { firms: [Firm] }`,
  };
  expect(effective(sdls, 'Card.fee', 'Card.free')).toEqual({ 'Card.fee': 'restricted ssn,vat', 'Card.free': '-' });
});

describe('interfaces', () => {
  test('have the highest of their objects, which keep their own', () => {
    expect(effective({ people }, 'Pet.call', 'Cat.call', 'Dog.call')).toEqual({
      'Pet.call': 'confidential pet',
      'Cat.call': '-',
      'Dog.call': 'confidential pet',
    });
  });

  test('say something of all their objects', () => {
    const sdl = people.replace('{ call: String }', '{ call: String @classified(level: "internal") }');
    expect(effective({ people: sdl }, 'Pet.call', 'Cat.call', 'Dog.call')).toEqual({
      'Pet.call': 'confidential pet',
      'Cat.call': 'internal',
      'Dog.call': 'confidential pet',
    });
  });

  test('@interfaceObject counts for all objects, each computed from its own', () => {
    const sdls = {
      library: `
        type Query { media: [Media] }
        interface Media @key(fields: "id") { id: ID!  title: String }
        type Book implements Media @key(fields: "id") { id: ID!  title: String @classified(level: "restricted", categories: ["title"]) }
        type Film implements Media @key(fields: "id") { id: ID!  title: String @classified(level: "public") }`,
      reviews: `
        type Media @key(fields: "id") @interfaceObject { id: ID!  title: String @external
          stars: Int @classified(level: "confidential")  summary: String @requires(fields: "title") }`,
    };
    expect(
      effective(sdls, 'Book.stars', 'Film.stars', 'Media.stars', 'Book.summary', 'Film.summary', 'Media.summary'),
    ).toEqual({
      'Book.stars': 'confidential',
      'Film.stars': 'confidential',
      'Media.stars': 'confidential',
      'Book.summary': 'restricted title',
      'Film.summary': 'public',
      'Media.summary': 'restricted title',
    });
  });
});

describe('several declarations', () => {
  test.each(['@override(from: "people")', '@override(from: "people", label: "percent(5)")'])(
    'a field that is moved by %s is what its owner says',
    (override) => {
      const taker = `type Person @key(fields: "id") { id: ID!  mail: String ${override}  name: String ${override} @classified(level: "public") }`;
      expect(effective({ agents: taker, people }, 'Person.mail', 'Person.name')).toEqual({
        'Person.mail': 'confidential email',
        'Person.name': 'restricted name',
      });
    },
  );

  test.each([
    ['public', 'restricted', 'restricted'],
    ['restricted', 'public', 'restricted'],
    ['restricted', 'secret', 'secret'],
    ['CONFIDENTIAL', 'internal', 'confidential'],
  ])('of a shared field, %s and %s: %s', (one, other, expected) => {
    const shared = (level: string) => `
      type Query { people: [Person] @shareable }
      type Person @key(fields: "id") { id: ID!  mail: String @shareable @classified(level: "${level}") }`;
    expect(effective({ a: shared(one), b: shared(other) }, 'Person.mail')).toEqual({ 'Person.mail': expected });
  });

  test('under whatever name a subgraph imports it, and whatever it calls its root', () => {
    const renamed = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"])
        @link(url: "https://specs.weft.dev/weft/v1.0", import: [{ name: "@classified", as: "@secrecy" }])
        @composeDirective(name: "@secrecy")
      directive @secrecy(level: String!, categories: [String!]) on FIELD_DEFINITION
      directive @classified(level: String!) on FIELD_DEFINITION
      schema { query: Root }
      type Root { a: Int @shareable @secrecy(level: "restricted")  b: Int @shareable @classified(level: "restricted") }`;
    const plain = 'type Query { a: Int @shareable  b: Int @shareable  c: Int }';
    expect(
      effective(
        {
          renamed,
          plain: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"]) ${plain}`,
        },
        'Query.a',
        'Query.b',
      ),
    ).toEqual({ 'Query.a': 'restricted', 'Query.b': '-' });
  });

  test('a contract counts where the schema says nothing', () => {
    const { domain, issues } = readDomainFiles('people', [
      [
        'people.odps.yaml',
        'apiVersion: v1.1.0\nkind: DataProduct\nid: people.register\nstatus: active\nteam: { name: Care }\noutputPorts: [{ name: people, version: 1.0.0, contractId: people.people }]\n',
      ],
      [
        'people.odcs.yaml',
        `apiVersion: v3.2.0
kind: DataContract
id: people.people
version: 1.0.0
status: active
schema:
  - name: people
    properties:
      - { name: person_id, logicalType: string, primaryKey: true, required: true, classification: internal }
      - { name: name, logicalType: string, classification: restricted, customProperties: [{ property: categories, value: [name] }] }
      - { name: home, logicalType: object, properties: [{ name: city, logicalType: string, classification: confidential }] }
`,
      ],
    ]);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    const sdl = `type Query { people: [Person] } type Person { personId: ID!  name: String  home: PersonHome } type PersonHome { city: String }`;
    const { supergraphSdl, subgraphs } = composed({
      people: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") ${sdl}`,
    });
    const { fields } = readGraphFacts(
      supergraphSdl,
      subgraphs.map((each) => ({ ...each, domain })),
    );
    expect(said(fields, 'Person.personId', 'Person.name', 'PersonHome.city')).toEqual({
      'Person.personId': 'internal',
      'Person.name': 'restricted name',
      'PersonHome.city': 'confidential',
    });
  });
});

describe('a de-identifying transform', () => {
  const versioned = head
    .replace('v1.0', 'v1.2')
    .replace('categories: [String!])', 'categories: [String!], deIdentified: String)');
  const declared = (level: string) => `@classified(level: "${level}", deIdentified: "one of three bands")`;
  const chain = (score = '', rank = '', badge = '') => ({
    people,
    scores: `${versioned} type Person @key(fields: "id") { id: ID!  mail: String @external  score: Int @requires(fields: "mail") ${score} }`,
    ranks: `${versioned} type Person @key(fields: "id") { id: ID!  score: Int @external  rank: Int @requires(fields: "score") ${rank} }`,
    badges: `${versioned} type Person @key(fields: "id") { id: ID!  rank: Int @external  name: String @external
      badge: Int @requires(fields: "rank") ${badge}  seal: Int @requires(fields: "rank name") }`,
  });
  const steps = ['Person.score', 'Person.rank', 'Person.badge', 'Person.seal'] as const;
  const of = (sdls: Sdls) => Object.values(effective(sdls, ...steps));

  test.each([
    ['nowhere', chain(), ['confidential email', 'confidential email', 'confidential email', 'restricted email,name']],
    ['on the first step', chain(declared('public')), ['public', 'public', 'public', 'restricted name']],
    [
      'on the second, which is declared itself',
      chain('', declared('internal')),
      ['confidential email', 'internal', 'internal', 'restricted name'],
    ],
    [
      'on the last',
      chain('', '', declared('public')),
      ['confidential email', 'confidential email', 'public', 'restricted email,name'],
    ],
    [
      'on what is as sensitive itself',
      chain(declared('restricted')),
      ['restricted', 'restricted', 'restricted', 'restricted name'],
    ],
    [
      'in no words',
      chain('@classified(level: "public", deIdentified: " ")'),
      ['confidential email', 'confidential email', 'confidential email', 'restricted email,name'],
    ],
  ])('declared %s', (_, sdls, expected) => {
    expect(of(sdls)).toEqual(expected);
  });

  test('beside subgraphs of an older Weft, and in the graph', () => {
    const { supergraphSdl, subgraphs } = composed(chain(declared('public')));
    expect(supergraphSdl).toContain('deIdentified: "one of three bands"');
    expect(readGraphFacts(supergraphSdl, subgraphs).fields.get('Person.score')?.deIdentified).toBe(
      'one of three bands',
    );
  });

  test('counts where all who resolve the field declare it', () => {
    const shared = (said: string) =>
      `${versioned} type Person @key(fields: "id") { id: ID!  mail: String @external  score: Int @shareable @requires(fields: "mail") ${said} }`;
    const both = (one: string, other: string) =>
      effective({ people, a: shared(one), b: shared(other) }, 'Person.score')['Person.score'];
    expect(both(declared('public'), '')).toBe('confidential email');
    expect(both('', declared('public'))).toBe('confidential email');
    expect(both(declared('public'), declared('internal'))).toBe('internal');
  });

  test('of an interface says nothing of its objects', () => {
    const sdl = people.replace('{ call: String }', `{ call: String ${declared('public')} }`);
    expect(effective({ people: `${versioned}${sdl}` }, 'Pet.call', 'Dog.call')).toEqual({
      'Pet.call': 'confidential pet',
      'Dog.call': 'confidential pet',
    });
  });

  /** What a contract of the domain says, as a product of its own. */
  const contractOf = (
    name: string,
    transform = ', customProperties: [{ property: deIdentified, value: three bands }]',
  ) => {
    const { domain, issues } = readDomainFiles(name, [
      [
        `${name}.odps.yaml`,
        `apiVersion: v1.1.0\nkind: DataProduct\nid: ${name}.people\nstatus: active\nteam: { name: T }\noutputPorts: [{ name: people, version: 1.0.0, contractId: ${name}.people }]\n`,
      ],
      [
        `${name}.odcs.yaml`,
        `apiVersion: v3.2.0\nkind: DataContract\nid: ${name}.people\nversion: 1.0.0\nstatus: active\nschema:\n  - name: people\n    properties:
      - { name: id, logicalType: string, primaryKey: true, required: true }
      - { name: score, logicalType: integer, classification: internal${transform} }\n`,
      ],
    ]);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    return domain;
  };
  const withContracts = (contracts: Readonly<Record<string, Domain>>, score = '') => {
    const { supergraphSdl, subgraphs } = composed({ ...chain(score) });
    const declaring = subgraphs.map((each) => {
      const domain = contracts[each.name];
      return domain ? { ...each, domain } : each;
    });
    return said(readGraphFacts(supergraphSdl, declaring).fields, 'Person.score', 'Person.badge');
  };
  const taken = { 'Person.score': 'internal', 'Person.badge': 'internal' };
  const inherited = { 'Person.score': 'confidential email', 'Person.badge': 'confidential email' };

  test('is declared by the contract of the domain that provides the field', () => {
    expect(withContracts({ scores: contractOf('scores') })).toEqual(taken);
    expect(withContracts({ scores: contractOf('scores', '') })).toEqual(inherited);
    expect(
      withContracts({ scores: contractOf('scores', ', customProperties: [{ property: deIdentified, value: true }]') }),
    ).toEqual(inherited);
  });

  test('by nobody else’s', () => {
    for (const other of ['people', 'ranks', 'badges']) {
      expect(withContracts({ [other]: contractOf(other) })).toEqual(inherited);
      expect(withContracts({ [other]: contractOf(other), scores: contractOf('scores', '') })).toEqual(inherited);
    }
    // Of a product that another domain has.
    const owned = '@owner(team: "T", product: "people.people")';
    expect(withContracts({ scores: contractOf('scores') }, owned)).toEqual(taken);
    expect(withContracts({ scores: contractOf('scores'), people: contractOf('people', '') }, owned)).toEqual(inherited);
  });

  test('leaves, of random graphs, what is reached without going through one', () => {
    const levels = ['public', 'internal', 'confidential', 'restricted'];
    const node = fc.record({
      level: fc.option(fc.constantFrom(...levels), { nil: undefined }),
      computedFrom: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
      deIdentified: fc.option(fc.constant('bands'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(node, { minLength: 10, maxLength: 10 }), (nodes) => {
        const fields = new Map(
          nodes.map(({ level, computedFrom, deIdentified }, at) => {
            const from = computedFrom.map((each) => `A.f${each}`);
            const rest = { team: undefined, product: undefined, subgraphs: [], categories: [`c${at}`] };
            return [`A.f${at}`, { ...rest, level, computedFrom: from, deIdentified }] as const;
          }),
        );
        for (const start of nodes.keys()) {
          const reached = new Set<number>();
          const walk = (at: number): void => {
            if (reached.has(at)) return;
            reached.add(at);
            const { deIdentified, computedFrom = [] } = nodes[at] ?? {};
            if (deIdentified === undefined) for (const each of computedFrom) walk(each);
          };
          walk(start);
          const found = protectedFields(fields, () => undefined)(`A.f${start}`);
          expect(found?.categories).toEqual([...reached].map((at) => `c${at}`).sort());
          expect(found?.rank).toBe(Math.max(...[...reached].map((at) => levelRank(nodes[at]?.level))));
        }
      }),
    );
  });
});

test('a field is of its product’s domain, or of the only subgraph that resolves it', () => {
  const sdls = {
    a: 'type Query { a: Int @owner(team: "Ants", product: "a.register")  both: Int @shareable  own: Int }',
    b: 'type Query { both: Int @shareable }',
  };
  const { supergraphSdl, subgraphs } = composed(sdls);
  const { fields } = readGraphFacts(supergraphSdl, subgraphs);
  const found = protectedFields(fields, (product) => `domain of ${product}`);
  expect(found('Query.a')).toMatchObject({
    product: 'a.register',
    team: 'Ants',
    domain: 'domain of a.register',
    rank: -1,
  });
  expect(found('Query.own')).toMatchObject({ product: undefined, domain: 'a', type: 'Query', name: 'own' });
  expect(found('Query.both')?.domain).toBeUndefined();
  expect(found('Query.none')).toBeUndefined();
});
