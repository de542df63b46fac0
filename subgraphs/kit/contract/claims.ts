/**
 * Every name that a domain's graph gives. The list is read off what sdl.ts prints, so that no name can be forgotten; the
 * contracts say where in the text each comes from.
 */
import { parse } from 'graphql';
import type { Place } from '../errors/issue.ts';
import { type DomainGraph, foreignTypes, inversesOf, type Reference, type RowType } from './graph.ts';
import { nestedTypes } from './nested.ts';
import { printForeignType, printRootFields, printType } from './sdl.ts';

/** A type, or a root field as `Query.orders`, and what needs it. */
export interface Claim extends Name {
  /** Its fields or enum values. */
  readonly members: readonly Name[];
  /** Where the type is another domain's: the fields of its key, which that domain has too. */
  readonly foreignKey: ReadonlySet<string> | undefined;
}

export interface Name extends Source {
  /** `Order`, `Order.total`, `Query.orders` */
  readonly coordinate: string;
}

/** What needs the name. */
export interface Source {
  /** `orders`, `orders.customer_id` */
  readonly by: string;
  readonly place: Place;
}

export function claimsOf(graph: DomainGraph): Claim[] {
  const own = graph.types.flatMap((type) => {
    const object = { by: type.object.name, place: type.object.place };
    const queries = claimsIn(`type Query { ${printRootFields(type)} }`, object).flatMap(({ members }) => members);
    return [
      ...claimsIn(printType(graph, type), object, sourcesOf(graph, type)),
      ...queries.map((query) => ({ ...query, members: [], foreignKey: undefined })),
    ];
  });
  const foreign = [...foreignTypes(graph)].flatMap(([name, reference]) => {
    const inverses = inverseSources(graph, name);
    const sdl = printForeignType(graph, name, reference);
    const foreignKey = new Set(reference.to.map((field) => `${name}.${field}`));
    return inverses.slice(-1).flatMap(([, rest]) => claimsIn(sdl, rest, grouped(inverses), foreignKey));
  });
  return [...own, ...foreign];
}

/** @param sources by coordinate, in the order of the text where there are several: what needs a name, if not `rest`. */
function claimsIn(
  sdl: string,
  rest: Source,
  sources: ReadonlyMap<string, Source[]> = new Map(),
  foreignKey?: ReadonlySet<string>,
): Claim[] {
  const claim = (coordinate: string) => ({ ...(sources.get(coordinate)?.shift() ?? rest), coordinate });
  return parse(sdl, { noLocation: true }).definitions.flatMap((definition): Claim[] => {
    if (!('name' in definition) || !definition.name) return [];
    const { value: name } = definition.name;
    const parts = 'fields' in definition ? definition.fields : 'values' in definition ? definition.values : [];
    const members = (parts ?? []).map((part) => claim(`${name}.${part.name.value}`));
    return [{ ...claim(name), members, foreignKey }];
  });
}

/** Where the fields of a row type, and of the types nested in it, come from. */
function sourcesOf(graph: DomainGraph, type: RowType): Map<string, Source[]> {
  const object = type.object.name;
  return grouped([
    ...type.fields.map(({ name, column: { property } }): Named => {
      return [`${type.name}.${name}`, { by: `${object}.${property.name}`, place: property.place }];
    }),
    ...type.references.map((by): Named => [`${type.name}.${by.name}`, sourceOf(type, by)]),
    ...inverseSources(graph, type.name),
    ...nestedTypes(type).flatMap((nested) =>
      nested.fields.map(({ name, property }): Named => {
        return [`${nested.name}.${name}`, { by: `${property.name} in ${object}`, place: property.place }];
      }),
    ),
  ]);
}

type Named = readonly [coordinate: string, source: Source];

const inverseSources = (graph: DomainGraph, typeName: string): Named[] =>
  inversesOf(graph, typeName).map(({ from, by }) => [`${typeName}.${by.inverse.name}`, sourceOf(from, by)]);

const sourceOf = ({ object }: RowType, { relationship }: Reference): Source => ({
  by: `the relationship of ${object.name}.${relationship.from.join(', ')}`,
  place: relationship.place,
});

function grouped(named: readonly Named[]): Map<string, Source[]> {
  const groups = new Map<string, Source[]>();
  for (const [coordinate, source] of named) groups.set(coordinate, [...(groups.get(coordinate) ?? []), source]);
  return groups;
}
