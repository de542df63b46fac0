/**
 * How fields are classified, by everybody who says so. Composition keeps one declaration of several, whichever comes first; a
 * domain that takes a field over (`@override`) may say nothing of it; and a subgraph that is no work of the kit may have a
 * contract, but no directives. So the subgraphs' schemas and the contracts are read as well as the supergraph, and the
 * highest counts. An interface's word counts for the fields of its objects.
 */
import { type DocumentNode, Kind, parse } from 'graphql';
import { categoriesOf } from '../../subgraphs/kit/contract/descriptions.ts';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';
import { weftSpec } from '../../subgraphs/kit/contract/spec.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { type Classification, merged } from '../governance/access/classification.ts';
import { contractFields } from '../governance/contract-fields.ts';
import { documentFields } from '../governance/document-fields.ts';
import { type Arguments, argumentsOfAll, linkedNames } from './applied-arguments.ts';

/** A subgraph, as far as it classifies. */
export interface Declaring {
  readonly name: string;
  readonly sdl: string;
  readonly domain?: Domain;
}

/** Classified fields only, by coordinate. */
export function declaredClassifications(
  supergraph: DocumentNode,
  subgraphs: readonly Declaring[],
): ReadonlyMap<string, Classification> {
  const found = new Map<string, Classification>();
  const declare = (coordinate: string, said: Classification): void => {
    const before = found.get(coordinate);
    found.set(coordinate, before ? merged([before, said]) : said);
  };
  for (const [coordinate, said] of saidIn(supergraph)) declare(coordinate, said);
  for (const { sdl, domain } of subgraphs) {
    for (const [coordinate, said] of saidIn(parse(sdl, { noLocation: true }))) declare(coordinate, said);
    const { fields, nested } = contractFields(domain);
    for (const [coordinate, { property }] of [...fields, ...nested]) {
      const said = { level: property.classification, categories: categoriesOf(property) };
      if (said.level !== undefined || said.categories.length > 0) declare(coordinate, said);
    }
  }
  const own = new Map(found);
  for (const { name, fields = [], interfaces = [] } of supergraph.definitions.filter(hasFields)) {
    for (const { name: field } of fields) {
      for (const each of interfaces) {
        const said = own.get(`${each.name.value}.${field.value}`);
        if (said) declare(`${name.value}.${field.value}`, said);
      }
    }
  }
  return found;
}

function saidIn(document: DocumentNode): [coordinate: string, said: Classification][] {
  return classifiedIn(document).map(([coordinate, { level, categories }]) => [
    coordinate,
    {
      level: typeof level === 'string' ? level : undefined,
      categories: Array.isArray(categories) ? categories.map(String) : [],
    },
  ]);
}

/** What `@classified` says on each field, by its coordinate in the graph. */
export function classifiedIn(document: DocumentNode): [coordinate: string, given: Arguments][] {
  const name = linkedNames(document)(weftSpec.identity, 'classified');
  const root = rootNames(document);
  return documentFields(document).flatMap(({ coordinate, node }) =>
    argumentsOfAll(node, name).map((given): [string, Arguments] => [
      coordinate.replace(/^\w+/, (type) => root.get(type) ?? type),
      given,
    ]),
  );
}

/** A subgraph may call its root types as it likes; in the graph they have one name. */
function rootNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const names: Readonly<Record<string, string>> = {
    query: 'Query',
    mutation: 'Mutation',
    subscription: 'Subscription',
  };
  const renamed = definitions.flatMap((node) => {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) return [];
    return (node.operationTypes ?? []).map(
      ({ operation, type }) => [type.name.value, names[operation] ?? type.name.value] as const,
    );
  });
  return new Map(renamed);
}
