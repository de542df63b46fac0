/** A subgraph that answers with the number in the address that it is asked at: what it is asked tells by which graph. */
import { setTimeout as wait } from 'node:timers/promises';
import { parse, type SelectionSetNode } from 'graphql';
import { send, startSubgraph, type TestSubgraph } from '../subgraph.ts';

/**
 * Every field without a selection has the number at the end of the path, but `id`; an entity is of the type that it is asked
 * for as.
 * @param types of the fields that hold objects
 * @param delayMs for requests to span changes of the graph
 */
export const startNumberedSubgraph = (types: Types = {}, delayMs = 0): Promise<TestSubgraph> =>
  startSubgraph('type Query { unused: Int }', {
    respond: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { query } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string };
      const [definition] = parse(query).definitions;
      if (delayMs > 0) await wait(delayMs);
      const number = Number(request.url?.split('/').at(-1));
      send(response, 200, {
        data: definition?.kind === 'OperationDefinition' ? selected(definition.selectionSet, number, types) : null,
      });
    },
  });

type Types = Readonly<Record<string, string>>;

function selected(set: SelectionSetNode, number: number, types: Types, type?: string): Record<string, unknown> {
  return Object.fromEntries(
    set.selections.flatMap((node): [string, unknown][] => {
      if (node.kind === 'FragmentSpread') return [];
      if (node.kind === 'InlineFragment') return Object.entries(selected(node.selectionSet, number, types, type));
      const { name, alias, selectionSet } = node;
      const key = (alias ?? name).value;
      if (name.value === '__typename') return [[key, type]];
      if (name.value === 'id') return [[key, '1']];
      if (!selectionSet) return [[key, number]];
      if (name.value !== '_entities') return [[key, selected(selectionSet, number, types, types[name.value])]];
      return [[key, [selected(selectionSet, number, types, entityIn(selectionSet))]]];
    }),
  );
}

const entityIn = ({ selections }: SelectionSetNode): string | undefined =>
  selections.flatMap((node) => (node.kind === 'InlineFragment' ? (node.typeCondition?.name.value ?? []) : []))[0];
