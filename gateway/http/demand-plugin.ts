import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Budget } from '../engine/demand/budget.ts';
import { type CostOf, createCostOf } from '../engine/demand/cost.ts';
import type { CostModel } from '../engine/demand/cost-model.ts';
import { isPlainJson } from '../engine/demand/json-depth.ts';
import type { DemandLimits } from '../engine/demand/limits.ts';
import { refusal } from '../engine/demand/refusal.ts';
import { coerceVariables } from '../engine/demand/variables.ts';
import type { DoorContext } from './request-context.ts';
import { withStatus } from './with-status.ts';

export interface Demand {
  readonly limits: DemandLimits;
  /** What the graph of a schema says about its cost. */
  readonly modelOf: (schema: GraphQLSchema) => CostModel;
  /** Absent: what one principal costs over time is not bounded. */
  readonly budget?: Budget | undefined;
}

/** Between validation and execution: the variables, what the operation costs with them, and whether that is left. */
export function demandPlugin(demand: Demand): ApolloServerPlugin<DoorContext> {
  const prices: Prices = { bySchema: new WeakMap(), last: new WeakMap() };
  return {
    requestDidStart: async () => ({
      async didResolveOperation(context) {
        try {
          const cost = await costOfRequest(demand, prices, context);
          const retryAfter = demand.budget?.spend(context.contextValue.principal, cost);
          if (retryAfter !== undefined) throw spent(retryAfter);
        } catch (error) {
          throw error instanceof GraphQLError ? withStatus(error) : error;
        }
      },
    }),
  };
}

interface Prices {
  readonly bySchema: WeakMap<GraphQLSchema, CostOf>;
  /** Of operations whose documents are kept, with the variables that they were asked with last, as JSON. */
  readonly last: WeakMap<OperationDefinitionNode, { readonly given: string; readonly cost: number }>;
}

/** Characters of variables that are kept to be recognised. */
const mostKept = 1_000;

async function costOfRequest(
  { limits, modelOf }: Demand,
  prices: Prices,
  { request, schema, document, operation }: GraphQLRequestContextDidResolveOperation<DoorContext>,
): Promise<number> {
  if (!operation) throw fault('OPERATION_RESOLUTION_FAILURE', 'The request does not say which operation is meant.');
  if (!schema.getRootType(operation.operation)) {
    throw fault('GRAPHQL_VALIDATION_FAILED', `The graph has no ${operation.operation}s.`);
  }
  const given = request.variables ?? {};
  if (!isPlainJson(given, limits.valueDepth)) {
    const message = `Variables nest more than ${limits.valueDepth} deep, or hold a number that JSON cannot say.`;
    throw fault('BAD_USER_INPUT', message);
  }
  const asJson = JSON.stringify(given);
  const last = prices.last.get(operation);
  if (last?.given === asJson) return last.cost;
  const variables = coerceVariables(schema, operation, given);
  const costOf = prices.bySchema.get(schema) ?? createCostOf(schema, modelOf(schema), limits.listSize);
  prices.bySchema.set(schema, costOf);
  const cost = costOf(document, operation, variables);
  if (cost > limits.cost) {
    const message = `The operation costs ${Math.ceil(cost)}; at most ${limits.cost} is answered. Ask for shorter pages.`;
    throw refusal('OPERATION_TOO_EXPENSIVE', message, operation);
  }
  if (asJson.length <= mostKept) prices.last.set(operation, { given: asJson, cost });
  return cost;
}

function fault(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

function spent(retryAfter: number): GraphQLError {
  const message = `The budget for the operations of this consumer is spent. Ask again in ${retryAfter} s.`;
  return new GraphQLError(message, { extensions: { code: 'COST_BUDGET_SPENT', retryAfter } });
}
