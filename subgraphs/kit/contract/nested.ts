/** The types of nested objects, at any depth, in lists or not: `OrderAddress`, `OrderAddressGeo`. */
import { columnOf } from './column.ts';
import type { RowType } from './graph.ts';
import type { Property } from './model.ts';
import { fieldName, pascalCase } from './names.ts';

export interface NestedType {
  readonly name: string;
  readonly fields: readonly NestedField[];
}

export interface NestedField {
  readonly name: string;
  readonly type: string;
  readonly property: Property;
  /** The innermost object around it that the contract classifies: whoever reads the field reads a part of that. */
  readonly within: ClassifiedField | undefined;
}

interface ClassifiedField {
  readonly coordinate: string;
  readonly property: Property;
}

export function nestedTypes(type: RowType): NestedType[] {
  const found: NestedType[] = [];
  const visit = (parent: string, property: Property, coordinate: string, around?: ClassifiedField): void => {
    const within = property.classification ? { coordinate, property } : around;
    if (property.items) visit(parent, { ...property.items, name: property.name }, coordinate, within);
    if (property.logicalType !== 'object' || property.properties.length === 0) return;
    const name = `${parent}${pascalCase(property.name)}`;
    const fields = property.properties.map((inner) => ({
      name: fieldName(inner),
      type: propertyType(name, inner),
      property: inner,
      within,
    }));
    found.push({ name, fields });
    for (const inner of property.properties) visit(name, inner, `${name}.${fieldName(inner)}`, within);
  };
  for (const field of type.fields) visit(type.name, field.column.property, `${type.name}.${field.name}`);
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
