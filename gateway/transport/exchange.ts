/** One request on a connection of its own, and its answer: whole, bounded, and in time, or not at all. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from './clock.ts';
import type { Connections } from './connections.ts';
import { HttpFailure } from './http-failure.ts';
import { type Patience, watch } from './patience.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As they came: possibly compressed. */
  readonly bytes: Buffer;
}

export interface ExchangeLimits {
  readonly patience: Patience;
  readonly largestBytes: number;
  readonly clock: Clock;
}

/** Redirects are answers like others: nothing follows them. @throws HttpFailure; the connection is closed then. */
export async function exchange(
  connections: Connections,
  options: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<RawAnswer> {
  const client = connections.take();
  try {
    const answer = await new Promise<RawAnswer>((resolve, reject) => {
      const handler = new Exchange(limits, resolve, reject);
      if (!handler.settled) client.dispatch(options, handler);
    });
    connections.giveBack(client);
    return answer;
  } catch (failure) {
    connections.drop(client);
    throw failure;
  }
}

/** A class, since this is the hottest object of the gateway: closures per request would cost more. */
class Exchange implements Dispatcher.DispatchHandler {
  settled = false;
  readonly #resolve: (answer: RawAnswer) => void;
  readonly #reject: (failure: HttpFailure) => void;
  readonly #largestBytes: number;
  readonly #stopWatch: (() => void) | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    { patience, largestBytes, clock }: ExchangeLimits,
    resolve: (answer: RawAnswer) => void,
    reject: (failure: HttpFailure) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#largestBytes = largestBytes;
    this.#stopWatch = watch(patience, clock, (failure) => this.#fail(failure));
  }

  /** Only by this one does undici know handlers of this kind. */
  onRequestStart(): void {}

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return; // Informational: the response is still to come (RFC 9110, 15.2).
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return;
    this.#size += chunk.byteLength;
    if (this.#size > this.#largestBytes) this.#fail(new HttpFailure('too large', tooLarge(this.#largestBytes)));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.settled) return;
    this.#settle();
    const [only] = this.#chunks;
    const bytes = only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#size);
    this.#resolve({ status: this.#status, headers: this.#headers, bytes });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const isBroken = this.#size > 0 || noHttp.has(error.name);
    // Where several addresses were tried, the message is empty.
    const reason = error.message || codeOf(error) || error.name;
    const failure = new HttpFailure(isBroken ? 'broken' : 'unreachable', reason, error);
    this.#fail(error instanceof HttpFailure ? error : failure);
  }

  #fail(failure: HttpFailure): void {
    if (this.settled) return;
    this.#settle();
    this.#chunks.length = 0;
    this.#reject(failure);
  }

  #settle(): void {
    this.settled = true;
    this.#stopWatch?.();
  }
}

/** undici's words for what is no HTTP response. */
const noHttp: ReadonlySet<string> = new Set([
  'HTTPParserError',
  'HeadersOverflowError',
  'ResponseContentLengthMismatchError',
]);

export function tooLarge(bytes: number): string {
  return `the answer is larger than ${bytes / 1024 / 1024} MB`;
}

function codeOf(error: Error): string {
  return (error as { code?: string }).code ?? '';
}
