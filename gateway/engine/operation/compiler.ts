/**
 * Compiled operations, each made once. What decides what is made is in the key: the operation, the values of its
 * conditions, and who resolves fields that move from one subgraph to another.
 */
import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Operation, RequestContext } from '../engine.ts';
import { createOperationCache } from '../operation-cache.ts';
import type { QueryPlan } from '../plan.ts';
import type { Overrides, Planner } from '../planner.ts';
import type { UnseenBudget } from '../unseen-budget.ts';
import type { Workings } from '../workings.ts';
import { type CompiledOperation, compileOperation } from './compile.ts';
import { coerceVariables, type Prepared, prepareOperation } from './prepare.ts';

export interface CompilerOptions {
  readonly schema: GraphQLSchema;
  readonly planner: Planner;
  readonly workings: Workings;
  readonly unseenBudget: UnseenBudget | undefined;
}

export interface Compiled {
  readonly operation: CompiledOperation;
  /** JSON text by the names of the planned operation. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface Compiler {
  /** A GraphQLError for values that variables cannot have. @throws WeftError PLAN_TIMEOUT, PLAN_FAILED, UNSEEN_OPERATIONS_EXCEEDED. */
  compile(operation: Operation): Promise<Compiled | GraphQLError>;
}

export function createCompiler({ schema, planner, workings, unseenBudget }: CompilerOptions): Compiler {
  const documents = new WeakMap<DocumentNode, Map<string | null, Prepared>>();
  // Estimates: an operation of 1 kB is about 100 kB of functions, shapes and paths.
  const compiled = createOperationCache<CompiledOperation>({
    maxEntries: 2_000,
    maxBytes: 64 * 1024 * 1024,
    bytesOf: (key) => 10_000 + 50 * key.length,
  });
  const plans = createOperationCache<QueryPlan>({
    maxEntries: 5_000,
    maxBytes: 16 * 1024 * 1024,
    bytesOf: (key) => 2_000 + 6 * key.length,
  });

  return {
    async compile(operation) {
      const { document, operationName, source, context } = operation;
      const prepared = preparedOf(document, operationName);
      const variables = coerceVariables(schema, prepared, operation.variables);
      if (variables instanceof GraphQLError) return variables;
      const overrides = overridesFor(context, planner);
      const key = [operationName, variables.conditionKey, overrideKey(overrides), source].join('\n');
      const made =
        compiled.get(key) ??
        (await compiled.load(key, () => {
          unseenBudget?.spend(context.principal ?? '');
          const plan = (text: string): Promise<QueryPlan> => planOnce(text, overrides);
          return compileOperation({ schema, prepared, conditions: variables.conditions, plan, planner, workings });
        }));
      return { operation: made, variables: variables.textsOf(made.variableNames) };
    },
  };

  function preparedOf(document: DocumentNode, operationName: string | null): Prepared {
    const ofDocument = documents.get(document) ?? new Map<string | null, Prepared>();
    documents.set(document, ofDocument);
    const prepared = ofDocument.get(operationName) ?? prepareOperation(schema, document, operationName);
    ofDocument.set(operationName, prepared);
    return prepared;
  }

  /** Operations that differ in nothing that is fetched have one plan. */
  function planOnce(text: string, overrides: Overrides): Promise<QueryPlan> {
    const key = `${overrideKey(overrides)}\n${text}`;
    return plans.load(key, () => planner.plan(text, overrides));
  }
}

/**
 * Which labels are on. Of the percentages of the graph, the largest that the request's is not below stands for all up to
 * the next: so there are few different plans.
 */
function overridesFor({ labels, percentage = 100 }: RequestContext, { graph }: Planner): Overrides {
  const { overrideLabels, overridePercentages } = graph;
  const on = overrideLabels.filter((label) => labels?.has(label));
  return { labels: new Set(on), percentage: Math.max(0, ...overridePercentages.filter((each) => each <= percentage)) };
}

function overrideKey({ labels, percentage }: Overrides): string {
  return `${[...labels].sort().join()} ${percentage}`;
}
