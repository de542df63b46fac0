/**
 * What the graph says about the cost of its parts (`@cost` and `@listSize`, IBM's "GraphQL Cost Directives
 * Specification" as Apollo Federation 2.9 composes it). The API schema has lost the directives; the supergraph keeps them.
 */
import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, parse, valueFromASTUntyped } from 'graphql';
import { hasFields } from '../type-definitions.ts';
import { costDirectives } from './cost-directives.ts';

export interface CostModel {
  /** Weights by coordinate: `Book`, `Book.title`, `Query.books(filter:)`, `BookFilter.author`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By the coordinate of the field. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

export interface ListSize {
  readonly assumedSize?: number;
  /** Arguments that say how long the list will be. */
  readonly slicingArguments: readonly string[];
  /** Fields below that are the list, where this field is not (`nodes` of a page). */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** For a graph that says nothing. */
export const noCosts: CostModel = { weights: new Map(), listSizes: new Map() };

export function costModelOf(supergraphSdl: string): CostModel {
  const document = parse(supergraphSdl, { noLocation: true });
  const { cost, listSize } = costDirectives(document);
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();

  const weigh = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    const weight = Number(argumentsOf(directives, cost)?.weight ?? Number.NaN);
    if (Number.isFinite(weight)) weights.set(coordinate, weight);
  };
  for (const definition of document.definitions) {
    if (!('name' in definition) || !definition.name || !('directives' in definition)) continue;
    const type = definition.name.value;
    weigh(type, definition.directives as readonly ConstDirectiveNode[] | undefined);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      weigh(coordinate, field.directives);
      const given = argumentsOf(field.directives, listSize);
      if (given) listSizes.set(coordinate, readListSize(given));
      for (const each of 'arguments' in field ? (field.arguments ?? []) : []) {
        weigh(`${coordinate}(${each.name.value}:)`, each.directives);
      }
    }
  }
  inheritFromImplementations(document, weights, listSizes);
  return { weights, listSizes };
}

/** A field costs through an interface what it costs at most through one that implements it. */
function inheritFromImplementations(
  document: DocumentNode,
  weights: Map<string, number>,
  listSizes: Map<string, ListSize>,
): void {
  for (const { name, interfaces, fields } of document.definitions.filter(hasFields)) {
    for (const above of interfaces ?? []) {
      for (const field of fields ?? []) {
        const own = `${name.value}.${field.name.value}`;
        const inherited = `${above.name.value}.${field.name.value}`;
        const weight = weights.get(own);
        if (weight !== undefined) weights.set(inherited, Math.max(weight, weights.get(inherited) ?? weight));
        const size = listSizes.get(own);
        if (size && !listSizes.has(inherited)) listSizes.set(inherited, size);
      }
    }
  }
}

function readListSize(given: Readonly<Record<string, unknown>>): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given;
  return {
    ...(typeof assumedSize === 'number' && { assumedSize }),
    slicingArguments: strings(slicingArguments),
    sizedFields: strings(sizedFields),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const directive = name === undefined ? undefined : directives?.find((each) => each.name.value === name);
  const read = (value: ConstValueNode): unknown => valueFromASTUntyped(value);
  return (
    directive && Object.fromEntries((directive.arguments ?? []).map((each) => [each.name.value, read(each.value)]))
  );
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
