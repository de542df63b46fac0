/**
 * Compiled operations, each made once. What decides what is made is in the key: the operation, the values of its
 * conditions, and who resolves fields that move from one subgraph to another.
 */
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Operation, RecentOperation } from '../engine.ts';
import { createOperationCache } from '../operation-cache.ts';
import type { QueryPlan } from '../plan.ts';
import type { Overrides, Planner } from '../planner.ts';
import { turn } from '../turn.ts';
import type { UnseenBudget } from '../unseen-budget.ts';
import type { Workings } from '../workings.ts';
import { type CompiledOperation, compileOperation } from './compile.ts';
import { createIntrospection } from './introspection.ts';
import { conditionKey, type Prepared, prepareOperation, readVariables } from './prepare.ts';

export interface CompilerOptions {
  readonly schema: GraphQLSchema;
  readonly planner: Planner;
  readonly workings: Workings;
  readonly tellsTypes: boolean;
  readonly unseenBudget: UnseenBudget | undefined;
}

export interface Compiled {
  readonly operation: CompiledOperation;
  /** JSON text by the names of the planned operation. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface CompileAs {
  /** By another graph before this one, so that it is not new. */
  readonly wasSeen?: boolean;
  /** Its deferred fragments come later. */
  readonly defers?: boolean;
}

export interface Compiler {
  /**
   * A GraphQLError for values that variables cannot have, and for what may not be asked.
   * @throws WeftError PLAN_TIMEOUT, PLAN_FAILED, OVERLOADED, UNSEEN_OPERATIONS_EXCEEDED.
   */
  compile(operation: Operation, as?: CompileAs): Promise<Compiled | GraphQLError>;
  /** What was compiled and is still kept, the most recently used first. */
  recent(): readonly RecentOperation[];
  /** What another graph's compiler was asked for is not new here. */
  expect(operations: readonly RecentOperation[]): void;
  /** Compiles what another graph's compiler was asked for, unless it is not valid here. @throws WeftError as `compile`. */
  prepare(operation: RecentOperation): Promise<void>;
}

export function createCompiler(options: CompilerOptions): Compiler {
  const { schema, planner, workings, tellsTypes, unseenBudget } = options;
  const introspectionOf = createIntrospection(schema);
  let expected: ReadonlySet<string> = new Set();
  const documents = new WeakMap<DocumentNode, Map<string | null, Prepared>>();
  // Estimates: an operation of 1 kB is about 100 kB of functions, shapes and paths.
  const compiled = createOperationCache<{ readonly made: CompiledOperation; readonly from: RecentOperation }>({
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
    async compile(operation, { wasSeen = false, defers = false } = {}) {
      const { document, operationName, source, context } = operation;
      const prepared = preparedOf(document, operationName);
      const variables = readVariables(schema, prepared, operation.variables);
      if (variables instanceof GraphQLError) return variables;
      const overrides = overridesFor(context, planner);
      const { access } = context;
      const from = { source, operationName, conditions: variables.conditions, overrides, defers, access };
      const key = keyOf(from, variables.conditionKey);
      let known = compiled.get(key);
      if (known) context.observer?.known();
      else {
        const make = () =>
          compiled.load(key, () => {
            if (!wasSeen && !expected.has(nameOf(from))) unseenBudget?.spend(context.principal ?? '');
            return compileFrom(from, prepared).catch((error: unknown) => {
              if (isTimeout(error)) unseenBudget?.punish(context.principal ?? '');
              throw error;
            });
          });
        known = await (context.observer ? context.observer.preparing(make) : make());
      }
      const { made } = known;
      // It reads only the schema, but as long as planning.
      if (made.introspection && !made.introspection.isKept(operation.variables)) {
        unseenBudget?.spend(context.principal ?? '');
        unseenBudget?.punish(context.principal ?? '');
      }
      const denial = made.refusalOf?.(operation.variables);
      if (denial) return new GraphQLError(denial.message, { extensions: denial.extensions });
      return { operation: made, variables: variables.textsOf(made.variableNames) };
    },
    recent: () => compiled.values().map(({ from }) => from),
    expect(operations) {
      expected = new Set(operations.map(nameOf));
    },
    async prepare({ source, operationName, conditions, overrides, defers, access }) {
      const document = parse(source);
      await turn();
      if (validate(schema, document, undefined, { maxErrors: 1 }).length > 0) return;
      await turn();
      const prepared = preparedOf(document, operationName);
      const own = overridesFor(overrides, planner);
      const from = { source, operationName, conditions, overrides: own, defers, access };
      await compiled.load(keyOf(from, conditionKey(prepared, conditions)), () => compileFrom(from, prepared));
    },
  };

  async function compileFrom(from: RecentOperation, prepared: Prepared) {
    const { conditions, overrides, defers, access } = from;
    const plan = (text: string): Promise<QueryPlan> => planOnce(text, overrides);
    const given = {
      schema,
      prepared,
      conditions,
      defers,
      access,
      tellsTypes,
      plan,
      planner,
      workings,
      introspectionOf,
    };
    return { made: await compileOperation(given), from };
  }

  function preparedOf(document: DocumentNode, operationName: string | null): Prepared {
    const ofDocument = documents.get(document) ?? new Map<string | null, Prepared>();
    documents.set(document, ofDocument);
    const prepared =
      ofDocument.get(operationName) ??
      prepareOperation(schema, document, operationName, planner.graph.requiredWithArguments);
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
function overridesFor({ labels, percentage = 100 }: Partial<Overrides>, { graph }: Planner): Overrides {
  const { overrideLabels, overridePercentages } = graph;
  const on = overrideLabels.filter((label) => labels?.has(label));
  return { labels: new Set(on), percentage: Math.max(0, ...overridePercentages.filter((each) => each <= percentage)) };
}

function keyOf({ source, operationName, overrides, defers, access }: RecentOperation, conditions: string): string {
  const how = [overrideKey(overrides), defers ? 'in parts' : 'whole', access?.key ?? ''];
  return [operationName, conditions, ...how, source].join('\n');
}

const nameOf = ({ operationName, source }: RecentOperation): string => `${operationName}\n${source}`;

function overrideKey({ labels, percentage }: Overrides): string {
  return `${[...labels].sort().join()} ${percentage}`;
}

/** The other requests that wait for the planner waited for it, too. */
function isTimeout(error: unknown): boolean {
  return error instanceof WeftError && error.code === 'PLAN_TIMEOUT';
}
