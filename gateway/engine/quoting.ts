/**
 * What a subgraph says of a failure may quote anything that it has, asked for or not: the key that it was asked for, the
 * row that it failed on. So it is passed on to those who may read all of that.
 */
import type { Access } from './access.ts';

/** Whether what a subgraph says may be passed on to whoever has this access. */
export type MayQuote = (subgraph: string, access: Access | undefined) => boolean;

/** @param heldFields coordinates by subgraph */
export function createMayQuote(heldFields: ReadonlyMap<string, ReadonlySet<string>>): MayQuote {
  const known = new WeakMap<Access, Map<string, boolean>>();
  return (subgraph, access) => {
    if (!access) return true;
    const ofAccess = known.get(access) ?? new Map<string, boolean>();
    known.set(access, ofAccess);
    const found = ofAccess.get(subgraph) ?? readsAll(access, subgraph, heldFields.get(subgraph));
    ofAccess.set(subgraph, found);
    return found;
  };
}

function readsAll(access: Access, subgraph: string, fields: ReadonlySet<string> | undefined): boolean {
  const rows = access.rows ? access.rows(subgraph) : {};
  if (!fields || !rows || Object.keys(rows).length > 0) return false;
  for (const coordinate of fields) if (access.decide(coordinate).effect !== 'allow') return false;
  return true;
}
