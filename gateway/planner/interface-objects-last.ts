import { type EnumValueDefinitionNode, Kind, print, visit } from 'graphql';
import { enumArgument, isTrue } from './applied-directives.ts';
import type { Supergraph } from './planner-library.ts';

/**
 * Hive's planner finds no way from an interface object to the types of the interface where the subgraph that has the object
 * is called by a smaller name than the one that has the interface. So those with such objects get the greatest names, by a
 * mark that no subgraph's own name begins with.
 */
export function withInterfaceObjectsLast({ sdl, document }: Supergraph): string {
  const graphs = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const directive of node.directives ?? []) {
      const graph = enumArgument(directive, 'graph');
      if (graph !== undefined && isTrue(directive, 'isInterfaceObject')) graphs.add(graph);
    }
  }
  if (graphs.size === 0) return sdl;
  return print(
    visit(document, {
      EnumTypeDefinition: ({ name }) => (name.value === 'join__Graph' ? undefined : false),
      EnumValueDefinition: (node) => (graphs.has(node.name.value) ? marked(node) : false),
    }),
  );
}

/** The name of the subgraph that Hive's planner calls so. */
export const unmarked = (name: string): string => (name.startsWith(mark) ? name.slice(mark.length) : name);

const mark = '~';

const marked = (node: EnumValueDefinitionNode): EnumValueDefinitionNode =>
  visit(node, {
    Argument: ({ name, value }) => {
      if (name.value !== 'name' || value.kind !== Kind.STRING) return undefined;
      return { kind: Kind.ARGUMENT, name, value: { ...value, value: `${mark}${value.value}` } };
    },
  });
