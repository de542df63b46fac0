/** A subgraph of the mesh answers its gateway, and nobody who only says that they are. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FetchSubgraph } from '../gateway/engine/engine.ts';
import { createHttpClient } from '../gateway/transport/http-client.ts';
import { requestSigner } from '../gateway/transport/request-signer.ts';
import { createSubgraphStreams } from '../gateway/transport/streams/subgraph-streams.ts';
import { createSubgraphFetch } from '../gateway/transport/subgraphs.ts';
import { bodyDigest, contextHeader, signContext } from '../subgraphs/kit/contract/signed-context.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { type ServedDomain, type ServeOptions, serveDomain } from '../subgraphs/kit/serve.ts';
import { contextVerifier } from '../subgraphs/kit/weft.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { makeMesh, type TestMesh } from './mesh.ts';
import { startRawSubgraph } from './raw-subgraph.ts';
import { shipments, shipmentsContract, shipmentsCsv } from './shipments.ts';
import { startSubgraph } from './subgraph.ts';

const secret = 'a secret of more than thirty-two characters';
const other = 'another secret, as long as it needs to be';
const body = JSON.stringify({ query: '{ shipments { totalCount } }' });
const rows = { Shipment: { field: 'carrier', is: 'eq', value: 'DHL' } } as const;

const code = (call: () => unknown): unknown => {
  try {
    call();
    return 'accepted';
  } catch (error) {
    return error instanceof WeftError ? error.code : error;
  }
};

describe('a context', () => {
  const now = 1_800_000_000_000;
  const said = { subgraph: 'sales', issuedAt: now, nonce: 'n'.repeat(22), body: bodyDigest(body), rows };
  const verifier = (time = now, mostRemembered?: number) =>
    contextVerifier({ secret, subgraph: 'sales', now: () => time, ...(mostRemembered && { mostRemembered }) });
  const signed = (changes: Partial<typeof said> = {}, by = secret) => signContext({ ...said, ...changes }, by);

  test('says which rows may be shown, to whoever has the secret', () => {
    expect(verifier()(signed(), body)).toMatchObject({ rows, subgraph: 'sales' });
    expect(verifier()(signed(), Buffer.from(body))).toMatchObject({ rows });
    expect(signed()).not.toContain(secret);
  });

  test('that is not there, forged, for another subgraph, of another body or too old is refused', () => {
    const refused = (header: string | undefined, sent = body, at = now) => code(() => verifier(at)(header, sent));
    expect(refused(undefined)).toBe('CONTEXT_MISSING');
    expect(refused(signed({}, other))).toBe('CONTEXT_INVALID');
    expect(refused(signed({ subgraph: 'finance' }))).toBe('CONTEXT_INVALID');
    expect(refused(signed(), body.replace('totalCount', 'nodes{id}'))).toBe('CONTEXT_INVALID');
    expect(refused(signed(), '')).toBe('CONTEXT_INVALID');
    for (const skew of [30_001, -30_001]) expect(refused(signed(), body, now + skew)).toBe('CONTEXT_INVALID');
    for (const skew of [30_000, -30_000]) expect(refused(signed(), body, now + skew)).toBe('accepted');
    for (const header of ['', '.', 'x.y', `${signed()}.x`, signed().replace(/\..*/, '.')]) {
      expect([header, refused(header)]).toEqual([header, 'CONTEXT_INVALID']);
    }
  });

  test('that was changed in one bit is refused', () => {
    const header = signed();
    fc.assert(
      fc.property(fc.nat(header.length - 1), fc.integer({ min: 0, max: 6 }), (at, bit) => {
        const changed = String.fromCharCode(header.charCodeAt(at) ^ (1 << bit));
        const text = header.slice(0, at) + changed + header.slice(at + 1);
        expect(code(() => verifier()(text, body))).toBe('CONTEXT_INVALID');
      }),
      { numRuns: 300 },
    );
  });

  test('counts once', () => {
    const verify = verifier();
    expect(code(() => verify(signed(), body))).toBe('accepted');
    expect(code(() => verify(signed(), body))).toBe('CONTEXT_REPLAYED');
    expect(code(() => verify(signed({ nonce: 'm'.repeat(22) }), body))).toBe('accepted');
  });

  test('counts once however many there are, and however little is remembered', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50_000), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (ages, most) => {
          let time = now;
          const verify = contextVerifier({ secret, subgraph: 'sales', now: () => time, mostRemembered: most });
          const accepted: string[] = [];
          const sent = ages.map((age, at) => signed({ nonce: `${at}`.padEnd(22, '-'), issuedAt: now + age }));
          for (const header of [...sent, ...sent]) {
            time += 400;
            if (code(() => verify(header, body)) === 'accepted') accepted.push(header);
          }
          expect(new Set(accepted).size).toBe(accepted.length);
        },
      ),
    );
  });

  test('needs a secret that nobody guesses', () => {
    expect(code(() => contextVerifier({ secret: 'short', subgraph: 'sales' }))).toBe('GATEWAY_SECRET_INVALID');
  });
});

describe('a domain', () => {
  let mesh: TestMesh;
  const sign = requestSigner(secret);
  beforeAll(async () => {
    mesh = makeMesh({
      'logistics/shipments.odcs.yaml': shipmentsContract,
      'logistics/shipments.csv': shipmentsCsv(shipments(9)),
      'logistics/logistics.odps.yaml':
        'apiVersion: v1.0.0\nkind: DataProduct\nid: logistics.shipments\nstatus: active\noutputPorts: [{ name: shipments, version: 1.0.0, contractId: logistics.shipments }]\n',
    });
    const query = () => Promise.reject(new Error('no gateway'));
    await runDomain(join(mesh.dir, 'logistics'), { dataDir: mesh.dir, query });
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  async function served<T>(options: Partial<ServeOptions>, use: (domain: ServedDomain) => Promise<T>): Promise<T> {
    const domain = await serveDomain(join(mesh.dir, 'logistics'), { port: 0, dataDir: mesh.dir, ...options });
    return use(domain).finally(() => domain.close());
  }

  async function post({ url }: ServedDomain, own: readonly string[] = [], sent = body) {
    const [name, value = ''] = own;
    const headers = { 'content-type': 'application/json', ...(name !== undefined && { [name]: value }) };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: sent });
    const answer = (await response.json()) as any;
    return [response.status, answer.errors?.[0].extensions.code ?? answer.data.shipments.totalCount];
  }

  test('with a secret answers whoever has it, and nobody else', () =>
    served({ gatewaySecret: secret }, async (domain) => {
      expect(await post(domain)).toEqual([401, 'CONTEXT_MISSING']);
      expect(await post(domain, sign('logistics', body, {}))).toEqual([200, 9]);
      expect(await post(domain, sign('logistics', body, rows))).toEqual([200, 3]);
      const once = sign('logistics', body, rows);
      expect(await post(domain, once)).toEqual([200, 3]);
      expect(await post(domain, once)).toEqual([401, 'CONTEXT_REPLAYED']);
      expect(await post(domain, sign('logistics', body, rows), body.replace('{ ', '{  '))).toEqual([
        401,
        'CONTEXT_INVALID',
      ]);
      expect(await post(domain, sign('finance', body, {}))).toEqual([401, 'CONTEXT_INVALID']);
      expect(await post(domain, requestSigner(other)('logistics', body, {}))).toEqual([401, 'CONTEXT_INVALID']);
      const old = requestSigner(secret, () => Date.now() - 60_000);
      expect(await post(domain, old('logistics', body, {}))).toEqual([401, 'CONTEXT_INVALID']);
    }));

  test('with a secret gives nothing by GET, to a browser, to introspection or in another media type', () =>
    served({ gatewaySecret: secret }, async ({ url }) => {
      const get = (path: string, headers = {}) => fetch(url + path, { headers });
      const asked = '/graphql?query={shipments{totalCount}}';
      expect((await get(asked, { 'apollo-require-preflight': 'true' })).status).toBe(401);
      expect((await get('/graphql', { accept: 'text/html' })).status).toBe(401);
      const [name = '', value = ''] = sign('logistics', body, {});
      expect((await get(asked, { [name]: value, 'apollo-require-preflight': 'true' })).status).toBe(401);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/graphql']) {
        const headers = { 'content-type': type, [name]: value };
        expect((await fetch(`${url}/graphql`, { method: 'POST', headers, body })).status).toBe(415);
      }
      const introspection = JSON.stringify({ query: '{ _service { sdl } __schema { types { name } } }' });
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(`${url}/graphql`, { method: 'POST', headers, body: introspection })).status).toBe(401);
      // Whoever watches it needs no secret, and sees no row.
      expect(await (await get('/health')).json()).toEqual({ status: 'up', domain: 'logistics' });
      expect((await get('/observability')).status).toBe(200);
    }));

  test('answers everybody where that is said, and still believes nobody who signs wrongly', () =>
    served({ gatewaySecret: secret, open: true }, async (domain) => {
      expect(await post(domain)).toEqual([200, 9]);
      expect(await post(domain, sign('logistics', body, rows))).toEqual([200, 3]);
      expect(await post(domain, requestSigner(other)('logistics', body, rows))).toEqual([401, 'CONTEXT_INVALID']);
    }));

  test('without a secret answers everybody, but not a gateway that asks it to leave out rows', () =>
    served({}, async (domain) => {
      expect(await post(domain)).toEqual([200, 9]);
      expect(await post(domain, sign('logistics', body, {}))).toEqual([200, 9]);
      expect(await post(domain, sign('logistics', body, rows))).toEqual([401, 'CONTEXT_INVALID']);
      expect(await post(domain, [contextHeader, 'nonsense'])).toEqual([401, 'CONTEXT_INVALID']);
    }));

  test('is called as the mesh calls it', () =>
    served({ gatewaySecret: secret, subgraph: 'freight' }, async (domain) => {
      expect(await post(domain, sign('freight', body, {}))).toEqual([200, 9]);
      expect(await post(domain, sign('logistics', body, {}))).toEqual([401, 'CONTEXT_INVALID']);
    }));

  test('does not start with a secret that is none', async () => {
    await expect(served({ gatewaySecret: 'short' }, async () => {})).rejects.toMatchObject({
      code: 'GATEWAY_SECRET_INVALID',
    });
  });

  test('is asked by a condition on many types and values', () => {
    const many = Array.from({ length: 300 }, (_, at) => ({
      field: 'carrier',
      is: 'eq' as const,
      value: `carrier ${at}`,
    }));
    return served({ gatewaySecret: secret }, async (domain) => {
      expect(await post(domain, sign('logistics', body, { Shipment: { any: many } }))).toEqual([200, 0]);
    });
  });
});

describe('the gateway', () => {
  const query = { kind: 'query', body: '{"query":"{ answer }"}' } as const;
  const verify = () => contextVerifier({ secret, subgraph: 'one' });
  const log = () => {};

  async function asking<T>(options: object, use: (ask: FetchSubgraph) => Promise<T>): Promise<T> {
    const http = createHttpClient();
    return use(createSubgraphFetch({ http, timeoutMs: 3_000, log, ...options })).finally(() => http.close());
  }

  test('signs each request anew, a second attempt too', async () => {
    let times = 0;
    const answer = '{"data":{"answer":42}}';
    const ok = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`;
    const subgraph = await startRawSubgraph((socket) => (++times === 1 ? socket.destroy() : socket.write(ok)));
    await asking({ sign: requestSigner(secret) }, async (ask) => {
      for (const _ of [1, 2]) await ask({ name: 'one', url: subgraph.url }, query, {});
    });
    const once = verify();
    const headers = subgraph.asked.map((text) => /weft-context: (.*)\r\n/i.exec(text)?.[1]);
    expect(headers).toHaveLength(3);
    for (const header of headers) expect(once(header, query.body)).toMatchObject({ subgraph: 'one', rows: {} });
    await subgraph.close();
  });

  test.each([
    ['with a secret', secret],
    ['without', ''],
  ])('%s passes on no context that a consumer sends', async (_, own) => {
    const subgraph = await startSubgraph('type Query { answer: Int }');
    const forged = signContext({ subgraph: 'one', issuedAt: 0, nonce: 'n'.repeat(22), body: '', rows: {} }, other);
    await asking({ sign: requestSigner(own) }, (ask) =>
      ask({ name: 'one', url: subgraph.url }, query, { headers: { [contextHeader]: forged, 'x-tenant': 'a' } }),
    );
    const [headers] = subgraph.headers;
    expect(headers).toMatchObject({ 'x-tenant': 'a' });
    expect(headers?.[contextHeader]).not.toBe(forged);
    if (own) expect(verify()(headers?.[contextHeader] as string, query.body)).toMatchObject({ subgraph: 'one' });
    else expect(headers).not.toHaveProperty(contextHeader);
    await subgraph.close();
  });

  test('shares no fetch between two who may read different rows', async () => {
    const subgraph = await startSubgraph('type Query { answer: Int }');
    const who = (value: string) => ({ access: { rows: () => ({ T: { field: 'a', is: 'eq', value } }) } }) as any;
    await asking({ sign: requestSigner(secret), shareEqual: true }, (ask) =>
      Promise.all(['a', 'b', 'a', 'b', 'a'].map((value) => ask({ name: 'one', url: subgraph.url }, query, who(value)))),
    );
    const values = subgraph.headers.map(
      (each) => (verify()(each[contextHeader] as string, query.body).rows.T as any).value,
    );
    expect(values.sort()).toEqual(['a', 'b']);
    await subgraph.close();
  });

  test('does not ask a subgraph that could not leave out rows', async () => {
    const subgraph = await startSubgraph('type Query { answer: Int }');
    const nothing = { access: { rows: () => undefined } } as any;
    const refused = { code: 'ACCESS_ROWS_UNFILTERED', message: expect.stringContaining('`one`') };
    await asking({ sign: requestSigner(secret) }, async (ask) => {
      await expect(ask({ name: 'one', url: subgraph.url }, query, nothing)).rejects.toMatchObject(refused);
    });
    const streams = createSubgraphStreams({ log });
    const subscription = { ...query, kind: 'subscription' } as const;
    await expect(streams({ name: 'one', url: subgraph.url }, subscription, nothing)).rejects.toMatchObject(refused);
    expect(subgraph.asked).toEqual([]);
    await subgraph.close();
  });

  test.each(['sse', 'ws'] as const)('signs what it subscribes at (%s)', async (protocol) => {
    const subgraph = await startEventSubgraph('type Query { a: Int } type Subscription { tick: Int }', protocol);
    const streams = createSubgraphStreams({ log, protocol, sign: requestSigner(secret) });
    const request = { kind: 'subscription', body: '{"query":"subscription { tick }"}' } as const;
    const url = subgraph.url.replace(/^ws/, 'http');
    const stream = await streams({ name: 'one', url }, request, { headers: { [contextHeader]: 'forged' } });
    await subgraph.publish(1);
    expect(await stream.next()).toMatchObject({ value: { data: { tick: 1 } } });
    const header = subgraph.streamed[0]?.headers[contextHeader];
    expect(verify()(header as string, request.body)).toMatchObject({ subgraph: 'one' });
    stream.close();
    await subgraph.close();
  });
});
