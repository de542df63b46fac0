import { GraphQLError } from 'graphql';
import type { Code } from '../../subgraphs/kit/errors/codes.ts';

export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

const largestPage = 100;

/** A page of a list (Relay, Cursor Connections Specification). A cursor names the item that it stands behind, by id. */
export function pageOf<Item extends { readonly id: string }, Node>(
  items: readonly Item[],
  { first, after }: { readonly first?: number | null; readonly after?: string | null },
  nodeOf: (item: Item) => Node,
): Connection<Node> {
  const size = first ?? 20;
  if (size < 0 || size > largestPage)
    throw badInput('PAGE_INVALID', `\`first\` is ${size}; a page has 0 to ${largestPage} items.`);
  const start = after ? startAfter(items, after) : 0;
  const edges = items.slice(start, start + size).map((item) => ({ cursor: cursorOf(item), node: nodeOf(item) }));
  return {
    nodes: edges.map((edge) => edge.node),
    edges,
    pageInfo: {
      hasNextPage: start + edges.length < items.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: items.length,
  };
}

function startAfter(items: readonly { readonly id: string }[], cursor: string): number {
  const at = items.findIndex((item) => cursorOf(item) === cursor);
  if (at === -1) throw badInput('CURSOR_INVALID', '`after` is no cursor of this list; start again without it.');
  return at + 1;
}

const cursorOf = ({ id }: { readonly id: string }): string => Buffer.from(id).toString('base64url');

const badInput = (code: Code, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });
