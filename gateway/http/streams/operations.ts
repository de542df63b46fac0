/** What streams carry: any operation, with the same rules as a request of its own to `/graphql`. */
import type { GraphQLRequest, GraphQLResponse } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { codes } from '../../../subgraphs/kit/errors/codes.ts';
import type { Operation } from '../../engine/engine.ts';
import type { LiveEngine } from '../../engine/live-engine.ts';
import type { Log } from '../../engine/log.ts';
import { createSubscriptions } from '../../engine/subscriptions.ts';
import type { Watch } from '../../observability/watch.ts';
import type { Overload } from '../overload.ts';
import type { DoorContext } from '../request-context.ts';
import { answerForConsumers, type StreamedAnswer } from './streamed-answer.ts';

export interface OperationsOptions {
  readonly live: LiveEngine;
  /** Through Apollo Server; undefined while there is no graph. */
  readonly execute: (request: GraphQLRequest, context: DoorContext) => Promise<GraphQLResponse> | undefined;
  /** @throws GraphQLError where the text of an operation is not worth validating. */
  readonly admit: (source: string) => void;
  readonly overload: Overload;
  /** Milliseconds for the fetches of one event. */
  readonly timeoutMs: number;
  readonly log: Log;
  readonly watch?: Watch | undefined;
}

/** Refused: before anything was executed. */
export type Begun =
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLFormattedError[]; readonly status: number }
  | { readonly kind: 'answers'; readonly answers: AnswerStream };

export type AnswerStream = AsyncGenerator<StreamedAnswer, undefined, undefined>;

export interface Operations {
  begin(request: GraphQLRequest, context: DoorContext, isSafe: boolean): Promise<Begun>;
  close(): void;
}

export function createOperations(options: OperationsOptions): Operations {
  const { live, execute, admit, overload, timeoutMs, log, watch } = options;
  const subscriptions = createSubscriptions(live, {
    contextOfEvent: (context) => ({ ...context, deadline: performance.now() + timeoutMs }),
  });
  return {
    async begin(request, context, isSafe) {
      const leave = overload.enter(false);
      if (!leave) return refusedWith('OVERLOADED');
      try {
        if (request.query) admit(request.query);
        return await live.during(() => answered(request, context, isSafe));
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        return { kind: 'refused', errors: [error.toJSON()], status: statusOf(error.extensions.code) };
      } finally {
        leave();
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
    if (found) return { kind: 'answers', answers: await subscribe(found.operation, found.schema, context) };
    if (response.body.kind !== 'single') throw new Error('An answer came in parts, and nothing here asks for that.');
    const { data, errors } = response.body.singleResult;
    if (data === undefined) return { kind: 'refused', errors: errors ?? [], status: response.http.status ?? 400 };
    return { kind: 'answers', answers: only({ data, ...(errors && { errors }) }) };
  }

  async function subscribe(
    operation: Omit<Operation, 'context'>,
    schema: GraphQLSchema,
    { deadline: _, ...context }: DoorContext,
  ): Promise<AnswerStream> {
    const { source, operationName: name, variables } = operation;
    const left = new AbortController();
    const signal = AbortSignal.any(context.signal ? [context.signal, left.signal] : [left.signal]);
    const asked = { ...operation, context: { ...context, signal, operation: { source, name, variables } } };
    const results = await subscriptions.subscribe(asked, schema);
    const forConsumer = answerForConsumers(context.requestId, log);
    if (!('next' in results)) return only(forConsumer(results));
    let ended = watch?.subscription();
    const isOver = (): void => {
      ended?.();
      ended = undefined;
    };
    // Whoever leaves while the stream was being opened does not come back for it.
    if (signal.aborted) await results.return(undefined);
    const answers: AnswerStream = {
      async next() {
        const { done, value } = await results.next();
        if (!done) return { done: false, value: forConsumer(value) };
        isOver();
        return { done, value };
      },
      async return() {
        left.abort();
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

function refusedWith(code: 'OVERLOADED' | 'GRAPH_UNAVAILABLE'): Begun {
  const { summary, fix, status } = codes[code];
  return { kind: 'refused', errors: [{ message: `${summary} ${fix}`, extensions: { code } }], status };
}

const statusOf = (code: unknown): number =>
  Object.hasOwn(codes, String(code)) ? codes[String(code) as keyof typeof codes].status : 400;
