/**
 * The end of a text, behind a run that says nothing of how much stands before it. Counted are characters as people see
 * them (grapheme clusters): a letter keeps its accents, a family of emoji is one. A text that is not longer than what may be
 * seen of it is not seen at all, since it would be all of it.
 */
export function lastCharacters(text: string, count: number): string {
  // From behind: a long text is not cut into its characters for a few of them.
  const segments = segmenter.segment(text);
  let start = text.length;
  for (let seen = 0; seen < count && start > 0; seen++) start = segments.containing(start - 1)?.index ?? 0;
  return start === 0 ? run : run + text.slice(start);
}

const run = '•••••';
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
