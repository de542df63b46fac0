/**
 * Why an HTTP request has no answer that could be read.
 * - `gone`: nobody waits for it any more. `due`: its time was up.
 * - `unreachable`: no connection, or it was lost before a byte of the body: asking again repeats nothing that was read.
 * - `forbidden`: its address is one that nothing is sent to, so no connection was made.
 * - `broken`: the answer broke off, or is no HTTP. `unreadable`: its content coding is unknown or wrong.
 * - `too large`: more bytes than are read, before or after decompression.
 */
export type HttpFailureKind = 'gone' | 'due' | 'unreachable' | 'forbidden' | 'broken' | 'unreadable' | 'too large';

export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly kind: HttpFailureKind;

  constructor(kind: HttpFailureKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
