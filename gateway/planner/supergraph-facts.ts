import { type DocumentNode, Kind, visit } from 'graphql';
import type { GraphFacts } from '../engine/planner.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { apiDefinitions } from './api-definitions.ts';
import { applied, selectionSetOf, stringArgument } from './applied-directives.ts';
import { entityKeys } from './entity-keys.ts';
import { heldFields } from './held-fields.ts';
import { unmetFeatures } from './required-features.ts';

/** What an engine needs to know of a supergraph, read from its text alone. @throws Error where it is no supergraph. */
export function supergraphFacts(document: DocumentNode): GraphFacts {
  const urls = new Map(subgraphsOf(document).map(({ name, url }) => [name, url]));
  if (urls.size === 0) throw new Error('It names no subgraphs (`enum join__Graph`).');
  const [unmet] = unmetFeatures(document);
  if (unmet !== undefined)
    throw new Error(`It must not be served without ${unmet}, which this gateway does not enforce.`);
  const labels = overrideLabels(document);
  const possible = possibleTypes(document);
  return {
    apiDefinitions: apiDefinitions(document),
    urls,
    possibleTypes: possible,
    heldFields: heldFields(document, possible),
    keys: entityKeys(document),
    entities: entityTypes(document),
    requiredWithArguments: requiredWithArguments(document),
    overrideLabels: labels.filter((label) => percentOf(label) === undefined),
    overridePercentages: labels.flatMap((label) => percentOf(label) ?? []).sort((a, b) => a - b),
  };
}

const entityTypes = (supergraph: DocumentNode): Set<string> =>
  new Set(
    supergraph.definitions.flatMap((node) =>
      hasFields(node) && applied(node, 'join__type').some((each) => stringArgument(each, 'key') !== undefined)
        ? node.name.value
        : [],
    ),
  );

/** `price` of `@requires(fields: "price(currency: \\"EUR\\")")`. */
function requiredWithArguments(supergraph: DocumentNode): Set<string> {
  const names = new Set<string>();
  for (const node of supergraph.definitions.filter(hasFields)) {
    for (const directive of node.fields?.flatMap(({ directives = [] }) => directives) ?? []) {
      const fieldSet = stringArgument(directive, 'requires');
      if (!fieldSet?.includes('(')) continue;
      visit(selectionSetOf(fieldSet), {
        Field: ({ name, arguments: args = [] }) => void (args.length > 0 && names.add(name.value)),
      });
    }
  }
  return names;
}

/** Each once. */
export function overrideLabels(supergraph: DocumentNode): string[] {
  const labels = supergraph.definitions.filter(hasFields).flatMap((node) => {
    const directives = node.fields?.flatMap((field) => field.directives ?? []) ?? [];
    return directives.flatMap((directive) => stringArgument(directive, 'overrideLabel') ?? []);
  });
  return [...new Set(labels)].sort();
}

/** 12.5 of `percent(12.5)`, the one form of label that Federation gives a meaning (@override, "progressive override"). */
export function percentOf(label: string): number | undefined {
  const [, percent] = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label) ?? [];
  return percent === undefined ? undefined : Number(percent);
}

interface SubgraphEntry {
  /** In the enum `join__Graph`. */
  readonly value: string;
  readonly name: string;
  readonly url: string;
}

/** `enum join__Graph { SALES @join__graph(name: "sales", url: "http://…") }` (https://specs.apollo.dev/join/v0.5). */
function subgraphsOf(document: DocumentNode): SubgraphEntry[] {
  const graphs = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return values.map((node) => {
    const { value } = node.name;
    const [graph] = applied(node, 'join__graph');
    return { value, name: stringArgument(graph, 'name') ?? value, url: stringArgument(graph, 'url') ?? '' };
  });
}

/** By their value in the enum `join__Graph`. */
export const subgraphNames = (document: DocumentNode): ReadonlyMap<string, string> =>
  new Map(subgraphsOf(document).map(({ value, name }) => [value, name]));

/** An interface is implemented by the types of the interfaces that implement it, too. */
function possibleTypes(document: DocumentNode): Map<string, Set<string>> {
  const possible = new Map<string, Set<string>>();
  const parents = new Map<string, string[]>();
  const of = (name: string): Set<string> => {
    const types = possible.get(name) ?? new Set();
    possible.set(name, types);
    return types;
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const type of node.types ?? []) of(node.name.value).add(type.name.value);
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) of(node.name.value);
    if (hasFields(node)) parents.set(node.name.value, node.interfaces?.map(({ name }) => name.value) ?? []);
  }
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const ancestor of ancestors(node.name.value, parents)) of(ancestor).add(node.name.value);
  }
  return possible;
}

function ancestors(
  type: string,
  parents: ReadonlyMap<string, readonly string[]>,
  seen = new Set<string>(),
): Set<string> {
  for (const parent of parents.get(type) ?? []) {
    if (seen.has(parent)) continue;
    seen.add(parent);
    ancestors(parent, parents, seen);
  }
  return seen;
}
