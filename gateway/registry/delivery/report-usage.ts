/** What a gateway counts, told to the registry that it follows: `POST /usage/v1/weft`. */
import { setTimeout as wait } from 'node:timers/promises';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { createHttpClient } from '../../transport/http-client.ts';
import type { UsageBatch } from '../operations/usage-batch.ts';

export interface UsageReports {
  /**
   * Where the registry is busy with another report, it is told a little later.
   * @returns of how many requests the registry keeps nothing.
   * @throws WeftError USAGE_INVALID where the registry does not take it, and would not the next time; REGISTRY_REFUSED; Error
   *   where it could not be told, or whether it was taken is not known.
   */
  report(batch: UsageBatch): Promise<number>;
  close(): Promise<void>;
}

export interface UsageReportsOptions {
  /** Of the gateway with the registry. */
  readonly url: string;
  readonly token?: string | undefined;
}

/** Of one report, at most: a gateway that stops waits for it. */
const answerMs = 5_000;

/** As its Retry-After says. */
const againMs = 1_000;

export function createUsageReports({ url, token }: UsageReportsOptions): UsageReports {
  const http = createHttpClient({ largestAnswerBytes: 64 * 1024, addresses: 'any' });
  const address = `${url}/usage/v1/weft`;
  const headers = ['content-type', 'application/json'];
  if (token) headers.push('authorization', `Bearer ${token}`);
  return {
    async report(batch) {
      const asked = { url: address, method: 'POST', headers, body: JSON.stringify(batch) } as const;
      const due = performance.now() + answerMs;
      let { status, text } = await http.send(asked, { due });
      while (status === 503 && performance.now() + againMs < due) {
        await wait(againMs);
        ({ status, text } = await http.send(asked, { due }));
      }
      if (status === 200) return droppedIn(text);
      if (status === 401 || status === 403) {
        const message = `The registry at ${url} refuses usage with this token (HTTP ${status}${saidIn(text)})`;
        throw new WeftError('REGISTRY_REFUSED', `${message}: it takes one for the action usage, and for all domains.`);
      }
      const message = `${address} answers HTTP ${status}${saidIn(text)}`;
      throw status === 400 || status === 413 ? new WeftError('USAGE_INVALID', message) : new Error(message);
    },
    close: () => http.close(),
  };
}

function droppedIn(text: string): number {
  const { dropped } = JSON.parse(text) as { readonly dropped: number };
  return dropped;
}

function saidIn(text: string): string {
  try {
    const message: unknown = JSON.parse(text).errors[0].message;
    return typeof message === 'string' ? `: ${message.slice(0, 500)}` : '';
  } catch {
    return '';
  }
}
