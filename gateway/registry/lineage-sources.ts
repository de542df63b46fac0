/**
 * What contracts say that properties were computed from (ODCS, `transformSourceObjects`): a pipeline's lineage, column by column.
 * An entry names a property of a contract of the mesh (`sales.orders.orders.total`: contract, object, property), or a field of
 * the graph (`Order.total`). Where it names less, all that is in it counts: nobody then knows what of it went in. What is of no
 * contract here, as a table of a warehouse, is no field of the graph.
 */
import { contractFields } from '../governance/contract-fields.ts';
import type { Declaring } from './declared-classifications.ts';

/** Coordinates by that of the field that was computed from them. */
export function lineageSources(
  subgraphs: readonly Pick<Declaring, 'domain'>[],
): ReadonlyMap<string, readonly string[]> {
  const all = subgraphs.map(({ domain }) => contractFields(domain));
  const named = new Map<string, string[]>();
  const name = (text: string, coordinate: string): void => {
    named.set(text, [...(named.get(text) ?? []), coordinate]);
  };
  for (const { fields, nested } of all) {
    for (const [coordinate, { type, property }] of [...fields, ...nested]) {
      const { object, output } = type;
      const { id } = output.contract;
      for (const text of [coordinate, id, `${id}.${object.name}`]) name(text, coordinate);
      if (fields.has(coordinate)) name(`${id}.${object.name}.${property.name}`, coordinate);
    }
  }
  const sourcesOf = (text: string): readonly string[] => {
    // An object, or a property, that the contract does not have is not known better than the rest of the contract.
    for (let known = text; known !== ''; known = known.slice(0, Math.max(0, known.lastIndexOf('.')))) {
      const found = named.get(known);
      if (found) return found;
    }
    return [];
  };
  const sources = all
    .flatMap(({ fields, nested }) => [...fields, ...nested])
    .map(([coordinate, { property }]) => {
      const from = new Set((property.transformSourceObjects ?? []).flatMap(sourcesOf));
      from.delete(coordinate);
      return [coordinate, [...from]] as const;
    });
  return new Map(sources.filter(([, from]) => from.length > 0));
}
