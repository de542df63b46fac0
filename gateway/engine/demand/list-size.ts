import type { FieldNode } from 'graphql';
import type { ArgumentValues } from './argument-cost.ts';
import type { ListSize } from './cost-model.ts';
import type { FieldCost } from './field-cost.ts';
import { refusal } from './refusal.ts';

/** Lengths that a field knows of lists directly below it. */
export interface ListSizes {
  readonly byName: ReadonlyMap<string, number>;
  /** Of any other list there. */
  readonly ofLists: number | undefined;
}

export interface KnownSize {
  /** Of the field, where it is a list itself. */
  readonly own: number | undefined;
  readonly below: ListSizes;
}

export const noSizes: ListSizes = { byName: new Map(), ofLists: undefined };

/** Arguments that bound a page where the graph does not say which do. */
const pageArguments = ['first', 'last', 'limit'];

/** Undefined: neither the graph nor the operation says. @throws GraphQLError OPERATION_TOO_EXPENSIVE */
export function listSizeOf(
  { listSize, isList }: FieldCost,
  values: ArgumentValues,
  node: FieldNode,
): KnownSize | undefined {
  if (listSize) return declaredSize(listSize, values, node);
  const size = values.size > 0 ? largest(pageArguments, values) : undefined;
  if (size === undefined) return undefined;
  return isList ? { own: size, below: noSizes } : { own: undefined, below: { byName: noSizes.byName, ofLists: size } };
}

function declaredSize(
  { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument }: ListSize,
  values: ArgumentValues,
  node: FieldNode,
): KnownSize {
  const given = slicingArguments.filter((name) => typeof values.get(name) === 'number');
  if (requireOneSlicingArgument && slicingArguments.length > 0 && given.length !== 1) {
    const message = `\`${node.name.value}\` needs one of ${slicingArguments.join(', ')}: without, nobody knows how much it answers.`;
    throw refusal('OPERATION_TOO_EXPENSIVE', message, node);
  }
  const size = largest(given, values) ?? assumedSize;
  if (sizedFields.length === 0 || size === undefined) return { own: size, below: noSizes };
  return { own: undefined, below: { byName: new Map(sizedFields.map((name) => [name, size])), ofLists: undefined } };
}

/** Where several are given, the longest that they allow. Less than nothing is nothing: the domain refuses it. */
function largest(names: readonly string[], values: ArgumentValues): number | undefined {
  const sizes = names.map((name) => values.get(name)).filter((size) => typeof size === 'number');
  return sizes.length > 0 ? Math.max(0, ...sizes) : undefined;
}
