/**
 * An engine turns a supergraph and an operation into an answer. It knows no HTTP and opens no socket: how a subgraph is
 * asked is injected. More than one engine implements this.
 */
import type { DocumentNode, ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';

export interface Engine {
  /** The API schema: what consumers see. */
  readonly schema: GraphQLSchema;
  /** The document has been validated against `schema`. Failures come back as `errors`, with what could be answered. */
  execute(operation: Operation): Promise<ExecutionResult>;
  close(): Promise<void>;
}

/** @throws WeftError SUPERGRAPH_REFUSED where the supergraph uses what the engine cannot execute. */
export type CreateEngine = (
  supergraphSdl: string,
  options: { readonly fetchSubgraph: FetchSubgraph },
) => Promise<Engine>;

export interface Operation {
  readonly document: DocumentNode;
  /** The document's text. */
  readonly source: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
}

/** What accompanies one request of a consumer on its way to the subgraphs. */
export interface RequestContext {
  /** Aborted when the consumer has gone. */
  readonly signal?: AbortSignal;
  /** The operation being answered, for a subgraph of the gateway's own that is asked about it. */
  readonly operation?: {
    readonly source: string;
    readonly name: string | null;
    readonly variables: Readonly<Record<string, unknown>>;
  };
}

/**
 * Asks one subgraph. @throws WeftError with a code for consumers and a message that they may read: no address, no
 * internals. `errors` of the response are as fit for consumers as the message.
 */
export type FetchSubgraph = (
  subgraph: { readonly name: string; readonly url: string },
  request: SubgraphRequest,
  context: RequestContext,
) => Promise<SubgraphResponse>;

export interface SubgraphRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}
