import { type ConstDirectiveNode, type DocumentNode, Kind, type ObjectTypeDefinitionNode } from 'graphql';
import { applied, enumArgument, isFalse, stringArgument } from './applied-directives.ts';
import type { FieldSets } from './field-sets.ts';

/**
 * Where all subgraphs that have a type give one key of it, each of them is reached by that key, and planners see no other
 * one there. With more to choose from, they choose keys that they must fetch first, or that a subgraph only has on some ways
 * (`sku: ID! @external`, `@provides(fields: "sku")`), or that some objects have no value for; and Hive's aborts its
 * process at many fields that require something.
 */
export function withoutSpareKeys(document: DocumentNode, sets: FieldSets): DocumentNode {
  const faces = new Set(
    document.definitions.flatMap((node) =>
      node.kind === Kind.INTERFACE_TYPE_DEFINITION && keysOf(node).length > 0 ? node.name.value : [],
    ),
  );
  const spare = new Set(
    document.definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && !node.interfaces?.some(({ name }) => faces.has(name.value))
        ? spareKeysOf(node, sets)
        : [],
    ),
  );
  if (spare.size === 0) return document;
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.directives
        ? { ...node, directives: node.directives.filter((directive) => !spare.has(directive)) }
        : node,
    ),
  };
}

function spareKeysOf(type: ObjectTypeDefinitionNode, { givesKey, resolvesKey }: FieldSets): ConstDirectiveNode[] {
  const keys = keysOf(type);
  const graphs = new Set(applied(type, 'join__type').map(graphOf));
  const isCommon = (key: string): boolean =>
    [...graphs].every(
      (graph) =>
        keys.some((each) => graphOf(each) === graph && keyOf(each) === key) && givesKey(type.name.value, key, graph),
    );
  const [common] = keys
    .flatMap((each) => keyOf(each) ?? [])
    .filter(isCommon)
    .sort(byLength);
  if (common === undefined) return [];
  const reached = keys.filter((each) => keyOf(each) === common && !isFalse(each, 'resolvable')).map(graphOf);
  // What is external may be declared for its key only.
  return keys.filter((each) => {
    const key = keyOf(each) ?? common;
    return key !== common && reached.includes(graphOf(each)) && resolvesKey(type.name.value, key, graphOf(each));
  });
}

const byLength = (one: string, other: string): number => one.length - other.length;

const keysOf = (type: Parameters<typeof applied>[0]) =>
  applied(type, 'join__type').filter((each) => keyOf(each) !== undefined);

const keyOf = (directive: ConstDirectiveNode): string | undefined => stringArgument(directive, 'key');

const graphOf = (directive: ConstDirectiveNode): string | undefined => enumArgument(directive, 'graph');
