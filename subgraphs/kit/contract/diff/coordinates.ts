/** What the parts of a contract are called in the graph. */
import type { RowType } from '../graph.ts';
import { graphOf } from '../graph-of.ts';
import { loneDomain } from '../lone-domain.ts';
import type { Contract } from '../model.ts';
import { pascalCase } from '../names.ts';
import { nestedTypes } from '../nested.ts';

/**
 * @returns of objects, properties, values of enums and relationships: `Order`, `Order.total`, `OrderState.SHIPPED`,
 * `Order.customer`. A relationship into another contract of the domain is called as one into another domain would be.
 */
export function coordinatesOf(contract: Contract): ReadonlyMap<object, string> {
  const { graph } = graphOf(loneDomain(contract));
  return new Map(graph.types.flatMap((type) => [[type.object, type.name], ...ofFields(type)]));
}

function ofFields(type: RowType): [object, string][] {
  const fields = type.fields.flatMap(({ name, column: { property }, enumValues }): [object, string][] => [
    [property, `${type.name}.${name}`],
    ...[...(enumValues ?? [])].flatMap(([value, stored]): [object, string][] => {
      const listed = property.enum?.find((each) => String(each.value) === stored);
      return listed ? [[listed, `${type.name}${pascalCase(name)}.${value}`]] : [];
    }),
  ]);
  const nested = nestedTypes(type).flatMap(({ name: parent, fields: inner }) =>
    inner.map(({ name, property }): [object, string] => [property, `${parent}.${name}`]),
  );
  const references = type.references.map(({ name, relationship }): [object, string] => [
    relationship,
    `${type.name}.${name}`,
  ]);
  return [...fields, ...nested, ...references];
}
