/**
 * What each fetch of a plan costs at most, in the unit of demand control (`gateway/engine/demand/cost.ts`): one for each
 * object that the subgraph has to give. Of entities, as many are counted as the lists on the way to them may hold.
 */
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { argumentValues } from '../gateway/engine/demand/argument-cost.ts';
import { createCostOf } from '../gateway/engine/demand/cost.ts';
import type { CostModel } from '../gateway/engine/demand/cost-model.ts';
import { fieldCostOf } from '../gateway/engine/demand/field-cost.ts';
import { defaultLimits } from '../gateway/engine/demand/limits.ts';
import { type ListSizes, listSizeOf, noSizes } from '../gateway/engine/demand/list-size.ts';
import type { Explanation } from '../gateway/engine/explain.ts';
import { fieldsIn, keyOf, selectionOf } from '../gateway/engine/fetched-fields.ts';
import type { Fetch, PlanPath } from '../gateway/engine/plan.ts';

/** @throws GraphQLError OPERATION_TOO_EXPENSIVE where a list has no bound and the graph requires one. */
export function fetchCosts(
  schema: GraphQLSchema,
  model: CostModel,
  { operation: text, variables }: Explanation,
): (fetch: Fetch) => number {
  const costOf = createCostOf(schema, model, defaultLimits.listSize);
  const planned = text === undefined ? undefined : operationIn(parse(text, { noLocation: true }));
  const root = planned && schema.getRootType(planned.operation);
  const start = root && { set: planned.selectionSet, type: root, sizes: noSizes };

  /** How many objects may be at the path, from a place whose selection and type are known. */
  const countAt = (path: PlanPath, { set, type, sizes }: Place): number => {
    const [segment, ...rest] = path;
    if (segment === undefined) return 1;
    if (typeof segment !== 'string' || segment === '@') return countAt(rest, { set, type, sizes });
    const found = fieldsIn(set, type.name).find(({ field }) => keyOf(field) === segment);
    const parent = schema.getType(found?.type ?? '');
    const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
    const field = fields[found?.field.name.value ?? ''];
    // What only the planner asks for on the way, since another subgraph requires it, is taken as one.
    if (!found || !field) return 1;
    const cost = fieldCostOf(model, `${parent?.name}.${field.name}`, field);
    const size = listSizeOf(cost, argumentValues(found.field, cost.args, variables), found.field);
    const length = sizes.byName.get(field.name) ?? sizes.ofLists ?? size?.own ?? defaultLimits.listSize;
    const below = { set: found.field.selectionSet, type: cost.type, sizes: size?.below ?? noSizes };
    return (cost.isList ? length : 1) * countAt(rest, below);
  };

  const costOfSet = (set: SelectionSetNode | undefined, kind: Fetch['operationKind']): number =>
    set ? costOf(noDocument, operationOf(set, kind), variables) : 0;

  return (fetch) => {
    if (!fetch.entities) return costOfSet(selectionOf(fetch), fetch.operationKind);
    return fetch.entities.reduce((sum, entity) => {
      const each = 1 + costOfSet(selectionOf(fetch, entity), 'query');
      return sum + each * entity.paths.reduce((count, path) => count + (start ? countAt(path, start) : 1), 0);
    }, 0);
  };
}

interface Place {
  readonly set: SelectionSetNode | undefined;
  readonly type: GraphQLNamedType;
  readonly sizes: ListSizes;
}

/** Selections of fetches have their fragments written out. */
const noDocument: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

const operationOf = (selectionSet: SelectionSetNode, operation: Fetch['operationKind']): OperationDefinitionNode => ({
  kind: Kind.OPERATION_DEFINITION,
  operation: operation as OperationDefinitionNode['operation'],
  selectionSet,
});

const operationIn = ({ definitions }: DocumentNode): OperationDefinitionNode | undefined =>
  definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
