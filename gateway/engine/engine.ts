/**
 * An engine turns a supergraph and an operation into an answer. It knows no HTTP and opens no socket: how a subgraph is
 * asked is injected. More than one engine implements this.
 */
import type { DocumentNode, ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';

export interface Engine {
  /** The API schema: what consumers see. */
  readonly schema: GraphQLSchema;
  /**
   * The document has been validated against `schema`. Failures come back as `errors`, with what could be answered.
   * `data` may be a PreparedData (answer.ts): it reads as the plain object that it stands for.
   */
  execute(operation: Operation): Promise<ExecutionResult>;
  close(): Promise<void>;
}

/** @throws WeftError SUPERGRAPH_REFUSED where the supergraph uses what the engine cannot execute. */
export type CreateEngine = (supergraphSdl: string, options: EngineOptions) => Promise<Engine>;

export interface EngineOptions {
  readonly fetchSubgraph: FetchSubgraph;
  /** The team that answers for a field (`Order.total`): errors say whom to talk to. */
  readonly ownerOf?: (coordinate: string) => string | undefined;
}

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
  /** When the answer is due, in milliseconds on the clock of `performance.now()`. */
  readonly deadline?: number;
  /** What subgraphs may see of the consumer's headers: names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asks, for budgets: a name that the gateway gives, not one that the consumer chooses freely. */
  readonly principal?: string;
  /** Labels of `@override(label:)` that are on for this request. */
  readonly labels?: ReadonlySet<string>;
  /** From 0 to 100: fields with `@override(label: "percent(x)")` have moved for requests below x. */
  readonly percentage?: number;
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
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** `{"query":…,"variables":{…}}` as JSON text (GraphQL over HTTP, "Request Parameters"), with `operationName` if there is one. */
  readonly body: string;
}

export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  /** The body held no backslash, so no string in it needs an escape when it is written as JSON again. */
  readonly plain?: boolean;
}
