/** Gateways of others, as they are installed, serve the mesh from this registry and follow it. */
import '../gateway/engine/apollo-telemetry-off.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ApolloServer, type ApolloServerOptionsWithGateway, type BaseContext } from '@apollo/server';
import { ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, until } from './mesh.ts';
import { artefactOf, openRegistryDoor, orders, people, type RegistryDoor } from './registry-door.ts';
import { ask, startSubgraph, type TestSubgraph } from './subgraph.ts';

const everybody = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Bo' },
];
let peopleServer: TestSubgraph;
let ordersServer: TestSubgraph;

beforeAll(async () => {
  peopleServer = await startSubgraph(people('').sdl, { resolvers: { Query: { people: () => everybody } } });
  const spent = ({ id }: { readonly id: string }) => Number(id) * 100;
  ordersServer = await startSubgraph(orders('').sdl, { resolvers: { Person: { spent } } });
});
afterAll(async () => {
  await Promise.all([peopleServer.close(), ordersServer.close()]);
});

const firstVersion = () => artefactOf(1, [people(peopleServer.url)]);
const secondVersion = () => artefactOf(2, [people(peopleServer.url), orders(ordersServer.url)]);

const before = { people: [{ name: 'Ada' }, { name: 'Bo' }] };
const after = {
  people: [
    { name: 'Ada', spent: 100 },
    { name: 'Bo', spent: 200 },
  ],
};

/** Starts on the first version, answers from the second soon after it is published, and from the first after that. */
async function follows(registry: RegistryDoor, query: (text: string) => Promise<any>): Promise<void> {
  expect(await query('{ people { name } }')).toEqual({ data: before });
  expect((await query('{ people { name spent } }')).errors).toHaveLength(1);
  registry.hold(secondVersion());
  await until(async () => !(await query('{ people { name spent } }')).errors);
  expect(await query('{ people { name spent } }')).toEqual({ data: after });
  registry.hold({ ...firstVersion(), id: '3' });
  await until(async () => (await query('{ people { name spent } }')).errors);
  expect(await query('{ people { name } }')).toEqual({ data: before });
}

/** Loaded so, it is the package that the gateway's own engine has: the library under test here is theirs. */
const { ApolloGateway } = createRequire(import.meta.url)('@apollo/gateway');

test('@apollo/gateway, managed by Uplink, starts from the registry and follows what is published', async () => {
  await using registry = await openRegistryDoor(firstVersion(), { pollSeconds: 1 });
  const gateway: ApolloServerOptionsWithGateway<BaseContext>['gateway'] = new ApolloGateway({
    uplinkEndpoints: [`${registry.url}/uplink`],
    logger: quiet,
  });
  const server = new ApolloServer({
    gateway,
    apollo: { key: 'service:weft:reads', graphRef: 'weft@current' },
    plugins: [ApolloServerPluginUsageReportingDisabled()],
    logger: quiet,
  });
  await server.start();
  await follows(registry, async (query) => {
    const { body } = await server.executeOperation({ query });
    const { data, errors } = body.kind === 'single' ? body.singleResult : {};
    return { ...(data && { data: JSON.parse(JSON.stringify(data)) }), ...(errors && { errors }) };
  });
  await server.stop();
});

test.each([
  ['a key that is unknown', 'service:weft:nonsense', 'weft@current', /AUTHENTICATION_FAILED/],
  ['a key that may not read', 'service:weft:writes', 'weft@current', /ACCESS_DENIED/],
  ['another graph', 'service:weft:reads', 'loom@current', /UNKNOWN_REF: The graph here is weft@current/],
])('@apollo/gateway says why it does not start: %s', async (_, key, graphRef, reason) => {
  await using registry = await openRegistryDoor(firstVersion());
  const gateway = new ApolloGateway({
    uplinkEndpoints: [`${registry.url}/uplink`],
    uplinkMaxRetries: 0,
    logger: quiet,
  });
  await expect(gateway.load({ apollo: { key, keyHash: 'known', graphRef } })).rejects.toThrow(reason);
  await gateway.stop();
});

/** Installed with what the benchmarks compare with, not with Weft: `npm ci --prefix scripts/bench`. */
const hiveHome = join(root, 'scripts/bench');
const hasHive = isInstalled('@graphql-hive/gateway-runtime', hiveHome);
if (!hasHive) {
  process.stderr.write(`NOT TESTED: Hive Gateway starts from the registry. Install it: npm ci --prefix ${hiveHome}\n`);
}

test.skipIf(!hasHive)('Hive Gateway starts from the CDN paths and follows what is published', async () => {
  await using registry = await openRegistryDoor(firstVersion());
  const endpoint = `${registry.url}/artifacts/v1/weft`;
  await using hive = await startHive({ type: 'hive', endpoint, key: 'reads' });
  await follows(registry, hive.query);
  const polls = registry.asked.filter(({ url }) => url === '/artifacts/v1/weft/supergraph');
  expect(polls.some(({ headers }) => headers['if-none-match'] !== undefined)).toBe(true);
});

test.skipIf(!hasHive)('Hive Gateway starts from Uplink and follows what is published', async () => {
  await using registry = await openRegistryDoor(firstVersion(), { pollSeconds: 1 });
  const upLink = `${registry.url}/uplink`;
  await using hive = await startHive({ type: 'graphos', apiKey: 'service:weft:reads', graphRef: 'weft', upLink });
  await follows(registry, hive.query);
});

function isInstalled(name: string, folder: string): boolean {
  try {
    createRequire(join(folder, 'package.json')).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** In a process of its own: it has another copy of graphql. As its documentation embeds it. */
const hiveGateway = `
  import { createServer } from 'node:http';
  import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
  import http from '@graphql-mesh/transport-http';
  const supergraph = JSON.parse(process.argv[1]);
  const gateway = createGatewayRuntime({
    supergraph,
    pollingInterval: 500,
    transports: { http },
    reporting: { type: 'none' }, // Where it is configured for Uplink, it would report every operation to Apollo.
    logging: 'error',
  });
  const server = createServer(gateway).listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

async function startHive(supergraph: Readonly<Record<string, string>>) {
  const args = ['--input-type=module', '--eval', hiveGateway, JSON.stringify(supergraph)];
  const child = spawn(process.execPath, args, { cwd: hiveHome, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [port] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['of a process that ended'])]);
  return {
    query: async (text: string) => {
      const { status: _, ...answer } = await ask(`http://127.0.0.1:${String(port).trim()}/graphql`, text);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL'); // Asked politely, it waits for connections that are kept.
      await ended;
    },
  };
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
