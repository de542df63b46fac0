/** Nothing that the gateway sends reaches a forbidden address, whatever a name leads to when the connection is made. */
import dns, { type LookupAddress } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { followArtefacts } from '../gateway/registry/delivery/follow.ts';
import { createUsageReports } from '../gateway/registry/delivery/report-usage.ts';
import { introspectSdl } from '../gateway/registry/introspect-sdl.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import type { UsageBatch } from '../gateway/registry/operations/usage-batch.ts';
import { addressPolicy, ownAddresses, publicAddresses } from '../gateway/transport/address-ranges.ts';
import { createGetJson } from '../gateway/transport/get-json.ts';
import { createHttpClient } from '../gateway/transport/http-client.ts';
import { createSubgraphStreams } from '../gateway/transport/streams/subgraph-streams.ts';
import { createSubgraphFetch } from '../gateway/transport/subgraphs.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { makeMesh } from './mesh.ts';
import { http, json, startRawSubgraph } from './raw-subgraph.ts';
import { salesSdl, startRegistryMesh } from './registry/mesh-with-registry.ts';
import { subscribe } from './streaming-gateway.ts';
import { ask, startSubgraph } from './subgraph.ts';

const onlyLoopback = addressPolicy('loopback');

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of toClose.splice(0)) await close();
});

/** What names lead to: one answer after the other, the last of them for ever. Returns the names that were looked up. */
function lead(to: Readonly<Record<string, string[][]>>): string[] {
  const asked: string[] = [];
  const realLookup = dns.lookup;
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, options: dns.LookupOptions, callback: any) => {
    const answers = to[name];
    if (!answers) return realLookup(name, options, callback);
    asked.push(name);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    const found = answer.map((address): LookupAddress => ({ address, family: isIP(address) }));
    process.nextTick(() => (options.all ? callback(null, found) : callback(null, answer[0], found[0]?.family)));
  }) as typeof dns.lookup);
  return asked;
}

const answered = http(200, [json], '{"data":{"answer":42}}');
type Way = 'http' | 'https' | 'sse' | 'ws';

/** A subgraph on 127.0.0.1, and the gateway's ways to it by whatever host. */
async function startSales(addresses = publicAddresses, respond = (socket: Socket): unknown => socket.write(answered)) {
  const sales = await startRawSubgraph((socket) => void respond(socket));
  const client = createHttpClient({ addresses });
  toClose.push(
    () => client.close(),
    () => sales.close(),
  );
  const { port } = new URL(sales.url);
  const log: string[] = [];
  const write = (line: string): void => void log.push(line);
  const fetchSubgraph = createSubgraphFetch({ http: client, timeoutMs: 3_000, log: write });
  /** The data, or what was thrown. */
  const asker = (way: Way = 'http') => {
    const isStream = way === 'sse' || way === 'ws';
    const subscribe = isStream && createSubgraphStreams({ log: write, protocol: way, addresses });
    return (host: string): Promise<any> => {
      const subgraph = { name: 'sales', url: `${way === 'https' ? 'https' : 'http'}://${host}:${port}/graphql` };
      const asked = subscribe
        ? subscribe(subgraph, { kind: 'subscription', body: '{"query":"subscription { answer }"}' }, {})
        : fetchSubgraph(subgraph, { kind: 'query', body: '{"query":"{ answer }"}' }, {});
      return asked.catch((error: unknown) => error);
    };
  };
  return {
    connections: sales.connections,
    log,
    port,
    asker,
    ask: (host: string, way?: Way): Promise<any> => asker(way)(host),
  };
}

const refused = {
  code: 'SUBGRAPH_ADDRESS_REFUSED',
  message: 'Subgraph `sales` has an address that nothing is sent to.',
};

describe.each<Way>(['http', 'https', 'sse', 'ws'])('by %s', (way) => {
  test('a name that leads to this host is not followed where loopback is forbidden', async () => {
    const sales = await startSales();
    expect(await sales.ask('localhost', way)).toMatchObject(refused);
    expect(sales.connections()).toBe(0);
    expect(sales.log).toEqual([
      expect.stringMatching(/^subgraph sales: .*localhost leads to (?:127\.0\.0\.1|::1), which is this host itself/),
    ]);
  });

  test.each(['127.0.0.1', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '0.0.0.0'])(
    'nor is the address %s itself',
    async (host) => {
      const sales = await startSales();
      expect(await sales.ask(host, way)).toMatchObject(refused);
      expect(sales.connections()).toBe(0);
      expect(sales.log).toEqual([expect.stringContaining(new URL(`http://${host}`).hostname.replace(/[[\]]/g, ''))]);
    },
  );
});

describe.each(['http', 'sse', 'ws'] as const)('by %s', (way) => {
  test.each(['127.0.0.1', 'localhost'])('%s is asked where loopback is allowed', async (host) => {
    const sales = await startSales(onlyLoopback);
    expect(await sales.ask(host, way)).not.toMatchObject(refused);
    expect(sales.connections()).toBe(1);
  });

  test('what a name leads to later is judged again: DNS rebinding', async () => {
    const sales = await startSales(onlyLoopback, (socket) => socket.end(http(200, [json, 'connection: close'], '{}')));
    lead({ 'sales.example': [['127.0.0.1'], ['169.254.169.254']] });
    expect(await sales.ask('sales.example', way)).not.toMatchObject(refused);
    expect(sales.connections()).toBe(1);
    expect(await sales.ask('sales.example', way)).toMatchObject(refused);
    expect(sales.connections()).toBe(1);
  });
});

test.each([
  ['metadata', '169.254.169.254'],
  ['metadata', 'fd00:ec2::254'],
  ['metadata', '::ffff:169.254.169.254'],
  ['metadata', '::169.254.169.254'],
  ['metadata', '64:ff9b::a9fe:a9fe'],
  ['a hidden address (6to4)', '2002:a9fe:a9fe::'],
  ['a hidden address (local NAT64)', '64:ff9b:1:7f00:0:100::'],
  ['a hidden address (Teredo)', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['the link', 'fe80::1'],
  ['the link', '169.254.1.2'],
  ['everybody', '255.255.255.255'],
  ['a group', '224.0.0.1'],
])('a name that leads to %s, as %s, is followed nowhere, even by a mesh of files', async (_, address) => {
  const sales = await startSales(ownAddresses);
  lead({ 'sales.example': [[address]] });
  expect(await sales.ask('sales.example')).toMatchObject(refused);
  expect(sales.log).toEqual([expect.stringContaining(`sales.example leads to ${address}, which `)]);
});

test('it is asked once: to ask again would not help', async () => {
  const sales = await startSales();
  const lookedUp = lead({ 'sales.example': [['10.0.0.1']] });
  expect(await sales.ask('sales.example')).toMatchObject(refused);
  expect(lookedUp).toEqual(['sales.example']);
});

describe('of several addresses of a name', () => {
  test('one that is allowed is asked', async () => {
    const sales = await startSales(onlyLoopback);
    lead({ 'sales.example': [['169.254.169.254', '10.0.0.1', '127.0.0.1']] });
    expect(await sales.ask('sales.example')).toMatchObject({ data: { answer: 42 } });
  });

  test('none that is forbidden is tried, not even where the others do not answer', async () => {
    const sales = await startSales(addressPolicy('private'));
    lead({ 'sales.example': [['127.0.0.1', 'fd12::1', '127.0.0.1']] });
    expect(await sales.ask('sales.example')).toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    expect(sales.connections()).toBe(0);
  });
});

test('what a domain reports is not asked for there either', async () => {
  const sales = await startSales();
  const client = createHttpClient({ addresses: publicAddresses });
  const observed = createGetJson(client, 1_000)(`http://localhost:${sales.port}/observability`);
  await expect(observed).rejects.toMatchObject({ kind: 'forbidden' });
  await client.close();
  expect(sales.connections()).toBe(0);
});

describe('a schema is introspected', () => {
  test('on this machine, and never where clouds serve metadata', async () => {
    const sales = await startSales();
    lead({ 'sales.example': [['169.254.169.254']] });
    const introspected = await introspectSdl(`http://sales.example:${sales.port}/?key=secret`, {}, ownAddresses);
    const where = 'sales.example leads to 169.254.169.254, which is where clouds serve their metadata and credentials';
    expect(introspected).toEqual({
      fault: `${where}: nothing is sent there unless WEFT_ROUTING_ADDRESSES names metadata`,
    });
    await introspectSdl(`http://localhost:${sales.port}/`, {}, ownAddresses);
    expect(sales.connections()).toBe(1);
  });

  test('where WEFT_ROUTING_ADDRESSES says', async () => {
    const sdl = 'type Query { now: Int }';
    const sales = await startSales(publicAddresses, (socket) =>
      socket.write(http(200, [json], JSON.stringify({ data: { _service: { sdl } } }))),
    );
    await using mesh = makeMesh({
      'supergraph.yaml': `subgraphs:
  sales: { schema: { subgraph_url: 'http://127.0.0.1:${sales.port}/' } }`,
    });
    const read = (env: Record<string, string>) => readMesh(join(mesh.dir, 'supergraph.yaml'), env);
    expect(await read({})).toMatchObject({ mesh: { subgraphs: [{ sdl }] }, issues: [] });
    const { issues } = await read({ WEFT_ROUTING_ADDRESSES: 'private' });
    expect(issues).toMatchObject([{ message: expect.stringContaining('WEFT_ROUTING_ADDRESSES names loopback') }]);
    expect(sales.connections()).toBe(1);
  });
});

describe('a refusal says what would allow the address', () => {
  test.each([
    ['10.0.0.1', ' unless WEFT_ROUTING_ADDRESSES names private'],
    ['169.254.1.2', ' unless WEFT_ROUTING_ADDRESSES names link-local'],
    ['169.254.169.254', ' unless WEFT_ROUTING_ADDRESSES names metadata'],
    ['0.0.0.0', ' unless WEFT_ROUTING_ADDRESSES names loopback'],
    // No setting does.
    ['224.0.0.1', ''],
    ['[2002:7f00:1::]', ''],
  ])('%s', async (host, unless) => {
    const sales = await startSales();
    await sales.ask(host);
    expect(sales.log).toEqual([expect.stringMatching(new RegExp(`: nothing is sent there${unless}$`))]);
  });
});

test.each<Way>(['http', 'sse', 'ws'])(
  'by %s, many refusals are no failures of the subgraph, and one line in the log',
  async (way) => {
    const sales = await startSales();
    const ask = sales.asker(way);
    for (let n = 0; n < 25; n++) expect(await ask('127.0.0.1')).toMatchObject(refused);
    expect(sales.log).toHaveLength(1);
  },
);

const codesOf = (answer: { errors?: readonly any[] }): string[] =>
  (answer.errors ?? []).map(({ extensions }) => extensions.code);

test.each(['weft', 'apollo'])(
  'a registry with --engine %s asks no published name that leads inside',
  async (engine) => {
    await using mesh = await startRegistryMesh({ routingAddresses: 'public', engine, logLevel: 'silent' });
    const { port } = new URL(mesh.sales.url);
    lead({ 'sales.example': [['127.0.0.1']] });
    const routingUrl = `http://sales.example:${port}/graphql`;
    expect(await mesh.publish({ name: 'sales', sdl: salesSdl, routingUrl })).toMatchObject({ outcome: 'PUBLISHED' });
    const answer = await mesh.query('{ orders { id } customers { id } }');
    expect(codesOf(answer)).toEqual(['SUBGRAPH_ADDRESS_REFUSED', 'SUBGRAPH_ADDRESS_REFUSED']);
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|sales\.example/);
    expect(mesh.sales.asked).toEqual([]);
  },
);

test('a mesh of files is asked on this machine, unless the gateway is told otherwise', async () => {
  const clock = await startEventSubgraph('type Query { now: Int } type Subscription { tick: Int }', 'sse', {
    Query: { now: () => 1 },
  });
  const { port } = new URL(clock.url);
  const answersWith = async (host: string, routingAddresses = '') => {
    await using mesh = makeMesh({
      'clock.graphql': clock.sdl,
      'supergraph.yaml': `subgraphs:
  clock: { routing_url: 'http://${host}:${port}/graphql', schema: { file: ./clock.graphql } }`,
    });
    const settings = { supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, routingAddresses };
    const gateway = await startGateway(readConfig({}, settings), () => {});
    const answer = await ask(`${gateway.url}/graphql`, '{ now }');
    const ticks = subscribe(gateway, 'sse', 'subscription { tick }');
    const ticked = ticks.next();
    if (codesOf(answer).length === 0) await clock.publish(7);
    const answers = [answer, await ticked];
    await ticks.leave();
    await gateway.close();
    return answers;
  };
  const asked = [{ data: { now: 1 } }, { data: { tick: 7 } }];
  expect(await answersWith('127.0.0.1')).toMatchObject(asked);
  expect(await answersWith('localhost')).toMatchObject(asked);
  // To most systems, that is this host, too.
  expect(await answersWith('0.0.0.0')).toMatchObject(asked);
  const { requests } = clock;
  const forbidden = { errors: [{ extensions: { code: 'SUBGRAPH_ADDRESS_REFUSED' } }] };
  expect(await answersWith('0.0.0.0', 'private')).toMatchObject([forbidden, forbidden]);
  expect(await answersWith('localhost', 'public')).toMatchObject([forbidden, forbidden]);
  expect(await answersWith('127.0.0.1', 'private')).toMatchObject([forbidden, forbidden]);
  expect(clock.requests).toBe(requests);
  await clock.close();
});

test('files that lead where a gateway with a registry sends nothing are taken up, and it says so', async () => {
  const sales = await startSubgraph('type Query { now: Int }', { resolvers: { Query: { now: () => 1 } } });
  await using mesh = makeMesh({
    'sales.graphql': 'type Query { now: Int }',
    'supergraph.yaml': `subgraphs:
  sales: { routing_url: '${sales.url}', schema: { file: ./sales.graphql } }`,
  });
  const answerWith = async (registryOpen: boolean) => {
    const registry = join(mesh.dir, `registry-${registryOpen}.db`);
    const lines: string[] = [];
    const settings = { supergraph: join(mesh.dir, 'supergraph.yaml'), registry, registryOpen, port: 0 };
    const gateway = await startGateway(readConfig({}, settings), (line) => lines.push(line));
    const answer = await ask(`${gateway.url}/graphql`, '{ now }');
    await gateway.close();
    return { answer, said: lines.filter((line) => line.includes('ROUTING_URL_REFUSED')) };
  };
  expect(await answerWith(true)).toMatchObject({ answer: { data: { now: 1 } }, said: [] });
  const withTokens = await answerWith(false);
  expect(codesOf(withTokens.answer)).toEqual(['SUBGRAPH_ADDRESS_REFUSED']);
  expect(withTokens.said).toEqual([expect.stringMatching(/sales: .*leads to 127\.0\.0\.1/)]);
  await sales.close();
});

describe('a gateway that follows another one', () => {
  /** Of a registry that asks for tokens, at 127.0.0.1 and under a name that others may know it by. */
  async function startFollowed() {
    const mesh = await startRegistryMesh();
    const input = '{ name: "followers", domains: ["*"], actions: [USAGE] }';
    const { data } = await mesh.ask(`mutation { createToken(input: ${input}) { token } }`);
    const registry = await startGateway(
      readConfig({}, { registry: join(mesh.dir, 'registry.db'), supergraph: '/nowhere.yaml', port: 0 }),
      () => {},
    );
    lead({ 'registry.example': [['127.0.0.1']] });
    return {
      asked: mesh.sales.asked,
      url: registry.url,
      named: registry.url.replace('127.0.0.1', 'registry.example'),
      async answerOf(url: string, settings: { routingAddresses?: string; registryOpen?: boolean } = {}) {
        await using folder = makeMesh();
        const known = { lastGood: join(folder.dir, 'last-good.graph'), token: data.createToken.token };
        const follower = await startGateway(
          readConfig({}, { registry: url, supergraph: '/nowhere.yaml', port: 0, ...known, ...settings }),
          () => {},
        );
        const answer = await ask(`${follower.url}/graphql`, '{ orders { id } }');
        await follower.close();
        return answer;
      },
      async [Symbol.asyncDispose]() {
        await registry.close();
        await mesh[Symbol.asyncDispose]();
      },
    };
  }
  const orders = { data: { orders: [{ id: 'o1' }] } };

  test('sends to public addresses only, as the gateway with the registry does, unless it is told otherwise', async () => {
    await using registry = await startFollowed();
    expect(codesOf(await registry.answerOf(registry.named))).toEqual(['SUBGRAPH_ADDRESS_REFUSED']);
    expect(codesOf(await registry.answerOf(registry.named, { registryOpen: true }))).toEqual([
      'SUBGRAPH_ADDRESS_REFUSED',
    ]);
    expect(registry.asked).toEqual([]);
    expect(await registry.answerOf(registry.named, { routingAddresses: 'loopback' })).toMatchObject(orders);
  });

  test('on the machine of the registry sends to addresses of that machine, unless it is told otherwise', async () => {
    await using registry = await startFollowed();
    expect(await registry.answerOf(registry.url)).toMatchObject(orders);
    expect(codesOf(await registry.answerOf(registry.url, { routingAddresses: 'public' }))).toEqual([
      'SUBGRAPH_ADDRESS_REFUSED',
    ]);
  });

  test('reaches its registry wherever that is: its address is what the operator wrote', async () => {
    // A link-local address of no interface: nothing is connected, but not because it is refused.
    const url = 'http://[fe80::1]:4000';
    const ended = new AbortController();
    const log: string[] = [];
    await followArtefacts({
      url,
      onArtefact: () => {},
      log: (line) => log.push(line),
      signal: ended.signal,
      pause: async () => ended.abort(),
    });
    expect(log).toEqual([expect.stringMatching(/REGISTRY_UNREACHABLE .*: connect E/)]);
    const reports = createUsageReports({ url });
    await expect(reports.report({} as UsageBatch)).rejects.toMatchObject({ kind: 'unreachable' });
    await reports.close();
  });
});
