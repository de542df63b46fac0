import { type GraphQLFormattedError, Kind, parse, type SelectionSetNode } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { SubgraphResponse } from './engine.ts';

/**
 * When a whole fetch fails, so does every field that it asked for: one error for each, so that no null is unexplained.
 * Paths are those of the subgraph's response; the engine moves them to where the fetch belongs. A fetch of many
 * entities gives one error per field, at the first entity: a thousand equal errors explain nothing more.
 */
export function errorsOfFailedFetch(request: AskedOperation, failure: unknown): GraphQLFormattedError[] {
  const known = failure instanceof WeftError;
  const message = known ? failure.message : 'A subgraph could not be asked.';
  const code = known ? failure.code : 'SUBGRAPH_ERROR';
  const errors = pathsOf(request).map(({ path, more }) => ({
    message: more > 0 ? `${message} This field is missing here and in ${more} more places.` : message,
    path,
    extensions: { code },
  }));
  return errors.length > 0 ? errors : [{ message, extensions: { code } }];
}

/**
 * A subgraph that refuses the whole operation (a literal that its scalar does not take) says so without a path: its
 * errors then belong to every field that it was asked for.
 */
export function placedErrors(request: AskedOperation, { data, errors }: SubgraphResponse) {
  if (data || !errors?.some(({ path }) => path === undefined)) return errors;
  const paths = pathsOf(request);
  return errors.flatMap((error) =>
    error.path || paths.length === 0 ? [error] : paths.map(({ path }) => ({ ...error, path })),
  );
}

interface AskedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type FailedPath = { readonly path: (string | number)[]; readonly more: number };

function pathsOf({ query, variables }: AskedOperation): FailedPath[] {
  const [operation] = parse(query).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const { representations } = variables;
  const root = fieldsOf(operation.selectionSet);
  if (!Array.isArray(representations)) return root.map(({ key }) => ({ path: [key], more: 0 }));
  return (root[0]?.selections?.selections ?? []).flatMap((selection) => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const type = selection.typeCondition?.name.value;
    const at = representations.flatMap(({ __typename }, index) => (__typename === type ? index : []));
    const [first] = at;
    if (first === undefined) return [];
    return fieldsOf(selection.selectionSet).map(({ key }) => ({
      path: ['_entities', first, key],
      more: at.length - 1,
    }));
  });
}

function fieldsOf(set: SelectionSetNode): { key: string; selections: SelectionSetNode | undefined }[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet);
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return [];
    return [{ key: selection.alias?.value ?? selection.name.value, selections: selection.selectionSet }];
  });
}
