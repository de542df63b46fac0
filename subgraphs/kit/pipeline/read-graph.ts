/** Reading another domain's output port: through the gateway, as any consumer would. */
import { type FieldNode, Kind, type OperationDefinitionNode, parse, print } from 'graphql';
import { WeftError } from '../errors/weft-error.ts';

export type QueryGateway = (
  operation: string,
  variables: Record<string, unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's own.
) => Promise<{ data?: any; errors?: readonly { message: string }[] }>;

/**
 * Pages through the one list that the operation selects, and yields its nodes.
 * @param file of the operation, for messages
 * @throws WeftError INPUT_OPERATION_INVALID, INPUT_QUERY_FAILED
 */
export async function* readGraph(
  text: string,
  file: string,
  query: QueryGateway,
): AsyncGenerator<Record<string, unknown>> {
  const { name, list } = checkedOperation(text, file);
  let after: string | null = null;
  for (;;) {
    const connection: unknown = await page(query, text, name, list, after);
    const { nodes, pageInfo } = connection as Connection;
    yield* nodes;
    if (!pageInfo.hasNextPage) return;
    if (pageInfo.endCursor === null || pageInfo.endCursor === after) {
      throw new WeftError('INPUT_QUERY_FAILED', `${name} does not advance: its endCursor is the same on two pages.`);
    }
    after = pageInfo.endCursor;
  }
}

interface Connection {
  readonly nodes: readonly Record<string, unknown>[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

async function page(
  query: QueryGateway,
  text: string,
  name: string,
  list: string,
  after: string | null,
): Promise<Connection> {
  let answer: Awaited<ReturnType<QueryGateway>>;
  try {
    answer = await query(text, { after });
  } catch (cause) {
    throw new WeftError('INPUT_QUERY_FAILED', `${name} got no answer: ${(cause as Error).message}`, { cause });
  }
  const [error] = answer.errors ?? [];
  // Part of the rows would look like all of them.
  if (error) throw new WeftError('INPUT_QUERY_FAILED', `${name} was answered with an error: ${error.message}`);
  const connection: unknown = answer.data?.[list];
  if (isConnection(connection)) return connection;
  throw new WeftError('INPUT_QUERY_FAILED', `${name} was answered without the nodes and pageInfo of ${list}.`);
}

function isConnection(value: unknown): value is Connection {
  const { nodes, pageInfo } = (value ?? {}) as Partial<Connection>;
  return Array.isArray(nodes) && typeof pageInfo?.hasNextPage === 'boolean';
}

function checkedOperation(text: string, file: string): { readonly name: string; readonly list: string } {
  const invalid = (why: string, cause?: unknown) =>
    new WeftError('INPUT_OPERATION_INVALID', `${file} ${why}.`, { cause });
  let operations: OperationDefinitionNode[];
  try {
    operations = parse(text).definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  } catch (cause) {
    throw invalid(`is not GraphQL: ${(cause as Error).message}`, cause);
  }
  const [operation] = operations;
  if (!operation || operations.length > 1) throw invalid(`holds ${operations.length} operations instead of one`);
  const takesAfter = operation.variableDefinitions?.some(
    (each) => each.variable.name.value === 'after' && print(each.type) === 'String',
  );
  if (!takesAfter) throw invalid('does not take $after: String');
  const fields = operation.selectionSet.selections;
  const [list] = fields;
  if (list?.kind !== Kind.FIELD || fields.length > 1) throw invalid('must select exactly one field, the list');
  for (const [parent, wanted] of [
    [list, 'nodes'],
    [list, 'pageInfo'],
    [subfield(list, 'pageInfo'), 'endCursor'],
    [subfield(list, 'pageInfo'), 'hasNextPage'],
  ] as const) {
    if (!parent || !subfield(parent, wanted)) throw invalid(`does not select ${wanted}`);
  }
  return { name: operation.name?.value ?? file, list: list.alias?.value ?? list.name.value };
}

function subfield(field: FieldNode, name: string): FieldNode | undefined {
  return field.selectionSet?.selections.find(
    (each): each is FieldNode => each.kind === Kind.FIELD && each.name.value === name && !each.alias,
  );
}
