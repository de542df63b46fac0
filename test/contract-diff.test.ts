/** What changed between two versions of a contract, how bad it is for those who read the data, and what it is called. */
import * as fc from 'fast-check';
import { buildSchema, findBreakingChanges } from 'graphql';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Diff, MetadataDifference } from '../subgraphs/kit/contract/diff/difference.ts';
import { suggestedVersion } from '../subgraphs/kit/contract/diff/version.ts';
import { versionIssues } from '../subgraphs/kit/contract/diff/version-issues.ts';
import { diffContracts, diffProducts } from '../subgraphs/kit/contract/diff.ts';
import { graphOf } from '../subgraphs/kit/contract/graph-of.ts';
import { loneDomain } from '../subgraphs/kit/contract/lone-domain.ts';
import type { Contract } from '../subgraphs/kit/contract/model.ts';
import { readContract, readProduct } from '../subgraphs/kit/contract/read.ts';
import { printSdl } from '../subgraphs/kit/contract/sdl.ts';
import { mutated } from './contracts/mutate.ts';
import { nastySchema } from './contracts/nasty-names.ts';
import { edited } from './contracts/single-edit.ts';
import { validDocuments } from './contracts/valid-documents.ts';
import { makeMesh, weft } from './mesh.ts';

const orders = `apiVersion: v3.2.0
kind: DataContract
id: shop.orders
name: Orders
version: 1.2.0
status: active
domain: shop
description: { purpose: What was ordered., usage: Join., limitations: None. }
tags: [orders]
price: { priceAmount: 1, priceCurrency: USD }
servers: [{ server: a, type: local, path: x, format: csv }]
team: { name: Sales, description: Sells., members: [{ username: mara, role: owner }] }
roles: [{ role: analyst, access: read }]
support: [{ channel: help, url: 'mailto:a@example.com', tool: email }]
customProperties: [{ property: costCentre, value: 7 }, { property: owner, value: Sales, vendor: weft }]
slaProperties:
  - { property: latency, value: 24, unit: h }
  - { property: retention, value: 10, unit: y }
  - { property: availability, value: 99.5, unit: percent }
  - { property: frequency, value: 1, unit: d }
schema:
  - name: orders
    physicalName: t_orders
    description: An order.
    dataGranularityDescription: One row per order.
    tags: [sales]
    customProperties: [{ property: load, value: full }]
    relationships: [{ from: orders.shop, to: shops.shop }]
    quality:
      - { name: whole, metric: rowCount, mustBeGreaterThan: 100, severity: error }
      - { type: sql, query: SELECT 1, mustBe: 0, dimension: consistency }
      - { type: text, description: Looks right. }
      - { type: custom, engine: soda, implementation: check a }
    properties:
      - { name: order_id, id: p_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1, required: true, unique: true, classification: internal }
      - { name: line, logicalType: integer, primaryKey: true, primaryKeyPosition: 2, required: true }
      - { name: total, id: p_total, logicalType: number, physicalType: 'decimal(12,2)', required: true, classification: internal, description: What was paid., examples: [1.5], tags: [money], logicalTypeOptions: { minimum: 0, maximum: 1000 }, customProperties: [{ property: unit, value: USD }, { property: categories, value: [] }] }
      - { name: note, logicalType: string, classification: confidential, logicalTypeOptions: { pattern: '^a', minLength: 1, maxLength: 80 }, semanticType: column }
      - { name: email, logicalType: string, classification: restricted, logicalTypeOptions: { format: email } }
      - { name: state, logicalType: string, required: true, enum: [{ value: open, label: Open }, { value: done }] }
      - { name: shop, logicalType: string, required: true }
      - { name: customer, logicalType: string, unique: true, relationships: [{ to: customers.id, customProperties: [{ property: graphqlName, value: buyer }] }] }
      - { name: placed, logicalType: timestamp, deprecated: false, logicalTypeOptions: { timezone: true } }
      - { name: weight, logicalType: number, partitioned: false, quality: [{ metric: nullValues, mustBe: 0, unit: rows }, { metric: invalidValues, arguments: { validValues: [1, 2] }, mustBeLessThan: 5 }] }
      - { name: address, logicalType: object, properties: [{ name: city, logicalType: string, required: true }, { name: zip, logicalType: string }] }
      - { name: lines, logicalType: array, logicalTypeOptions: { uniqueItems: true, minItems: 1 }, items: { logicalType: object, properties: [{ name: sku, logicalType: string, required: true }] } }
      - { name: prefs, logicalType: map, map: { key: { logicalType: string }, value: { logicalType: string, description: A choice. } } }
  - name: refunds
    properties: [{ name: refund_id, logicalType: string, primaryKey: true, required: true }]
`;

const product = `apiVersion: v1.1.0
kind: DataProduct
id: shop.sales
name: Sales
version: 1.2.0
status: active
domain: shop
type: sourceAligned
description: { purpose: Selling. }
tags: [sales]
team: { name: Sales, members: [{ username: mara }] }
support: [{ channel: help, url: 'mailto:a@example.com' }]
customProperties: [{ property: costCentre, value: 7 }]
inputPorts: [{ name: till, version: 1.0.0, contractId: till }]
outputPorts:
  - { name: orders, version: 1.0.0, contractId: shop.orders, type: graphql, description: Orders., sbom: [{ url: 'https://example.com/a' }] }
  - { name: orders, version: 2.0.0, contractId: shop.orders2, type: graphql }
managementPorts: [{ name: watch, content: observability, url: 'https://example.com/w' }]
`;

const contractOf = (text: string): Contract => {
  const { contract, issues } = readContract(text, 'orders.odcs.yaml');
  if (!contract) throw new Error(issues.map(({ message }) => message).join('\n'));
  return contract;
};
const productOf = (text: string) => {
  const { product: read, issues } = readProduct(text, 'shop.odps.yaml');
  if (!read) throw new Error(issues.map(({ message }) => message).join('\n'));
  return read;
};
const replaced = (text: string, from: string, to: string): string => {
  expect(text).toContain(from);
  return text.replace(from, to);
};
/** `breaking MAJOR CHANGE /path` */
const line = ({ level, impactLevel, type, path }: Diff): string => `${level} ${impactLevel} ${type} ${path}`;
const lines = (difference: MetadataDifference): string[] => difference.diffs.map(line);

const schema = '/schema[name=orders]';
const property = (name: string) => `${schema}/properties[name=${name}]`;

describe('a change of a contract', () => {
  // biome-ignore format: a table, one row for each kind of change
  const cases: [title: string, from: string, to: string, ...found: string[]][] = [
    // Properties and objects
    ['a property removed', "      - { name: note, logicalType: string, classification: confidential, logicalTypeOptions: { pattern: '^a', minLength: 1, maxLength: 80 }, semanticType: column }\n", '', `breaking MAJOR REMOVE ${property('note')}`],
    ['a property added', '      - { name: note,', '      - { name: extra, logicalType: string }\n      - { name: note,', `safe MINOR ADD ${property('extra')}`],
    ['a property renamed, known by its id', 'name: total, id', 'name: amount, id', `breaking MAJOR CHANGE ${property('total')}/name`],
    ['a property renamed, without an id', 'name: note,', 'name: remark,', `breaking MAJOR REMOVE ${property('note')}`, `safe MINOR ADD ${property('remark')}`],
    ['a property of another type', 'name: weight, logicalType: number', 'name: weight, logicalType: string', `breaking MAJOR CHANGE ${property('weight')}/logicalType`],
    ['a property that may be missing now', 'name: shop, logicalType: string, required: true', 'name: shop, logicalType: string', `breaking MAJOR CHANGE ${property('shop')}/required`],
    ['a property that is always there now', 'name: weight, logicalType: number', 'name: weight, logicalType: number, required: true', `safe MINOR CHANGE ${property('weight')}/required`],
    ['a key that need not say that it is required', 'primaryKeyPosition: 2, required: true', 'primaryKeyPosition: 2', `safe PATCH CHANGE ${property('line')}/required`],
    ['the primary key', 'primaryKey: true, primaryKeyPosition: 2, required', 'primaryKeyPosition: 2, required', `breaking MAJOR CHANGE ${property('line')}/primaryKey`],
    ['the order of the primary key', 'primaryKeyPosition: 2', 'primaryKeyPosition: 0', `breaking MAJOR CHANGE ${property('line')}/primaryKeyPosition`],
    ['another number for the same place in the key', 'primaryKeyPosition: 2', 'primaryKeyPosition: 9', `safe PATCH CHANGE ${property('line')}/primaryKeyPosition`],
    ['uniqueness dropped', 'required: true, unique: true', 'required: true', `breaking MAJOR CHANGE ${property('order_id')}/unique`],
    ['uniqueness of what refers: one row becomes many', 'name: customer, logicalType: string, unique: true', 'name: customer, logicalType: string', `breaking MAJOR CHANGE ${property('customer')}/unique`],
    ['a deprecation', 'deprecated: false', 'deprecated: true', `safe MINOR CHANGE ${property('placed')}/deprecated`],
    ['fewer digits', 'decimal(12,2)', 'decimal(10,2)', `dangerous MINOR CHANGE ${property('total')}/physicalType`],
    ['an exact number that is rounded now', 'decimal(12,2)', 'double', `breaking MAJOR CHANGE ${property('total')}/physicalType`],
    ['a classification raised', 'required: true, classification: internal, description', 'required: true, classification: restricted, description', `breaking MAJOR CHANGE ${property('total')}/classification`],
    ['a classification lowered', 'classification: restricted', 'classification: internal', `dangerous MINOR CHANGE ${property('email')}/classification`],
    ['a classification taken back', 'string, classification: restricted', 'string', `dangerous MINOR REMOVE ${property('email')}/classification`],
    ['a first classification', 'name: weight,', 'name: weight, classification: internal,', `dangerous MINOR ADD ${property('weight')}/classification`],
    ['a measure that is none any more', 'name: weight,', 'name: weight, semanticType: dimension,', `breaking MAJOR ADD ${property('weight')}/semanticType`],
    ['a measure that is called one', 'name: weight,', 'name: weight, semanticType: measure,', `safe PATCH ADD ${property('weight')}/semanticType`],
    ['a description', 'description: What was paid.', 'description: What the customer paid.', `safe PATCH CHANGE ${property('total')}/description`],
    ['examples', 'examples: [1.5]', 'examples: [2.5]', `safe PATCH CHANGE ${property('total')}/examples`],
    ['a tag', 'tags: [money]', 'tags: [money, net]', `safe PATCH CHANGE ${property('total')}/tags`],
    ['what a map holds', 'value: { logicalType: string, description', 'value: { logicalType: integer, description', `breaking MAJOR CHANGE ${property('prefs')}/map`],
    ['what is said about what a map holds', 'A choice.', 'One choice.', `safe PATCH CHANGE ${property('prefs')}/map`],
    ['a property within an object removed', ', { name: zip, logicalType: string }', '', `breaking MAJOR REMOVE ${property('address')}/properties[name=zip]`],
    ['a property within an array that may be missing now', 'name: sku, logicalType: string, required: true', 'name: sku, logicalType: string', `breaking MAJOR CHANGE ${property('lines')}/items/properties[name=sku]/required`],
    ['an object removed', /- name: refunds[\s\S]*/.exec(orders)?.[0] ?? '', '', 'breaking MAJOR REMOVE /schema[name=refunds]'],
    ['an object added', '  - name: refunds', '  - { name: returns, properties: [{ name: a, logicalType: string }] }\n  - name: refunds', 'safe MINOR ADD /schema[name=returns]'],
    ['what one row stands for', 'One row per order.', 'One row per order and line.', `dangerous MINOR CHANGE ${schema}/dataGranularityDescription`],
    ['properties in another order', '[{ name: city, logicalType: string, required: true }, { name: zip, logicalType: string }]', '[{ name: zip, logicalType: string }, { name: city, logicalType: string, required: true }]', `safe PATCH CHANGE ${property('address')}/properties`],
    // Options
    ['a minimum lowered', 'minimum: 0', 'minimum: -5', `dangerous MINOR CHANGE ${property('total')}/logicalTypeOptions/minimum`],
    ['a minimum raised', 'minimum: 0', 'minimum: 5', `safe MINOR CHANGE ${property('total')}/logicalTypeOptions/minimum`],
    ['a maximum raised', 'maximum: 1000', 'maximum: 2000', `dangerous MINOR CHANGE ${property('total')}/logicalTypeOptions/maximum`],
    ['a maximum that is excluded now', 'maximum: 1000', 'exclusiveMaximum: 1000', `safe MINOR REMOVE ${property('total')}/logicalTypeOptions/maximum`, `safe MINOR ADD ${property('total')}/logicalTypeOptions/exclusiveMaximum`],
    ['a bound that makes another type', 'name: line, logicalType: integer', 'name: line, logicalType: integer, logicalTypeOptions: { maximum: 5000000000 }', `breaking MAJOR ADD ${property('line')}/logicalTypeOptions/maximum`],
    ['another pattern', "'^a'", "'^b'", `dangerous MINOR CHANGE ${property('note')}/logicalTypeOptions/pattern`],
    ['a pattern dropped', "pattern: '^a', ", '', `dangerous MINOR REMOVE ${property('note')}/logicalTypeOptions/pattern`],
    ['longer texts', 'maxLength: 80', 'maxLength: 90', `dangerous MINOR CHANGE ${property('note')}/logicalTypeOptions/maxLength`],
    ['shorter texts', 'maxLength: 80', 'maxLength: 70', `safe MINOR CHANGE ${property('note')}/logicalTypeOptions/maxLength`],
    ['another format', 'format: email', 'format: uuid', `breaking MAJOR CHANGE ${property('email')}/logicalTypeOptions/format`],
    ['elements that may repeat', 'uniqueItems: true', 'uniqueItems: false', `dangerous MINOR CHANGE ${property('lines')}/logicalTypeOptions/uniqueItems`],
    ['another meaning of timestamps', 'timezone: true', 'timezone: false', `breaking MAJOR CHANGE ${property('placed')}/logicalTypeOptions/timezone`],
    // Enums
    ['a value added', '{ value: done }]', '{ value: done }, { value: lost }]', `dangerous MINOR ADD ${property('state')}/enum[value=lost]`],
    ['a value removed', ', { value: done }]', ']', `breaking MAJOR REMOVE ${property('state')}/enum[value=done]`],
    ['the label of a value', 'label: Open', 'label: Still open', `safe PATCH CHANGE ${property('state')}/enum[value=open]/label`],
    ['a text that becomes an enum', 'name: note, logicalType: string', 'name: note, logicalType: string, enum: [{ value: a }]', `breaking MAJOR ADD ${property('note')}/enum`],
    // Relationships
    ['a relationship removed', '    relationships: [{ from: orders.shop, to: shops.shop }]\n', '', `breaking MAJOR REMOVE ${schema}/relationships[from=shop]`],
    ['a relationship that leads elsewhere', 'to: shops.shop', 'to: stores.shop', `breaking MAJOR CHANGE ${schema}/relationships[from=shop]/to`],
    ['a relationship of a text', 'name: email, logicalType: string', 'name: email, logicalType: string, relationships: [{ to: people.email }]', `dangerous MINOR ADD ${schema}/relationships[from=email]`],
    ['a relationship of a number', 'name: weight, logicalType: number', 'name: weight, logicalType: number, relationships: [{ to: weights.id }]', `safe MINOR ADD ${schema}/relationships[from=weight]`],
    ['a second relationship to the same object', 'name: email, logicalType: string', 'name: email, logicalType: string, relationships: [{ to: shops.shop }]', `breaking MAJOR ADD ${schema}/relationships[from=email]`],
    ['the name of a relationship', 'value: buyer', 'value: client', `breaking MAJOR CHANGE ${schema}/relationships[from=customer]/customProperties[property=graphqlName]/value`],
    // Custom properties
    ['a unit', 'property: unit, value: USD', 'property: unit, value: EUR', `breaking MAJOR CHANGE ${property('total')}/customProperties[property=unit]/value`],
    ['a unit that is not said any more', '{ property: unit, value: USD }, ', '', `dangerous MINOR REMOVE ${property('total')}/customProperties[property=unit]`],
    ['a first unit', 'name: weight,', 'name: weight, customProperties: [{ property: unit, value: kg }],', `safe MINOR ADD ${property('weight')}/customProperties[property=unit]`],
    ['kinds of personal data', 'property: categories, value: []', 'property: categories, value: [name]', `dangerous MINOR CHANGE ${property('total')}/customProperties[property=categories]/value`],
    ['a de-identifying transform', 'name: weight,', 'name: weight, customProperties: [{ property: deIdentified, value: rounded }],', `dangerous MINOR ADD ${property('weight')}/customProperties[property=deIdentified]`],
    ['the name in the graph', 'name: weight,', 'name: weight, customProperties: [{ property: graphqlName, value: mass }],', `breaking MAJOR ADD ${property('weight')}/customProperties[property=graphqlName]`],
    ['a custom property of somebody else', 'value: 7', 'value: 8', 'safe PATCH CHANGE /customProperties[property=costCentre]/value'],
    ['the owner of a contract', 'property: owner, value: Sales', 'property: owner, value: Finance', 'dangerous MINOR CHANGE /customProperties[property=owner]/value'],
    // Quality
    ['a rule removed', '      - { name: whole, metric: rowCount, mustBeGreaterThan: 100, severity: error }\n', '', `dangerous MINOR REMOVE ${schema}/quality[name=whole]`],
    ['a rule added', '      - { type: text, description: Looks', '      - { name: few, metric: rowCount, mustBeLessThan: 9 }\n      - { type: text, description: Looks', `safe MINOR ADD ${schema}/quality[name=few]`],
    ['a rule loosened', 'mustBeGreaterThan: 100', 'mustBeGreaterThan: 50', `dangerous MINOR CHANGE ${schema}/quality[name=whole]/mustBeGreaterThan`],
    ['a rule tightened', 'mustBeGreaterThan: 100', 'mustBeGreaterThan: 200', `safe MINOR CHANGE ${schema}/quality[name=whole]/mustBeGreaterThan`],
    ['a rule with another operator', 'mustBeGreaterThan: 100', 'mustBeBetween: [101, 500]', `safe MINOR REMOVE ${schema}/quality[name=whole]/mustBeGreaterThan`, `safe MINOR ADD ${schema}/quality[name=whole]/mustBeBetween`],
    ['a rule that only advises now', 'severity: error', 'severity: warning', `dangerous MINOR CHANGE ${schema}/quality[name=whole]/severity`],
    ['what a rule asks', 'SELECT 1', 'SELECT 2', `dangerous MINOR CHANGE ${schema}/quality[type=sql]/query`],
    ['what a rule says', 'Looks right.', 'Looks good.', `dangerous MINOR CHANGE ${schema}/quality[type=text]/description`],
    ['a rule for another engine', 'check a', 'check b', `dangerous MINOR CHANGE ${schema}/quality[type=custom]/implementation`],
    ['more valid values', 'validValues: [1, 2]', 'validValues: [1, 2, 3]', `dangerous MINOR CHANGE ${property('weight')}/quality[type=invalidValues]/arguments`],
    ['fewer valid values', 'validValues: [1, 2]', 'validValues: [1]', `safe MINOR CHANGE ${property('weight')}/quality[type=invalidValues]/arguments`],
    // Service levels
    ['a latency in other words', 'value: 24, unit: h', 'value: 1, unit: day', 'safe PATCH CHANGE /slaProperties[property=latency]/value', 'safe PATCH CHANGE /slaProperties[property=latency]/unit'],
    ['a longer latency', 'value: 24, unit: h', 'value: 2, unit: d', 'dangerous MINOR CHANGE /slaProperties[property=latency]/value', 'dangerous MINOR CHANGE /slaProperties[property=latency]/unit'],
    ['a shorter latency', 'value: 24', 'value: 12', 'safe MINOR CHANGE /slaProperties[property=latency]/value'],
    ['a shorter retention: m is months', 'value: 10, unit: y', 'value: 24, unit: m', 'dangerous MINOR CHANGE /slaProperties[property=retention]/value', 'dangerous MINOR CHANGE /slaProperties[property=retention]/unit'],
    ['a shorter latency: m is minutes', 'value: 24, unit: h', 'value: 30, unit: m', 'safe MINOR CHANGE /slaProperties[property=latency]/value', 'safe MINOR CHANGE /slaProperties[property=latency]/unit'],
    ['a lower availability', 'value: 99.5', 'value: 99', 'dangerous MINOR CHANGE /slaProperties[property=availability]/value'],
    ['a higher availability', 'value: 99.5, unit: percent', 'value: 99.9%', 'safe MINOR CHANGE /slaProperties[property=availability]/value', 'safe MINOR REMOVE /slaProperties[property=availability]/unit'],
    ['rarer loads', 'property: frequency, value: 1', 'property: frequency, value: 7', 'dangerous MINOR CHANGE /slaProperties[property=frequency]/value'],
    ['a unit that nobody knows', 'value: 24, unit: h', 'value: 24, unit: fortnights', 'dangerous MINOR CHANGE /slaProperties[property=latency]/unit'],
    ['a promise taken back', '  - { property: latency, value: 24, unit: h }\n', '', 'dangerous MINOR REMOVE /slaProperties[property=latency]'],
    ['a promise added', '  - { property: latency', '  - { property: errorRate, value: 1 }\n  - { property: latency', 'safe MINOR ADD /slaProperties[property=errorRate]'],
    // The contract itself
    ['a deprecation of it all', 'status: active', 'status: deprecated', 'breaking MAJOR CHANGE /status'],
    ['a step back to a draft', 'status: active', 'status: draft', 'dangerous MINOR CHANGE /status'],
    ['another contract', 'id: shop.orders', 'id: shop.sales', 'breaking MAJOR CHANGE /id'],
    ['another team', 'team: { name: Sales', 'team: { name: Finance', 'dangerous MINOR CHANGE /team/name'],
    ['a member', 'role: owner', 'role: engineer', 'safe PATCH CHANGE /team/members[username=mara]/role'],
    ['a role taken away', 'roles: [{ role: analyst, access: read }]\n', '', 'dangerous MINOR REMOVE /roles[role=analyst]'],
    ['support', 'tool: email', 'tool: slack', 'safe PATCH CHANGE /support[channel=help]/tool'],
    ['what it is for', 'purpose: What was ordered.', 'purpose: Orders.', 'safe PATCH CHANGE /description/purpose'],
    ['what the model does not hold: a price', 'priceAmount: 1', 'priceAmount: 2', 'dangerous MINOR CHANGE /price'],
    ['what the model does not hold: a server', 'path: x', 'path: y', 'dangerous MINOR CHANGE /servers'],
  ];
  const before = contractOf(orders);

  test.each(cases)('%s', (_, from, to, ...found) => {
    const after = contractOf(replaced(orders, from, to));
    expect(lines(diffContracts(before, after))).toEqual(found);
  });

  test('is nothing where only the text is another: comments, order of keys, quotes', () => {
    const after = contractOf(stringify(parse(orders), { defaultStringType: 'QUOTE_DOUBLE', sortMapEntries: true }));
    expect(diffContracts(before, after)).toMatchObject({ diffs: [], impact: { major: 0, minor: 0, patch: 0 } });
  });

  test('reads a contract of 3.0 and one of 3.1 as one where they say the same', () => {
    const head = 'kind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n';
    const older = `apiVersion: v3.0.2\n${head}team: [{ username: u }]\nschema: [{ name: t, quality: [{ rule: countCheck, type: library, mustBe: 1 }], properties: [{ name: a, logicalType: integer, logicalTypeOptions: { minimum: 1, exclusiveMinimum: true } }] }]\n`;
    const newer = `apiVersion: v3.1.0\n${head}team: { members: [{ username: u }] }\nschema: [{ name: t, quality: [{ metric: rowCount, mustBe: 1 }], properties: [{ name: a, logicalType: integer, logicalTypeOptions: { exclusiveMinimum: 1 } }] }]\n`;
    expect(lines(diffContracts(contractOf(older), contractOf(newer)))).toEqual(['safe PATCH CHANGE /apiVersion']);
  });

  test('says in the words of OMDS what it is, with the coordinate in the graph and the place in the text', () => {
    const text = replaced(
      orders,
      'logicalTypeOptions: { minimum: 0, maximum: 1000 }',
      'logicalTypeOptions: { maximum: 1000 }',
    );
    expect(diffContracts(before, contractOf(replaced(text, 'version: 1.2.0', 'version: 1.3.0')))).toEqual({
      apiVersion: 'v1.0.0',
      kind: 'MetadataDifference',
      sourceKind: 'DataContract',
      source1: { id: 'shop.orders', version: '1.2.0' },
      source2: { id: 'shop.orders', version: '1.3.0' },
      scope: 'all',
      impact: { major: 0, minor: 1, patch: 0 },
      suggestedVersion: '1.3.0',
      diffs: [
        {
          type: 'REMOVE',
          section: 'schema',
          field: 'minimum',
          path: `${property('total')}/logicalTypeOptions/minimum`,
          value1: 0,
          message: 'orders.total: minimum was removed (0).',
          level: 'dangerous',
          impactLevel: 'MINOR',
          coordinate: 'Order.total',
          place: { file: 'orders.odcs.yaml', line: 37, column: 9 },
        },
      ],
    });
  });

  test.each([
    ['{ name: zip, logicalType: string }', '{ name: zip, logicalType: integer }', 'OrderAddress.zip'],
    ['name: sku, logicalType: string', 'name: sku, logicalType: integer', 'OrderLines.sku'],
    [', { value: done }]', ']', 'OrderState.DONE'],
    ['to: shops.shop', 'to: stores.shop', 'Order.shopRef'],
    ['value: buyer', 'value: client', 'Order.buyer'],
    ['  - name: refunds', '  - name: returns', 'Refund'],
    ['retention, value: 10', 'retention, value: 9', undefined],
  ])('%s → %s is about %s', (from, to, coordinate) => {
    const { diffs } = diffContracts(before, contractOf(replaced(orders, from, to)));
    expect(diffs[0]?.coordinate).toBe(coordinate);
  });
});

describe('a change of a product', () => {
  const before = productOf(product);
  // biome-ignore format: a table, one row for each kind of change
  test.each<[title: string, from: string, to: string, ...found: string[]]>([
    ['a port removed', '  - { name: orders, version: 2.0.0, contractId: shop.orders2, type: graphql }\n', '', 'breaking MAJOR REMOVE /outputPorts[name=orders,version=2.0.0]'],
    ['a port with another contract', 'contractId: shop.orders,', 'contractId: shop.other,', 'breaking MAJOR CHANGE /outputPorts[name=orders,version=1.0.0]/contractId'],
    ['a port of another type', 'shop.orders2, type: graphql', 'shop.orders2, type: topic', 'breaking MAJOR CHANGE /outputPorts[name=orders,version=2.0.0]/type'],
    ['a port that is described otherwise', 'description: Orders.', 'description: All.', 'safe PATCH CHANGE /outputPorts[name=orders,version=1.0.0]/description'],
    ['a new version of a port', 'outputPorts:\n', 'outputPorts:\n  - { name: orders, version: 3.0.0 }\n', 'safe MINOR ADD /outputPorts[name=orders,version=3.0.0]'],
    ['an input port added', 'inputPorts: [', 'inputPorts: [{ name: web, version: 1.0.0, contractId: web }, ', 'safe PATCH ADD /inputPorts[name=web,version=1.0.0]'],
    ['an input port removed', 'inputPorts: [{ name: till, version: 1.0.0, contractId: till }]\n', '', 'dangerous MINOR REMOVE /inputPorts[name=till,version=1.0.0]'],
    ['an input of another contract', 'contractId: till', 'contractId: web', 'dangerous MINOR CHANGE /inputPorts[name=till,version=1.0.0]/contractId'],
    ['an address to observe at', 'example.com/w', 'example.com/x', 'dangerous MINOR CHANGE /managementPorts[name=watch]/url'],
    ['a bill of materials', 'example.com/a', 'example.com/b', 'safe PATCH CHANGE /outputPorts[name=orders,version=1.0.0]/sbom'],
    ['a retirement', 'status: active', 'status: retired', 'breaking MAJOR CHANGE /status'],
    ['the team', 'team: { name: Sales', 'team: { name: Finance', 'dangerous MINOR CHANGE /team/name'],
    ['the domain', 'domain: shop', 'domain: store', 'dangerous MINOR CHANGE /domain'],
    ['a custom property', 'value: 7', 'value: 8', 'safe PATCH CHANGE /customProperties[property=costCentre]/value'],
    ['a type that only its organisation knows', 'type: sourceAligned', 'type: ours', 'dangerous MINOR REMOVE /type'],
  ])('%s', (_, from, to, ...found) => {
    expect(lines(diffProducts(before, productOf(replaced(product, from, to))))).toEqual(found);
  });
});

describe('whatever changes', () => {
  const read = (document: { kind: string }) => {
    const text = stringify(document);
    return document.kind === 'DataProduct'
      ? { ...readProduct(text, 'a.yaml'), contract: undefined }
      : { ...readContract(text, 'a.yaml'), product: undefined };
  };
  const differenceOf = (before: any, after: any): MetadataDifference | undefined => {
    const [one, other] = [read(before), read(after)];
    if (one.contract && other.contract) return diffContracts(one.contract, other.contract);
    return one.product && other.product ? diffProducts(one.product, other.product) : undefined;
  };
  /** The model without its text, its places, and its version, which stands in source1 and source2. */
  const content = (document: any) => {
    const { contract, product: envelope } = read(document);
    return JSON.parse(
      JSON.stringify({ ...(contract ?? envelope), version: 0, source: 0 }, (key, value) =>
        key === 'place' ? 0 : value,
      ),
    );
  };
  const documents = [...validDocuments.map(({ document }) => document), parse(orders), parse(product)];
  const runs = { numRuns: 150 };

  test('a document does not differ from itself', () => {
    for (const document of documents) expect(differenceOf(document, document)?.diffs).toEqual([]);
    fc.assert(
      fc.property(mutated(documents), ({ document }) => {
        expect(differenceOf(document, document)?.diffs ?? []).toEqual([]);
      }),
      runs,
    );
  });

  test('no difference: the same model; and the difference back is the mirror of the one forth', () => {
    const mirror = { ADD: 'REMOVE', REMOVE: 'ADD', CHANGE: 'CHANGE' };
    const seen = { same: 0, different: 0 };
    const pair = fc.oneof(
      edited(documents).map(({ before, edit }) => [before, edit.document]),
      mutated(documents).chain(({ document }) => fc.constantFrom(...documents).map((other) => [document, other])),
    );
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const forth = differenceOf(before, after);
        const back = differenceOf(after, before);
        if (!forth || !back) return;
        if (forth.diffs.length === 0) expect(content(after)).toEqual(content(before));
        seen[forth.diffs.length === 0 ? 'same' : 'different'] += 1;
        const told = ({ type, section, field, value1, value2 }: Diff) =>
          JSON.stringify([type, section, field, value1, value2]);
        const mirrored = ({ type, section, field, value1, value2 }: Diff) =>
          JSON.stringify([mirror[type], section, field, value2, value1]);
        expect(back.diffs.map(told).sort()).toEqual(forth.diffs.map(mirrored).sort());
        const { major, minor, patch } = forth.impact;
        expect(major + minor + patch).toBe(forth.diffs.length);
        expect(major).toBe(forth.diffs.filter(({ level }) => level === 'breaking').length);
      }),
      runs,
    );
    expect(Math.min(seen.same, seen.different)).toBeGreaterThan(0);
  });

  test('one edit of one value is told where it is, by the names on the way', () => {
    let count = 0;
    fc.assert(
      fc.property(edited(documents), ({ before, edit }) => {
        const difference = differenceOf(before, edit.document);
        if (!difference || JSON.stringify(edit.document) === JSON.stringify(before)) return;
        // Some values go without saying: a text that is not called one, a deprecation that is none.
        if (difference.diffs.length === 0) {
          expect(content(edit.document)).toEqual(content(before));
          return;
        }
        // 3.0 says `exclusiveMinimum: true` of a minimum and `rule` for a metric, and its team is a list of members.
        const word = (key: string) => key.replace(/^exclusiveM/, 'm').replace(/^rule$/, 'metric');
        const told = (keys: readonly string[]) => keys.filter((key) => key !== 'members').map(word);
        const keysOf = (path: string) =>
          told(
            path
              .split('/')
              .slice(1)
              .map((key) => key.replace(/\[.*/, '')),
          );
        // A relationship is told at its object, whichever property has it.
        const expected = told(edit.keys.includes('relationships') ? ['schema', 'relationships'] : edit.keys);
        const near = difference.diffs.filter(({ path }) => {
          const keys = keysOf(path);
          return keys.slice(0, expected.length).join() === expected.slice(0, keys.length).join();
        });
        expect(near, `${edit.how} ${edit.path.join('.')}\n${lines(difference).join('\n')}`).not.toEqual([]);
        count += 1;
      }),
      { numRuns: 500 },
    );
    expect(count).toBeGreaterThan(200);
  });

  test('what breaks the GraphQL schema is a break of the contract', () => {
    const sdlOf = (contract: Contract): string | undefined => {
      const { graph, issues } = graphOf(loneDomain(contract));
      return issues.length > 0 ? undefined : printSdl(graph);
    };
    // A text that refers to a row becomes an ID, which is dangerous only; so is a key that becomes the key of another type.
    const retyped = /from (?:\w*?(?:String|ID)\w*?!?) to (?:\w*?(?:String|ID)\w*?!?)\.$/;
    const contract = (objects: unknown) => contractOf(stringify({ ...head, schema: objects }));
    const head = { apiVersion: 'v3.2.0', kind: 'DataContract', id: 'a', version: '1.0.0' };
    let broken = 0;
    fc.assert(
      fc.property(
        nastySchema.chain((objects) => fc.tuple(fc.constant(objects), edited([{ schema: objects }]))),
        ([objects, { edit }]) => {
          const after = readContract(stringify({ ...head, ...edit.document }), 'a.yaml').contract;
          const before = contract(objects);
          const [one, other] = [sdlOf(before), after && sdlOf(after)];
          if (!one || !after || !other) return;
          const found = findBreakingChanges(
            buildSchema(one, { assumeValidSDL: true }),
            buildSchema(other, { assumeValidSDL: true }),
          );
          const relevant = found.filter(({ description }) => !retyped.test(description));
          if (relevant.length === 0) return;
          broken += 1;
          const { diffs } = diffContracts(before, after);
          expect(
            diffs.some(({ level }) => level === 'breaking'),
            JSON.stringify({ found: relevant[0], edit: edit.path, how: edit.how, diffs: diffs.map(line) }),
          ).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    expect(broken).toBeGreaterThan(20);
  });
});

describe('the version', () => {
  const major = { major: 1, minor: 2, patch: 3 };
  const minor = { major: 0, minor: 1, patch: 3 };
  const patch = { major: 0, minor: 0, patch: 1 };
  test.each([
    ['1.2.3', major, '2.0.0'],
    ['1.2.3', minor, '1.3.0'],
    ['1.2.3', patch, '1.2.4'],
    ['1.2.3', { major: 0, minor: 0, patch: 0 }, '1.2.3'],
    ['v1.2.3', major, '2.0.0'],
    ['1.2', minor, '1.3.0'],
    ['7', patch, '7.0.1'],
    ['1.2.3+build.5', patch, '1.2.4'],
    // Below 1.0.0 the second number is the one that breaks.
    ['0.3.1', major, '0.4.0'],
    ['0.3.1', minor, '0.3.2'],
    ['2.0.0-rc.1', major, '2.0.0'],
    ['2024-05', major, undefined],
    ['latest', patch, undefined],
  ])('%s with %o leads to %s', (version, impact, suggested) => {
    expect(suggestedVersion(version, impact)).toBe(suggested);
  });

  const changed = {
    breaking: replaced(orders, 'value: buyer', 'value: client'),
    safe: replaced(orders, 'purpose: What', 'purpose: Just what'),
    none: orders,
  };
  const issuesOf = (what: keyof typeof changed, before: string, after: string) => {
    const [one, other] = [orders, changed[what]].map((text, at) =>
      contractOf(text.replace('version: 1.2.0', `version: '${[before, after][at]}'`)),
    );
    if (!one || !other) throw new Error('unreachable');
    return versionIssues(diffContracts(one, other), one.version, other.version);
  };
  test.each<[keyof typeof changed, string, string, ...string[]]>([
    ['none', '1.2.0', '1.2.0'],
    ['none', '1.2.0', '1.3.0'],
    ['none', '1.2.0', '1.1.9', 'CONTRACT_VERSION_BACKWARDS'],
    ['none', 'latest', 'latest'],
    ['safe', '1.2.0', '1.2.1'],
    ['safe', '1.2.0', '1.2.0', 'CONTRACT_VERSION_UNCHANGED'],
    ['safe', '1.2.0', '1.2.0+other', 'CONTRACT_VERSION_UNCHANGED'],
    ['safe', '1.10.0', '1.9.0', 'CONTRACT_VERSION_BACKWARDS'],
    ['safe', '1.2.0', '1.2.0-rc.1', 'CONTRACT_VERSION_BACKWARDS'],
    ['safe', '1.2.0-rc.10', '1.2.0-rc.9', 'CONTRACT_VERSION_BACKWARDS'],
    ['safe', '2024-05', '2024-06', 'CONTRACT_VERSION_UNCLEAR'],
    ['safe', 'latest', 'latest', 'CONTRACT_VERSION_UNCHANGED'],
    ['breaking', '1.2.0', '2.0.0'],
    ['breaking', '1.2.0', '1.3.0', 'CONTRACT_BREAKING_CHANGE'],
    ['breaking', '1.2.0', '1.2.0', 'CONTRACT_BREAKING_CHANGE', 'CONTRACT_VERSION_UNCHANGED'],
    ['breaking', '2.2.0', '1.0.0', 'CONTRACT_BREAKING_CHANGE', 'CONTRACT_VERSION_BACKWARDS'],
    ['breaking', '0.2.0', '0.3.0'],
    ['breaking', '0.2.0', '1.0.0'],
    ['breaking', '0.2.0', '0.2.1', 'CONTRACT_BREAKING_CHANGE'],
    ['breaking', '2.0.0-rc.1', '2.0.0-rc.2'],
    ['breaking', '2024-05', '2024-06', 'CONTRACT_BREAKING_CHANGE', 'CONTRACT_VERSION_UNCLEAR'],
  ])('%s: %s → %s', (what, before, after, ...found) => {
    expect(issuesOf(what, before, after).map(({ code }) => code)).toEqual(found);
  });

  test('an issue names the field, the contract, its versions, and the way out', () => {
    const after = replaced(orders.replace('version: 1.2.0', 'version: 1.3.0'), '{ name: weight,', '{ name: mass,');
    const [before, other] = [contractOf(orders), contractOf(after)];
    expect(versionIssues(diffContracts(before, other), before.version, other.version)).toEqual([
      {
        code: 'CONTRACT_BREAKING_FIELD_REMOVED',
        severity: 'error',
        message: 'orders.weight was removed (shop.orders 1.2.0 → 1.3.0).',
        coordinate: 'Order.weight',
        place: expect.objectContaining({ file: 'orders.odcs.yaml' }),
        help: 'Publish as 2.0.0, or deprecate it first.',
      },
    ]);
  });

  test('a product may have none; to lose it is a step back', () => {
    const unnamed = product.replace('version: 1.2.0\n', '');
    const difference = (before: string, after: string) => {
      const [one, other] = [productOf(before), productOf(after)];
      return versionIssues(diffProducts(one, other), one.version, other.version).map(({ code }) => code);
    };
    expect(difference(unnamed, unnamed.replace('Selling', 'Sales'))).toEqual([]);
    expect(difference(unnamed, unnamed.replace('type: graphql }', 'type: rest }'))).toEqual([
      'CONTRACT_BREAKING_CHANGE',
    ]);
    expect(difference(product, unnamed)).toEqual(['CONTRACT_VERSION_BACKWARDS']);
  });
});

describe('on the command line', () => {
  const removed = orders.replace('{ name: weight,', '{ name: mass,');
  const files = {
    'before.yaml': orders,
    'broken.yaml': removed.replace('version: 1.2.0', 'version: 1.3.0'),
    'major.yaml': removed.replace('version: 1.2.0', 'version: 2.0.0'),
    'product.yaml': product,
    'wrong.yaml': orders.replace('status: active', 'status: [1]'),
    'pipe.yaml': replaced(orders, 'value: done }', 'value: "@all | <b>[x](https://example.com)" }'),
  };

  test('weft contract diff says what broke, and ends with 1 where the version does not', async () => {
    await using mesh = makeMesh(files);
    const { code, stdout, stderr } = await mesh.weft('contract', 'diff', 'before.yaml', 'broken.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('breaking   orders.weight was removed.\n           Order.weight\n');
    expect(stdout).toContain('safe       orders.mass was added.');
    expect(stderr).toContain('error CONTRACT_BREAKING_FIELD_REMOVED  Order.weight orders.weight was removed');
    expect(stderr).toContain('shop.orders 1.2.0 → 1.3.0: 1 breaking, 0 dangerous, 1 safe. Suggested version: 2.0.0.');
    expect(await mesh.weft('contract', 'diff', 'before.yaml', 'major.yaml')).toMatchObject({ code: 0 });
    expect(await mesh.weft('contract', 'diff', 'before.yaml', 'before.yaml')).toMatchObject({
      code: 0,
      stdout: 'No difference.\n',
    });
  });

  test('--json prints the difference and the issues; one side may be stdin', async () => {
    await using mesh = makeMesh(files);
    const args = ['contract', 'diff', '-', 'broken.yaml', '--json'];
    const { code, stdout } = await weft(args, { cwd: mesh.dir, stdin: orders });
    expect(code).toBe(1);
    const { data } = JSON.parse(stdout);
    expect(data.difference).toMatchObject({ kind: 'MetadataDifference', impact: { major: 1, minor: 1, patch: 0 } });
    expect(data.issues).toMatchObject([{ code: 'CONTRACT_BREAKING_FIELD_REMOVED', place: { file: 'broken.yaml' } }]);
  });

  test('--markdown prints tables for a pull request, in which a contract cannot mention, link or break out', async () => {
    await using mesh = makeMesh(files);
    const { stdout } = await mesh.weft('contract', 'diff', 'before.yaml', 'pipe.yaml', '--markdown');
    expect(stdout).toContain('### shop.orders: 1 breaking change\n');
    expect(stdout).toContain('| change | where |\n| --- | --- |\n');
    const rows = stdout.split('\n').filter((each) => each.startsWith('| '));
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(3);
    expect(stdout).not.toMatch(/@all|<b>|(?<!\\)\[x|:\/\//);
  });

  test.each([
    [['before.yaml', 'product.yaml'], 2, 'DOCUMENTS_INCOMPARABLE'],
    [['-', '-'], 2, 'DOCUMENTS_INCOMPARABLE'],
    [['before.yaml', 'nowhere.yaml'], 2, 'DOCUMENT_UNREADABLE'],
    [['before.yaml', 'wrong.yaml'], 1, 'DOCUMENT_VALUE_INVALID'],
    [['product.yaml', 'product.yaml'], 0, 'shop.sales 1.2.0 → 1.2.0'],
  ])('weft contract diff %j ends with %d: %s', async (args, expected, text) => {
    await using mesh = makeMesh(files);
    const { code, stderr } = await mesh.weft('contract', 'diff', ...args);
    expect(stderr).toContain(text);
    expect(code).toBe(expected);
  });

  test('weft contract lint reads one document alone, without a mesh around it', async () => {
    await using mesh = makeMesh(files);
    const alone = await mesh.weft('contract', 'lint', 'before.yaml', '--json');
    expect(alone.code).toBe(0);
    const codes = JSON.parse(alone.stdout).data.issues.map(({ code }: { code: string }) => code);
    expect(codes).toContain('FIELD_UNDESCRIBED');
    // Where `shops` and `customers` are, it cannot see.
    expect(codes).not.toContain('RELATIONSHIP_TARGET_UNKNOWN');
    expect(await mesh.weft('contract', 'lint', 'before.yaml', '--strict')).toMatchObject({ code: 1 });
    const within = orders.replace('to: shops.shop', 'to: refunds.nothing');
    const piped = await weft(['contract', 'lint', '-'], { cwd: mesh.dir, stdin: within });
    expect(piped.code).toBe(1);
    expect(piped.stderr).toContain('<stdin>:');
    expect(piped.stderr).toContain('RELATIONSHIP_TARGET_UNKNOWN');
    expect(await mesh.weft('contract', 'lint', 'product.yaml')).toMatchObject({ code: 0 });
    expect(await mesh.weft('contract', 'lint', 'wrong.yaml')).toMatchObject({ code: 1 });
  });
});
