/**
 * Weft's own engine. An operation is prepared once: its answer's shape is read, it is planned, and the plan is made ready
 * to run. A request then only moves variables and data.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { preparedData } from './answer.ts';
import { buildApiSchema } from './api-schema.ts';
import type { CreateEngine } from './engine.ts';
import { execute, type Run, type Surroundings } from './execute.ts';
import { createCompiler } from './operation/compiler.ts';
import type { CreatePlanner } from './planner.ts';
import { interpret } from './project/interpret.ts';
import { subgraphOf } from './provider.ts';
import type { UnseenBudget } from './unseen-budget.ts';
import { type Workings, workingsHere } from './workings.ts';

export interface WeftEngineOptions {
  readonly createPlanner: CreatePlanner;
  readonly unseenBudget?: UnseenBudget;
  /** How the inner loops are run; decided by what the process allows, unless a test wants one of them. */
  readonly workings?: Workings;
}

export function createWeftEngine(options: WeftEngineOptions): CreateEngine {
  const { createPlanner, unseenBudget, workings = workingsHere() } = options;
  return async (supergraphSdl, { fetchSubgraph, ownerOf = () => undefined }) => {
    const planner = await createPlanner(supergraphSdl);
    const { apiDefinitions, possibleTypes } = planner.graph;
    const schema = await buildApiSchema(apiDefinitions);
    const around: Surroundings = {
      fetchSubgraph,
      possibleTypes,
      abstractTypes: new Set(possibleTypes.keys()),
      unchecked: new Set(),
    };
    const compiler = createCompiler({ schema, planner, workings, unseenBudget });
    return {
      schema,
      async execute(operation): Promise<ExecutionResult> {
        const compiled = await compiler.compile(operation).catch(refusal);
        if (compiled instanceof GraphQLError) return { errors: [compiled] };
        const { step, shape, project, introspect } = compiled.operation;
        const run: Run = {
          data: {},
          variables: compiled.variables,
          context: operation.context,
          plain: true,
          failed: false,
          unplaced: [],
        };
        if (step) await execute(step, run, around);
        const asExpected = run.failed ? undefined : project(run.data, run.plain);
        if (asExpected !== undefined) return { data: preparedData(asExpected) };
        const { text, errors } = interpret(shape, run.data, introspect(operation.variables), {
          ownerOf,
          subgraphOf: (sources) => subgraphOf(step, sources),
        });
        const elsewhere = run.unplaced.map(({ message, extensions }) => new GraphQLError(message, { extensions }));
        const all = [...errors, ...elsewhere];
        return { data: text === 'null' ? null : preparedData(text), ...(all.length > 0 && { errors: all }) };
      },
      close: () => planner.close(),
    };
  };
}

/** What cannot be planned is said to the consumer; anything else is a bug, and not theirs to read. */
function refusal(error: unknown): GraphQLError {
  if (!(error instanceof WeftError)) throw error;
  return new GraphQLError(error.message, { extensions: { code: error.code }, originalError: error });
}
