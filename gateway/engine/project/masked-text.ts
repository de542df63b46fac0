import type { GraphQLLeafType } from 'graphql';
import type { Mask } from '../access.ts';
import type { WriteLeaf } from './leaf.ts';

/**
 * JSON text of what is shown instead of a value; `null` where the mask gives nothing that the type has. Undefined for a value
 * that the type does not have.
 */
export function maskedText(
  { apply }: Mask,
  value: unknown,
  type: GraphQLLeafType,
  write: WriteLeaf,
): string | undefined {
  if (value === null || value === undefined || write(value) === undefined) return undefined;
  const shown = apply(value, type);
  return (shown === null || shown === undefined ? undefined : write(shown)) ?? 'null';
}
