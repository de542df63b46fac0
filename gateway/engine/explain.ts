/** How an operation would be answered: planned as the engine plans it, and nothing else. Nobody is asked. */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { valueFromASTUntyped } from 'graphql';
import { openGraph } from './open-graph.ts';
import { planInOrder } from './operation/plan-in-order.ts';
import { plannedOperation } from './operation/planned-operation.ts';
import { prepareOperation } from './operation/prepare.ts';
import { unrestricted } from './operation/restrictions.ts';
import type { QueryPlan } from './plan.ts';
import { optimiseForWhole } from './plan-optimiser.ts';
import type { CreatePlanner, Overrides } from './planner.ts';

export interface Explainer {
  /** What consumers see: operations are validated against it before they are explained. */
  readonly schema: GraphQLSchema;
  /**
   * @param variables those of `@skip` and `@include` decide what is planned; without a value and a default, they are false.
   * @throws WeftError PLAN_TIMEOUT, PLAN_FAILED, OVERLOADED.
   */
  explain(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Promise<Explanation>;
  close(): Promise<void>;
}

export interface Explanation {
  readonly plan: QueryPlan;
  /** What the planner was given: the operation with the response keys and the variables of the plan. Absent where it is empty. */
  readonly operation?: string;
  /** Values by their names in the plan. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @throws WeftError SUPERGRAPH_REFUSED. */
export async function startExplainer(createPlanner: CreatePlanner, supergraphSdl: string): Promise<Explainer> {
  const { planner, schema } = await openGraph(createPlanner, supergraphSdl);
  const { possibleTypes, requiredWithArguments } = planner.graph;
  return {
    schema,
    async explain(document, given) {
      const { operation, fragments, keys, conditionVariables } = prepareOperation(
        schema,
        document,
        null,
        requiredWithArguments,
      );
      const values: Record<string, unknown> = Object.create(null);
      for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
        const name = variable.name.value;
        values[name] = Object.hasOwn(given, name) ? given[name] : defaultValue && valueFromASTUntyped(defaultValue);
      }
      const conditions = Object.fromEntries(conditionVariables.map((name) => [name, values[name] === true]));
      const planned = plannedOperation(
        {
          schema,
          possibleTypes,
          fragments,
          keys,
          conditions,
          defers: false,
          restrictionOf: unrestricted,
          tellsTypes: false,
        },
        operation,
      );
      const variables = [...planned.variables].map(([name, { variable }]) => [name, values[variable.name.value]]);
      return {
        plan: optimiseForWhole(await planInOrder(planned, (text) => planner.plan(text, overrides))),
        ...(planned.text !== undefined && { operation: planned.text }),
        variables: Object.fromEntries(variables),
      };
    },
    close: () => planner.close(),
  };
}

/** No label is on, and nobody is in the share of requests for which a field moves first. */
const overrides: Overrides = { labels: new Set(), percentage: 100 };
