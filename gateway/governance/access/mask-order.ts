/**
 * Which of several masks counts: the one that says least. Kinds come in the order of `kinds`; within one, coarser comes first:
 * a wider bucket, fewer characters.
 */
export function strictestMask(texts: readonly string[]): string | undefined {
  return [...texts].sort(compare)[0];
}

/** Whether a mask has a place in the order. */
export const isOrdered = (text: string): boolean => rankOf(text) !== -1;

const kinds: readonly (readonly string[])[] = [
  ['null'],
  ['redact'],
  ['constant'],
  ['hash'],
  ['bucket', 'year', 'month', 'day'],
  ['last'],
];

function compare(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || places(a) - places(b) || sizes(a) - sizes(b) || (a < b ? -1 : 1);
}

const kindOf = (text: string): string => /^\w+/.exec(text)?.[0] ?? '';

const rankOf = (text: string): number => kinds.findIndex((each) => each.includes(kindOf(text)));

const places = (text: string): number => kinds[rankOf(text)]?.indexOf(kindOf(text)) ?? 0;

/** A small number stands for little that is said. */
function sizes(text: string): number {
  const size = Number(/\((\d+(?:\.\d+)?)\)/.exec(text)?.[1] ?? 0);
  return kindOf(text) === 'bucket' ? -size : size;
}
