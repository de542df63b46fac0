import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Requests that are answered when there is news, or when their time is up. */
export interface LongPoll {
  /**
   * Until the news is there, the seconds are over, the client has left, or the server closes; not at all where too many
   * wait already. @param news resolves when it is there, or the signal aborts
   */
  wait(response: ServerResponse, seconds: number, news: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Nobody waits from now on. */
  close(): void;
}

export function createLongPoll(mostWaiting: number): LongPoll {
  const waiting = new Set<AbortController>();
  let isClosed = false;
  return {
    async wait(response, seconds, news) {
      if (isClosed || waiting.size >= mostWaiting || response.destroyed) return;
      const ending = new AbortController();
      const end = (): void => ending.abort();
      const timer = setTimeout(end, seconds * 1_000);
      response.once('close', end);
      waiting.add(ending);
      try {
        await news(ending.signal);
      } finally {
        clearTimeout(timer);
        response.off('close', end);
        waiting.delete(ending);
      }
    },
    close() {
      isClosed = true;
      for (const ending of waiting) ending.abort();
    },
  };
}

/** What `Prefer: wait=30` (RFC 7240, 4.3) or `?wait=30` says; 0 where neither does. */
export function secondsToWait({ headers, query }: FastifyRequest): number {
  const preferred = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})\b/i.exec(String(headers.prefer ?? ''))?.[1];
  const { wait } = query as { readonly wait?: unknown };
  return Number(preferred ?? (typeof wait === 'string' && /^\d{1,6}$/.test(wait) ? wait : 0));
}
