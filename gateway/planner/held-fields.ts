import { type DocumentNode, Kind } from 'graphql';
import type { PossibleTypes } from '../engine/possible-types.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { applied, enumArgument } from './applied-directives.ts';
import { subgraphNames } from './supergraph-facts.ts';

/**
 * Coordinates of all fields that a subgraph has to do with, by its name: those that it resolves, and those that it is only
 * sent (`@external`, keys). What it adds to an interface (`@interfaceObject`) is of each object of it.
 */
export function heldFields(document: DocumentNode, possibleTypes: PossibleTypes): Map<string, Set<string>> {
  const names = subgraphNames(document);
  const held = new Map([...names.values()].map((name) => [name, new Set<string>()]));
  for (const node of document.definitions.filter(hasFields)) {
    const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION;
    const types = isObject ? [node.name.value] : [...(possibleTypes.get(node.name.value) ?? [])];
    const ofType = graphsOf(applied(node, 'join__type'));
    for (const field of node.fields ?? []) {
      const named = graphsOf(applied(field, 'join__field'));
      // Where none is named, whoever has the type has the field.
      for (const graph of named.length > 0 ? named : ofType)
        for (const type of types) held.get(names.get(graph) ?? '')?.add(`${type}.${field.name.value}`);
    }
  }
  return held;
}

const graphsOf = (directives: ReturnType<typeof applied>): string[] =>
  directives.flatMap((directive) => enumArgument(directive, 'graph') ?? []);
