/** Subscriptions that run while the graph changes: they go on, begin again elsewhere, or are told what is gone. */
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startEventSubgraph } from './event-subgraph.ts';
import { until } from './mesh.ts';
import { http, json, startRawSubgraph } from './raw-subgraph.ts';
import {
  type Client,
  type Parts,
  type StreamingGatewayOptions,
  startStreamingGateway,
  subscribe,
  withLink,
} from './streaming-gateway.ts';

const stockSdl = withLink(`
  type Query { first: Item }
  type Subscription { priced(filter: Filter, currency: String): Item }
  input Filter { atLeast: Int  atMost: Int }
  type Item @key(fields: "id") { id: ID! price: Int }`);

const namesSdl = withLink(`
  type Query { named: Item }
  type Item @key(fields: "id") { id: ID! name(language: String): String }`);

const nameResolvers = (prefix: string) => ({
  Item: { __resolveReference: ({ id }: any) => ({ id }), name: ({ id }: any) => `${prefix} ${id}` },
});

async function startMesh(options: StreamingGatewayOptions = {}) {
  const stock = await startEventSubgraph(stockSdl, 'sse');
  const named = await startEventSubgraph(namesSdl, 'sse', nameResolvers('Item'));
  const gateway = await startStreamingGateway({ stock, named }, options);
  const parts: Parts = { stock, named };
  return {
    stock,
    named,
    gateway,
    parts,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await stock.close();
      await named.close();
    },
  };
}

const withField = ({ url, sdl }: Parts[string], field: string) => ({
  url,
  sdl: sdl.replace('id: ID!', `id: ID! ${field}`),
});

test.each<Client>(['sse', 'ws'])(
  'over %s, ten compatible changes and one that is not: no event is lost until then',
  async (client) => {
    await using mesh = await startMesh();
    const { gateway, stock, named, parts } = mesh;
    const prices = subscribe(gateway, client, 'subscription { priced { id name } }');
    const received: any[] = [];
    const reading = (async () => {
      for (let answer = await prices.next(); answer !== 'done'; answer = await prices.next()) received.push(answer);
    })();
    let published = 0;
    const publishSome = async (): Promise<void> => {
      for (let n = 0; n < 20; n++) await stock.publish({ id: String(published++) });
    };
    await publishSome();
    for (let change = 1; change <= 10; change++) {
      const swapped = gateway.publish({ stock: withField(stock, `extra${change}: Int`), named });
      await publishSome();
      await swapped;
      await publishSome();
    }
    await until(() => received.length === published);
    expect(received).toEqual(
      Array.from({ length: 420 }, (_, id) => ({ data: { priced: { id: String(id), name: `Item ${id}` } } })),
    );
    // One stream, from the first event to the last.
    expect(stock.streamed).toHaveLength(1);

    await gateway.publish({
      ...parts,
      named: { ...named, sdl: named.sdl.replace('name(language: String): String', 'title: String') },
    });
    await reading;
    expect(received.slice(420)).toEqual([
      {
        errors: [
          {
            message: expect.stringContaining('`Item.name`'),
            extensions: { code: 'SUBSCRIPTION_FIELD_GONE', coordinates: ['Item.name'] },
          },
        ],
      },
    ]);
    await until(() => stock.subscribers === 0 && stock.open === 0);
  },
  60_000,
);

test('after a change, events are completed by whoever has the field then', async () => {
  await using mesh = await startMesh();
  const prices = subscribe(mesh.gateway, 'sse', 'subscription { priced { id name } }');
  await mesh.stock.publish({ id: '1' });
  expect(await prices.next()).toEqual({ data: { priced: { id: '1', name: 'Item 1' } } });
  const other = await startEventSubgraph(namesSdl, 'sse', nameResolvers('Moved'));
  await mesh.gateway.publish({ stock: mesh.stock, elsewhere: other });
  await until(async () => {
    await mesh.stock.publish({ id: '2' });
    return (await prices.next()).data.priced.name === 'Moved 2';
  });
  expect(mesh.stock.streamed).toHaveLength(1);
  await other.close();
});

test('where the stream itself moves, it is opened there and closed here', async () => {
  await using mesh = await startMesh();
  const prices = subscribe(mesh.gateway, 'ws', 'subscription { priced { id name } }');
  await mesh.stock.publish({ id: '1' });
  await prices.next();
  const other = await startEventSubgraph(stockSdl, 'ws');
  await mesh.gateway.publish({ stock: other, named: mesh.named });
  await other.publish({ id: '2' });
  expect(await prices.next()).toEqual({ data: { priced: { id: '2', name: 'Item 2' } } });
  await until(() => mesh.stock.subscribers === 0 && mesh.stock.open === 0);
  await prices.leave();
  await until(() => other.open === 0);
  await other.close();
});

test.each(['sse', 'ws'] as const)(
  'where the stream itself moves, over %s, what it had sent before is answered first',
  async (protocol) => {
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const slow = { Item: { ...nameResolvers('').Item, name: ({ id }: any) => released.then(() => `Item ${id}`) } };
    const stock = await startEventSubgraph(stockSdl, protocol);
    const named = await startEventSubgraph(namesSdl, 'sse', slow);
    const gateway = await startStreamingGateway({ stock, named });
    const completed = subscribe(gateway, 'ws', 'subscription { priced { id name } }');
    const plain = subscribe(gateway, 'ws', 'subscription { priced { id } }');
    await until(() => stock.subscribers === 2);
    const ids = ['1', '2', '3', '4', '5'];
    await stock.publish(...ids.map((id) => ({ id })));
    for (const id of ids) expect(await plain.next()).toEqual({ data: { priced: { id } } });
    // The gateway has all of them, and still answers the first one.
    await until(() => named.requests === 1);
    const other = await startEventSubgraph(stockSdl, protocol);
    await gateway.publish({ stock: other, named });
    await until(() => other.subscribers === 2 && stock.subscribers === 0 && stock.open === 0);
    await other.publish({ id: '6' });
    release();
    for (const id of [...ids, '6']) {
      expect(await completed.next()).toEqual({ data: { priced: { id, name: `Item ${id}` } } });
    }
    expect(await plain.next()).toEqual({ data: { priced: { id: '6' } } });
    await gateway.close();
    for (const each of [stock, named, other]) await each.close();
  },
);

test('streams move a few at a time: one that does not open holds up few others', async () => {
  await using mesh = await startMesh({ transport: { beginMs: 600_000 } });
  const prices = Array.from({ length: 12 }, () => subscribe(mesh.gateway, 'ws', 'subscription { priced { id } }'));
  await until(() => mesh.stock.subscribers === 12);
  const waiting: Socket[] = [];
  let isReady = false;
  const answer = (socket: Socket) => socket.write(http(404, [json], '{"errors":[{"message":"Not here."}]}'));
  const other = await startRawSubgraph((socket) => (isReady ? answer(socket) : waiting.push(socket)));
  await mesh.gateway.publish({ ...mesh.parts, stock: { url: other.url, sdl: stockSdl } });
  await until(() => other.asked.length === 10);
  isReady = true;
  for (const socket of waiting) answer(socket);
  for (const each of prices) expect(await each.rest()).toMatchObject([{ errors: [{}] }]);
  await until(() => mesh.stock.open === 0);
  await other.close();
});

test('where the stream moves to a subgraph that does not answer, the consumer is told which', async () => {
  await using mesh = await startMesh();
  const prices = subscribe(mesh.gateway, 'ws', 'subscription { priced { id } }');
  await until(() => mesh.stock.subscribers === 1);
  await mesh.gateway.publish({ ...mesh.parts, stock: { ...mesh.stock, url: 'http://127.0.0.1:1/graphql' } });
  expect(await prices.rest()).toEqual([
    { errors: [{ message: 'Subgraph `stock` cannot be reached.', extensions: { code: 'SUBGRAPH_UNREACHABLE' } }] },
  ]);
  await until(() => mesh.stock.open === 0);
});

describe('the consumer is told what is gone', () => {
  const operation = `subscription ($filter: Filter!) {
    priced(filter: $filter, currency: "EUR") { ...Named }
  }
  fragment Named on Item { id name(language: "en") }`;

  test.each([
    ['an argument', (sdl: string) => sdl.replace(', currency: String', ''), ['Subscription.priced(currency:)']],
    ['the stream', (sdl: string) => sdl.replace('priced(filter', 'cost(filter'), ['Subscription.priced']],
    ['all streams', (sdl: string) => sdl.replace(/type Subscription .*/, ''), ['Subscription.priced']],
    ['an input type', (sdl: string) => sdl.replaceAll('Filter', 'Condition'), ['Filter']],
  ])('%s', async (_, change, coordinates) => {
    await using mesh = await startMesh();
    const prices = subscribe(mesh.gateway, 'sse', operation, { variables: { filter: { atLeast: 1 } } });
    await until(() => mesh.stock.subscribers === 1);
    await mesh.gateway.publish({ ...mesh.parts, stock: { url: mesh.stock.url, sdl: change(stockSdl) } });
    const [last, ...more] = await prices.rest();
    expect(more).toEqual([]);
    expect(last.errors).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_FIELD_GONE' } }]);
    expect(last.errors[0].extensions.coordinates).toEqual(expect.arrayContaining(coordinates));
  });

  test('a field of an input object, and a value', async () => {
    await using mesh = await startMesh();
    const written = subscribe(mesh.gateway, 'sse', 'subscription { priced(filter: { atMost: 3 }) { id } }');
    const given = subscribe(mesh.gateway, 'sse', operation, { variables: { filter: { atMost: 3 } } });
    await until(() => mesh.stock.subscribers === 2);
    await mesh.gateway.publish({ ...mesh.parts, stock: { ...mesh.stock, sdl: stockSdl.replace('atMost: Int', '') } });
    expect(await written.rest()).toMatchObject([{ errors: [{ extensions: { coordinates: ['Filter.atMost'] } }] }]);
    const [{ errors }] = await given.rest();
    expect(errors).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_FIELD_GONE' } }]);
  });

  test('a field that still has its name, but is of another kind', async () => {
    await using mesh = await startMesh();
    const prices = subscribe(mesh.gateway, 'sse', 'subscription { priced { price } }');
    await until(() => mesh.stock.subscribers === 1);
    const sdl = `${stockSdl.replace('price: Int', 'price: Money')} type Money @shareable { amount: Int }`;
    await mesh.gateway.publish({ ...mesh.parts, stock: { ...mesh.stock, sdl } });
    const [{ errors }] = await prices.rest();
    expect(errors).toMatchObject([
      { message: expect.stringContaining('"price"'), extensions: { code: 'SUBSCRIPTION_FIELD_GONE' } },
    ]);
  });
});
