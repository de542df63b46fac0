/** Single requests, outside the load. */
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';

export interface Asked {
  readonly body: string;
  /** Of the answer's body, in bytes. */
  readonly length: number;
  readonly same: boolean;
  /** The first place where it is not. */
  readonly difference: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Of the body, in bytes. */
  readonly length: number;
}

/** On a connection of its own, unless an agent keeps them. */
export function askOnce(port: number, body: string, agent = new Agent()): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const asked = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, text: bytes.toString(), length: bytes.length });
      });
    });
    asked.setTimeout(30_000, () => asked.destroy(new Error('no answer within 30 s')));
    asked.on('error', reject);
    asked.end(body);
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
