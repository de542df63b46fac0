/** The other side of hot-swap.ts: two domains, and eight clients in a closed loop that look at each answer. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { request } from 'undici';

export interface ClientReport {
  readonly answered: number;
  /** Refused as a whole: it asked for a field of a version that has gone, or has not come. */
  readonly refused: number;
  readonly failed: number;
  /** An answer with the version of one domain and not the other. */
  readonly mixed: number;
  readonly ms: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Of a thread that does nothing but measure it. */
  readonly idleLoopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

export type FromClients =
  | { readonly kind: 'domains'; readonly urls: readonly string[] }
  | { readonly kind: 'report'; readonly report: ClientReport };

type ToClients = { readonly url?: string; readonly version?: number; readonly report?: true };

const clients = 8;
let url = '';
let version = 0;
let found = { answered: 0, refused: 0, failed: 0, mixed: 0 };
let times: number[] = [];

const idle = new Worker(
  `const { monitorEventLoopDelay } = require('node:perf_hooks');
  const { parentPort } = require('node:worker_threads');
  const h = monitorEventLoopDelay({ resolution: 1 }); h.enable();
  const ms = (ns) => Math.round(ns / 1e4) / 100;
  parentPort.on('message', () => { parentPort.postMessage({ p50: ms(h.percentile(50)), p99: ms(h.percentile(99)), max: ms(h.max) }); h.reset(); });`,
  { eval: true },
);

process.on('message', async (message: ToClients) => {
  if (message.version !== undefined) version = message.version;
  if (message.url !== undefined) {
    url = message.url;
    for (let at = 0; at < clients; at++) void client();
  }
  if (message.report) {
    idle.postMessage('');
    const [idleLoopDelayMs] = await once(idle, 'message');
    const sorted = times.sort((a, b) => a - b);
    const at = (share: number): number =>
      Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 100) / 100;
    const report = { ...found, ms: { p50: at(0.5), p99: at(0.99), max: at(1) }, idleLoopDelayMs };
    process.send?.({ kind: 'report', report });
    found = { answered: 0, refused: 0, failed: 0, mixed: 0 };
    times = [];
  }
});

process.once('disconnect', () => process.exit());
const urls = await Promise.all([domain(), domain()]);
process.send?.({ kind: 'domains', urls });

async function client(): Promise<void> {
  for (;;) {
    const asked = version;
    const query = asked < 0 ? '{ dataProducts { totalCount } }' : `{ item { id first_v${asked} second_v${asked} } }`;
    const begun = performance.now();
    try {
      const headers = { 'content-type': 'application/json' };
      const { statusCode, body } = await request(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      look(statusCode, await body.text(), asked);
    } catch {
      found.failed += 1;
    }
    times.push(performance.now() - begun);
  }
}

function look(status: number, text: string, asked: number): void {
  const right =
    asked < 0 ? '{"data":' : `{"data":{"item":{"id":"1","first_v${asked}":${asked},"second_v${asked}":${asked}}}}`;
  if (status === 200 && text.startsWith(right.trimEnd())) found.answered += 1;
  else if (status === 400 && text.includes('Cannot query field')) found.refused += 1;
  else if (status === 200 && text.includes(`":${asked}`)) found.mixed += 1;
  else found.failed += 1;
}

/** Answers with the version that it was asked for, under the keys that the gateway chose. */
async function domain(): Promise<string> {
  const server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { query } = JSON.parse(text) as { query: string };
    const [, key, field, value] = /(?:(\w+)\s*:\s*)?((?:first|second)_v(\d+))/.exec(query) ?? [];
    const item = {
      __typename: 'Item',
      ...Object.fromEntries([...query.matchAll(/(\w+)\s*:\s*__typename/g)].map(([, alias]) => [alias, 'Item'])),
      id: '1',
      ...Object.fromEntries([...query.matchAll(/(\w+)\s*:\s*id\b/g)].map(([, alias]) => [alias, '1'])),
      ...(field && { [key ?? field]: Number(value) }),
    };
    const [, entities] = /(?:(\w+)\s*:\s*)?_entities/.exec(query) ?? [];
    const data = query.includes('_entities') ? { [entities ?? '_entities']: [item] } : { item };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
