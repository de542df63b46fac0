/**
 * One subscription: takes an event of its stream, answers it, and only then takes the next. What interrupts it from
 * outside (another graph, the consumer's leaving) closes the stream, which wakes whoever waits for an event.
 */
import { type ExecutionResult, GraphQLError, type GraphQLSchema, validate } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type {
  Engine,
  EventStream,
  Operation,
  PlannedSubscription,
  RequestContext,
  SubgraphResponse,
} from './engine.ts';
import { goneFields } from './gone-fields.ts';
import type { ResultStream } from './subscriptions.ts';
import { turn } from './turn.ts';

export interface RunningSubscription {
  readonly results: ResultStream;
  /** Never throws: what goes wrong ends the subscription; as for `refresh`. */
  moveTo(engine: Engine): Promise<void>;
  /** Plans it anew where its plan is outdated. */
  refresh(): Promise<void>;
}

export interface SubscriptionStart {
  readonly operation: Operation;
  readonly engine: Engine;
  readonly plan: PlannedSubscription;
  readonly contextOfEvent: (context: RequestContext) => RequestContext;
  readonly onEnd: (subscription: RunningSubscription) => void;
}

/** An ExecutionResult where the stream cannot be opened. */
export async function runSubscription(start: SubscriptionStart): Promise<RunningSubscription | ExecutionResult> {
  const { operation, contextOfEvent, onEnd } = start;
  const { context } = operation;
  let { engine } = start;
  let source: Source;
  try {
    source = { plan: start.plan, stream: await start.plan.open(context) };
  } catch (error) {
    return failed(error);
  }
  /** What the consumer is told before the end; undefined where there is nothing to say. */
  let end: { readonly last: ExecutionResult | undefined } | undefined;

  /** Events of a stream that was left before they were taken: they were asked for, and are answered, as it was. */
  const waiting: { readonly from: Source; readonly event: SubgraphResponse }[] = [];
  let leaving: Promise<void> | undefined;
  let isTaking = false;

  const finish = (last?: ExecutionResult): void => {
    end ??= { last };
    source.stream.close();
    onEnd(running);
  };

  const lastResult = (): IteratorResult<ExecutionResult, undefined> => {
    const last = end?.last;
    end = { last: undefined };
    return last ? { done: false, value: last } : { done: true, value: undefined };
  };

  const results: ResultStream = {
    async next() {
      while (!end) {
        if (leaving) {
          await leaving;
          continue;
        }
        const left = waiting.shift();
        const from = left?.from ?? source;
        try {
          const event = left?.event ?? (await take(from));
          if (end) break;
          if (event) return { done: false, value: await from.plan.answer(event, contextOfEvent(context)) };
          if (from === source) finish();
        } catch (error) {
          if (from === source) finish(failed(error));
        }
      }
      return lastResult();
    },
    async return() {
      end = { last: undefined };
      finish();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await results.return(undefined);
      throw error;
    },
    [Symbol.asyncIterator]: () => results,
  };

  async function move(next: Engine): Promise<void> {
    const gone = next === engine ? undefined : whatIsGone(operation, engine.schema, next.schema);
    if (gone) return finish(gone);
    const moved = await next.planSubscription?.(operation, true);
    if (end) return;
    if (!moved) return finish({ errors: [noneThere()] });
    if (moved instanceof GraphQLError) return finish({ errors: [ofValues(moved)] });
    if (isSameSource(moved, source.plan)) source.plan = moved;
    else {
      const opened = { plan: moved, stream: await moved.open(context) };
      leaving = leaveFor(opened).finally(() => (leaving = undefined));
      await leaving;
    }
    engine = next;
  }

  async function leaveFor(next: Source): Promise<void> {
    const from = source;
    // Whoever waits for an event then has taken all that there were.
    await turn();
    while (!end && !isTaking && waiting.length < mostLeft) {
      const taken = from.stream.next().catch(() => done);
      const isThere = await Promise.race([taken.then(() => true), turn()]);
      if (!isThere) from.stream.close();
      const { value: event } = await taken;
      if (!event) break;
      waiting.push({ from, event });
    }
    from.stream.close();
    if (end) next.stream.close();
    else source = next;
  }

  async function take({ stream }: Source): Promise<SubgraphResponse | undefined> {
    isTaking = true;
    const { value } = await stream.next().finally(() => (isTaking = false));
    return value;
  }

  let moving = Promise.resolve();
  const inTurn = (find: () => Engine | undefined): Promise<void> => {
    moving = moving.then(async () => {
      const next = end ? undefined : find();
      if (next) await move(next).catch((error: unknown) => finish(failed(error)));
    });
    return moving;
  };
  const running: RunningSubscription = {
    results,
    moveTo: (next) => inTurn(() => (engine === next ? undefined : next)),
    refresh: () => inTurn(() => (source.plan.isOutdated?.() ? engine : undefined)),
  };
  return running;
}

/** A stream, and how its events are answered. */
interface Source {
  plan: PlannedSubscription;
  readonly stream: EventStream;
}

/** A stream that always has one more is left all the same. */
const mostLeft = 1_000;

const done = { done: true, value: undefined } as const;

const isSameSource = ({ source: one }: PlannedSubscription, { source: other }: PlannedSubscription): boolean =>
  one.subgraph.name === other.subgraph.name &&
  one.subgraph.url === other.subgraph.url &&
  one.request.body === other.request.body &&
  JSON.stringify(one.rows) === JSON.stringify(other.rows);

function whatIsGone({ document }: Operation, before: GraphQLSchema, after: GraphQLSchema): ExecutionResult | undefined {
  const gone = goneFields(document, before, after);
  const [fault] = gone.length > 0 ? [] : validate(after, document, undefined, { maxErrors: 1 });
  if (gone.length === 0 && !fault) return undefined;
  const why = fault ? fault.message : `It no longer has ${gone.map((each) => `\`${each}\``).join(', ')}.`;
  const message = `The graph has changed, and the subscription does not fit it any more. ${why}`;
  const extensions = { code: 'SUBSCRIPTION_FIELD_GONE', ...(gone.length > 0 && { coordinates: gone }) };
  return { errors: [new GraphQLError(message, { extensions })] };
}

function noneThere(): GraphQLError {
  const message = 'The engine of the changed graph has no subscriptions.';
  return new GraphQLError(message, { extensions: { code: 'SUBSCRIPTIONS_UNSUPPORTED' } });
}

/** What was input to the graph before, and is not to this one. */
function ofValues(error: GraphQLError): GraphQLError {
  if (error.extensions.code !== 'BAD_USER_INPUT') return error;
  const message = `The graph has changed, and no longer takes the variables of the subscription. ${error.message}`;
  return new GraphQLError(message, { extensions: { code: 'SUBSCRIPTION_FIELD_GONE' }, originalError: error });
}

/** What may be said is said; anything else is a bug, and nothing for consumers. */
function failed(error: unknown): ExecutionResult {
  if (error instanceof WeftError) {
    return { errors: [new GraphQLError(error.message, { extensions: { code: error.code }, originalError: error })] };
  }
  const originalError = error instanceof Error ? error : new Error(String(error));
  return { errors: [new GraphQLError('The subscription failed.', { originalError })] };
}
