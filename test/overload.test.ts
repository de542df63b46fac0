/** The gateway under more than it can do, and on its way out. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type DoorOptions, openDoor } from './door.ts';
import { until } from './mesh.ts';

const sdl = 'type Query { hello: String  slow: String }';

/** A door whose `slow` field answers when it is told to. */
async function openSlowDoor(options: DoorOptions = {}) {
  const waiting: (() => void)[] = [];
  const slow = () => new Promise<string>((answer) => waiting.push(() => answer('at last')));
  const door = await openDoor({ sdl, rootValue: { hello: () => 'world', slow }, ...options });
  return { ...door, waiting, answerAll: () => waiting.splice(0).map((answer) => answer()) };
}

/** A process that is as loaded as the test says. */
function probeOf(state: { lag?: number; heap?: number }) {
  return { lagMs: () => state.lag ?? 0, heapShare: () => state.heap ?? 0, close: () => {} };
}

const hello = { query: '{ hello }' };
const batch = { 'x-weft-priority': 'batch' };

test.each([
  ['the event loop is late', { lag: 41 }, { lag: 39 }, { lag: 19 }],
  ['the heap is nearly full', { heap: 0.91 }, { heap: 0.89 }, { heap: 0.44 }],
])(
  'while %s, work is refused before it is read, and batches before what people wait for',
  async (_, over, high, low) => {
    let state: { lag?: number; heap?: number } = over;
    const door = await openDoor({
      doorLimits: { crowd: 0 },
      sdl,
      rootValue: { hello: 'world' },
      probe: { lagMs: () => probeOf(state).lagMs(), heapShare: () => probeOf(state).heapShare(), close: () => {} },
    });
    for (const path of ['/graphql', '/catalog']) {
      // No body that could be read as anything.
      const refused = await door.post('{', {}, path);
      expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'OVERLOADED' } }] });
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(refused.headers.get('content-type')).toMatch(/^application\/json/);
    }
    for (const path of ['/health', '/health/live', '/health/ready'])
      expect((await fetch(door.url + path)).status).toBe(200);
    state = high;
    expect((await door.post(hello)).status).toBe(200);
    expect((await door.post(hello, batch)).status).toBe(503);
    state = low;
    expect((await door.post(hello, batch)).status).toBe(200);
    await door.close();
  },
);

test('no more requests are under way than are allowed, and one that has gone makes room', async () => {
  const door = await openSlowDoor({ doorLimits: { inFlight: 4 }, probe: probeOf({}) });
  const slow = { query: '{ slow }' };
  const two = [door.post(slow), door.post(slow)];
  await until(() => door.waiting.length === 2);
  expect((await door.post(hello, batch)).status).toBe(503);
  const hangsUp = new AbortController();
  const third = fetch(`${door.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(slow),
    signal: hangsUp.signal,
  });
  two.push(door.post(slow));
  await until(() => door.waiting.length === 4);
  expect((await door.post(hello)).status).toBe(503);
  hangsUp.abort();
  await expect(third).rejects.toThrow();
  await until(async () => (await door.post(hello)).status === 200);
  // What was refused never counted.
  door.answerAll();
  expect((await Promise.all(two)).map(({ data }) => data)).toEqual(Array(3).fill({ slow: 'at last' }));
  expect((await door.post(hello)).status).toBe(200);
  await door.close();
});

test.each(['application/json, text/event-stream', '*/*, text/event-stream', 'text/event-stream'])(
  'a request that accepts %s is one until it is answered, and no more than one',
  async (accept) => {
    const door = await openSlowDoor({ doorLimits: { inFlight: 1 }, probe: probeOf({}) });
    const answer = fetch(`${door.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: '{ slow }' }),
    });
    await until(() => door.waiting.length === 1);
    expect((await door.post(hello)).status).toBe(503);
    expect((await door.post(hello, { accept }, '/catalog')).status).toBe(503);
    door.answerAll();
    expect(await (await answer).text()).toContain('{"data":{"slow":"at last"}}');
    await until(async () => (await door.post(hello)).status === 200);
    await door.close();
  },
);

test('an event loop that really stood still is noticed, and forgotten again', async () => {
  const door = await openDoor({ sdl, rootValue: { hello: 'world' }, probe: undefined, doorLimits: { crowd: 0 } });
  await expect.poll(async () => (await door.post(hello)).status).toBe(200);
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const body = JSON.stringify(hello);
  const standStill = (): void => {
    const end = performance.now() + 200;
    while (performance.now() < end);
  };
  for (let pause = 0; pause < 5; pause += 1) {
    standStill();
    await new Promise(setImmediate);
  }
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  standStill();
  expect((await text(socket)).split('\r\n')[0]).toBe('HTTP/1.1 503 Service Unavailable');
  await expect.poll(async () => (await door.post(hello)).status).toBe(200);
  await door.close();
});

test('on the way out it is not ready first, accepts for a while, and answers what it took on', async () => {
  const door = await openSlowDoor({ drain: { delayMs: 600 }, probe: probeOf({}) });
  const running = door.post({ query: '{ slow }' });
  await until(() => door.waiting.length === 1);
  expect((await fetch(`${door.url}/health/ready`)).status).toBe(200);
  const closing = door.close();
  expect((await fetch(`${door.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${door.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${door.url}/health`)).status).toBe(200);
  expect((await door.post(hello)).data).toEqual({ hello: 'world' });
  await expect
    .poll(
      () =>
        fetch(`${door.url}/health`).then(
          () => 'accepts',
          () => 'refuses',
        ),
      { timeout: 5_000 },
    )
    .toBe('refuses');
  door.answerAll();
  const answer = await running;
  expect(answer.data).toEqual({ slow: 'at last' });
  expect(answer.headers.get('connection')).toBe('close');
  await closing;
});

test('who has no answer when the time is up is cut off', async () => {
  const door = await openSlowDoor({ drain: { timeoutMs: 200 }, probe: probeOf({}) });
  const running = door.post({ query: '{ slow }' }).catch(() => 'cut off');
  await until(() => door.waiting.length === 1);
  await Promise.all([door.close(), door.close()]);
  expect(await running).toBe('cut off');
  await until(() => door.executed[0]?.context.signal?.aborted === true);
});

test('a consumer that hangs up aborts what is done for it', async () => {
  const door = await openSlowDoor({ probe: probeOf({}) });
  const hangsUp = new AbortController();
  const gone = fetch(`${door.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ slow }"}',
    signal: hangsUp.signal,
  });
  await until(() => door.waiting.length === 1);
  hangsUp.abort();
  await expect(gone).rejects.toThrow();
  await until(() => door.executed[0]?.context.signal?.aborted === true);
  await door.close();
});

test('without a graph it lives, and is not ready', async () => {
  const door = await openDoor({ engine: undefined });
  const statusOf = async (path: string) => (await fetch(door.url + path)).status;
  expect([await statusOf('/health/live'), await statusOf('/health/ready'), await statusOf('/health')]).toEqual([
    200, 503, 503,
  ]);
  await door.close();
});
