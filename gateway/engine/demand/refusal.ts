import { type ASTNode, GraphQLError } from 'graphql';

export type DemandCode =
  | 'OPERATION_TOO_DEEP'
  | 'OPERATION_TOO_MANY_ALIASES'
  | 'OPERATION_TOO_MANY_ROOT_FIELDS'
  | 'OPERATION_TOO_MANY_DIRECTIVES'
  | 'OPERATION_TOO_COMPLEX'
  | 'OPERATION_TOO_EXPENSIVE';

/** The one error that a refused operation is answered with. The message holds numbers and names of the graph only. */
export function refusal(code: DemandCode, message: string, node?: ASTNode): GraphQLError {
  return new GraphQLError(message, { ...(node && { nodes: node }), extensions: { code } });
}
