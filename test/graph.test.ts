/** What a contract says, seen as the GraphQL schema that it gives. */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import * as fc from 'fast-check';
import { buildSchema, GraphQLObjectType, type GraphQLSchema, Kind, parse, printType, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readCatalogSdl } from '../gateway/registry/catalog-sdl.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import { graphOf } from '../subgraphs/kit/contract/graph-of.ts';
import { catalogNames } from '../subgraphs/kit/contract/name-conflicts.ts';
import { printRowTypes } from '../subgraphs/kit/contract/row-types.ts';
import { printSdl } from '../subgraphs/kit/contract/sdl.ts';
import { isError } from '../subgraphs/kit/errors/issue.ts';
import { resolversOf } from '../subgraphs/kit/resolvers.ts';
import { nastySchema } from './contracts/nasty-names.ts';

const product = `
apiVersion: v1.1.0
kind: DataProduct
id: shop.orders
version: 2.1.0
status: active
team: { name: Shop }
outputPorts: [{ name: orders, version: 1.0.0, contractId: orders }]
`;

/** @param schema objects of the contract, as YAML. */
function read(schema: string) {
  const contract = `
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.4.0
status: active
slaProperties: [{ property: latency, value: 24, unit: h }]
schema:
${schema.replace(/^/gm, '  ')}`;
  const { domain, issues } = readDomainFiles('shop', [
    ['shop.odps.yaml', product],
    ['orders.odcs.yaml', contract],
  ]);
  expect(issues.filter(isError)).toEqual([]);
  return graphOf(domain);
}

function schemaOf(objects: string): GraphQLSchema {
  const { graph, issues } = read(objects);
  expect(issues).toEqual([]);
  // graphql-js knows no federation: its directives are left out to look at types alone.
  const sdl = visit(parse(printSdl(graph)), { Directive: () => null, SchemaExtension: () => null });
  return buildSchema(typeof sdl === 'string' ? sdl : (sdl.loc?.source.body ?? ''), { assumeValidSDL: true });
}

function fieldsOf(schema: GraphQLSchema, name: string): Record<string, string> {
  const type = schema.getType(name);
  if (!(type instanceof GraphQLObjectType)) return {};
  return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, String(field.type)]));
}

describe('a field', () => {
  const types = [
    ['string', '{ logicalType: string }', 'String'],
    ['required string', '{ logicalType: string, required: true }', 'String!'],
    ['integer', '{ logicalType: integer }', 'Int'],
    ['64-bit integer', '{ logicalType: integer, logicalTypeOptions: { format: i64 } }', 'BigInt'],
    ['unsigned 32-bit integer', '{ logicalType: integer, logicalTypeOptions: { format: u32 } }', 'BigInt'],
    [
      'bounded integer',
      '{ logicalType: integer, physicalType: bigint, logicalTypeOptions: { minimum: 0, maximum: 9 } }',
      'Int',
    ],
    ['integer beyond 32 bits', '{ logicalType: integer, logicalTypeOptions: { maximum: 2147483648 } }', 'BigInt'],
    ['bigint column', '{ logicalType: integer, physicalType: BIGINT }', 'BigInt'],
    ['number', '{ logicalType: number }', 'Float'],
    ['decimal column', "{ logicalType: number, physicalType: 'decimal(10,2)' }", 'Decimal'],
    ['numeric column', '{ logicalType: number, physicalType: NUMERIC }', 'Decimal'],
    ['boolean', '{ logicalType: boolean }', 'Boolean'],
    ['date', '{ logicalType: date }', 'Date'],
    ['timestamp', '{ logicalType: timestamp }', 'DateTime'],
    ['time', '{ logicalType: time }', 'Time'],
    ['list', '{ logicalType: array, items: { logicalType: string } }', '[String!]'],
    [
      'list of lists',
      '{ logicalType: array, items: { logicalType: array, items: { logicalType: integer } } }',
      '[[Int!]!]',
    ],
    ['object', '{ logicalType: object, properties: [{ name: zip_code, logicalType: string }] }', 'ThingX'],
    [
      'list of objects',
      '{ logicalType: array, items: { logicalType: object, properties: [{ name: a, logicalType: string }] } }',
      '[ThingX!]',
    ],
    ['object of any shape', '{ logicalType: object }', 'JSON'],
    ['vector', '{ logicalType: vector, logicalTypeOptions: { dimensions: 3 } }', '[Float!]'],
    ['enum', '{ logicalType: string, enum: [{ value: first class }, { value: 2nd }] }', 'ThingX'],
    ['enum whose names would be the same', '{ logicalType: string, enum: [{ value: a-b }, { value: a_b }] }', 'String'],
    ['enum of signs', "{ logicalType: string, enum: [{ value: '+' }, { value: '-' }] }", 'String'],
  ] as const;
  test.each(types)('that is a %s has the type that loses nothing', (_, property, type) => {
    const schema = schemaOf(`- name: things\n  properties: [{ name: x, ${property.slice(1)}]`);
    expect(fieldsOf(schema, 'Thing').x).toBe(type);
  });

  test('is named in camel case whatever the contract’s convention', () => {
    const names = [
      'order_id',
      'Order Date',
      'SHIP-MODE',
      'customerID',
      'naïve_été',
      '2nd_line',
      'Straße_Ærø',
      'Łódź',
      'true',
    ];
    const properties = names.map((name) => `{ name: '${name}', logicalType: boolean }`).join(', ');
    const fields = fieldsOf(schemaOf(`- name: order_lines\n  properties: [${properties}]`), 'OrderLine');
    expect(Object.keys(fields).slice(0, 9)).toEqual([
      'orderId',
      'orderDate',
      'shipMode',
      'customerId',
      'naiveEte',
      '_2ndLine',
      'strasseAero',
      'lodz',
      '_true',
    ]);
  });

  test('carries description, owner, classification, personal data and unit', () => {
    const schema = schemaOf(`- name: orders
  properties:
    - { name: total, logicalType: number, description: What was paid., classification: confidential, customProperties: [
        { property: unit, value: USD }, { property: owner, value: Finance }, { property: categories, value: [financial] }] }`);
    const type = schema.getType('Order') as GraphQLObjectType;
    expect(type.getFields().total?.description).toBe(
      'What was paid.\n\nOwner: Finance · Classification: confidential · Personal data: financial · Unit: USD',
    );
    expect(type.description).toContain('Owner: Shop · Data product: shop.orders 2.1.0');
    expect(type.description).toContain('SLA: latency 24 h');
  });

  test('whose text tries to leave its description stays inside', () => {
    const hostile = '""" } type Query { stolen: String } """';
    const { graph } = read(
      `- name: orders\n  properties: [{ name: a, logicalType: string, description: '${hostile}', classification: '") @x(' }]`,
    );
    const order = parse(printSdl(graph)).definitions.find((each) => 'name' in each && each.name?.value === 'Order');
    expect(order && 'description' in order && order.kind).toBe('ObjectTypeDefinition');
    expect(printSdl(graph)).toContain('level: "\\") @x("');
  });
});

describe('directives say', () => {
  test('owner, classification, product and deprecation, for any federation gateway', () => {
    const { graph } = read(`- name: orders
  properties:
    - { name: order_id, logicalType: string, primaryKey: true, classification: internal }
    - { name: mail, logicalType: string, deprecated: true, description: Use phone., classification: restricted, customProperties: [
        { property: categories, value: [contact] }] }`);
    const sdl = printSdl(graph);
    expect(sdl).toContain(
      'type Order @key(fields: "orderId") @dataProduct(id: "shop.orders", version: "1.4.0", status: "active")',
    );
    expect(sdl).toContain(
      'mail: String @owner(team: "Shop", product: "shop.orders") @classified(level: "restricted", categories: ["contact"]) @deprecated(reason: "Use phone.")',
    );
    for (const name of ['@owner', '@classified', '@dataProduct'])
      expect(sdl).toContain(`@composeDirective(name: "${name}")`);
  });
});

describe('a relationship', () => {
  const customers = `- name: customers
  properties: [{ name: customer_id, logicalType: string, primaryKey: true }]`;

  test('leads both ways within a domain', () => {
    const schema = schemaOf(`${customers}
- name: orders
  properties: [{ name: customer_id, logicalType: string, relationships: [{ to: customers.customer_id }] }]`);
    expect(fieldsOf(schema, 'Order').customer).toBe('Customer');
    expect(fieldsOf(schema, 'Customer').orders).toBe('OrderConnection');
  });

  test('leads to another domain by the key that it states', () => {
    const schema = schemaOf(`- name: orders
  properties: [{ name: sold_to, logicalType: integer, logicalTypeOptions: { format: i64 }, relationships: [{ to: customers.customer_no }] }]`);
    expect(fieldsOf(schema, 'Order').customer).toBe('Customer');
    expect(fieldsOf(schema, 'Customer')).toEqual({ customerNo: 'BigInt!', orders: 'OrderConnection' });
  });

  test('refers by an ID where the property lists its values: the other domain has no such enum', () => {
    const schema = schemaOf(`- name: orders
  properties: [{ name: region_code, logicalType: string, enum: [{ value: N }, { value: S }], relationships: [{ to: regions.code }] }]`);
    expect(fieldsOf(schema, 'Region')).toEqual({ code: 'ID!', orders: 'OrderConnection' });
    expect(fieldsOf(schema, 'Order').regionCode).toBe('ID');
  });

  test('of a composite key joins all its parts, in the order of the key', () => {
    const { graph, issues } = read(`- name: stocks
  properties:
    - { name: sku, logicalType: string, primaryKey: true, primaryKeyPosition: 2 }
    - { name: site, logicalType: string, primaryKey: true, primaryKeyPosition: 1 }
- name: moves
  relationships: [{ from: [moves.article, moves.place], to: [stocks.sku, stocks.site] }]
  properties: [{ name: article, logicalType: string }, { name: place, logicalType: string }]`);
    expect(issues).toEqual([]);
    const [reference] = graph.types[1]?.references ?? [];
    expect(reference?.to).toEqual(['site', 'sku']);
    expect(reference?.from.map((field) => field.name)).toEqual(['place', 'article']);
    expect(printSdl(graph)).toContain('type Stock @key(fields: "site sku")');
  });

  test('that at most one row can have leads back to that row, not to a list', () => {
    const schema = schemaOf(`- name: values
  properties: [{ name: customer_id, logicalType: string, primaryKey: true, relationships: [{ to: customers.customer_id }] }]
- name: cards
  properties: [{ name: holder, logicalType: string, unique: true, relationships: [{ to: customers.customer_id }] }]`);
    expect(fieldsOf(schema, 'Customer')).toEqual({ customerId: 'ID!', value: 'Value', card: 'Card' });
  });

  test('is told apart from another one to the same type', () => {
    const schema = schemaOf(`${customers}
- name: flights
  properties:
    - { name: sender_id, logicalType: string, relationships: [{ to: customers.customer_id }] }
    - { name: receiver_id, logicalType: string, relationships: [{ to: customers.customer_id, customProperties: [{ property: inverseName, value: received }] }] }`);
    expect(fieldsOf(schema, 'Flight')).toMatchObject({ sender: 'Customer', receiver: 'Customer' });
    expect(Object.keys(fieldsOf(schema, 'Customer'))).toEqual(expect.arrayContaining(['flightsBySender', 'received']));
  });

  test('can lead to the same object', () => {
    const schema = schemaOf(`- name: employees
  properties:
    - { name: employee_id, logicalType: string, primaryKey: true }
    - { name: manager_id, logicalType: string, relationships: [{ to: employees.employee_id }] }`);
    expect(fieldsOf(schema, 'Employee')).toMatchObject({ manager: 'Employee', employees: 'EmployeeConnection' });
  });
});

describe('a summary', () => {
  test('groups by dimensions, adds up measures, and never adds up what is not additive', () => {
    const schema = schemaOf(`- name: sales
  properties:
    - { name: sale_id, logicalType: integer, primaryKey: true }
    - { name: region, logicalType: string }
    - { name: pieces, logicalType: integer }
    - { name: margin, logicalType: number, customProperties: [{ property: additive, value: false }] }
    - { name: year, logicalType: integer, semanticType: dimension }`);
    expect(fieldsOf(schema, 'SaleSum')).toEqual({ pieces: 'BigInt' });
    expect(fieldsOf(schema, 'SaleAvg')).toEqual({ pieces: 'Float', margin: 'Float' });
    expect(printType(schema.getType('SaleDimension') as never)).toBe(
      'enum SaleDimension {\n  saleId\n  region\n  pieces\n  year\n}',
    );
  });
});

describe('names that clash', () => {
  test.each([
    ['objects', '- name: orders\n  properties: [{ name: a }]\n- name: Order\n  properties: [{ name: a }]', 'Order'],
    ['properties', '- name: orders\n  properties: [{ name: a_b }, { name: aB }]', 'Order.aB'],
    ['an object and a scalar', '- name: date\n  properties: [{ name: a }]', 'Date'],
    [
      'an object and the groups of another',
      '- name: orders\n  properties: [{ name: a }]\n- name: order_groups\n  properties: [{ name: a }]',
      'OrderGroup',
    ],
    [
      'an enum and the sums of its own object',
      '- name: orders\n  properties: [{ name: sum, enum: [{ value: a }] }, { name: pieces, logicalType: integer }]',
      'OrderSum',
    ],
    [
      'properties of a nested object',
      '- name: orders\n  properties: [{ name: a, logicalType: object, properties: [{ name: x_y }, { name: xY }] }]',
      'OrderA.xY',
    ],
    [
      'an object and the type of a nested one',
      '- name: orders\n  properties: [{ name: address, properties: [{ name: city }] }]\n- name: order_addresses\n  properties: [{ name: a }]',
      'OrderAddress',
    ],
    [
      'an object and a filter that all share',
      '- name: texts\n  customProperties: [{ property: graphqlName, value: StringOperators }]\n  properties: [{ name: a }]',
      'StringOperators',
    ],
    ['an object and a type of the catalog', '- name: data_contracts\n  properties: [{ name: a }]', 'DataContract'],
    ['signs and other scripts', '- name: orders\n  properties: [{ name: 数量 }]', 'Order._'],
    ['an object and a query of the catalog', '- name: domains\n  properties: [{ name: a }]', 'Query.domains'],
    [
      'a reference and the way back of another',
      `- name: orders
  properties:
    - { name: id, logicalType: string, primaryKey: true }
    - { name: customer_id, logicalType: string, relationships: [{ to: customers.id }] }
- name: customers
  properties:
    - { name: id, logicalType: string, primaryKey: true }
    - { name: first_order_id, logicalType: string, unique: true, relationships: [{ to: orders.id }] }`,
      'Order.customer',
    ],
    [
      'two ways back to one type',
      `- name: customers
  properties: [{ name: id, logicalType: string, primaryKey: true }]
- name: orders
  properties: [{ name: customer_id, logicalType: string, relationships: [{ to: customers.id, customProperties: [{ property: inverseName, value: all }] }] }]
- name: calls
  properties: [{ name: customer_id, logicalType: string, relationships: [{ to: customers.id, customProperties: [{ property: inverseName, value: all }] }] }]`,
      'Customer.all',
    ],
    [
      'two ways back to one type of another domain',
      `- name: orders
  properties: [{ name: customer_id, logicalType: string, relationships: [{ to: customers.id, customProperties: [{ property: inverseName, value: all }] }] }]
- name: calls
  properties: [{ name: customer_id, logicalType: string, relationships: [{ to: customers.id, customProperties: [{ property: inverseName, value: all }] }] }]`,
      'Customer.all',
    ],
    [
      'a way back and the key of a type of another domain',
      `- name: orders
  properties: [{ name: customer_id, logicalType: string, relationships: [{ to: customers.orders }] }]`,
      'Customer.orders',
    ],
    [
      'a type of another domain and one of this',
      `- name: orders
  properties: [{ name: state, logicalType: string, relationships: [{ to: order_groups.id }] }]`,
      'OrderGroup',
    ],
    [
      'a field and its product',
      '- name: orders\n  properties: [{ name: a, customProperties: [{ property: graphqlName, value: _dataProduct }] }]',
      'Order._dataProduct',
    ],
    [
      'a relationship and a field of its target',
      `- name: customers
  properties: [{ name: id, logicalType: string, primaryKey: true }, { name: orders, logicalType: string }]
- name: orders
  properties: [{ name: customer_id, logicalType: string, relationships: [{ to: customers.id }] }]`,
      'Customer.orders',
    ],
  ])('of %s are NAME_CONFLICT with the place and the way out', (_, objects, coordinate) => {
    const [found] = read(objects).issues;
    expect(found).toMatchObject({ code: 'NAME_CONFLICT', coordinate, place: { file: 'orders.odcs.yaml' } });
    expect(found?.help).toContain('graphqlName');
  });

  test('are resolved by graphqlName', () => {
    const schema = schemaOf(`- name: date
  customProperties: [{ property: graphqlName, value: CalendarDay }]
  properties: [{ name: a_b, logicalType: string }, { name: aB, logicalType: string, customProperties: [{ property: graphqlName, value: other }] }]`);
    expect(Object.keys(fieldsOf(schema, 'CalendarDay'))).toEqual(expect.arrayContaining(['aB', 'other']));
  });
});

test('names of the catalog are known without reading it', () => {
  const definitions = parse(readFileSync('gateway/registry/catalog.graphql', 'utf8')).definitions;
  const names = definitions.flatMap((definition) => {
    if (!('name' in definition) || !definition.name) return [];
    const isQuery = definition.name.value === 'Query' && definition.kind === Kind.OBJECT_TYPE_DEFINITION;
    return isQuery ? (definition.fields ?? []).map(({ name }) => `Query.${name.value}`) : [definition.name.value];
  });
  expect([...catalogNames].sort()).toEqual(names.sort());
});

test('whatever things are called, the graph is served and composes, or it is said which name cannot be', () => {
  let served = 0;
  fc.assert(
    fc.property(nastySchema, (schema) => {
      const { domain, issues: unread } = readDomainFiles('shop', [
        ['shop.odps.yaml', product],
        [
          'orders.odcs.json',
          JSON.stringify({ apiVersion: 'v3.2.0', kind: 'DataContract', id: 'orders', version: '1.0.0', schema }),
        ],
      ]);
      const { graph, issues } = graphOf(domain);
      expect(issues.every(({ place, coordinate }) => place && coordinate)).toBe(true);
      if ([...unread, ...issues].some(isError)) return;
      const sdl = printSdl(graph);
      buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolversOf(graph) as never }]);
      expect(
        composeWithApollo([
          { name: 'catalog', url: 'http://catalog', sdl: readCatalogSdl() },
          { name: 'shop', url: 'http://shop', sdl },
        ]).issues,
      ).toEqual([]);
      served += 1;
    }),
    { numRuns: 100 },
  );
  expect(served).toBeGreaterThan(10);
});

test('a domain without contracts is a schema without queries', () => {
  const { domain } = readDomainFiles('shop', [['shop.odps.yaml', product.replace(/^outputPorts.*$/m, '')]]);
  expect(printSdl(graphOf(domain).graph)).not.toContain('type Query');
});

test('row types and graph agree on what is never null, elements of lists included', () => {
  const { graph } = read(`- name: orders
  properties:
    - { name: tags, logicalType: array, required: true, items: { logicalType: string } }
    - name: parts
      logicalType: array
      items: { logicalType: object, properties: [{ name: no, logicalType: string, primaryKey: true }, { name: note, logicalType: string }] }`);
  expect(printRowTypes(graph, [])).toContain(`  tags: readonly (string)[];
  parts?: readonly ({ no: string; note?: string | null })[] | null;`);
  const sdl = printSdl(graph);
  expect(sdl).toContain('  tags: [String!]! ');
  expect(sdl).toContain('  parts: [OrderParts!] ');
  expect(sdl).toContain('type OrderParts {\n  no: String!\n  note: String\n}');
});

test('an enum of nothing but null is plain text', () => {
  const schema = schemaOf('- name: things\n  properties: [{ name: x, logicalType: string, enum: [{ value: null }] }]');
  expect(fieldsOf(schema, 'Thing').x).toBe('String');
});

test('row types have the contract’s names, and null where a value may be missing', () => {
  const { graph } = read(`- name: orders
  properties:
    - { name: order_id, logicalType: string, primaryKey: true }
    - { name: 'odd name', logicalType: integer, logicalTypeOptions: { format: i64 } }
    - { name: mode, logicalType: string, required: true, enum: [{ value: Same Day }] }
    - { name: parts, logicalType: array, items: { logicalType: object, properties: [{ name: n, logicalType: number, required: true }] } }`);
  expect(printRowTypes(graph, [])).toContain(`export interface OrderRow {
  order_id: string;
  "odd name"?: bigint | null;
  mode: "Same Day" | "SAME_DAY";
  parts?: readonly ({ n: number })[] | null;
}`);
});
