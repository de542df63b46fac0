/** Writes a leaf value as JSON text (GraphQL, "Result Coercion" of each scalar and of enums). */
import { type GraphQLLeafType, isEnumType } from 'graphql';
import { jsonText } from '../fetch/nesting.ts';

/** Undefined for a value that the type does not have. */
export type WriteLeaf = (value: unknown) => string | undefined;

export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) {
    // Values that the API schema hides (`@inaccessible`) are none.
    return (value) => (typeof value === 'string' && type.getValue(value) ? JSON.stringify(value) : undefined);
  }
  return scalars[type.name] ?? jsonText;
}

const int32 = 2 ** 31;

const scalars: Readonly<Record<string, WriteLeaf>> = Object.assign(Object.create(null), {
  Int: (value: unknown) =>
    Number.isInteger(value) && (value as number) >= -int32 && (value as number) < int32 ? String(value) : undefined,
  Float: (value: unknown) => (Number.isFinite(value) ? JSON.stringify(value) : undefined),
  Boolean: (value: unknown) => (typeof value === 'boolean' ? String(value) : undefined),
  String: (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : undefined),
  ID: (value: unknown) => {
    if (typeof value === 'string') return JSON.stringify(value);
    return Number.isSafeInteger(value) ? `"${value}"` : undefined;
  },
});
