/**
 * The load: connections that each send a request, wait for its whole answer, and send the next. Raw sockets and one
 * read buffer per connection, since this process shares its core with the subgraphs. Answers are judged by status and
 * length here; their bytes are compared before and after.
 */
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

export interface LoadOrder {
  readonly port: number;
  /** JSON bodies, sent in turn. */
  readonly bodies: readonly string[];
  /** Lengths of the answers' bodies in bytes, in the same order. */
  readonly lengths: readonly number[];
  readonly connections: number;
  readonly seconds: number;
  readonly ownToken: boolean;
  /** `authorization` of every request. */
  readonly token?: string;
}

export interface LoadResult {
  /** All that were answered, those that were under way at the end included: what the CPU time is divided by. */
  readonly answered: number;
  /** Not status 200, or not of the expected length. */
  readonly failed: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly firstFailure?: string;
}

let tokensGiven = 0;

async function run(order: LoadOrder): Promise<LoadResult> {
  const latencies: number[] = [];
  let answered = 0;
  let failed = 0;
  let inTime = 0;
  let next = 0;
  let firstFailure: string | undefined;
  const requests = order.bodies.map((body) => requestFor(order.port, body, order.token));
  const began = performance.now();
  const ends = began + order.seconds * 1000;

  const client = (socket: Socket, read: Reading): Promise<void> =>
    new Promise((done) => {
      let sentAt = 0;
      let which = 0;
      const send = (): void => {
        which = next++ % requests.length;
        const { head, body } = requests[which] as { head: string; body: string };
        sentAt = performance.now();
        const token = order.ownToken ? `authorization: Bearer user-${process.pid}-${tokensGiven++}\r\n` : '';
        socket.write(`${head}${token}\r\n${body}`, 'latin1');
      };
      const fail = (why: string): void => {
        failed++;
        firstFailure ??= why;
      };
      read.answered = (status, length) => {
        const now = performance.now();
        answered++;
        if (status !== 200 || length !== order.lengths[which]) {
          fail(`status ${status}, ${length} instead of ${order.lengths[which]} bytes`);
        }
        if (now < ends) {
          inTime++;
          latencies.push(now - sentAt);
          send();
        } else {
          socket.end();
          done();
        }
      };
      socket.on('error', (error) => fail(error.message));
      socket.on('close', () => {
        if (performance.now() < ends) fail('the connection was closed');
        done();
      });
      send();
    });

  await Promise.all(Array.from({ length: order.connections }, async () => client(...(await open(order.port)))));
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  const perSecond = inTime / order.seconds;
  return { answered, failed, perSecond, p50: at(0.5), p99: at(0.99), ...(firstFailure && { firstFailure }) };
}

function requestFor(port: number, body: string, token?: string): { head: string; body: string } {
  const headers = [
    'POST /graphql HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(token === undefined ? [] : [`authorization: ${token}`]),
  ];
  return { head: `${headers.join('\r\n')}\r\n`, body };
}

interface Reading {
  answered: (status: number, bodyLength: number) => void;
}

function open(port: number): Promise<[Socket, Reading]> {
  return new Promise((resolve, reject) => {
    const reading: Reading = { answered: () => {} };
    const onRead = readAnswers(reading);
    const buffer = Buffer.allocUnsafe(256 * 1024);
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          onRead(buffer, length);
          return true;
        },
      },
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve([socket, reading]);
    });
  });
}

/** Follows one answer at a time through the bytes (RFC 9112, sections 6.2 and 7.1). */
function readAnswers(reading: Reading): (bytes: Buffer, length: number) => void {
  let head = '';
  let status = 0;
  let bodyLength = 0;
  let left: number | 'chunks' | undefined;
  let tail = '';
  const finish = (): void => {
    left = undefined;
    head = tail = '';
    reading.answered(status, bodyLength);
  };
  return (bytes, length) => {
    let at = 0;
    if (left === undefined) {
      head += bytes.toString('latin1', 0, Math.min(length, 8192));
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      at = Math.min(length, end + 4 - (head.length - Math.min(length, 8192)));
      status = Number(head.slice(9, 12));
      const declared = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end + 2))?.[1];
      left = declared === undefined ? 'chunks' : Number(declared);
      bodyLength = declared === undefined ? 0 : Number(declared);
      tail = '';
    }
    if (left === 'chunks') {
      // The last chunk is empty. A JSON text in one line cannot look like it.
      bodyLength += length - at;
      tail = (tail + bytes.toString('latin1', Math.max(at, length - 7), length)).slice(-7);
      if (tail.endsWith('\r\n0\r\n\r\n')) finish();
      return;
    }
    left -= length - at;
    if (left <= 0) finish();
  };
}

process.on('message', async (order: LoadOrder) => {
  process.send?.(await run(order));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
