import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  valueFromASTUntyped,
} from 'graphql';
import type { CostModel } from './cost-model.ts';
import type { FieldCost } from './field-cost.ts';

/** Arguments of a field as they will be: literals, variables filled in, and defaults of the schema. */
export type ArgumentValues = ReadonlyMap<string, unknown>;

const noValues: ArgumentValues = new Map();

export function argumentValues(
  node: FieldNode,
  args: readonly GraphQLArgument[],
  variables: Readonly<Record<string, unknown>>,
): ArgumentValues {
  if (args.length === 0) return noValues;
  const values = new Map<string, unknown>();
  for (const { name, defaultValue } of args) {
    if (defaultValue !== undefined) values.set(name, defaultValue);
  }
  for (const { name, value } of node.arguments ?? []) {
    const given = valueFromASTUntyped(value, variables);
    if (given !== undefined) values.set(name.value, given);
  }
  return values;
}

/** Scalars are free; an input object costs 1 and what its fields do; lists cost what their elements do. */
export function argumentsCost(model: CostModel, { coordinate, args }: FieldCost, values: ArgumentValues): number {
  let cost = 0;
  for (const { name, type } of args) {
    if (!values.has(name)) continue;
    cost += model.weights.get(`${coordinate}(${name}:)`) ?? inputCost(model, type, values.get(name));
  }
  return cost;
}

function inputCost(model: CostModel, given: GraphQLInputType, value: unknown): number {
  if (value === null || value === undefined) return 0;
  const type = getNullableType(given);
  if (isListType(type)) {
    const elements = Array.isArray(value) ? value : [value];
    return elements.reduce((sum: number, each) => sum + inputCost(model, type.ofType, each), 0);
  }
  const own = model.weights.get(getNamedType(type).name);
  if (!isInputObjectType(type) || typeof value !== 'object') return own ?? 0;
  let cost = own ?? 1;
  for (const field of Object.values(type.getFields())) {
    if (!Object.hasOwn(value, field.name)) continue;
    const inner = (value as Readonly<Record<string, unknown>>)[field.name];
    cost += model.weights.get(`${type.name}.${field.name}`) ?? inputCost(model, field.type, inner);
  }
  return cost;
}
