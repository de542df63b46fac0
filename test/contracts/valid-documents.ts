/** Documents that use much of each standard, to mutate. */
import { parse } from 'yaml';

const servers = `
  - { server: a, type: api, location: https://example.com, description: x, environment: prod, roles: [{ role: r }] }
  - { server: b, type: kafka, host: h, format: json }
  - { server: c, type: postgres, host: h, port: 5432, database: d, schema: s }
  - { server: d, type: sftp, location: 'sftp://h/x', format: csv, delimiter: array }
  - { server: e, type: custom, path: x, port: 1, stagingDir: y, customProperties: [{ property: a, value: [1] }] }
  - { server: f, type: athena, stagingDir: 's3://b/c', schema: s }
  - { server: g, type: local, path: x, format: csv }
  - { server: h, type: kinesis }
  - { server: i, type: snowflake, account: a, database: b, schema: c, port: 1 }`;

const properties = `
      - { name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1, required: true, unique: true, logicalTypeOptions: { minLength: 1, maxLength: 9, pattern: '^a', format: uuid } }
      - { name: day, logicalType: date, logicalTypeOptions: { minimum: '2020-01-01', format: yyyy }, partitioned: true, partitionKeyPosition: 1 }
      - { name: amount, logicalType: number, physicalType: 'decimal(9,2)', logicalTypeOptions: { minimum: 0, multipleOf: 0.01, format: f64 }, classification: public, criticalDataElement: true }
      - { name: count, logicalType: integer, logicalTypeOptions: { maximum: 9, format: i64 }, examples: [1, null, [x]], encryptedName: e }
      - { name: flag, logicalType: boolean, transformSourceObjects: [t], transformLogic: l, transformDescription: d }
      - { name: address, logicalType: object, logicalTypeOptions: { minProperties: 1, maxProperties: 3, required: [city] }, properties: [{ name: city, logicalType: string }] }
      - { name: lines, logicalType: array, logicalTypeOptions: { minItems: 0, maxItems: 9, uniqueItems: true }, items: { logicalType: object, properties: [{ name: n, logicalType: integer }] } }`;

const common = `
kind: DataContract
id: a-1
version: 1.0.0
status: active
name: n
tenant: t
domain: d
dataProduct: p
tags: [a]
description: { purpose: p, usage: u, limitations: l, anything: [1], customProperties: [{ property: a, value: 1 }] }
price: { priceAmount: 9.5, priceCurrency: USD, priceUnit: GB }
roles: [{ role: r, access: read, firstLevelApprovers: a, secondLevelApprovers: b, description: d }]
slaDefaultElement: orders.id
authoritativeDefinitions: [{ url: x, type: y }]
customProperties: [{ property: a, value: { b: 1 } }]
contractCreatedTs: '2022-11-15T02:59:43+00:00'
servers: ${servers}`;

const odcs30 = `
apiVersion: v3.0.2
${common}
team: [{ username: u, name: n, role: r, dateIn: '2022-08-02', dateOut: '2022-10-01', replacedByUsername: v }]
support: [{ channel: c, url: u, tool: slack, scope: s, invitationUrl: i }]
slaProperties: [{ property: latency, value: 4, valueExt: null, unit: d, element: a.b, driver: regulatory }]
schema:
  - name: orders
    physicalName: orders_1
    logicalType: object
    quality:
      - { rule: rowCount, mustBeBetween: [1, 9], dimension: coverage, unit: rows }
      - { type: library, rule: nullCheck, mustBe: 0 }
      - { type: sql, query: select 1, schedule: s, scheduler: cron }
      - { type: custom, engine: soda, implementation: { a: 1 } }
      - { type: text, description: words, severity: error, businessImpact: b, method: m, tags: [t] }
    properties: ${properties}
      - { name: bounded, logicalType: integer, logicalTypeOptions: { minimum: 1, exclusiveMinimum: true } }`;

const quality31 = `
    quality:
      - { metric: rowCount, mustBeBetween: [1, 9], dimension: coverage, unit: rows, id: q-1 }
      - { type: library, metric: duplicateValues, mustBeLessThan: 1, unit: percent, arguments: { properties: [id] }, rule: old }
      - { type: sql, query: select 1, mustNotBe: x }
      - { type: custom, engine: soda, implementation: text }
      - { type: text, description: words }
      - { description: only words }`;

const sections31 = `
team: { id: t, name: n, description: d, tags: [a], members: [{ username: u, dateIn: '2022-08-02', tags: [a] }] }
support: [{ channel: c, id: s-1, customProperties: [{ property: a, value: null, description: d }] }]
slaProperties: [{ property: latency, value: true, id: x, description: d, scheduler: cron, schedule: s }]`;

const properties31 = `${properties}
      - { name: at, id: at_1, logicalType: timestamp, logicalTypeOptions: { timezone: true, defaultTimezone: Etc/UTC, exclusiveMinimum: '2020-01-01' } }
      - { name: hour, logicalType: time, logicalTypeOptions: { maximum: '23:59' } }
      - { name: customer, logicalType: string, relationships: [{ to: customers.id, type: foreignKey, customProperties: [{ property: a, value: 1 }] }, { to: [/schema/c/properties/d] }] }`;

const odcs31 = `
apiVersion: v3.1.0
${common}
${sections31}
schema:
  - name: orders
    id: orders_1
    relationships: [{ from: orders.customer, to: customers.id }, { from: [orders.a, orders.b], to: [c.a, c.b] }]
${quality31}
    properties: ${properties31}
      - { name: untyped, physicalType: varchar, logicalTypeOptions: {}, items: { physicalType: int }, properties: [{ name: a }] }`;

const odcs32 = `
apiVersion: v3.2.0
${common}
${sections31}
context: { instructions: i, verifiedStatements: [{ question: q, answer: a, tags: [t] }], constraints: [{ constraint: c, id: i }] }
schema:
  - name: orders
    context: words
    synonyms: [{ synonym: s, locale: en, status: active }]
    relationships: [{ from: orders.customer, to: customers.id }]
${quality31}
    properties: ${properties31}
      - { name: state, logicalType: string, semanticType: dimension, enum: [{ value: a, label: A, id: a }, { value: 1 }, { value: null }], synonyms: [{ synonym: s }] }
      - { name: prefs, logicalType: map, map: { key: { logicalType: string }, value: { logicalType: object, properties: [{ name: a, logicalType: string }] } } }
      - { name: untyped, physicalType: varchar }
      - { name: embedding, logicalType: vector, logicalTypeOptions: { dimensions: 3, elementType: float32, normalized: true } }`;

const odps10 = `
apiVersion: v1.0.0
kind: DataProduct
id: p-1
status: active
name: n
version: 1.0.0
domain: d
tenant: t
tags: [a]
authoritativeDefinitions: [{ type: a, url: 'https://example.com' }]
customProperties: [{ property: a, value: 1, description: d }]
description: { purpose: p, usage: u, limitations: l }
inputPorts: [{ name: a, version: 1.0.0, contractId: c, tags: [a], customProperties: [{ property: location, value: x }] }]
outputPorts:
  - { name: b, version: 1.0.0, contractId: d, type: tables, description: x, sbom: [{ url: 'https://example.com', type: external }] }
  - { name: c, version: 1.0.0, inputContracts: [{ id: i, version: v }] }
managementPorts: [{ name: m, content: observability, type: rest, url: 'https://example.com', channel: c, description: d }]
support: [{ channel: c, url: 'mailto:a@example.com', tool: email, scope: s, invitationUrl: 'https://example.com' }]
team: { name: t, description: d, members: [{ username: u, dateIn: '2022-08-02', role: owner }] }
productCreatedTs: '2022-11-15T02:59:43Z'`;

export const validDocuments = Object.entries({ odcs30, odcs31, odcs32, odps10 }).map(([name, text]) => ({
  name,
  document: parse(text),
}));
