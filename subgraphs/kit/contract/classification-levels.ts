/** How sensitive data is, from least to most. ODCS allows any word; access rules need words that all domains share. */
export const classificationLevels: readonly string[] = ['public', 'internal', 'confidential', 'restricted'];

export const isKnownLevel = (level: string): boolean => classificationLevels.includes(level.toLowerCase());

/** Not classified is below everything; a word that is not one of the four is above: better too careful. */
export function levelRank(level: string | undefined): number {
  if (level === undefined) return -1;
  const at = classificationLevels.indexOf(level.toLowerCase());
  return at === -1 ? classificationLevels.length : at;
}
