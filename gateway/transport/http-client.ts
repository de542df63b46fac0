/** All HTTP that leaves the gateway: pooled connections, no redirects, bounded answers, a deadline for each. */
import type { IncomingHttpHeaders } from 'node:http';
import { type AddressPolicy, ownAddresses } from './address-ranges.ts';
import { type Clock, realClock } from './clock.ts';
import { type Connections, createConnections } from './connections.ts';
import { decompress } from './decompress.ts';
import { exchange } from './exchange.ts';
import type { Patience } from './patience.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Names and values in turn. Host and length are added. */
  readonly headers: readonly string[];
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface HttpClient {
  /** @throws HttpFailure. */
  send(request: HttpRequest, patience: Patience): Promise<HttpAnswer>;
  /** What is still running fails. */
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** What is read of an answer at most, counted after decompression. */
  readonly largestAnswerBytes?: number;
  /** Where connections may lead; `ownAddresses` where absent. `any`: to what the operator has named, wherever that is. */
  readonly addresses?: AddressPolicy | 'any';
  readonly clock?: Clock;
}

/** More than any schema or any page of rows needs; enough to stop an answer that would fill the memory. */
const tenMegabytes = 10 * 1024 * 1024;

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { largestAnswerBytes: largestBytes = tenMegabytes, addresses = ownAddresses, clock = realClock } = options;
  const origins = new Map<string, Connections>();
  /** By URL: reading one takes longer than everything else before the request is written. */
  const targets = new Map<string, { readonly connections: Connections; readonly path: string }>();
  return {
    async send({ url, method, headers, body = null }, patience) {
      const { connections, path } = targets.get(url) ?? targetOf(url);
      // undici does not write to the list, but does not say so.
      const sent = { path, method, headers: headers as string[], body };
      const answer = await exchange(connections, sent, { patience, largestBytes, clock });
      const coding = answer.headers['content-encoding'];
      // Of two such headers undici makes a list, whatever the type says: as one text, that is a coding that nobody knows.
      const bytes = coding === undefined ? answer.bytes : await decompress(answer.bytes, String(coding), largestBytes);
      return { status: answer.status, headers: answer.headers, text: bytes.toString('utf8') };
    },
    close: async () => {
      await Promise.all([...origins.values()].map((connections) => connections.close()));
    },
  };

  function targetOf(url: string) {
    const { origin, pathname, search } = new URL(url);
    const connections = origins.get(origin) ?? createConnections(origin, addresses);
    origins.set(origin, connections);
    const target = { connections, path: `${pathname}${search}` };
    targets.set(url, target);
    return target;
  }
}
