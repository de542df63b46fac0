/** Whether a text is the parts of a pattern, one after the other, with anything, or nothing, where null stands. */
export function matches(text: string, pattern: readonly (string | null)[]): boolean {
  let at = 0;
  let isOpen = false;
  for (const [index, part] of pattern.entries()) {
    if (part === null) {
      isOpen = true;
      continue;
    }
    const isLast = index === pattern.length - 1;
    // The first place will do for what something else may follow; the last part has to be the end.
    const found = isOpen
      ? isLast
        ? lastPlace(text, part, at)
        : text.indexOf(part, at)
      : text.startsWith(part, at)
        ? at
        : -1;
    if (found === -1) return false;
    at = found + part.length;
    isOpen = false;
  }
  return isOpen || at === text.length;
}

function lastPlace(text: string, part: string, from: number): number {
  const at = text.length - part.length;
  return at >= from && text.startsWith(part, at) ? at : -1;
}
