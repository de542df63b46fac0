/**
 * Weft's own engine. An operation is prepared once: its answer's shape is read, it is planned, and the plan is made ready
 * to run. A request then only moves variables and data.
 */
import { GraphQLError } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { resultOf, startRun, tellReads, writeAnswer } from './answer-of-run.ts';
import type { Data } from './data.ts';
import { answerInParts } from './deferred.ts';
import type { CreateEngine, Operation, RequestContext } from './engine.ts';
import { execute, type Surroundings } from './execute.ts';
import type { Log } from './log.ts';
import { openGraph } from './open-graph.ts';
import { type Compiled, createCompiler } from './operation/compiler.ts';
import { plannedSubscription } from './planned-subscription.ts';
import type { CreatePlanner } from './planner.ts';
import type { Projected } from './project/interpret.ts';
import { createMayQuote } from './quoting.ts';
import { createSharedAnswers } from './shared-answers.ts';
import { turn } from './turn.ts';
import type { UnseenBudget } from './unseen-budget.ts';
import { type Workings, workingsHere } from './workings.ts';

export interface WeftEngineOptions {
  readonly createPlanner: CreatePlanner;
  readonly unseenBudget?: UnseenBudget;
  /** Equal queries that are under way at the same time are answered once. */
  readonly shareEqual?: boolean;
  /** How the inner loops are run; decided by what the process allows, unless a test wants one of them. */
  readonly workings?: Workings;
}

export function createWeftEngine(options: WeftEngineOptions): CreateEngine {
  const { createPlanner, unseenBudget, shareEqual = false, workings = workingsHere() } = options;
  return async (supergraphSdl, engineOptions) => {
    const {
      fetchSubgraph,
      subscribeSubgraph,
      ownerOf = () => undefined,
      tellsTypes = false,
      takesPurpose = false,
      log = warn,
    } = engineOptions;
    const { planner, schema } = await openGraph(createPlanner, supergraphSdl, takesPurpose);
    const { possibleTypes } = planner.graph;
    const around: Surroundings = {
      fetchSubgraph,
      possibleTypes,
      abstractTypes: new Set(possibleTypes.keys()),
      unchecked: new Set(),
      mayQuote: createMayQuote(planner.graph.heldFields),
      log,
    };
    const compiler = createCompiler({ schema, planner, workings, tellsTypes, unseenBudget });
    const shared = shareEqual ? createSharedAnswers<Answered>() : undefined;
    const answer = async (compiled: Compiled, operation: Operation, context: RequestContext): Promise<Answered> => {
      const run = startRun(compiled, context);
      const { step } = compiled.operation;
      if (step) await execute(step, run, around);
      return { written: writeAnswer(run, compiled.operation, operation, ownerOf), data: run.data };
    };
    return {
      schema,
      async execute(operation) {
        const compiled = await compiler.compile(operation).catch((error) => refusal(error, operation, log));
        if (compiled instanceof GraphQLError) return { errors: [compiled] };
        const run = (context: RequestContext) => answer(compiled, operation, context);
        const isShared = compiled.operation.kind === 'query' ? shared : undefined;
        const answered = isShared?.share(compiled.operation, operation, run) ?? run(operation.context);
        const { written, data } = await answered;
        tellReads(operation.context, compiled.operation, data, written);
        return resultOf(written);
      },
      async executeInParts(operation) {
        const compiled = await compiler
          .compile(operation, { defers: true })
          .catch((error) => refusal(error, operation, log));
        if (compiled instanceof GraphQLError) return { initial: { errors: [compiled] }, patches: nothing() };
        return answerInParts(startRun(compiled, operation.context), compiled.operation, operation, around, ownerOf);
      },
      ...(subscribeSubgraph && {
        async planSubscription(operation: Operation, isRunning: boolean) {
          const compiled = await compiler
            .compile(operation, { wasSeen: isRunning })
            .catch((error) => refusal(error, operation, log));
          if (compiled instanceof GraphQLError) return compiled;
          return plannedSubscription(compiled, operation, { ...around, subscribeSubgraph, ownerOf });
        },
      }),
      recent: compiler.recent,
      async prepare(operations, most) {
        compiler.expect(operations);
        for (const each of operations.slice(0, most)) {
          // What cannot be planned is said to whoever asks for it.
          await compiler.prepare(each).catch(() => {});
          await turn();
        }
      },
      close: () => planner.close(),
    };
  };
}

interface Answered {
  readonly written: Projected;
  /** What it was written from. */
  readonly data: Data;
}

async function* nothing(): AsyncGenerator<never> {}

const warn: Log = (message) => process.emitWarning(message);

/** What cannot be planned is said to the consumer, why it cannot to the log; anything else is a bug, and not theirs to read. */
function refusal(error: unknown, { context: { requestId } }: Operation, log: Log): GraphQLError {
  if (!(error instanceof WeftError)) throw error;
  if (error.cause instanceof Error) log(`${error.message} ${error.cause.message}`, { level: 'warn', requestId });
  return new GraphQLError(error.message, { extensions: { code: error.code }, originalError: error });
}
