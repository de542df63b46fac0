/** What streams carry: any operation, with the same rules as a request of its own to `/graphql`. */
import type { GraphQLRequest, GraphQLResponse } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { codes } from '../../../subgraphs/kit/errors/codes.ts';
import type { Operation } from '../../engine/engine.ts';
import type { LiveEngine } from '../../engine/live-engine.ts';
import type { Log } from '../../engine/log.ts';
import { createSubscriptions } from '../../engine/subscriptions.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Watch } from '../../observability/watch.ts';
import type { DoorContext } from '../request-context.ts';
import { answerForConsumers, type StreamedAnswer, tokenOver } from './streamed-answer.ts';

export interface OperationsOptions {
  readonly live: LiveEngine;
  /** Through Apollo Server; undefined while there is no graph. */
  readonly execute: (request: GraphQLRequest, context: DoorContext) => Promise<GraphQLResponse> | undefined;
  /** @throws GraphQLError where the text of an operation is not worth validating. */
  readonly admit: (source: string) => void;
  /** Milliseconds for the fetches of one event. */
  readonly timeoutMs: number;
  /** Calls whenever what may be read has changed. @returns what ends that */
  readonly onAccessChange?: ((listener: () => void) => () => void) | undefined;
  /** Tells when what whoever asks has shown says so no longer; never, where absent. */
  readonly whileInForce?: Identity['whileInForce'] | undefined;
  readonly log: Log;
  readonly watch?: Watch | undefined;
}

/** Refused: before anything was executed. */
export type Begun =
  | {
      readonly kind: 'refused';
      readonly errors: readonly GraphQLFormattedError[];
      readonly status: number;
      /** In seconds. */
      readonly retryAfter?: string | undefined;
    }
  /** A subscription, or what has been executed. */
  | { readonly kind: 'answers'; readonly answers: AnswerStream; readonly isSubscription: boolean };

export type AnswerStream = AsyncGenerator<StreamedAnswer, undefined, undefined>;

export interface Operations {
  begin(request: GraphQLRequest, context: DoorContext, isSafe: boolean): Promise<Begun>;
  close(): void;
}

export function createOperations(options: OperationsOptions): Operations {
  const { live, execute, admit, timeoutMs, log, watch } = options;
  const subscriptions = createSubscriptions(live, {
    contextOfEvent: (context) => ({ ...context, deadline: performance.now() + timeoutMs }),
    onOutdated: options.onAccessChange,
  });
  return {
    async begin(request, context, isSafe) {
      try {
        if (request.query) admit(request.query);
        return await live.during(() => answered(request, context, isSafe));
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        return { kind: 'refused', errors: [error.toJSON()], status: statusOf(error.extensions.code) };
      }
    },
    close: () => subscriptions.close(),
  };

  async function answered(request: GraphQLRequest, context: DoorContext, isSafe: boolean): Promise<Begun> {
    let found: { readonly operation: Omit<Operation, 'context'>; readonly schema: GraphQLSchema } | undefined;
    const onSubscription: NonNullable<DoorContext['stream']>['onSubscription'] = (operation, schema) => {
      found = { operation, schema };
    };
    const response = await execute(request, { ...context, stream: { onSubscription, isSafe } });
    if (!response) return refusedWith('GRAPH_UNAVAILABLE');
    if (found) {
      const answers = await subscribe(found.operation, found.schema, context);
      return { kind: 'answers', answers, isSubscription: true };
    }
    if (response.body.kind !== 'single') throw new Error('An answer came in parts, and nothing here asks for that.');
    const { data, errors } = response.body.singleResult;
    if (data === undefined) {
      const { status = 400, headers } = response.http;
      return { kind: 'refused', errors: errors ?? [], status, retryAfter: headers.get('retry-after') };
    }
    return { kind: 'answers', answers: only({ data, ...(errors && { errors }) }), isSubscription: false };
  }

  async function subscribe(
    operation: Omit<Operation, 'context'>,
    schema: GraphQLSchema,
    { deadline: _, ...context }: DoorContext,
  ): Promise<AnswerStream> {
    const { source, operationName: name, variables } = operation;
    // By AbortSignal.any, each subscription that ended would stay for as long as what it came by is open.
    const left = new AbortController();
    const { signal } = left;
    const leave = (): void => left.abort();
    context.signal?.addEventListener('abort', leave, { signal });
    if (context.signal?.aborted) leave();
    const asked = { ...operation, context: { ...context, signal, operation: { source, name, variables } } };
    const results = await subscriptions.subscribe(asked, schema);
    const forConsumer = answerForConsumers(context.requestId, log);
    if (!('next' in results)) {
      leave();
      return only(forConsumer(results));
    }
    let ended = watch?.subscription();
    /** What the consumer is told last, instead of whatever else there may be. */
    let last: StreamedAnswer | undefined;
    let isTold = false;
    const stopWatching = options.whileInForce?.(context.asker, () => {
      last = tokenOver();
      void results.return(undefined);
    });
    const isOver = (): void => {
      leave();
      stopWatching?.();
      ended?.();
      ended = undefined;
    };
    // Whoever leaves while the stream was being opened does not come back for it.
    if (signal.aborted) await results.return(undefined);
    const answers: AnswerStream = {
      async next() {
        const { done, value } = await results.next();
        if (last && !isTold) {
          isTold = true;
          return { done: false, value: last };
        }
        if (!done) return { done: false, value: forConsumer(value) };
        isOver();
        return { done, value };
      },
      async return() {
        isOver();
        await results.return(undefined);
        return { done: true, value: undefined };
      },
      throw: (error) => results.throw(error) as Promise<IteratorReturnResult<undefined>>,
      [Symbol.asyncIterator]: () => answers,
    };
    return answers;
  }
}

async function* only(answer: StreamedAnswer): AnswerStream {
  yield answer;
}

export function refusedWith(code: 'OVERLOADED' | 'GRAPH_UNAVAILABLE'): Begun {
  const { summary, fix, status } = codes[code];
  return { kind: 'refused', errors: [{ message: `${summary} ${fix}`, extensions: { code } }], status };
}

const statusOf = (code: unknown): number =>
  Object.hasOwn(codes, String(code)) ? codes[String(code) as keyof typeof codes].status : 400;
