/** How a domain's graph is answered. Every resolver follows from the contracts; store/rows.ts does the batching. */
import type { GraphQLFieldResolver, GraphQLResolveInfo, GraphQLScalarType, SelectionSetNode } from 'graphql';
import { type DomainGraph, foreignTypes, inversesOf, type Reference, type RowType } from './contract/graph.ts';
import { nestedTypes } from './contract/nested.ts';
import { fieldType } from './contract/sdl-parts.ts';
import { dimensionsOf, scalarFieldsOf } from './contract/sdl-queries.ts';
import { WeftError } from './errors/weft-error.ts';
import { scalars } from './scalars.ts';
import type { PageArguments } from './store/page.ts';
import type { GraphRow, Page, Rows } from './store/rows.ts';
import { columnsChanged } from './store/served.ts';
import type { Selection, SummaryArguments } from './store/summary.ts';

/** What every resolver of a domain gets, its own in `resolvers.ts` included. */
export interface RequestContext {
  readonly rows: Rows;
  readonly type: (name: string) => RowType;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments are as the schema says, which the compiler does not see.
type Resolver = GraphQLFieldResolver<GraphRow, RequestContext, any>;
type ReferenceResolver = (representation: GraphRow, context: RequestContext) => unknown;

type TypeResolvers = Record<string, Resolver | ReferenceResolver>;
type EnumValues = Record<string, string>;

/** By GraphQL type. */
export type Resolvers = Record<string, GraphQLScalarType | TypeResolvers | EnumValues>;

export function resolversOf(graph: DomainGraph): Resolvers {
  const resolvers: Resolvers = { ...scalars };
  const query: Record<string, Resolver> = {};
  for (const type of graph.types) {
    Object.assign(query, rootResolvers(type));
    resolvers[type.name] = rowResolvers(graph, type);
    if (dimensionsOf(type).length > 0) resolvers[`${type.name}Group`] = groupResolvers(type);
    for (const field of type.fields) {
      if (field.enumValues) resolvers[fieldType(type.name, field)] = Object.fromEntries(field.enumValues);
    }
    for (const nested of nestedTypes(type)) {
      resolvers[nested.name] = Object.fromEntries(
        nested.fields.map((field): [string, Resolver] => [field.name, (parent) => parent[field.property.name]]),
      );
    }
  }
  for (const [name] of foreignTypes(graph)) {
    resolvers[name] = {
      __resolveReference: (representation: GraphRow) => representation,
      ...inverseResolvers(graph, name),
    };
  }
  return graph.types.length > 0 ? { ...resolvers, Query: query } : resolvers;
}

function rootResolvers(type: RowType): Record<string, Resolver> {
  const { single, list, summary } = type.queries;
  return {
    ...(type.key.length > 0 && { [single]: (_, key: GraphRow, { rows }) => rows.byKey(type, key) }),
    [list]: async (_, args: PageArguments, { rows }) => connection(await rows.page(type, args)),
    ...(scalarFieldsOf(type).length > 0 && {
      [summary]: (_, args: SummaryArguments, { rows }, info) => rows.summary(type, args, selectionOf(type, info)),
    }),
  };
}

function rowResolvers(graph: DomainGraph, type: RowType): TypeResolvers {
  const dataProduct = { __typename: 'DataProduct', id: type.output.product.id };
  return {
    ...Object.fromEntries(type.fields.map(({ name }): [string, Resolver] => [name, (row) => valueIn(type, row, name)])),
    ...(type.key.length > 0 && {
      __resolveReference: async (representation: GraphRow, { rows }: RequestContext) => {
        const row = await rows.byKey(type, representation);
        if (row) return row;
        throw new WeftError('ENTITY_NOT_FOUND', `${type.object.name} has no row with this key.`);
      },
    }),
    ...referenceResolvers(type.references, (row, name) => valueIn(type, row, name)),
    ...inverseResolvers(graph, type.name),
    _dataProduct: () => dataProduct,
  };
}

/** Null where the row has no value; an error where it was loaded without the column. */
function valueIn(type: RowType, row: GraphRow, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  throw columnsChanged(type, name);
}

/** A group leads to the rows of other types that all its rows refer to. */
function groupResolvers(type: RowType): Record<string, Resolver> {
  const dimensions = dimensionsOf(type);
  const references = type.references.filter(({ from }) => from.every((field) => dimensions.includes(field)));
  return referenceResolvers(references, (group, name) => group[name]);
}

/** A type of this domain is looked up; one of another domain is named by its key, and the gateway asks that domain. */
function referenceResolvers(
  references: readonly Reference[],
  read: (row: GraphRow, name: string) => unknown,
): Record<string, Resolver> {
  return Object.fromEntries(
    references.map(({ name, from, to, toType, local }): [string, Resolver] => [
      name,
      (row, _, { rows }) => {
        const key = Object.fromEntries(to.map((field, at) => [field, read(row, from[at]?.name ?? '')]));
        if (Object.values(key).some((value) => value === null || value === undefined)) return null;
        return local ? rows.byKey(local, key) : { __typename: toType, ...key };
      },
    ]),
  );
}

function inverseResolvers(graph: DomainGraph, typeName: string): Record<string, Resolver> {
  return Object.fromEntries(
    inversesOf(graph, typeName).map(({ from, by }): [string, Resolver] => [
      by.inverse.name,
      async (parent, args: PageArguments, { rows }) => {
        const page = await rows.pageOf(
          from,
          by.from,
          by.to.map((field) => parent[field]),
          args,
        );
        return by.inverse.single ? page.edges[0]?.node : connection(page);
      },
    ]),
  );
}

function connection({ edges, hasNextPage, hasPreviousPage, totalCount }: Page) {
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: () => edges[0]?.cursor,
      endCursor: () => edges.at(-1)?.cursor,
    },
    totalCount,
  };
}

const aggregates = ['sum', 'avg', 'min', 'max', 'countDistinct'] as const;

/** The aggregates that a client selects, in fragments or not: only they are computed. */
function selectionOf(type: RowType, info: GraphQLResolveInfo): Selection {
  const selected = new Map<string, Set<string>>();
  const visit = (
    set: SelectionSetNode | undefined,
    found: (name: string, inner: SelectionSetNode | undefined) => void,
  ): void => {
    for (const node of set?.selections ?? []) {
      if (node.kind === 'Field') found(node.name.value, node.selectionSet);
      else if (node.kind === 'InlineFragment') visit(node.selectionSet, found);
      else visit(info.fragments[node.name.value]?.selectionSet, found);
    }
  };
  for (const node of info.fieldNodes) {
    visit(node.selectionSet, (aggregate, inner) => {
      const names = selected.get(aggregate) ?? new Set();
      selected.set(aggregate, names);
      visit(inner, (name) => names.add(name));
    });
  }
  const known = new Set(type.fields.map((field) => field.name));
  return Object.fromEntries(
    aggregates.map((aggregate) => [aggregate, [...(selected.get(aggregate) ?? [])].filter((name) => known.has(name))]),
  );
}
