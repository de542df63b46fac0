/** The types of nested objects, at any depth, in lists or not: `OrderAddress`, `OrderAddressGeo`. */
import { columnOf } from './column.ts';
import type { RowType } from './graph.ts';
import type { Property } from './model.ts';
import { fieldName, pascalCase } from './names.ts';

export interface NestedType {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: string; readonly property: Property }[];
}

export function nestedTypes(type: RowType): NestedType[] {
  const found: NestedType[] = [];
  const visit = (parent: string, property: Property): void => {
    if (property.items) visit(parent, { ...property.items, name: property.name });
    if (property.logicalType !== 'object' || property.properties.length === 0) return;
    const name = `${parent}${pascalCase(property.name)}`;
    const fields = property.properties.map((inner) => ({
      name: fieldName(inner),
      type: propertyType(name, inner),
      property: inner,
    }));
    found.push({ name, fields });
    for (const inner of property.properties) visit(name, inner);
  };
  for (const field of type.fields) visit(type.name, field.column.property);
  return found;
}

/** The GraphQL type of a property, without nullability; `parent` names the type that it is a field of. */
export function propertyType(parent: string, property: Property, scalar: string = columnOf(property).scalar): string {
  if (property.logicalType === 'array' && property.items) {
    return `[${propertyType(parent, { ...property.items, name: property.name })}!]`;
  }
  if (property.logicalType === 'vector') return '[Float!]';
  if (property.logicalType === 'object' && property.properties.length > 0)
    return `${parent}${pascalCase(property.name)}`;
  return scalar;
}
