/**
 * Relationships by stable id (`/schema/<id>/properties/<id>`) into another contract of the same domain → by name, which
 * is what the rest of the kit joins by. An id of another domain stays as it is: only a lint of the mesh can know it.
 */
import type { Contract, ContractObject, Relationship } from './model.ts';

export function resolveReferences(contracts: readonly Contract[]): Contract[] {
  const objects = contracts.flatMap((contract) => contract.objects);
  return contracts.map((contract) => ({
    ...contract,
    objects: contract.objects.map((object) => ({
      ...object,
      relationships: object.relationships.map((relationship) => byName(relationship, objects)),
    })),
  }));
}

function byName(relationship: Relationship, objects: readonly ContractObject[]): Relationship {
  if (objects.some(({ name }) => name === relationship.toObject)) return relationship;
  const object = objects.find(({ id }) => id === relationship.toObject);
  if (!object) return relationship;
  const to = relationship.to.map((id) => object.properties.find((property) => property.id === id)?.name ?? id);
  return { ...relationship, toObject: object.name, to };
}
