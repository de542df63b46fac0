/** A gateway with a registry, over real subgraphs, and what domain teams ask of it. */
import { join } from 'node:path';
import { readConfig } from '../../gateway/config.ts';
import type { Log } from '../../gateway/engine/log.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { makeMesh } from '../mesh.ts';
import { type Answer, ask, startSubgraph, type TestSubgraph } from '../subgraph.ts';

export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@override", "@inaccessible", "@tag"])`;

/** Two domains: sales has orders, customers has those who make them. */
export const salesSdl = `${link}
  type Query { orders: [Order] }
  type Order @key(fields: "id") { id: ID! total: Int note: String customer: Customer }
  type Customer @key(fields: "id", resolvable: false) { id: ID! }`;
export const customersSdl = `${link}
  type Query { customers: [Customer] }
  type Customer @key(fields: "id") { id: ID! name: String email: String }`;

export interface Publish {
  readonly name: string;
  readonly sdl: string;
  readonly routingUrl?: string;
  readonly files?: readonly { readonly path: string; readonly text: string }[];
}

export interface RegistryMesh {
  readonly dir: string;
  readonly gateway: Gateway;
  readonly sales: TestSubgraph;
  /** At /catalog. */
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** At /graphql. */
  query(query: string, headers?: Record<string, string>): Promise<Answer>;
  publish(published: Publish, more?: Record<string, unknown>): Promise<any>;
  check(published: Publish): Promise<any>;
  /** All rows of all tables of the registry. */
  rows(): string;
  /** @param log of the gateway that is started */
  restart(whileAway?: () => Promise<void>, log?: Log): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const reportFields = `{ isAccepted base changed suggestedVersions { id version }
  steps { id outcome issues { code severity message coordinate help place } } }`;
export const publishOperation = `mutation ($input: PublicationInput!, $base: Int, $requestApproval: Boolean) {
  publishSubgraph(input: $input, base: $base, requestApproval: $requestApproval) {
    outcome version { id action domain actor } report ${reportFields} } }`;
const checkOperation = `mutation ($input: PublicationInput!) { checkSubgraph(input: $input) ${reportFields} }`;

export async function startRegistryMesh(settings: Record<string, unknown> = {}): Promise<RegistryMesh> {
  const mesh = makeMesh();
  const resolvers = {
    Query: { orders: () => [{ id: 'o1', total: 7, note: 'n', customer: { id: 'c1' } }] },
  };
  const sales = await startSubgraph(salesSdl, { resolvers });
  const customers = await startSubgraph(customersSdl, {
    resolvers: {
      Query: { customers: () => [{ id: 'c1', name: 'Ada' }] },
      Customer: { __resolveReference: ({ id }: any) => ({ id, name: 'Ada', email: 'ada@example.com' }) },
    },
  });
  mesh.write({
    'sales.graphql': salesSdl,
    'customers.graphql': customersSdl,
    'supergraph.yaml': JSON.stringify({
      federation_version: '2',
      subgraphs: {
        sales: { routing_url: sales.url, schema: { file: './sales.graphql' } },
        customers: { routing_url: customers.url, schema: { file: './customers.graphql' } },
      },
    }),
  });
  const file = join(mesh.dir, 'registry.db');
  const start = (log?: Log): Promise<Gateway> =>
    startGateway(
      readConfig(
        {},
        {
          supergraph: join(mesh.dir, 'supergraph.yaml'),
          ...{ registry: file, registryOpen: true, routingAddresses: 'loopback', port: 0 },
          ...{ newOperationsPerSecond: 10_000, logLevel: 'error', ...settings },
        },
      ),
      log,
    );
  let gateway = await start();
  const asked = (query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    ask(`${gateway.url}/catalog`, query, variables, undefined, headers);
  return {
    dir: mesh.dir,
    get gateway() {
      return gateway;
    },
    sales,
    ask: asked,
    query: (query, headers = {}) => ask(`${gateway.url}/graphql`, query, {}, undefined, headers),
    async publish({ routingUrl = sales.url, ...input }, more = {}) {
      const { data, errors } = await asked(publishOperation, { input: { ...input, routingUrl }, ...more });
      return data?.publishSubgraph ?? errors?.[0];
    },
    async check({ routingUrl = sales.url, ...input }) {
      const { data, errors } = await asked(checkOperation, { input: { ...input, routingUrl } });
      return data?.checkSubgraph ?? errors?.[0];
    },
    rows() {
      const database = new SQLite(file, { readonly: true });
      const tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .pluck()
        .all();
      const rows = tables.map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]);
      database.close();
      return JSON.stringify(rows);
    },
    async restart(whileAway, log) {
      await gateway.close();
      await whileAway?.();
      gateway = await start(log);
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await Promise.all([sales.close(), customers.close()]);
      await mesh[Symbol.asyncDispose]();
    },
  };
}
