import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { createOperationCache } from '../engine/operation-cache.ts';

export type AskedDocument = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLFormattedError[] };

/** What engines ask, parsed and validated once: they ask the same again, with other variables. */
export function createAskedDocuments(schema: GraphQLSchema): (source: string) => AskedDocument {
  const kept = createOperationCache<AskedDocument>({
    maxEntries: 500,
    maxBytes: 8 * 1024 * 1024,
    bytesOf: (source) => 2_000 + 50 * source.length,
  });
  return (source) => {
    const known = kept.get(source);
    if (known) return known;
    const found = read(source, schema);
    kept.keep(source, found);
    return found;
  };
}

function read(source: string, schema: GraphQLSchema): AskedDocument {
  try {
    const document = parse(source, { noLocation: true });
    const errors = validate(schema, document);
    return errors.length > 0 ? { errors: errors.map((each) => each.toJSON()) } : { document };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error.toJSON()] };
    throw error;
  }
}
