/** Each lint rule on the smallest mesh that breaks it; the mesh itself breaks none. */
import { describe, expect, test } from 'vitest';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import { graphOf } from '../subgraphs/kit/contract/graph-of.ts';
import { lintDomain, lintRules } from '../subgraphs/kit/contract/lint.ts';
import type { Domain } from '../subgraphs/kit/contract/model.ts';
import { printSdl } from '../subgraphs/kit/contract/sdl.ts';

const product = `apiVersion: v1.1.0
kind: DataProduct
id: sales.sales
status: active
name: Sales
team: { name: Sales Team }
support: [{ channel: sales, url: 'mailto:sales@example.com' }]
outputPorts: [{ name: orders, contractId: sales.orders }]
`;

const orders = `apiVersion: v3.2.0
kind: DataContract
id: sales.orders
version: 1.0.0
slaProperties: [{ property: latency, value: 1, unit: d }]
schema:
  - name: orders
    description: One row per order.
    quality: [{ metric: rowCount, mustBeGreaterThan: 0 }]
    properties:
      - { name: order_id, logicalType: string, primaryKey: true, required: true, description: The order., classification: public }
      - name: customer_id
        logicalType: string
        description: Who ordered.
        classification: internal
        relationships: [{ to: customers.customer_id }]
      - name: total
        logicalType: number
        physicalType: decimal(12,2)
        semanticType: measure
        description: Sum of the lines.
        classification: internal
        customProperties: [{ property: unit, value: USD, vendor: weft }]
`;

const customers = `apiVersion: v3.2.0
kind: DataContract
id: customers.customers
version: 1.0.0
slaProperties: [{ property: freshness, value: 1, unit: d }]
schema:
  - name: customers
    id: customers_obj
    description: One row per customer.
    properties:
      - { name: customer_id, id: customer_id_prop, logicalType: string, primaryKey: true, required: true, description: The customer., classification: public }
      - name: name
        logicalType: string
        description: What we call them.
        classification: restricted
        customProperties: [{ property: categories, value: [name] }]
`;

function domain(name: string, product: string, contract: string): Domain {
  const { domain, issues } = readDomainFiles(name, [
    [`${name}.odps.yaml`, product],
    [`${name}.odcs.yaml`, contract],
  ]);
  expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  return domain;
}

const customersDomain = (contract = customers) =>
  domain(
    'customers',
    product.replaceAll('sales.orders', 'customers.customers').replaceAll('sales', 'customers'),
    contract,
  );

/** Lints `sales` in a mesh of two. */
function lint(text: { product?: string; orders?: string; customers?: string }): string[] {
  const sales = domain('sales', text.product ?? product, text.orders ?? orders);
  const issues = lintDomain(sales, [sales, customersDomain(text.customers)]);
  for (const found of issues) expect(found.help).toMatch(/\w/);
  return issues.map(({ severity, code, place, message }) => `${severity} ${code} ${place?.line} ${message}`);
}

const without = (text: string, part: string): string => {
  expect(text).toContain(part);
  return text.replace(part, '');
};
const changed = (text: string, from: string, to: string): string => {
  expect(text).toContain(from);
  return text.replace(from, to);
};

test('a mesh that has everything breaks no rule', () => {
  expect(lint({})).toEqual([]);
  const others = customersDomain();
  expect(lintDomain(others, [others])).toEqual([]);
});

test('every rule has codes of its own, and no two the same', () => {
  const codes = lintRules.flatMap((rule) => rule.codes);
  expect(new Set(codes).size).toBe(codes.length);
  expect(new Set(lintRules.map(({ name }) => name)).size).toBe(lintRules.length);
});

describe('the product', () => {
  test('is owned and supported', () => {
    expect(lint({ product: without(product, 'team: { name: Sales Team }\n') })).toEqual([
      'warning PRODUCT_UNOWNED 1 Sales has no team with a name, so it counts as owned by the domain sales.',
    ]);
    const silent = without(product, "support: [{ channel: sales, url: 'mailto:sales@example.com' }]\n");
    expect(lint({ product: silent })).toEqual(['warning PRODUCT_UNSUPPORTED 1 Sales has no support channel.']);
    expect(lint({ product: silent, orders: `${orders}support: [{ channel: orders }]\n` })).toEqual([]);
  });

  test('has a contract for each port', () => {
    const more = changed(product, 'sales.orders }', 'sales.orders }, { name: raw }');
    expect(lint({ product: more })).toEqual([
      'warning PORT_WITHOUT_CONTRACT 8 The output port raw of Sales names no contract.',
    ]);
  });

  test('promises something while it is active', () => {
    const silent = without(orders, 'slaProperties: [{ property: latency, value: 1, unit: d }]\n');
    const expected =
      'warning SLA_MISSING 1 Sales is active, but the contract sales.orders promises neither freshness nor availability.';
    expect(lint({ orders: silent })).toEqual([expected]);
    expect(lint({ orders: changed(orders, 'latency', 'retention') })).toEqual([expected]);
    expect(lint({ orders: changed(orders, 'latency', 'timeOfAvailability') })).toEqual([]);
    expect(lint({ orders: silent, product: changed(product, 'status: active', 'status: draft') })).toEqual([]);
  });
});

describe('objects and fields', () => {
  test('are described, inside other fields too', () => {
    expect(lint({ orders: without(orders, '    description: One row per order.\n') })).toEqual([
      'warning OBJECT_UNDESCRIBED 7 orders has no description.',
    ]);
    expect(lint({ orders: changed(orders, 'Who ordered.', '" "') })).toEqual([
      'warning FIELD_UNDESCRIBED 12 orders.customer_id has no description.',
    ]);
    const nested = `${orders}      - { name: lines, logicalType: array, description: x, classification: public, items: { logicalType: object, properties: [{ name: sku, logicalType: string }] } }\n`;
    expect(lint({ orders: nested })).toEqual(['warning FIELD_UNDESCRIBED 24 orders.lines.sku has no description.']);
  });

  test('are classified in words that all know', () => {
    expect(lint({ orders: changed(orders, 'Who ordered.\n        classification: internal', 'Who ordered.') })).toEqual(
      ['warning FIELD_UNCLASSIFIED 12 orders.customer_id has no classification.'],
    );
    expect(lint({ orders: changed(orders, 'classification: public', 'classification: publik') })).toEqual([
      'warning CLASSIFICATION_UNKNOWN 11 orders.order_id is classified as publik, which is not a known level.',
    ]);
  });

  test('say by which transform they are de-identified', () => {
    const says = (value: string) =>
      changed(orders, 'The order., ', `The order., customProperties: [{ property: deIdentified, value: ${value} }], `);
    for (const value of ['true', '""', '" "', '[]']) {
      expect(lint({ orders: says(value) })).toEqual([
        'error DE_IDENTIFIED_INVALID 11 orders.order_id says deIdentified, but not what the transform does.',
      ]);
    }
    expect(lint({ orders: says('rounded to the hundred') })).toEqual([]);
    expect(lint({ orders: says('true, vendor: acme') })).toEqual([]);
  });

  test('say which personal data they hold', () => {
    const restricted = changed(orders, 'The order., classification: public', 'The order., classification: restricted');
    expect(lint({ orders: restricted })).toEqual([
      'warning CATEGORIES_MISSING 11 orders.order_id is restricted, but does not say which kinds of personal data it holds.',
    ]);
    const tagged = changed(orders, 'The order., ', 'The order., tags: [PII], ');
    expect(lint({ orders: tagged })).toEqual([
      'warning CATEGORIES_MISSING 11 orders.order_id is tagged PII, but does not say which kinds of personal data it holds.',
    ]);
    const none = changed(tagged, 'tags: [PII]', 'tags: [PII], customProperties: [{ property: categories, value: [] }]');
    expect(lint({ orders: none })).toEqual([]);
  });

  test('have a primary key that is always there', () => {
    expect(lint({ orders: changed(orders, 'primaryKey: true, required: true', 'required: true') })).toEqual([
      'warning PRIMARY_KEY_MISSING 7 orders has no primary key.',
    ]);
    expect(lint({ orders: changed(orders, 'primaryKey: true, required: true', 'primaryKey: true') })).toEqual([
      'warning PRIMARY_KEY_OPTIONAL 11 orders.order_id is part of the primary key, but not required.',
    ]);
  });

  test('have units where they are measured, and need none where they count', () => {
    const bare = without(orders, '        customProperties: [{ property: unit, value: USD, vendor: weft }]\n');
    const expected = ['warning UNIT_MISSING 17 orders.total is a measured number without a unit.'];
    expect(lint({ orders: bare })).toEqual(expected);
    expect(lint({ orders: without(bare, '        semanticType: measure\n') })).toEqual(expected);
    const counted = changed(bare, 'logicalType: number\n        physicalType: decimal(12,2)', 'logicalType: integer');
    expect(lint({ orders: counted })).toEqual(expected);
    expect(lint({ orders: without(counted, '        semanticType: measure\n') })).toEqual([]);
    const elsewhere = changed(orders, 'value: USD, vendor: weft', 'value: USD, vendor: someone');
    expect(lint({ orders: elsewhere })).toEqual(expected);
  });

  test('say what to use instead when they are deprecated', () => {
    const old = changed(orders, 'semanticType: measure', 'semanticType: measure\n        deprecated: true');
    expect(lint({ orders: old })).toEqual([
      'warning DEPRECATED_UNEXPLAINED 17 orders.total is deprecated, but its description does not say what to use instead.',
    ]);
    expect(lint({ orders: changed(old, 'Sum of the lines.', 'Use net_total instead.') })).toEqual([]);
  });

  test('have quality rules that can be checked', () => {
    const old = changed(orders, 'v3.2.0', 'v3.0.2')
      .replace('version: 1.0.0', 'version: 1.0.0\nstatus: active')
      .replace('        relationships: [{ to: customers.customer_id }]\n', '')
      .replace(', vendor: weft', '')
      .replace('        semanticType: measure\n', '');
    const rules = (written: string) =>
      lint({ orders: changed(old, '{ metric: rowCount, mustBeGreaterThan: 0 }', written) });
    expect(
      rules('{ rule: rowCount, mustBeGreaterThan: 0 }, { type: text }, { type: sql, query: q, mustBe: 0 }'),
    ).toEqual([]);
    expect(rules('{ rule: rowcounts, mustBe: 0 }')).toEqual([
      'warning QUALITY_METRIC_UNKNOWN 10 A quality rule of orders has the metric rowcounts.',
    ]);
    expect(rules('{ rule: rowCount }, { type: sql, query: q }')).toEqual([
      'warning QUALITY_OPERATOR_MISSING 10 The quality rule rowCount of orders does not say what is good enough.',
      'warning QUALITY_OPERATOR_MISSING 10 The quality rule sql of orders does not say what is good enough.',
    ]);
  });
});

describe('the mesh', () => {
  const twin = (name: string) =>
    domain(
      name,
      product.replace('sales.sales', `${name}.${name}`),
      orders.replace('customers.customer_id', 'orders.order_id'),
    );
  const meshIssues = (...mesh: readonly Domain[]) =>
    mesh.map((each) =>
      lintDomain(each, mesh)
        .filter(({ severity }) => severity === 'error')
        .map(({ code, message, place }) => `${code} ${place?.file}:${place?.line} ${message}`),
    );

  test('has each name once: the later domain is told, once, with both places', () => {
    expect(meshIssues(twin('sales'), twin('shop'))).toEqual([
      [],
      ['NAME_CONFLICT shop.odcs.yaml:7 orders needs the name Order, but orders (sales.odcs.yaml:7) has it already.'],
    ]);
  });

  test('has each field of a type once, whichever domain contributes it; the key is no conflict', () => {
    const sales = domain('sales', product, orders);
    expect(meshIssues(customersDomain(), sales)).toEqual([[], []]);
    const taken = customersDomain(changed(customers, 'name: name', 'name: orders'));
    expect(meshIssues(taken, sales)).toEqual([
      [],
      [
        expect.stringMatching(
          /^NAME_CONFLICT sales.odcs.yaml:16 .* needs the name Customer.orders, but customers.orders \(customers.odcs.yaml:12\)/,
        ),
      ],
    ]);
  });

  test('has each product id once', () => {
    const others = domain('others', product.replace('sales.orders', 'customers.customers'), customers);
    expect(
      meshIssues(domain('sales', product, changed(orders, 'customers.customer_id', 'orders.order_id')), others),
    ).toEqual([
      [],
      ['PRODUCT_ID_TAKEN others.odps.yaml:1 The id sales.sales is that of a product of sales too (sales.odps.yaml:1).'],
    ]);
  });

  test('gives only names that GraphQL takes', () => {
    const named = changed(
      orders,
      '    quality:',
      '    customProperties: [{ property: graphqlName, value: my-orders }]\n    quality:',
    );
    expect(lint({ orders: named })).toEqual([
      expect.stringMatching(/^error GRAPHQL_NAME_INVALID \d+ orders has the graphqlName "my-orders"/),
    ]);
  });

  test('calls a domain like its folder', () => {
    expect(lint({ orders: `${orders}domain: shop\n`, product: `${product}domain: sales\n` })).toEqual([
      'warning DOMAIN_NAME_DIFFERS 1 sales.orders says that it belongs to the domain shop, but it is in the folder of sales.',
    ]);
    expect(lint({ orders: `${orders}domain: \${DOMAIN}\n` })).toEqual([]);
  });
});

describe('the store', () => {
  const with_ = (property: string) =>
    changed(orders, '    quality:', `    customProperties: [${property}]\n    quality:`);

  test.each([
    ['{ property: load, value: delta }', 'The custom property load of orders is delta.'],
    ['{ property: maxQuarantinedPercent, value: few }', 'maxQuarantinedPercent of orders is few.'],
    ['{ property: maxQuarantinedPercent, value: 101 }', 'maxQuarantinedPercent of orders is 101.'],
    ['{ property: maxQuarantinedPercent, value: .nan }', 'maxQuarantinedPercent of orders is NaN.'],
    ['{ property: allowEmpty, value: sometimes }', 'allowEmpty of orders is sometimes.'],
  ])('cannot be loaded with %s', (custom, message) => {
    expect(lint({ orders: with_(custom) })).toEqual([`error LOAD_INVALID 7 ${message}`]);
  });

  test('loads incrementally by a key', () => {
    const incremental = with_('{ property: load, value: incremental }');
    expect(lint({ orders: incremental })).toEqual([]);
    expect(lint({ orders: changed(incremental, 'primaryKey: true, ', '') })).toContain(
      'error LOAD_INVALID 7 orders loads incrementally, but has no primary key.',
    );
  });

  test.each(['NUMERIC 10,2', 'decimal(10;2)', 'NUMBER(*,2)'])('cannot tell the digits of %s', (type) => {
    expect(lint({ orders: changed(orders, 'decimal(12,2)', `'${type}'`) })).toEqual([
      `warning PHYSICAL_TYPE_UNCLEAR 17 The physicalType of orders.total, ${type}, does not say its digits in a way that can be read.`,
    ]);
  });

  test.each(['decimal( 10 , 2 )', 'NUMERIC', 'number(9)', 'numeric(10,2) NOT NULL', 'double'])(
    'can tell those of %s',
    (type) => {
      expect(lint({ orders: changed(orders, 'decimal(12,2)', `'${type}'`) })).toEqual([]);
    },
  );

  test('keeps names of its own, and does not tell case', () => {
    const named = changed(orders, '- name: orders', '- name: weft_orders');
    expect(lint({ orders: named })).toEqual([
      'error STORE_NAME_TAKEN 7 The name weft_orders begins as tables of the store itself do.',
    ]);
    const twice = `${orders}      - { name: Total, logicalType: string, description: x, classification: public, customProperties: [{ property: graphqlName, value: sum }] }\n`;
    expect(lint({ orders: twice })).toEqual([
      'error STORE_NAME_TAKEN 24 The name Total is there twice, but for its case.',
    ]);
  });
});

describe('relationships', () => {
  const to = (target: string) => changed(orders, 'customers.customer_id', target);

  test('lead to another domain by name, not by id', () => {
    const sales = domain('sales', product, to('/schema/customers_obj/properties/customer_id_prop'));
    const [found, ...others] = lintDomain(sales, [sales, customersDomain()]);
    expect(found).toMatchObject({ severity: 'error', code: 'RELATIONSHIP_BY_ID', place: { line: 16 } });
    expect(found?.help).toBe('Write `to: customers.customer_id`.');
    expect(others).toEqual([]);
  });

  test('say what another domain renamed for the graph', () => {
    const renamed = changed(
      changed(
        customers,
        '    id: customers_obj\n',
        '    id: customers_obj\n    customProperties: [{ property: graphqlName, value: Client }]\n',
      ),
      'classification: public }',
      'classification: public, customProperties: [{ property: graphqlName, value: clientNo }] }',
    );
    const sales = domain('sales', product, orders);
    const [found, ...others] = lintDomain(sales, [sales, customersDomain(renamed)]);
    expect(found).toMatchObject({ severity: 'error', code: 'RELATIONSHIP_NAME_DIFFERS', place: { line: 16 } });
    expect(found?.message).toContain('Customer(customerId), but in the graph of customers that is Client(clientNo)');
    expect(found?.help).toBe(
      'Add `customProperties: [{ property: toType, value: Client }, { property: toKey, value: clientNo }]` to the relationship.',
    );
    expect(others).toEqual([]);
    const said = to(
      'customers.customer_id, customProperties: [{ property: toType, value: Client }, { property: toKey, value: clientNo }]',
    );
    expect(lint({ orders: said, customers: renamed })).toEqual([]);
    expect(printSdl(graphOf(domain('sales', product, said)).graph)).toContain(
      'type Client @key(fields: "clientNo") {\n  clientNo: ID!',
    );
  });

  test('lead to an object and a property that the mesh has', () => {
    expect(lint({ orders: to('customer.customer_id') })).toEqual([
      'error RELATIONSHIP_TARGET_UNKNOWN 16 orders.customer_id refers to customer, which no domain of the mesh has.',
    ]);
    expect(lint({ orders: to('customers.id') })).toEqual([
      'error RELATIONSHIP_TARGET_UNKNOWN 16 orders.customer_id refers to customers.id, which customers (customers) does not have.',
    ]);
  });

  test('may lead to a domain that publishes from elsewhere, where no other is known', () => {
    const alone = domain('sales', product, to('parcels.parcel_id'));
    const [found] = lintDomain(alone, [alone]).filter(({ code }) => code === 'RELATIONSHIP_TARGET_UNKNOWN');
    expect(found).toMatchObject({ severity: 'warning', help: expect.stringContaining('weft check') });
  });

  test('have one type at both ends', () => {
    const numbered = changed(
      customers,
      'customer_id_prop, logicalType: string',
      'customer_id_prop, logicalType: integer',
    );
    expect(lint({ customers: numbered })).toEqual([
      'error RELATIONSHIP_TYPE_MISMATCH 16 orders.customer_id is String, but refers to customers.customer_id, which is Int.',
    ]);
    const wide = changed(numbered, 'logicalType: integer', 'logicalType: integer, logicalTypeOptions: { format: i64 }');
    const narrow = changed(
      orders,
      'name: customer_id\n        logicalType: string',
      'name: customer_id\n        logicalType: integer',
    );
    expect(lint({ customers: wide, orders: narrow })).toEqual([
      'error RELATIONSHIP_TYPE_MISMATCH 16 orders.customer_id is Int, but refers to customers.customer_id, which is BigInt.',
    ]);
  });

  test('lead to the whole key: an error towards another domain, a warning inside one', () => {
    expect(lint({ orders: to('customers.name') })).toEqual([
      'error RELATIONSHIP_NOT_TO_KEY 16 orders.customer_id refers to customers by (name), but it has the primary key (customer_id).',
    ]);
    const [line] = lint({ orders: to('orders.customer_id') });
    expect(line).toMatch(/^warning RELATIONSHIP_NOT_TO_KEY 16 /);
    const more = changed(
      orders,
      '    quality:',
      '    relationships: [{ from: [orders.customer_id, orders.order_id], to: [customers.customer_id, customers.name] }]\n    quality:',
    );
    expect(lint({ orders: more })[0]).toMatch(/^error RELATIONSHIP_NOT_TO_KEY 9 /);
    const composite = changed(customers, 'name: name', 'name: name\n        primaryKey: true\n        required: true');
    expect(lint({ customers: composite })[0]).toMatch(/^error RELATIONSHIP_NOT_TO_KEY .*\(customer_id, name\)\.$/);
  });
});
