/**
 * What an operation would find out without selecting it: whoever filters or sorts by a field, or looks for objects by it,
 * learns its values, one question after the other.
 */
import type { GraphQLSchema } from 'graphql';
import type { Access, Denial } from '../access.ts';
import type { Prepared } from './prepare.ts';
import { usedCoordinates } from './used-coordinates.ts';
import { useAll, useVariables, type Variables, variablesWithNames } from './used-in-values.ts';

/** @returns why such an operation is refused, as a whole: without its filter it would be another question. */
export type RefusalOf = (variables: Variables) => Denial | undefined;

export function refusedInputs(
  schema: GraphQLSchema,
  { document, operation }: Prepared,
  access: Access | undefined,
): RefusalOf | undefined {
  if (!access) return undefined;
  const refusalOfAny = (used: ReadonlySet<string>): Denial | undefined => {
    const coordinate = refusedAmong(used, access);
    return coordinate === undefined ? undefined : access.refuses(coordinate);
  };
  const always = refusalOfAny(usedCoordinates(schema, document, operation.name?.value ?? null));
  if (always) return () => always;
  const perhaps = variablesWithNames(schema, operation).filter(({ type }) => {
    const all = new Set<string>();
    useAll(type, all);
    return refusalOfAny(all) !== undefined;
  });
  if (perhaps.length === 0) return undefined;
  return (variables) => {
    const used = new Set<string>();
    useVariables(perhaps, variables, used);
    return refusalOfAny(used);
  };
}

/** The first coordinate that whoever asks may not find out by. */
export function refusedAmong(used: Iterable<string>, access: Access): string | undefined {
  for (const coordinate of used) if (access.refuses(coordinate)) return coordinate;
  return undefined;
}
