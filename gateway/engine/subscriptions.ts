/**
 * Subscriptions (GraphQL, "Subscription"), across changes of the graph. One that runs moves to the next graph by itself:
 * where it reads the same stream there, only how its events are completed changes; where the stream is another, it is
 * opened before the old one is closed; where a field is gone, the consumer is told which, and that is the end.
 */
import { type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Engine, Operation, RequestContext } from './engine.ts';
import type { LiveEngine } from './live-engine.ts';
import { type RunningSubscription, runSubscription } from './running-subscription.ts';

export interface Subscriptions {
  readonly running: number;
  /** The document has been validated against `schema`. An ExecutionResult without data where it is refused. */
  subscribe(operation: Operation, schema: GraphQLSchema): Promise<ResultStream | ExecutionResult>;
  /** Running subscriptions stay on the graph that they are on. */
  close(): void;
}

/** The last result may hold only errors. `return` ends the stream of the subgraph at once. */
export type ResultStream = AsyncGenerator<ExecutionResult, undefined, undefined>;

export interface SubscriptionsOptions {
  /** What goes with the fetches for one event: by default, what came with the subscription. */
  readonly contextOfEvent?: (context: RequestContext) => RequestContext;
  readonly mostRunning?: number;
  /** Calls whenever plans may be outdated. @returns what ends that */
  readonly onOutdated?: ((listener: () => void) => () => void) | undefined;
}

/** At a time, to another graph. */
const mostMoving = 10;

export function createSubscriptions(live: LiveEngine, options: SubscriptionsOptions = {}): Subscriptions {
  const { contextOfEvent = (context) => context, mostRunning = 10_000, onOutdated } = options;
  const running = new Set<RunningSubscription>();
  let opening = 0;
  const endings = [
    live.onSwap((next) => void moveAll(next)),
    onOutdated?.(() => void each((subscription) => live.during(subscription.refresh))),
  ];
  return {
    get running() {
      return running.size;
    },
    async subscribe(operation, schema) {
      if (running.size + opening >= mostRunning) return refused('OVERLOADED', 'Too many subscriptions are running.');
      opening++;
      try {
        return await begin(operation, live.engineOf(schema));
      } finally {
        opening--;
      }
    },
    close() {
      for (const stopListening of endings) stopListening?.();
    },
  };

  async function begin(operation: Operation, engine: Engine): Promise<ResultStream | ExecutionResult> {
    const plan = await live.during(async () => engine.planSubscription?.(operation, false));
    if (!plan) return refused('SUBSCRIPTIONS_UNSUPPORTED', 'This engine has no subscriptions.');
    if (plan instanceof GraphQLError) return { errors: [plan] };
    const subscription = await runSubscription({ operation, engine, plan, contextOfEvent, onEnd });
    if (!('results' in subscription)) return subscription;
    running.add(subscription);
    // The graph may have changed while the stream was opened.
    if (live.current && live.current !== engine) await moveTo(live.current, subscription);
    return subscription.results;
  }

  function onEnd(subscription: RunningSubscription): void {
    running.delete(subscription);
  }

  async function moveAll(next: Engine): Promise<void> {
    await each(async (subscription) => {
      // Else they move to a later one.
      if (live.current === next) await moveTo(next, subscription);
    });
  }

  /** A few at a time: a subgraph that does not answer holds up few of them, and many of them do not come to it at once. */
  async function each(work: (subscription: RunningSubscription) => Promise<void>): Promise<void> {
    const left = [...running].values();
    const workOn = async (): Promise<void> => {
      for (const subscription of left) await work(subscription);
    };
    await Promise.all(Array.from({ length: mostMoving }, workOn));
  }

  function moveTo(next: Engine, subscription: RunningSubscription): Promise<void> {
    return live.during(() => subscription.moveTo(next));
  }
}

function refused(code: 'OVERLOADED' | 'SUBSCRIPTIONS_UNSUPPORTED', message: string): ExecutionResult {
  return { errors: [new GraphQLError(message, { extensions: { code } })] };
}
