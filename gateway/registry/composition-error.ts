import type { ASTNode, GraphQLError } from 'graphql';
import { type Issue, issue, type Place } from '../../subgraphs/kit/errors/issue.ts';

/** One error of composition: as an issue, and what it is about. */
export interface CompositionError {
  readonly issue: Issue;
  /** Name of the type, and coordinate of its field where it is about one. */
  readonly type: string | undefined;
  readonly field: string | undefined;
  /** Names of the subgraphs that it speaks of, sorted. */
  readonly subgraphs: readonly string[];
}

/**
 * `FIELD_TYPE_MISMATCH: Type of field "Order.total" is incompatible … (subgraphs: customers, sales)`
 * @param among names of the subgraphs that it may speak of
 */
export function compositionError(error: GraphQLError, among: readonly string[]): CompositionError {
  const { message, extensions } = error;
  const nodes = (error.nodes ?? []) as readonly (ASTNode & { readonly subgraph?: string })[];
  // Some errors carry the nodes of their subgraphs, some only quote the names, some come from a single one.
  const named = among.filter(
    (name) => among.length === 1 || message.includes(`"${name}"`) || nodes.some((node) => node.subgraph === name),
  );
  const unsaid = named.filter((name) => !message.includes(name));
  const said = unsaid.length > 0 ? ` (subgraph${unsaid.length > 1 ? 's' : ''}: ${unsaid.join(', ')})` : '';
  // The first name that it quotes: of a type, of a field, or of an argument.
  const [, coordinate, type] = /"(([A-Za-z_]\w*)(?:\.\w+(?:\(\w+:\))?)?)"/.exec(message) ?? [];
  const field = coordinate === type ? undefined : coordinate;
  return {
    issue: issue('COMPOSITION_FAILED', `${String(extensions.code ?? 'INVALID_GRAPHQL')}: ${message}${said}`, {
      place: placeOf(error),
      coordinate: field,
    }),
    type,
    field,
    subgraphs: named.sort(),
  };
}

function placeOf({ source, locations, nodes }: GraphQLError): Place | undefined {
  const file = source?.name ?? nodes?.[0]?.loc?.source.name;
  const at = locations?.[0];
  return file?.endsWith('.graphql') && at ? { file, line: at.line, column: at.column } : undefined;
}
