import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
} from 'graphql';
import type { CostModel, ListSize } from './cost-model.ts';

/** What is known of a field's cost before its arguments are. */
export interface FieldCost {
  /** For example `Order.lines`. */
  readonly coordinate: string;
  readonly args: readonly GraphQLArgument[];
  readonly type: GraphQLNamedType;
  readonly isList: boolean;
  /** Of one element: as the graph says, else 1 for an object and 0 for a scalar. */
  readonly weight: number;
  /** As the graph says. */
  readonly listSize: ListSize | undefined;
}

export function fieldCostOf(
  { weights, listSizes }: CostModel,
  coordinate: string,
  field: GraphQLField<unknown, unknown>,
): FieldCost {
  const type = getNamedType(field.type);
  return {
    coordinate,
    args: field.args,
    type,
    isList: isListType(getNullableType(field.type)),
    weight: weights.get(coordinate) ?? weights.get(type.name) ?? (isLeafType(type) ? 0 : 1),
    listSize: listSizes.get(coordinate),
  };
}
