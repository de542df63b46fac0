/** How sensitive data is, from least to most. ODCS leaves the words free; these are its examples. */
const levels: readonly string[] = ['public', 'internal', 'confidential', 'restricted'];

export const isKnownLevel = (level: string): boolean => levels.includes(level.toLowerCase());

/** Not classified is below everything; a word that is not one of the four is above: better too careful. */
export function levelRank(level: string | undefined): number {
  if (level === undefined) return -1;
  const at = levels.indexOf(level.toLowerCase());
  return at === -1 ? levels.length : at;
}
