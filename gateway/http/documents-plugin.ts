import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, type GraphQLSchema, visit } from 'graphql';
import { createOperationCache, type OperationCache } from '../engine/operation-cache.ts';
import type { DoorContext } from './request-context.ts';

/**
 * Operations that were found to be valid, parsed, for the next time that they are sent. Apollo Server's own store counts
 * their JSON, of which they are ten times; and with one that it is given, it prints the whole schema at each change.
 */
export function documentsPlugin(): ApolloServerPlugin<DoorContext> {
  const bySchema = new WeakMap<GraphQLSchema, OperationCache<DocumentNode>>();
  return {
    async requestDidStart({ schema }) {
      const valid = bySchema.get(schema) ?? createStore();
      bySchema.set(schema, valid);
      return {
        async didResolveSource(context) {
          // With a document, Apollo Server neither parses nor validates.
          const { source } = context;
          const document = valid.get(source);
          if (document) Object.assign(context, { document });
        },
        async validationDidStart({ document, source }) {
          return async (errors) => {
            if (!errors) await valid.load(source, async () => withoutTokens(document));
          };
        },
      };
    },
  };
}

/** About as many as the engine keeps compiled. A character of an operation is about 50 bytes of nodes. */
const createStore = (): OperationCache<DocumentNode> =>
  createOperationCache<DocumentNode>({
    maxEntries: 2_000,
    maxBytes: 32 * 1024 * 1024,
    bytesOf: (source) => 1_000 + 50 * source.length,
  });

/** Where a node is remains known; half of what a document takes are tokens, which nobody reads after parsing. */
function withoutTokens(document: DocumentNode): DocumentNode {
  visit(document, {
    enter({ loc }) {
      if (loc) Object.assign(loc, { startToken: undefined, endToken: undefined });
    },
  });
  return document;
}
