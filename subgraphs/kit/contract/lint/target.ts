/** The other end of a relationship, wherever in the mesh it is. */
import type { ContractObject, Domain, Property, Relationship } from '../model.ts';
import { type LintContext, objectsOf } from './rule.ts';

export interface Target {
  readonly domain: Domain;
  readonly object: ContractObject;
  /** At the index of `relationship.to`; undefined where the object has no such property. */
  readonly properties: readonly (Property | undefined)[];
}

/** A name of this domain's own comes before the same name elsewhere. */
export function targetOf(relationship: Relationship, { domain, mesh }: LintContext): Target | undefined {
  for (const candidate of [domain, ...mesh.filter((each) => each.name !== domain.name)]) {
    const objects = objectsOf(candidate);
    const object =
      objects.find(({ name }) => name === relationship.toObject) ??
      objects.find(({ id }) => id === relationship.toObject);
    if (!object) continue;
    const properties = relationship.to.map(
      (to) => object.properties.find(({ name }) => name === to) ?? object.properties.find(({ id }) => id === to),
    );
    return { domain: candidate, object, properties };
  }
  return undefined;
}
