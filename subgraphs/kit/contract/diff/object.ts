/** Objects of a contract: their properties, their keys, and what they refer to. */
import { type ContractObject, primaryKey } from '../model.ts';
import type { At, Comparison } from './comparison.ts';
import { compareCustomProperties } from './custom-properties.ts';
import { breaking, compatible, cosmetic } from './difference.ts';
import { compareFields } from './fields.ts';
import { compareLists } from './lists.ts';
import { pairsOf } from './pairs.ts';
import { compareProperties } from './property.ts';
import { compareQuality } from './quality.ts';
import { compareRelationships } from './relationships.ts';
import { objectRules } from './rules.ts';
import { same } from './same.ts';

export function compareObjects(
  comparison: Comparison,
  at: At,
  before: readonly ContractObject[],
  after: readonly ContractObject[],
): void {
  compareLists(comparison, at, before, after, {
    field: 'schema',
    noun: 'object',
    identities: [({ id }) => id, ({ name }) => name],
    selector: ({ name }) => `name=${name}`,
    nameOf: ({ name }) => name,
    added: compatible,
    removed: breaking,
    each: (here, [one, other]) => compareObject(comparison, here, one, other),
  });
}

function compareObject(comparison: Comparison, at: At, before: ContractObject, after: ContractObject): void {
  compareFields(comparison, at, [before, after], objectRules);
  const keyMoves = keyMoved(before, after);
  const referring = new Set([before, after].flatMap(({ relationships }) => relationships.flatMap(({ from }) => from)));
  const pairs = compareProperties(comparison, at, before.properties, after.properties, {
    added: compatible,
    moved: keyMoves ? breaking : cosmetic,
    inObject: (property) => ({ property, refers: referring.has(property.name), keyMoves }),
  });
  const renamed = new Map(
    pairs.flatMap((pair) => (pair.before && pair.after ? [[pair.before.name, pair.after.name]] : [])),
  );
  compareRelationships(comparison, at, before, after, renamed);
  compareQuality(comparison, at, before.quality, after.quality);
  compareCustomProperties(comparison, at, before, after);
}

/** Whether the key has the same properties in another order: whoever refers to it by several lists them in that order. */
function keyMoved(before: ContractObject, after: ContractObject): boolean {
  const [was, is] = [primaryKey(before), primaryKey(after)];
  const pairs = pairsOf(was, is, [({ id }) => id, ({ name }) => name]);
  if (pairs.some((pair) => !pair.before || !pair.after)) return false;
  return !same(
    pairs.map((pair) => pair.after?.name),
    is.map(({ name }) => name),
  );
}
