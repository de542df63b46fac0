/** What `weft gateway --workers` and its workers say to each other. */
import type { Reloaded } from '../gateway/reload.ts';
import type { Code } from '../subgraphs/kit/errors/codes.ts';
import type { Issue } from '../subgraphs/kit/errors/issue.ts';

/** In a worker's environment: the configuration, read once by whoever starts it, as JSON. */
export const configVariable = 'WEFT_WORKER_CONFIG';

export type ToWorker = { readonly kind: 'reload' };

export type FromWorker =
  | { readonly kind: 'listening'; readonly url: string }
  /** A WeftError before it listened: it ends then. */
  | {
      readonly kind: 'refused';
      readonly code: Code;
      readonly message: string;
      readonly help: string;
      readonly issues: readonly Issue[];
    }
  | { readonly kind: 'reloaded'; readonly reloaded: Reloaded }
  | { readonly kind: 'notReloaded'; readonly reason: string };
