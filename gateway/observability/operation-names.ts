/** Consumers choose the names of operations; a label of a metric may have only so many values. */
const mostNames = 1_000;
const longestName = 100;
const none = '-';
const other = 'other';

/**
 * @returns the name itself for the first thousand, `other` for the rest, `-` where there is none. What was returned may be
 * given again, here or to another: these two stay as they are.
 */
export function createOperationNames(): (name: string | null) => string {
  const known = new Set<string>();
  return (name) => {
    if (name === null || name === none) return none;
    if (name === other || known.has(name)) return name;
    if (known.size >= mostNames || name.length > longestName) return other;
    known.add(name);
    return name;
  };
}
