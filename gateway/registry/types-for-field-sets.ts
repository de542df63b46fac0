import { print } from 'graphql';
import { hasFields } from '../engine/type-definitions.ts';
import { namedTypeOf } from '../planner/applied-directives.ts';
import type { FieldTypes } from './named-fields.ts';
import type { SupergraphTypes } from './supergraph-types.ts';

export function typesForFieldSets(
  { types, roots }: Pick<SupergraphTypes, 'types' | 'roots'>,
  entities: ReadonlySet<string>,
): FieldTypes {
  const typed = types.filter(hasFields);
  const byName = new Map(typed.map((type) => [type.name.value, type]));
  const implementers = new Map<string, string[]>();
  for (const { name, interfaces = [] } of typed) {
    for (const each of interfaces) {
      const known = implementers.get(each.name.value);
      if (known) known.push(name.value);
      else implementers.set(each.name.value, [name.value]);
    }
  }
  return {
    typeOf(type, field) {
      const found = byName.get(type)?.fields?.find(({ name }) => name.value === field);
      return found && namedTypeOf(print(found.type));
    },
    implementers: (type) => implementers.get(type) ?? [],
    isEntity: (type) => entities.has(type) || roots.has(type),
  };
}
