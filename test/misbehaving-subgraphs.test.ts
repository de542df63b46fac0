/** Whatever a subgraph says or does not say: the others' fields arrive in time, and one error says which one failed. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { type Gateway, startGateway } from '../gateway/main.ts';
import { createHttpClient } from '../gateway/transport/http-client.ts';
import { createSubgraphFetch } from '../gateway/transport/subgraphs.ts';
import { makeMesh, root, type TestMesh, until } from './mesh.ts';
import { memoryEaters, misbehaviours, right } from './misbehaviours.ts';
import { http, json, type RawSubgraph, startRawSubgraph } from './raw-subgraph.ts';
import { ask, startSubgraph, type TestSubgraph } from './subgraph.ts';

const deadlineMs = 300;
/** The bound of what a consumer waits for. */
const boundMs = deadlineMs + 200;

const query = { kind: 'query', body: '{"query":"{ answer }"}' } as const;

/** Asks one subgraph, as the engine does. */
async function fetchOnce(url: string, timeoutMs = deadlineMs) {
  const client = createHttpClient();
  const log: string[] = [];
  const fetchSubgraph = createSubgraphFetch({
    http: client,
    timeoutMs,
    log: (line) => log.push(line),
  });
  const start = performance.now();
  try {
    const response = await fetchSubgraph({ name: 'odd', url }, query, {}).catch((error: any) => ({ error }));
    return { ...(response as any), ms: performance.now() - start, log };
  } finally {
    await client.close();
  }
}

describe('the transport turns it into one coded error', () => {
  test.each(misbehaviours)('of a subgraph that $says: $code', async ({ code, respond }) => {
    const odd = await startRawSubgraph(respond);
    const { error, errors, data, ms, log } = await fetchOnce(odd.url);
    await odd.close();
    if (error) {
      expect(error).toMatchObject({ name: 'WeftError', code });
      expect(error.message).toContain('`odd`');
      expect(error.message).not.toMatch(/https?:|127\.0\.0\.1|ECONN|hunter2/);
    } else {
      expect(data).toBeNull();
      expect(errors).toHaveLength(20);
      expect(errors[0]).toEqual({
        message: 'Subgraph `odd` failed on this field.',
        extensions: { code, subgraph: 'odd' },
      });
    }
    expect(log.length).toBeGreaterThan(0);
    expect(ms).toBeLessThan(boundMs);
  });

  test.each([302, 307])(
    'of a subgraph that redirects with %s to another port, where nothing is asked',
    async (status) => {
      const elsewhere = await startRawSubgraph((socket) => socket.write(http(200, [json], right)));
      // The redirect's own body would do, too.
      const odd = await startRawSubgraph((socket) =>
        socket.write(http(status, [json, `location: ${elsewhere.url}`], right)),
      );
      const { error } = await fetchOnce(odd.url);
      await Promise.all([odd.close(), elsewhere.close()]);
      expect(error).toMatchObject({ code: 'SUBGRAPH_BAD_RESPONSE' });
      expect(elsewhere.asked).toEqual([]);
    },
  );

  test('of a subgraph whose certificate nobody signed, which is sent nothing', async () => {
    let asked = '';
    const server = createTlsServer({ key: selfSigned.key, cert: selfSigned.cert }, (socket) => {
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          asked += chunk;
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { error } = await fetchOnce(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();
    expect(error).toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    expect(asked).toBe('');
  });

  test('of a subgraph that takes no more connections, before the time is up', async () => {
    await using full = await startFullServer();
    expect((await fetchOnce(full.url, 10_000)).error).toMatchObject({
      code: 'SUBGRAPH_UNREACHABLE',
      cause: { message: expect.stringContaining('Connect Timeout') },
    });
    const { error, ms } = await fetchOnce(full.url);
    expect(error).toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    expect(ms).toBeLessThan(boundMs);
  });

  test.each(memoryEaters)('and takes at most 50 MB for a subgraph that $says', async ({ respond }) => {
    const odd = await startRawSubgraph(respond);
    // A process of its own: memory that was once taken is not given back.
    const script = `
      import { createHttpClient } from './gateway/transport/http-client.ts';
      import { createSubgraphFetch } from './gateway/transport/subgraphs.ts';
      const http = createHttpClient();
      const fetchSubgraph = createSubgraphFetch({ http, timeoutMs: 5000, log: () => {} });
      const ask = (url) =>
        fetchSubgraph({ name: 'odd', url }, ${JSON.stringify(query)}, {}).catch(({ code }) => code);
      await ask('http://127.0.0.1:1/');
      const before = process.resourceUsage().maxRSS;
      const codes = [await ask('${odd.url}'), await ask('${odd.url}')];
      console.log(JSON.stringify({ codes, grownMb: (process.resourceUsage().maxRSS - before) / 1024 }));
      await http.close();`;
    const node = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root });
    await odd.close();
    const { codes, grownMb } = JSON.parse(stdout);
    expect(codes).toEqual(['SUBGRAPH_BAD_RESPONSE', 'SUBGRAPH_BAD_RESPONSE']);
    expect(grownMb).toBeLessThan(50);
  });
});

describe('what is unusual but right is read', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['HTTP/1.0 that ends with the connection', (socket) => socket.end(`HTTP/1.0 200 OK\r\n${json}\r\n\r\n${right}`)],
    [
      'HTTP/1.0 that keeps the connection',
      (socket) =>
        socket.write(`HTTP/1.0 200 OK\r\n${json}\r\nconnection: keep-alive\r\ncontent-length: 22\r\n\r\n${right}`),
    ],
    [
      'chunks of one byte, with trailers',
      (socket) => {
        const chunks = [...right].map((byte) => `1\r\n${byte}\r\n`).join('');
        socket.write(http(200, [json, 'transfer-encoding: chunked'], `${chunks}0\r\nx-took: 1\r\n\r\n`));
      },
    ],
    [
      'early hints before the answer',
      (socket) => socket.write(Buffer.concat([http(103, ['link: </a>']).subarray(0), http(200, [json], right)])),
    ],
    ['gzip', (socket) => socket.write(http(200, [json, 'content-encoding: GZIP'], gzipSync(right)))],
    ['deflate', (socket) => socket.write(http(200, [json, 'content-encoding: deflate'], deflateSync(right)))],
    ['brotli', (socket) => socket.write(http(200, [json, 'content-encoding: br'], brotliCompressSync(right)))],
    ['no coding', (socket) => socket.write(http(200, [json, 'content-encoding: identity'], right))],
    [
      'the media type of GraphQL',
      (socket) => socket.write(http(200, ['content-type: application/graphql-response+json'], right)),
    ],
  ])('%s', async (_, respond) => {
    const subgraph = await startRawSubgraph((socket) => void respond(socket));
    const { data, error } = await fetchOnce(subgraph.url, 5_000);
    await subgraph.close();
    expect(error).toBeUndefined();
    expect(data).toEqual({ answer: 42 });
  });
});

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

/** A mesh of a healthy subgraph and, for each way to misbehave, one that does: each has a field of its own. */
async function startOddMesh(subgraphTimeoutMs: number, respond: readonly ((socket: Socket) => void)[]) {
  const healthy: TestSubgraph = await startSubgraph(`${federation} type Query { healthy: String }`, {
    resolvers: { Query: { healthy: () => 'yes' } },
  });
  const odd: RawSubgraph[] = await Promise.all(respond.map(startRawSubgraph));
  const entry = (name: string, url: string) =>
    `  ${name}:\n    routing_url: ${url}\n    schema:\n      file: ./${name}.graphql\n`;
  const mesh: TestMesh = makeMesh({
    'healthy.graphql': `${federation} type Query { healthy: String }`,
    ...Object.fromEntries(odd.map((_, at) => [`odd-${at}.graphql`, `${federation} type Query { odd${at}: Int }`])),
    'supergraph.yaml': `federation_version: =2.14.4\nsubgraphs:\n${entry('healthy', healthy.url)}${odd
      .map(({ url }, at) => entry(`odd-${at}`, url))
      .join('')}`,
  });
  const flags = { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0, subgraphTimeoutMs };
  const gateway: Gateway = await startGateway(readConfig({}, flags), () => {});
  return {
    url: `${gateway.url}/graphql`,
    odd,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await Promise.all([healthy, ...odd].map((each) => each.close()));
      await mesh[Symbol.asyncDispose]();
    },
  };
}

describe('through the gateway, beside a healthy subgraph', () => {
  let mesh: Awaited<ReturnType<typeof startOddMesh>>;
  beforeAll(async () => {
    mesh = await startOddMesh(
      deadlineMs,
      misbehaviours.map(({ respond }) => respond),
    );
    await ask(mesh.url, `{ healthy ${misbehaviours.map((_, at) => `odd${at}`).join(' ')} }`);
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  test.each(misbehaviours.map((each, at) => ({ ...each, at })))(
    'a subgraph that $says: $code',
    async ({ at, code }) => {
      const start = performance.now();
      const { status, data, errors = [] } = await ask(mesh.url, `{ healthy odd${at} }`);
      const ms = performance.now() - start;
      expect([status, data]).toEqual([200, { healthy: 'yes', [`odd${at}`]: null }]);
      expect(errors[0]).toMatchObject({ path: [`odd${at}`], extensions: { code } });
      expect(errors[0].message).toContain(`\`odd-${at}\``);
      expect(JSON.stringify(errors)).not.toMatch(/https?:|127\.0\.0\.1|ECONN|hunter2/);
      expect(ms).toBeLessThan(boundMs);
    },
  );
});

test('500 consumers who leave a subgraph that hangs leave no connection behind', { retry: 2 }, async () => {
  await using mesh = await startOddMesh(60_000, [() => {}]);
  const [odd] = mesh.odd;
  const { hostname, port } = new URL(mesh.url);
  const body = '{"query":"{ odd0 }"}';
  const request = `POST /graphql HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const consumers = Array.from({ length: 500 }, () => connect(Number(port), hostname).on('error', () => {}));
  for (const consumer of consumers) consumer.write(request);
  // Half of them wait in line.
  await until(() => odd?.asked.length === 256);
  const left = performance.now();
  for (const consumer of consumers) consumer.destroy();
  await until(() => odd?.open() === 0);
  expect(performance.now() - left).toBeLessThan(1_000);
  expect(odd?.asked.length).toBeLessThanOrEqual(512);
});

/** Listens, and is then too busy to take the connections that come: the kernel's line is full. */
async function startFullServer() {
  const busy = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      process.send(server.address().port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const child: ChildProcess = fork('-', { execArgv: ['--eval', busy] });
  const [port] = await once(child, 'message');
  const waiting = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await once(waiting[0] as Socket, 'connect');
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Of no use but here. */
const selfSigned = {
  key: createPrivateKey({
    key: Buffer.from(
      'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT4y2yfBoxSouVqaXmLY9NibI5MKf23GVihdRI2NhKXahRANCAAQDR0wBlJaRgASoSvP5Y015XkmDnUuEAaxhEVqPusbPPu+cKwm5mqLzioqKEPgB8GJcD9wc46WBS2FN7YuQOHIN',
      'base64',
    ),
    format: 'der',
    type: 'pkcs8',
  })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString(),
  cert: `-----BEGIN CERTIFICATE-----
MIIBkTCCATagAwIBAgIUA+PdKwbK77Pfy1BpPHPXiPFWPmEwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE3MjEzNloYDzIxMjYx
MDI5MTcyMTM2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQDR0wBlJaRgASoSvP5Y015XkmDnUuEAaxhEVqPusbPPu+c
Kwm5mqLzioqKEPgB8GJcD9wc46WBS2FN7YuQOHINo2QwYjAdBgNVHQ4EFgQUNXkAxfuS8kEte5KXxkLezNPB6+AwHwYDVR0jBBgwFoAUNXkAxfuS8kEte5KXxkLe
zNPB6+AwDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYCIQDan6Cquwv2EQSgQe+DTsFQHpc/UQogYDfyqzO3Qon2mQIh
AK+PdYecCDqsQJHPl1aWReWp+tab25o/+mTAVNeESjoZ
-----END CERTIFICATE-----`,
};
