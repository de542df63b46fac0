/** The catalog's queries, as the root value of an execution. Everything below the root is a view (views.ts). */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  validate,
} from 'graphql';
import type { RequestContext } from '../engine/engine.ts';
import { pageOf } from './connection.ts';
import type { ProductEntry } from './entries.ts';
import type { Ownership } from './ownership.ts';
import type { Search } from './search.ts';
import { touchedFields } from './touched-fields.ts';
import type { Views } from './views.ts';

export interface ResolverSources {
  readonly products: readonly ProductEntry[];
  readonly domains: readonly string[];
  readonly apiSchema: () => GraphQLSchema | undefined;
  readonly search: Search;
  readonly ownershipOf: (coordinate: string) => Ownership | undefined;
  readonly views: Views;
}

interface ProductsArguments extends Filters {
  readonly search?: string | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

interface Filters {
  readonly domain?: string | null;
  readonly owner?: string | null;
  readonly status?: string | null;
  readonly tag?: string | null;
  readonly classification?: string | null;
}

/** Of an operation that is only asked about; the same bound as for one that is executed. */
const mostTokens = 4_000;

export type Resolvers = ReturnType<typeof createResolvers>;

export function createResolvers({ products, domains, apiSchema, search, ownershipOf, views }: ResolverSources) {
  const byId = new Map(products.map((entry) => [entry.id, entry]));
  const dataProduct = ({ id }: { readonly id: string }): unknown => {
    const entry = byId.get(id);
    return entry ? views.product(entry) : null;
  };

  return {
    dataProducts: ({ search: text, first, after, ...filters }: ProductsArguments) => {
      const found = text?.trim() ? search.find(text).flatMap((id) => byId.get(id) ?? []) : products;
      const page = { ...(first != null && { first }), ...(after != null && { after }) };
      return pageOf(found.filter(matching(filters)), page, views.product);
    },
    dataProduct,
    domain: ({ name }: { name: string }) => (domains.includes(name) ? views.domain(name) : null),
    domains: () => domains.map(views.domain),
    field: ({ coordinate }: { coordinate: string }) => {
      const owned = ownershipOf(coordinate);
      if (!owned) return null;
      const { contractField } = owned;
      const inGraph = fieldOf(apiSchema(), coordinate);
      return {
        coordinate,
        type: inGraph && String(inGraph.type),
        description: inGraph?.description ?? contractField?.property.description,
        ownership: views.ownership(owned),
        contractField: contractField && views.contractField(contractField),
      };
    },
    whoOwns: ({ operation }: { operation?: string | null }, context: RequestContext) => {
      const [schema, document] = readOperation(apiSchema(), operation ?? context.operation?.source);
      // Of an operation that is only asked about there are no values; of the one that asks there are.
      const touched =
        operation == null
          ? touchedFields(schema, onlyNamed(document, context.operation?.name), context.operation?.variables)
          : touchedFields(schema, document);
      return touched.flatMap((coordinate) => {
        const owned = ownershipOf(coordinate);
        return owned ? views.ownership(owned) : [];
      });
    },
  };
}

/** Names compare without case: people write them as they please. */
function matching({ domain, owner, status, tag, classification }: Filters): (entry: ProductEntry) => boolean {
  const same = (wanted: string | null | undefined, ...found: readonly (string | undefined)[]): boolean =>
    wanted == null || found.some((each) => each?.toLowerCase() === wanted.toLowerCase());
  return (entry) =>
    same(domain, entry.domain) &&
    same(owner, entry.owner) &&
    same(status, entry.product.status) &&
    same(tag, ...entry.tags) &&
    same(classification, entry.classification);
}

function fieldOf(schema: GraphQLSchema | undefined, coordinate: string) {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema?.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
}

/** The fragments, and of the operations the one that is being answered. */
function onlyNamed(document: DocumentNode, name: string | null | undefined): DocumentNode {
  const definitions = document.definitions.filter(
    (each) => each.kind !== Kind.OPERATION_DEFINITION || name == null || each.name?.value === name,
  );
  return { ...document, definitions };
}

function readOperation(
  schema: GraphQLSchema | undefined,
  operation: string | undefined,
): [GraphQLSchema, DocumentNode] {
  if (!schema) {
    const message = 'There is no composed graph to check the operation against. Correct the mesh first.';
    throw new GraphQLError(message, { extensions: { code: 'GRAPH_UNAVAILABLE' } });
  }
  if (operation === undefined) {
    const message = 'Name the operation to look at: only a gateway knows which one is asking.';
    throw new GraphQLError(message, { extensions: { code: 'OPERATION_INVALID' } });
  }
  const invalid = (errors: readonly GraphQLError[]): GraphQLError => {
    const faults = errors.map(({ message, locations }) => {
      const [at] = locations ?? [];
      return at ? `${message} (line ${at.line}, column ${at.column})` : message;
    });
    return new GraphQLError(`The operation is not valid: ${faults.join(' ')}`, {
      extensions: { code: 'OPERATION_INVALID' },
    });
  };
  try {
    const document = parse(operation, { maxTokens: mostTokens });
    const errors = validate(schema, document, undefined, { maxErrors: 5 });
    if (errors.length > 0) throw invalid(errors);
    return [schema, document];
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions.code === undefined) throw invalid([error]);
    throw error;
  }
}
