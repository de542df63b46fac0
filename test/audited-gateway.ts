/** A gateway that records who reads what: one subgraph with customers, policies of this repository, an open registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { makeMesh, root } from './mesh.ts';
import { ask, startSubgraph } from './subgraph.ts';

export const customersSdl = `${schemaHead}
  type Query { customers(where: CustomerWhere): [Customer] people: [Person] nobody: [Customer] }
  input CustomerWhere {
    name: String @classified(level: "restricted", categories: ["name"], of: "Customer.name")
    segment: String @classified(level: "internal", of: "Customer.segment")
  }
  interface Person { segment: String }
  type Staff implements Person { segment: String @classified(level: "internal") }
  type Customer implements Person @key(fields: "customerId") {
    customerId: ID! @owner(team: "Customer Care", product: "customers.register") @classified(level: "confidential", categories: ["identifier"])
    name: String @owner(team: "Customer Care", product: "customers.register") @classified(level: "restricted", categories: ["name"])
    segment: String @owner(team: "Customer Care", product: "customers.register") @classified(level: "internal")
    income: Int @owner(team: "Customer Care", product: "customers.register") @classified(level: "confidential", categories: ["financial"])
    nameAgain: String @owner(team: "Customer Care", product: "customers.register")
      @classified(level: "restricted", categories: ["name"], of: "Customer.name")
  }`;

const contract = `apiVersion: v3.1.0
kind: DataContract
id: customers.customers
name: Customers
version: 1.4.0
status: active
schema:
  - name: customers
    properties:
      - { name: customer_id, logicalType: string, primaryKey: true, required: true }
      - { name: name, logicalType: string }
`;

const product = `apiVersion: v1.1.0
kind: DataProduct
id: customers.register
name: Register
version: 1.0.0
status: active
outputPorts: [{ name: customers, version: 1.4.0, contractId: customers.customers }]
team: { name: Customer Care }
`;

/** Values that stand nowhere but in the data. */
export const values = {
  customerId: 'value-of-key',
  name: 'value-of-name',
  segment: 'value-of-segment',
  income: 918_273_645,
};

const policies = ['access.cedar', 'on-this-machine.cedar', 'purposes.yaml'].map(
  (name) => [`access/${name}`, readFileSync(join(root, 'gateway/policies', name), 'utf8')] as const,
);

export async function startAuditedGateway(settings: Record<string, unknown> = {}) {
  const served = { ...values, nameAgain: values.name };
  const customers = await startSubgraph(customersSdl, {
    resolvers: {
      Query: {
        customers: () => [served, { ...served, customerId: 'other-key' }],
        people: () => [
          { __typename: 'Customer', ...served },
          { __typename: 'Staff', segment: 's' },
        ],
        nobody: () => [],
      },
    },
  });
  const mesh = makeMesh({
    'customers/schema.graphql': customersSdl,
    'customers/customers.odcs.yaml': contract,
    'customers/customers.odps.yaml': product,
    'supergraph.yaml': JSON.stringify({
      subgraphs: { customers: { routing_url: customers.url, schema: { file: './customers/schema.graphql' } } },
    }),
    ...Object.fromEntries(policies),
  });
  const file = join(mesh.dir, 'reads.db');
  const log: string[] = [];
  const given = {
    ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), devPrincipals: true, readAudit: file, port: 0 },
    ...{ accessPolicies: join(mesh.dir, 'access'), maskSecret: 'one secret for all of these tests' },
    ...{ registry: join(mesh.dir, 'registry.db'), registryOpen: true, ...settings },
  };
  const start = () => startGateway(readConfig({}, given), (line) => log.push(line));
  const gateway = await start();
  const headersOf = (who?: string, purpose?: string) => ({
    ...(who && { authorization: `Bearer dev-${who}` }),
    ...(purpose && { 'weft-purpose': purpose }),
  });
  return {
    ...{ gateway, mesh, file, log, headersOf },
    ask: (query: string, who?: string, purpose?: string, variables = {}) =>
      ask(`${gateway.url}/graphql`, query, variables, undefined, headersOf(who, purpose)),
    askCatalog: (query: string, variables = {}) => ask(`${gateway.url}/catalog`, query, variables),
    records: () => recordsIn(file),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await customers.close();
      await mesh[Symbol.asyncDispose]();
    },
  };
}

/** As they stand in the file, with their texts. */
export function recordsIn(file: string): any[] {
  const connection = new SQLite(file, { readonly: true });
  try {
    return connection
      .prepare(
        `SELECT seq, at, p.text AS principal, o.text AS operation, r.text AS reading, purpose, client, outcome, rows FROM record
         JOIN term p ON p.id = principal JOIN term o ON o.id = operation JOIN term r ON r.id = reading ORDER BY seq`,
      )
      .all()
      .map((row: any) => ({
        ...row,
        principal: JSON.parse(row.principal),
        reading: JSON.parse(row.reading),
        rows: JSON.parse(row.rows),
      }));
  } finally {
    connection.close();
  }
}

/** `Customer.name mask 2`: every field of a record with its decision and in how many objects. */
export const fieldsIn = ({ reading, rows }: any): string[] =>
  reading.groups.flatMap((group: any[], at: number) =>
    group.map(({ coordinate, effect }) => `${coordinate} ${effect} ${rows[at] ?? 0}`),
  );
