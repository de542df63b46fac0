/** Subgraphs that say anything at all over a socket: what no HTTP library would let a server say. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface RawSubgraph {
  readonly url: string;
  /** The requests that came, as text. */
  readonly asked: readonly string[];
  /** How many connections there were. */
  readonly connections: () => number;
  /** How many connections are open now. */
  readonly open: () => number;
  close(): Promise<void>;
}

/** @param respond called once for each request, when it is there as a whole. */
export async function startRawSubgraph(respond: (socket: Socket, request: string) => void): Promise<RawSubgraph> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    connections += 1;
    socket.once('close', () => sockets.delete(socket));
    // The other side may leave in the middle of anything.
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (end < 4 || received.length < end + length) return;
      const request = received.slice(0, end + length);
      received = received.slice(end + length);
      asked.push(request);
      respond(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    asked,
    connections: () => connections,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A response as text. @param headers each `name: value`; the length is added unless one of them says how the body ends. */
export function http(status: number | string, headers: readonly string[], body: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(body);
  const framed = headers.some((header) => /^(?:content-length|transfer-encoding):/i.test(header));
  const all = framed ? headers : [...headers, `content-length: ${bytes.byteLength}`];
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} X\r\n${all.map((each) => `${each}\r\n`).join('')}\r\n`),
    bytes,
  ]);
}

export const json = 'content-type: application/json';
