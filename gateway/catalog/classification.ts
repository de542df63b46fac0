/** How sensitive data is, from least to most. ODCS leaves the words free; these are its examples. */
const levels = ['public', 'internal', 'confidential', 'restricted'];

/** The most sensitive of several. A word that is not one of the four counts as the most sensitive: better too careful. */
export function highestClassification(found: readonly (string | undefined)[]): string | undefined {
  const given = found.filter((level) => level !== undefined);
  return given.reduce<string | undefined>((highest, level) => {
    return highest === undefined || rank(level) > rank(highest) ? level : highest;
  }, undefined);
}

function rank(level: string): number {
  const at = levels.indexOf(level.toLowerCase());
  return at === -1 ? levels.length : at;
}
