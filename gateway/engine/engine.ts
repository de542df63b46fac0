/**
 * An engine turns a supergraph and an operation into an answer. It knows no HTTP and opens no socket: how a subgraph is
 * asked is injected. More than one engine implements this.
 */
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { RowConditions } from '../../subgraphs/kit/contract/row-condition.ts';
import type { Access } from './access.ts';
import type { Log } from './log.ts';
import type { Reads } from './reads.ts';

export interface Engine {
  /** The API schema: what consumers see. */
  readonly schema: GraphQLSchema;
  /**
   * The document has been validated against `schema`. Failures come back as `errors`, with what could be answered.
   * `data` may be a PreparedData (answer.ts): it reads as the plain object that it stands for.
   */
  execute(operation: Operation): Promise<ExecutionResult>;
  /** The same for an operation with `@defer`, in parts; absent where the engine answers it at once. */
  executeInParts?(operation: Operation): Promise<IncrementalAnswer>;
  /**
   * The same for a subscription: it is only planned, and subscriptions.ts runs it. An error where it cannot be.
   * @param isRunning it was planned for another graph before: that it is new to this one is not its consumer's doing.
   */
  planSubscription?(operation: Operation, isRunning: boolean): Promise<PlannedSubscription | GraphQLError>;
  /** What it was asked lately, the latest first; absent where it cannot make operations ready before they are asked. */
  recent?(): readonly RecentOperation[];
  /**
   * Makes ready what another engine was asked lately, as far as it can be asked here, too: so many of the operations, in
   * their order; the others are made when they come, and are not new then. Never throws.
   */
  prepare?(operations: readonly RecentOperation[], most: number): Promise<void>;
  close(): Promise<void>;
}

/** Incremental Delivery (GraphQL, draft): the patches come when all that they need has been fetched. */
export interface IncrementalAnswer {
  readonly initial: ExecutionResult;
  readonly patches: AsyncIterable<readonly Patch[]>;
}

/** What a deferred fragment gives for one object, which `path` leads to. */
export interface Patch {
  readonly path: readonly (string | number)[];
  readonly label?: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLError[];
}

/** An operation, and what besides its text decides how it is planned. */
export interface RecentOperation {
  readonly source: string;
  readonly operationName: string | null;
  /** The values of the variables in its `@skip` and `@include`. */
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly overrides: { readonly labels: ReadonlySet<string>; readonly percentage: number };
  /** Its deferred fragments come later. */
  readonly defers: boolean;
  /** Of who asked it. */
  readonly access: Access | undefined;
}

/** The stream that a subscription reads, and how one of its events becomes an answer. */
export interface PlannedSubscription {
  readonly source: {
    readonly subgraph: Subgraph;
    readonly request: SubgraphRequest;
    /** Which rows it may stream to whoever asks; where that changes, it is another stream. */
    readonly rows?: RowConditions | undefined;
  };
  /** @throws WeftError what the subgraph's stream cannot be opened for. */
  open(context: RequestContext): Promise<EventStream>;
  answer(event: SubgraphResponse, context: RequestContext): Promise<ExecutionResult>;
  /** Whether it would be planned otherwise by now: who asks may read more, or less. Never, where absent. */
  isOutdated?(): boolean;
}

/** @throws WeftError SUPERGRAPH_REFUSED where the supergraph uses what the engine cannot execute. */
export type CreateEngine = (supergraphSdl: string, options: EngineOptions) => Promise<Engine>;

export interface EngineOptions {
  readonly fetchSubgraph: FetchSubgraph;
  /** Without it, the engine has no subscriptions. */
  readonly subscribeSubgraph?: SubscribeSubgraph;
  /** The team that answers for a field (`Order.total`): errors say whom to talk to. */
  readonly ownerOf?: (coordinate: string) => string | undefined;
  /** The type of each object is known, also where it makes no difference to the answer: for who keeps account of reads. */
  readonly tellsTypes?: boolean;
  /** Operations may say what they are asked for (`@purpose`), for who decides by it; others than that know no such directive. */
  readonly takesPurpose?: boolean;
  /** Bugs, and why something could not be planned; warnings of the process, where absent. */
  readonly log?: Log;
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
  /** Told, with each answer of a subgraph, what the consumer may see of its headers: names in lower case. */
  readonly onHeaders?: (headers: Readonly<Record<string, string>>) => void;
  /** For the log. */
  readonly requestId?: string;
  /** Absent where nobody watches. */
  readonly observer?: RequestObserver;
  /** Who asks, for budgets: a name that the gateway gives, not one that the consumer chooses freely. */
  readonly principal?: string;
  /** As the consumer's header says it. For a subgraph of the gateway's own: it is not sent to others unless it is in `headers`. */
  readonly authorization?: string | undefined;
  /** What whoever asks may read; everything, where absent. */
  readonly access?: Access | undefined;
  /** Told what an answer, or a part of one, shows, before it is given to anybody. Absent where nobody keeps account of that. */
  readonly onReads?: ((reads: Reads) => void) | undefined;
  /** The name that the request calls this gateway by. */
  readonly host?: string | undefined;
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

/** Is told how a request goes. What it is given to call, it calls once, and passes on what comes of it. */
export interface RequestObserver {
  /** The operation needs no planning. */
  known(): void;
  /** Planning and compiling, or waiting for another request that does so. */
  preparing<T>(prepare: () => Promise<T>): Promise<T>;
  /** @param fetch takes headers to send along. */
  fetching(
    subgraph: Subgraph,
    request: SubgraphRequest,
    fetch: (headers?: Readonly<Record<string, string>>) => Promise<SubgraphResponse>,
  ): Promise<SubgraphResponse>;
}

/**
 * Asks one subgraph. @throws WeftError with a code for consumers and a message that they may read: no address, no
 * internals. `errors` of the response are as fit for consumers as the message.
 */
export type FetchSubgraph = (
  subgraph: Subgraph,
  request: SubgraphRequest,
  context: RequestContext,
) => Promise<SubgraphResponse>;

export interface Subgraph {
  readonly name: string;
  readonly url: string;
}

/** Opens a stream of one subgraph. It, and the stream, throw as `FetchSubgraph` does. */
export type SubscribeSubgraph = (
  subgraph: Subgraph,
  request: SubgraphRequest,
  context: RequestContext,
) => Promise<EventStream>;

export interface EventStream {
  /** Called again only when the one before has settled. */
  next(): Promise<IteratorResult<SubgraphResponse, undefined>>;
  /** Closes the stream at once; a `next` that waits is told that it is done. However often it is called, it happens once. */
  close(): void;
}

export interface SubgraphRequest {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** `{"query":…,"variables":{…}}` as JSON text (GraphQL over HTTP, "Request Parameters"), with `operationName` if there is one. */
  readonly body: string;
  /** How many entities it asks for; absent where it asks for fields of a root type. */
  readonly entities?: number | undefined;
}

export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  /** The body held no backslash, so no string in it needs an escape when it is written as JSON again. */
  readonly plain?: boolean;
}
