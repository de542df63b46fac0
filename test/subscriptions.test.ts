/** Subscriptions, from a subgraph's event to the consumer's answer: over server-sent events and over WebSocket. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEventParser } from '../gateway/transport/streams/event-parser.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { until } from './mesh.ts';
import { http, startRawSubgraph } from './raw-subgraph.ts';
import {
  type Client,
  type StreamingGatewayOptions,
  startStreamingGateway,
  subscribe,
  withLink,
} from './streaming-gateway.ts';

const stockSdl = withLink(`
  type Query { first: Item }
  type Subscription { priced(atLeast: Int): Item  stocked: Item!  counted: Int! }
  type Item @key(fields: "id") { id: ID! price: Int weight: Int! note: String }`);

const namesSdl = withLink(`
  type Query { named: Item }
  type Item @key(fields: "id") { id: ID! name: String label: String! }`);

const stockResolvers = {
  Item: {
    weight({ weight }: any) {
      if (weight === undefined) throw new Error('the scales at 10.0.0.7 are broken');
      return weight;
    },
  },
};

const nameResolvers = {
  Item: {
    __resolveReference: ({ id }: any) => ({ id }),
    name: ({ id }: any) => `Item ${id}`,
    label: ({ id }: any) => (id === 'bare' ? null : `L${id}`),
  },
};

async function startMesh(protocol: 'sse' | 'ws' = 'sse', options: StreamingGatewayOptions = {}) {
  const stock = await startEventSubgraph(stockSdl, protocol, stockResolvers);
  const named = await startEventSubgraph(namesSdl, 'sse', nameResolvers);
  const gateway = await startStreamingGateway({ stock, named }, options);
  return {
    stock,
    named,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await stock.close();
      await named.close();
    },
  };
}

/** A gateway over a subgraph that says what it likes, and what a consumer of `counted` gets to see. */
async function listenTo(
  respond: Parameters<typeof startRawSubgraph>[0],
  transport: NonNullable<StreamingGatewayOptions['transport']> = {},
) {
  const stock = await startRawSubgraph(respond);
  const gateway = await startStreamingGateway({ stock: { ...stock, sdl: stockSdl } }, { transport });
  const answers = await subscribe(gateway, 'sse', 'subscription { counted }').rest();
  await gateway.close();
  const { open } = stock;
  await until(() => open() === 0);
  await stock.close();
  return { answers, log: gateway.log };
}

const eventStream = ['content-type: text/event-stream', 'transfer-encoding: chunked'];
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const event = (body: unknown): string => chunk(`event: next\ndata: ${JSON.stringify(body)}\n\n`);

const ways: [Client, 'sse' | 'ws'][] = [
  ['sse', 'sse'],
  ['ws', 'sse'],
  ['sse', 'ws'],
  ['ws', 'ws'],
];

describe.each(ways)('to a consumer over %s from a subgraph over %s', (client, protocol) => {
  test('events come in order, completed by other domains', async () => {
    await using mesh = await startMesh(protocol);
    const prices = subscribe(
      mesh.gateway,
      client,
      'subscription ($least: Int) { priced(atLeast: $least) { cost: price name } }',
      {
        variables: { least: 3 },
      },
    );
    await mesh.stock.publish({ id: '1', price: 4 }, { id: '2', price: 5 }, null);
    expect(await prices.next()).toEqual({ data: { priced: { cost: 4, name: 'Item 1' } } });
    expect(await prices.next()).toEqual({ data: { priced: { cost: 5, name: 'Item 2' } } });
    expect(await prices.next()).toEqual({ data: { priced: null } });
    mesh.stock.complete();
    expect(await prices.next()).toBe('done');
    await until(() => mesh.stock.open === 0);
  });

  test('an event with an error is an answer with one, masked and at its place, and the next is whole', async () => {
    await using mesh = await startMesh(protocol);
    const weighed = subscribe(mesh.gateway, client, 'subscription { priced { w: weight name } }');
    await mesh.stock.publish({ id: '1' }, { id: '2', weight: 2 });
    const broken = await weighed.next();
    expect(broken).toEqual({
      data: { priced: null },
      errors: [
        {
          message: 'Subgraph `stock` failed on this field.',
          path: ['priced', 'w'],
          extensions: expect.objectContaining({ code: 'SUBGRAPH_ERROR', subgraph: 'stock' }),
        },
      ],
    });
    expect(mesh.gateway.log.join('\n')).toContain('the scales at 10.0.0.7 are broken');
    expect(await weighed.next()).toEqual({ data: { priced: { w: 2, name: 'Item 2' } } });
  });

  test('a null that a place cannot hold goes up to one that can, or takes the whole event', async () => {
    await using mesh = await startMesh(protocol);
    const [nullable, required] = ['priced', 'stocked'].map((field) =>
      subscribe(mesh.gateway, client, `subscription { ${field} { id label } }`),
    );
    await until(() => mesh.stock.subscribers === 2);
    await mesh.stock.publish({ id: 'bare' }, { id: '1' });
    const error = (field: string) => ({
      message: expect.stringContaining('`named`'),
      path: [field, 'label'],
      extensions: expect.objectContaining({ code: 'SUBGRAPH_ERROR', subgraph: 'named' }),
    });
    expect(await nullable?.next()).toEqual({ data: { priced: null }, errors: [error('priced')] });
    expect(await required?.next()).toEqual({ data: null, errors: [error('stocked')] });
    expect(await required?.next()).toEqual({ data: { stocked: { id: '1', label: 'L1' } } });
  });

  test('one that ends leaves nothing open, whichever side ended it', async () => {
    await using mesh = await startMesh(protocol);
    const left = subscribe(mesh.gateway, client, 'subscription { counted }');
    await mesh.stock.publish(1);
    expect(await left.next()).toEqual({ data: { counted: 1 } });
    await left.leave();
    await until(() => mesh.stock.subscribers === 0 && mesh.stock.open === 0);

    const waiting = subscribe(mesh.gateway, client, 'subscription { counted }');
    const next = waiting.next();
    await until(() => mesh.stock.subscribers === 1);
    mesh.stock.complete();
    expect(await next).toBe('done');
    await until(() => mesh.stock.open === 0);
  });

  test('a source that breaks off ends it with one error that names the subgraph', async () => {
    await using mesh = await startMesh(protocol);
    const counts = subscribe(mesh.gateway, client, 'subscription { counted }');
    await mesh.stock.publish(1);
    await counts.next();
    mesh.stock.breakOff();
    const { errors } = await counts.next();
    expect(errors).toEqual([
      { message: 'Subgraph `stock` broke off its answer.', extensions: { code: 'SUBGRAPH_BAD_RESPONSE' } },
    ]);
    expect(await counts.next()).toBe('done');
    expect(mesh.stock.streamed).toHaveLength(1);
  });

  test('a burst of events is not lost on the way', async () => {
    await using mesh = await startMesh(protocol);
    const prices = subscribe(mesh.gateway, client, 'subscription { priced { id name } }');
    const ids = Array.from({ length: 300 }, (_, at) => String(at));
    await mesh.stock.publish(...ids.map((id) => ({ id })));
    mesh.stock.complete();
    expect(await prices.rest()).toEqual(ids.map((id) => ({ data: { priced: { id, name: `Item ${id}` } } })));
  });
});

test('while another domain is down, events come without its fields', async () => {
  await using mesh = await startMesh();
  const prices = subscribe(mesh.gateway, 'ws', 'subscription { priced { price name } }');
  await until(() => mesh.stock.subscribers === 1);
  await mesh.named.close();
  await mesh.stock.publish({ id: '1', price: 4 });
  expect(await prices.next()).toMatchObject({
    data: { priced: { price: 4, name: null } },
    errors: [{ path: ['priced', 'name'], extensions: { code: 'SUBGRAPH_UNREACHABLE', subgraph: 'named' } }],
  });
});

describe('a subgraph', () => {
  test('that cannot be reached is named', async () => {
    await using mesh = await startMesh();
    await mesh.stock.close();
    const counts = subscribe(mesh.gateway, 'sse', 'subscription { counted }');
    expect(await counts.rest()).toEqual([
      { errors: [{ message: 'Subgraph `stock` cannot be reached.', extensions: { code: 'SUBGRAPH_UNREACHABLE' } }] },
    ]);
  });

  test.each([
    ['never begins', () => {}, { beginMs: 100 }, 'SUBGRAPH_TIMEOUT'],
    ['falls silent', (socket: any) => socket.write(http(200, eventStream)), { silentMs: 200 }, 'SUBGRAPH_TIMEOUT'],
    [
      'sends an event without end',
      (socket: any) =>
        socket.write(Buffer.concat([http(200, eventStream), Buffer.from(chunk(`data: ${'x'.repeat(2_000)}`))])),
      { largestEventBytes: 1_000 },
      'SUBGRAPH_BAD_RESPONSE',
    ],
    [
      'sends what is no GraphQL',
      (socket: any) =>
        socket.write(Buffer.concat([http(200, eventStream), Buffer.from(chunk('event: next\ndata: {"a":1}\n\n'))])),
      {},
      'SUBGRAPH_BAD_RESPONSE',
    ],
    [
      'redirects',
      (socket: any) => socket.end(http(302, ['location: http://127.0.0.1:1/'])),
      {},
      'SUBGRAPH_BAD_RESPONSE',
    ],
    [
      'refuses with a page',
      (socket: any) => socket.end(http(404, ['content-type: text/html'], '<p>')),
      {},
      'SUBGRAPH_BAD_RESPONSE',
    ],
  ])('that %s ends the subscription with one error', async (_, respond, transport, code) => {
    const { answers } = await listenTo(respond, transport);
    expect(answers).toEqual([{ errors: [{ message: expect.stringContaining('`stock`'), extensions: { code } }] }]);
  });

  test('that says why there is no stream is quoted as far as consumers may read it', async () => {
    const refusal = JSON.stringify({ errors: [{ message: 'Log in first.', extensions: { code: 'UNAUTHENTICATED' } }] });
    const { answers } = await listenTo((socket) => socket.end(http(200, ['content-type: application/json'], refusal)));
    expect(answers).toMatchObject([{ data: null, errors: [{ message: 'Log in first.', path: ['counted'] }] }]);
  });

  test('that has nothing to say, and says so, is not silent', async () => {
    const { answers } = await listenTo(
      (socket) => {
        socket.write(http(200, eventStream));
        let beats = 0;
        const beat = setInterval(() => {
          beats += 1;
          socket.write(chunk(':\n\n'));
          if (beats < 12) return;
          clearInterval(beat);
          socket.end(`${event({ data: { counted: 12 } })}${chunk('event: complete\ndata:\n\n')}0\r\n\r\n`);
        }, 50);
      },
      { silentMs: 300 },
    );
    expect(answers).toEqual([{ data: { counted: 12 } }]);
  });

  test('that was asked by WebSocket once is not asked by server-sent events again', async () => {
    await using mesh = await startMesh('ws');
    for (const wanted of [1, 2]) {
      const counts = subscribe(mesh.gateway, 'sse', 'subscription { counted }');
      await mesh.stock.publish(wanted);
      expect(await counts.next()).toEqual({ data: { counted: wanted } });
      await counts.leave();
      await until(() => mesh.stock.subscribers === 0);
    }
    expect(mesh.stock.requests).toBe(1);
  });

  test('is sent the headers that may be passed on, and no others', async () => {
    const requests = { forwardHeaders: ['authorization', 'x-user'] };
    await using mesh = await startMesh('sse', { requests });
    const headers = { authorization: 'Bearer 1', 'x-user': 'ann', 'x-other': 'no', cookie: 'session=1' };
    for (const client of ['sse', 'ws'] as const)
      subscribe(mesh.gateway, client, 'subscription { counted }', { headers });
    await until(() => mesh.stock.streamed.length === 2);
    for (const { headers: sent } of mesh.stock.streamed) {
      expect(sent).toMatchObject({ authorization: 'Bearer 1', 'x-user': 'ann' });
      expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['x-other']));
      expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['cookie']));
    }
  });
});

test('server-sent events are read the same however they are cut, with any line ends, and with comments between them', () => {
  const word = fc.string({ unit: fc.constantFrom('a', ':', ' ', 'é', '😀', '{'), maxLength: 6 });
  const sent = fc.array(
    fc.record({ type: fc.constantFrom('next', 'complete', ''), data: fc.array(word, { minLength: 1, maxLength: 3 }) }),
  );
  fc.assert(
    fc.property(
      sent,
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.array(fc.nat({ max: 7 }), { minLength: 1 }),
      (events, end, sizes) => {
        const lines = events.flatMap(({ type, data }) => [
          ':',
          ...(type ? [`event: ${type}`] : []),
          ...data.map((each) => `data: ${each}`),
          '',
        ]);
        const bytes = Buffer.from(lines.map((line) => line + end).join(''));
        const read: unknown[] = [];
        const parse = createEventParser(1_000, (each) => read.push(each));
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = 1 + (sizes[n % sizes.length] ?? 0);
          parse(bytes.subarray(at, at + size));
          at += size;
        }
        expect(read).toEqual(events.map(({ type, data }) => ({ type, data: data.join('\n') })));
      },
    ),
  );
});
