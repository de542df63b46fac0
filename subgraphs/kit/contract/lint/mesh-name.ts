import { type Claim, claimsOf, type Name } from '../claims.ts';
import { graphOf } from '../graph-of.ts';
import type { Domain } from '../model.ts';
import { conflict } from '../name-conflicts.ts';
import type { LintRule } from './rule.ts';

/**
 * A name stands for one thing in the whole mesh. Of two domains that need the same one, the later in the mesh is told.
 * To contribute fields to another domain's type is no conflict, unless that type has such fields already.
 */
export const meshName: LintRule = {
  name: 'mesh-name',
  codes: ['NAME_CONFLICT'],
  *check({ domain, mesh }) {
    const earlier = mesh.slice(
      0,
      mesh.findIndex(({ name }) => name === domain.name),
    );
    const taken = new Map(
      earlier.flatMap((each) => claimsIn(each).flatMap(ownNames)).map((name) => [name.coordinate, name]),
    );
    const blamed = new Set<unknown>();
    for (const claim of claimsIn(domain)) {
      for (const name of ownNames(claim)) {
        const other = taken.get(name.coordinate);
        if (!other) continue;
        // An object that two domains have is a dozen names that both have: one issue says it.
        if (!blamed.has(name.place)) yield conflict(name, other);
        blamed.add(name.place);
        if (name === claim) break;
      }
    }
  },
};

/** What the domain alone may give: of another domain's type neither its name nor its key. */
function ownNames(claim: Claim): Name[] {
  return claim.foreignKey
    ? claim.members.filter(({ coordinate }) => !claim.foreignKey?.has(coordinate))
    : [claim, ...claim.members];
}

const known = new WeakMap<Domain, Claim[]>();

/** Each domain is looked at once for every other one. */
function claimsIn(domain: Domain): Claim[] {
  const claims = known.get(domain) ?? claimsOf(graphOf(domain).graph);
  known.set(domain, claims);
  return claims;
}
