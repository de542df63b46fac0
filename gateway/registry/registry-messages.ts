/** What start-registry-thread.ts and its thread say to each other. */
import type { Code } from '../../subgraphs/kit/errors/codes.ts';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import type { Agreement } from '../governance/agreements/agreement.ts';
import type { Registry, RegistrySettings } from './registry.ts';
import type { ConsumerTokenInForce } from './store/consumer-tokens.ts';
import type { MeshVersion } from './store/versions.ts';

export type RegistryMethod = keyof Registry;

export interface RegistryCall {
  readonly id: number;
  readonly method: RegistryMethod;
  readonly args: readonly unknown[];
}

export type FromRegistry =
  | { readonly kind: 'open'; readonly methods: readonly RegistryMethod[] }
  | { readonly kind: 'changed'; readonly current: MeshVersion }
  | { readonly kind: 'agreements'; readonly approved: readonly Agreement[] }
  | { readonly kind: 'consumer-tokens'; readonly inForce: readonly ConsumerTokenInForce[] }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  /** Without an id: the registry could not be opened. */
  | { readonly kind: 'failed'; readonly id?: number; readonly error: SentError };

/** Of a WeftError, which a message would strip of all but its text; or the stack of a bug. */
export type SentError =
  | { readonly code: Code; readonly message: string; readonly help: string; readonly issues: readonly Issue[] }
  | { readonly stack: string };

export interface RegistryThreadData {
  readonly settings: RegistrySettings;
}
