/** How a subgraph can misbehave on the wire, and what a consumer is told. */
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { http, json } from './raw-subgraph.ts';

export interface Misbehaviour {
  /** Completes "a subgraph that …". */
  readonly says: string;
  readonly code: 'SUBGRAPH_TIMEOUT' | 'SUBGRAPH_UNREACHABLE' | 'SUBGRAPH_BAD_RESPONSE' | 'SUBGRAPH_ERROR';
  respond(socket: Socket): void;
}

/** What would be right, for the field `answer`. */
export const right = '{"data":{"answer":42}}';

const megabyte = Buffer.alloc(1024 * 1024, ' ');
const bomb = gzipSync(Buffer.concat([Buffer.from(right), ...Array(64).fill(megabyte)]), { level: 1 });
const items = `{"data":{"list":[${Array(500_000).fill('{"id":"00000000-0000-0000"}').join()}]}}`;
const complaints = `{"data":null,"errors":[${Array(100_000).fill('{"message":"password hunter2"}').join()}]}`;

const timeouts: Record<string, Misbehaviour['respond']> = {
  'never answers': () => {},
  'stops after the headers': (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${json}\r\ncontent-length: 22\r\n\r\n`),
  'stops in the middle of the headers': (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-ty'),
  'sends a byte every 100 ms': (socket) => slowly(socket, http(200, [json], right), 100),
  'promises more than it sends, and keeps the connection': (socket) =>
    void socket.write(http(200, [json, 'content-length: 99'], right)),
  'says 103 without end': (socket) => endlessly(socket, Buffer.from('HTTP/1.1 103 X\r\nlink: </a>\r\n\r\n'.repeat(64))),
};

const unreachable: Record<string, Misbehaviour['respond']> = {
  'resets the connection': (socket) => void socket.resetAndDestroy(),
  'closes its half without a word': (socket) => void socket.end(),
  'closes after the headers': (socket) => void socket.end(`HTTP/1.1 200 OK\r\n${json}\r\ncontent-length: 22\r\n\r\n`),
  'says 100 to a request that did not wait for it': (socket) =>
    void socket.write(Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), http(200, [json], right)])),
  'is behind a proxy that says 502': (socket) => void socket.write(http(502, ['content-type: text/html'], '<h1>')),
  'is behind a proxy that says 503': (socket) => void socket.write(http(503, [], '10.0.0.7 is down')),
  'is behind a proxy that says 504': (socket) => void socket.write(http(504, [json], '"timeout"')),
};

const bad: Record<string, Misbehaviour['respond']> = {
  'closes in the middle of the body': (socket) => void socket.end(http(200, [json, 'content-length: 99'], right)),
  'resets in the middle of the body': (socket) => {
    socket.write(http(200, [json, 'content-length: 99'], right), () => setTimeout(() => socket.resetAndDestroy(), 20));
  },
  'closes in the middle of a chunk': (socket) =>
    void socket.end(http(200, [json, 'transfer-encoding: chunked'], '16\r\n{"data":{')),
  'sends chunks without a size': (socket) => void socket.end(http(200, [json, 'transfer-encoding: chunked'], right)),
  'does not speak HTTP': (socket) => void socket.end('SSH-2.0-OpenSSH_9.2p1\r\n'),
  'sends both a length and chunks': (socket) =>
    void socket.write(http(200, [json, 'content-length: 5', 'transfer-encoding: chunked'], '0\r\n\r\n')),
  'sends two lengths': (socket) =>
    void socket.write(http(200, [json, 'content-length: 22', 'content-length: 5'], right)),
  'sends a length that is no number': (socket) => void socket.write(http(200, [json, 'content-length: many'], right)),
  'sends 64 KB of headers': (socket) => void socket.write(http(200, [json, `x-long: ${'x'.repeat(65_536)}`], right)),
  'sends half of its JSON': answer('{"data":{"answer":'),
  'sends HTML': (socket) => void socket.write(http(200, ['content-type: text/html'], '<p>hunter2')),
  'sends nothing': answer(''),
  'sends JSON as text': (socket) => void socket.write(http(200, ['content-type: text/plain'], right)),
  'does not say what it sends': (socket) => void socket.write(http(200, [], right)),
  'says 204': (socket) => void socket.write(http(204, [json, 'content-length: 0'])),
  ...Object.fromEntries(
    [400, 401, 404, 429, 500].map((status) => [
      `says ${status} with its reasons`,
      (socket: Socket) => void socket.write(http(status, [json], '{"error":"password hunter2"}')),
    ]),
  ),
  'sends {}': answer('{}'),
  'sends null without saying why': answer('{"data":null}'),
  'sends null and an empty list of errors': answer('{"data":null,"errors":[]}'),
  'sends text as data': answer('{"data":"x"}'),
  'sends a list as data': answer('{"data":[]}'),
  'sends text as errors': answer('{"errors":"hunter2"}'),
  'sends errors without messages': answer('{"errors":[{"code":1}]}'),
  'sends a list': answer('[{"data":{"answer":42}}]'),
  'sends null': answer('null'),
  'sends what its gzip is not': (socket) => void socket.write(http(200, [json, 'content-encoding: gzip'], right)),
  'sends half of its gzip': (socket) =>
    void socket.write(http(200, [json, 'content-encoding: gzip'], gzipSync(right).subarray(0, 20))),
  'sends in a coding that nobody knows': (socket) =>
    void socket.write(http(200, [json, 'content-encoding: rot13'], right)),
  'says twice that it sends gzip': (socket) =>
    void socket.write(http(200, [json, 'content-encoding: gzip', 'content-encoding: gzip'], gzipSync(right))),
  'packs its gzip twice': (socket) =>
    void socket.write(http(200, [json, 'content-encoding: gzip, gzip'], gzipSync(gzipSync(right)))),
};

/** What would fill the memory. */
const large: Record<string, Misbehaviour['respond']> = {
  'sends 64 MB in a few KB of gzip': (socket) => void socket.write(http(200, [json, 'content-encoding: gzip'], bomb)),
  'sends 64 MB': (socket) => {
    socket.write(http(200, [json, `content-length: ${64 * megabyte.byteLength}`]));
    endlessly(socket, megabyte);
  },
  'sends without end': (socket) => {
    socket.write(http(200, [json, 'transfer-encoding: chunked']));
    endlessly(socket, Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]));
  },
  'sends a list of 500,000': answer(items),
};

const list = (code: Misbehaviour['code'], by: typeof bad): Misbehaviour[] =>
  Object.entries(by).map(([says, respond]) => ({ says, code, respond }));

export const memoryEaters: readonly Misbehaviour[] = list('SUBGRAPH_BAD_RESPONSE', large);

export const misbehaviours: readonly Misbehaviour[] = [
  ...list('SUBGRAPH_TIMEOUT', timeouts),
  ...list('SUBGRAPH_UNREACHABLE', unreachable),
  ...list('SUBGRAPH_BAD_RESPONSE', bad),
  ...memoryEaters,
  ...list('SUBGRAPH_ERROR', { 'sends 100,000 errors': answer(complaints) }),
];

function answer(body: string): Misbehaviour['respond'] {
  const response = http(200, [json], body);
  return (socket) => void socket.write(response);
}

function slowly(socket: Socket, bytes: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), everyMs);
  socket.once('close', () => clearInterval(timer));
}

function endlessly(socket: Socket, bytes: Buffer): void {
  const write = (): void => {
    if (!socket.destroyed) socket.write(bytes, () => setImmediate(write));
  };
  write();
}
