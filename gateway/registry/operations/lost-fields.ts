/**
 * What an answer no longer holds although all of it is still there: `... on Node { id }` says nothing of an `Order` that
 * is no `Node` any more (GraphQL, "Field Collection").
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type Findings, found } from './findings.ts';
import type { Schemas } from './replay.ts';

/** Interfaces and unions that an object type has left, by name. */
export function leftTypes({ before, after }: Schemas): ReadonlySet<string> {
  const types = Object.values(before.getTypeMap()).filter(isAbstractType);
  const isLeft = ({ name }: GraphQLObjectType, by: string): boolean => {
    const [object, type] = [after.getType(name), after.getType(by)];
    return isObjectType(object) && isCompositeType(type) && !isOf(after, object, type);
  };
  const left = types.filter((type) => before.getPossibleTypes(type).some((object) => isLeft(object, type.name)));
  return new Set(left.map(({ name }) => name));
}

export function findLostFields({ before, after }: Schemas, document: DocumentNode, { breaks }: Findings): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const ids = new Map<SelectionSetNode, number>();
  const seen = new Set<string>();
  for (const each of document.definitions) {
    if (each.kind !== Kind.OPERATION_DEFINITION) continue;
    compare(before.getRootType(each.operation), after.getRootType(each.operation), [each.selectionSet]);
  }

  /** @param sets selected of an object at one place */
  function compare(
    was: GraphQLNamedType | undefined | null,
    is: GraphQLNamedType | undefined | null,
    sets: readonly SelectionSetNode[],
  ): void {
    const place = [was?.name, is?.name, ...sets.map(idOf)].join();
    if (seen.has(place)) return;
    seen.add(place);
    const now = objectsOf(after, is);
    for (const object of objectsOf(before, was)) {
      // What is no longer there at all is no longer asked for its fields.
      const same = now.find(({ name }) => name === object.name);
      if (!same) continue;
      const left = collect(after, same, sets);
      for (const [key, { nodes, conditions }] of collect(before, object, sets)) {
        const [node] = nodes;
        if (!left.has(key)) {
          const type = conditions.find((each) => !applies(after, each, same)) ?? object.name;
          found(breaks, type, `is no longer what ${object.name} is`);
        } else if (node?.selectionSet) {
          const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
          compare(typeOf(object, node), typeOf(same, node), inner);
        }
      }
    }
  }

  function collect(schema: GraphQLSchema, object: GraphQLObjectType, sets: readonly SelectionSetNode[]): Collected {
    const fields: Collected = new Map();
    const walk = ({ selections }: SelectionSetNode, conditions: readonly string[]): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const before = fields.get(key);
          if (before) before.nodes.push(selection);
          else fields.set(key, { nodes: [selection], conditions });
          continue;
        }
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = fragment?.typeCondition?.name.value;
        if (!fragment || (condition !== undefined && !applies(schema, condition, object))) continue;
        walk(fragment.selectionSet, condition === undefined ? conditions : [...conditions, condition]);
      }
    };
    for (const set of sets) walk(set, []);
    return fields;
  }

  function idOf(set: SelectionSetNode): number {
    const id = ids.get(set) ?? ids.size;
    ids.set(set, id);
    return id;
  }
}

/** By response key. */
type Collected = Map<string, { readonly nodes: FieldNode[]; readonly conditions: readonly string[] }>;

const typeOf = (object: GraphQLObjectType, { name }: FieldNode) => getNamedType(object.getFields()[name.value]?.type);

function applies(schema: GraphQLSchema, condition: string, object: GraphQLObjectType): boolean {
  const type = schema.getType(condition);
  return type !== undefined && isOf(schema, object, type);
}

function isOf(schema: GraphQLSchema, object: GraphQLObjectType, type: GraphQLNamedType): boolean {
  return isAbstractType(type) ? schema.isSubType(type, object) : type === object;
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType | undefined | null): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}
