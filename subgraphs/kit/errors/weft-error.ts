import { type Code, codes } from './codes.ts';
import type { Issue } from './issue.ts';

/** It could not be done: a coded, operational failure. Mapped to an exit code or a status once, at the edge. */
export class WeftError extends Error {
  override readonly name = 'WeftError';
  readonly code: Code;
  readonly help: string;
  readonly issues: readonly Issue[];

  constructor(
    code: Code,
    message: string,
    options: { cause?: unknown; help?: string; issues?: readonly Issue[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.help = options.help ?? codes[code].fix;
    this.issues = options.issues ?? [];
  }
}

/** A bug: what the message says cannot happen, did. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
