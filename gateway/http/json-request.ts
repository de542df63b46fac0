/** One JSON request over a pool of connections: no redirects, no decompression, a bounded answer, a deadline. */
import { Pool } from 'undici';
import { readBounded } from '../registry/bounded-text.ts';

export interface JsonRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  /** Undefined where the body is no JSON, or is not said to be. */
  readonly body: unknown;
}

export interface JsonClient {
  /** Rejects as undici does, with a TimeoutError, or with AnswerTooLarge. */
  send(request: JsonRequest): Promise<JsonAnswer>;
  close(): Promise<void>;
}

export function createJsonClient(): JsonClient {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? new Pool(origin, { connections: 64 });
    pools.set(origin, pool);
    return pool;
  };
  return {
    async send({ url, method, body, timeoutMs, signal }) {
      const { origin, pathname, search } = new URL(url);
      const deadline = AbortSignal.timeout(timeoutMs);
      const answer = await poolOf(origin).request({
        path: `${pathname}${search}`,
        method,
        headers: {
          accept: 'application/graphql-response+json, application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body ?? null,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      const text = await readBounded(answer.body);
      const type = String(answer.headers['content-type'] ?? '');
      const encoded = answer.headers['content-encoding'] !== undefined;
      return { status: answer.statusCode, body: /\bjson\b/i.test(type) && !encoded ? parseJson(text) : undefined };
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
