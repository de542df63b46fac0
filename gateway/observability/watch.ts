/** Whoever watches requests: metrics, traces and the access log, each if it is on. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { RequestObserver } from '../engine/engine.ts';
import type { Log } from '../engine/log.ts';
import { logAccess } from './access-log.ts';
import type { Metrics } from './metrics.ts';
import type { Traces } from './traces.ts';

export interface Watch {
  request(came: Came): WatchedRequest;
  /** @returns what to call when it ends. */
  subscription(): () => void;
  readonly metrics: Metrics | undefined;
  /** Nothing is lost: what has not been exported is. */
  close(): Promise<void>;
}

/** A request of a consumer. */
export interface Came {
  readonly requestId: string;
  readonly method: string;
  /** Without the query string, which may hold an operation. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As the client calls itself; empty where it does not. */
  readonly client: { readonly name: string; readonly version: string };
  /** Only requests for GraphQL are counted and traced. */
  readonly isGraphQL: boolean;
}

export interface WatchedRequest extends RequestObserver {
  /** The operation is valid. */
  resolved(operation: { readonly name: string | null; readonly type: string }): void;
  /** Codes of the errors in the answer. Told once; what is told later is ignored. */
  answered(codes: readonly unknown[]): void;
  ended(status: number, bytes: number | undefined): void;
}

export interface RequestFacts extends Came {
  operation?: { readonly name: string | null; readonly type: string };
  codes?: readonly unknown[];
}

export interface WatchParts {
  readonly metrics: Metrics | undefined;
  readonly traces: Traces | undefined;
  /** The access log. */
  readonly accessLog: Log | undefined;
  /** The team that answers for a subgraph. */
  readonly teamOf: (subgraph: string) => string;
}

export function createWatch({ metrics, traces, accessLog, teamOf }: WatchParts): Watch {
  return {
    request: (came) => watchRequest(came, came.isGraphQL ? metrics : undefined, came.isGraphQL ? traces : undefined),
    subscription() {
      metrics?.subscriptionStarted();
      return () => metrics?.subscriptionEnded();
    },
    metrics,
    close: async () => traces?.close(),
  };

  function watchRequest(came: Came, counted: Metrics | undefined, traced: Traces | undefined): WatchedRequest {
    const facts: RequestFacts = { ...came };
    const secondsSince = stopwatch();
    const trace = traced?.request(came);
    counted?.requestStarted();
    return {
      resolved(operation) {
        facts.operation = operation;
        trace?.operation(operation.name, operation.type);
      },
      answered(codes) {
        facts.codes ??= codes;
      },
      ended(status, bytes) {
        const seconds = secondsSince();
        const { operation, codes = [] } = facts;
        counted?.requestEnded(operation?.name ?? null, status, seconds, codes);
        trace?.end(status, codes);
        if (accessLog) logAccess(accessLog, facts, { status, bytes, seconds });
      },
      known: () => counted?.operationKnown(),
      async preparing(prepare) {
        const seconds = stopwatch();
        const end = trace?.plan();
        try {
          const prepared = await prepare();
          end?.();
          return prepared;
        } catch (error) {
          end?.(codeOf(error));
          throw error;
        } finally {
          counted?.operationPrepared(seconds());
        }
      },
      async fetching(subgraph, { kind, entities }, fetch) {
        const seconds = stopwatch();
        const owner = teamOf(subgraph.name);
        const span = trace?.fetch({ subgraph, owner, type: kind, entities });
        const end = (code?: unknown): void => {
          counted?.fetchEnded(subgraph.name, owner, code, seconds());
          span?.end(code);
        };
        try {
          const response = await fetch(span?.headers);
          const [error] = response.errors ?? [];
          end(error && (error.extensions?.code ?? null));
          return response;
        } catch (error) {
          end(codeOf(error));
          throw error;
        }
      },
    };
  }
}

function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1_000;
}

const codeOf = (error: unknown): string => (error instanceof WeftError ? error.code : 'INTERNAL_SERVER_ERROR');
