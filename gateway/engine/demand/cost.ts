/**
 * What an operation costs at most, before anything of it is planned. One unit is one object fetched; scalars are free; a
 * list costs its length times what one element does (IBM, "GraphQL Cost Directives Specification", as in Apollo's demand
 * control). Where the graph does not say how long a list is, the operation's `first` or `last` does, as pages have it
 * (Relay, "Cursor Connections"); else a length is assumed.
 *
 *   { orders(first: 10) { nodes { id customer { name } } } }   1 page + 10 orders + 10 customers = 21
 *
 * The document is valid and its shape within bounds: spreads are simply followed.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { argumentsCost, argumentValues } from './argument-cost.ts';
import type { CostModel } from './cost-model.ts';
import { type FieldCost, fieldCostOf } from './field-cost.ts';
import { type ListSizes, listSizeOf, noSizes } from './list-size.ts';

/** @throws GraphQLError OPERATION_TOO_EXPENSIVE where a list has no bound and the graph requires one. */
export type CostOf = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) => number;

/** A mutation changes something: that is more than to read it. */
const mutationCost = 10;

/** @param listSize of a list of which nothing is known */
export function createCostOf(schema: GraphQLSchema, model: CostModel, listSize: number): CostOf {
  const known = new Map<string, FieldCost | undefined>();
  const fieldCost = (parent: GraphQLNamedType, name: string): FieldCost | undefined => {
    const coordinate = `${parent.name}.${name}`;
    if (!known.has(coordinate)) {
      const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
      known.set(coordinate, field && fieldCostOf(model, coordinate, field));
    }
    return known.get(coordinate);
  };

  return (document, operation, variables) => {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const each of document.definitions) {
      if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
    }

    const costOfSet = (set: SelectionSetNode, parent: GraphQLNamedType | undefined, sizes: ListSizes): number => {
      let cost = 0;
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD) {
          if (parent) cost += costOfField(selection, parent, sizes);
          continue;
        }
        const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = part?.typeCondition?.name.value;
        if (part) cost += costOfSet(part.selectionSet, condition ? schema.getType(condition) : parent, sizes);
      }
      return cost;
    };

    const costOfField = (node: FieldNode, parent: GraphQLNamedType, sizes: ListSizes): number => {
      const field = fieldCost(parent, node.name.value);
      if (!field) return 0; // Introspection: it reads nothing but the schema.
      const values = argumentValues(node, field.args, variables);
      const size = listSizeOf(field, values, node);
      const count = field.isList ? (sizes.byName.get(node.name.value) ?? size?.own ?? sizes.ofLists ?? listSize) : 1;
      const below = node.selectionSet ? costOfSet(node.selectionSet, field.type, size?.below ?? noSizes) : 0;
      // A negative weight makes its place cheaper, never the operation.
      return count * Math.max(0, field.weight + below) + argumentsCost(model, field, values);
    };

    const root = schema.getRootType(operation.operation) ?? undefined;
    return (operation.operation === 'mutation' ? mutationCost : 0) + costOfSet(operation.selectionSet, root, noSizes);
  };
}
