import { levelRank } from '../../subgraphs/kit/contract/classification-levels.ts';

/** The most sensitive of several. A word that is not one of the four counts as the most sensitive: better too careful. */
export function highestClassification(found: readonly (string | undefined)[]): string | undefined {
  return found.reduce((highest, level) => (levelRank(level) > levelRank(highest) ? level : highest), undefined);
}
