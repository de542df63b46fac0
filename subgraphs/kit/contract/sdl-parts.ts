/** Pieces of SDL that the printers share. */
import { Kind, print } from 'graphql';
import { levelRank } from './classification-levels.ts';
import { categoriesOf, ownerOf } from './descriptions.ts';
import type { Reference, RowField, RowType } from './graph.ts';
import type { Property } from './model.ts';
import { pascalCase } from './names.ts';
import { propertyType } from './nested.ts';

/** The GraphQL type of a field, without nullability. */
export function fieldType(typeName: string, { name, column, enumValues }: RowField): string {
  return enumValues ? `${typeName}${pascalCase(name)}` : propertyType(typeName, column.property, column.scalar);
}

/** On a field that the kit adds to a type: it belongs to whom the type belongs. */
export function typeOwner({ output }: RowType): string {
  return ownerDirective(output.owner, output.product.id);
}

export function fieldDirectives(type: RowType, field: RowField): string {
  return `${fieldOwner(type, field)} ${classified(field.column.property)}`;
}

/** On what is computed from a field: an average salary is as sensitive as salaries, and as much somebody's. */
export function derivedDirectives(type: RowType, field: RowField): string {
  return `${fieldOwner(type, field)} ${derivedFrom(type, field)}`;
}

/** On what a field can be found out by without being read: whoever may filter or sort by it can find its values. */
export function derivedFrom({ name }: RowType, field: RowField): string {
  return classified(field.column.property, `${name}.${field.name}`);
}

/**
 * On a reference and its inverse: they show the foreign key to whoever can read the key at the other end. Of one of several
 * parts, it is the most sensitive part that counts.
 */
export function derivedFromKey(type: RowType, { from }: Reference): string {
  const rank = ({ column }: RowField): number => levelRank(levelOf(column.property));
  const [first] = [...from].sort((a, b) => rank(b) - rank(a));
  return first ? derivedFrom(type, first) : '';
}

/** @param of the coordinate of the property's own field, on everything else */
export function classified(property: Property, of?: string): string {
  const level = levelOf(property);
  if (!level) return '';
  const categories = categoriesOf(property);
  const kinds = categories.length > 0 ? `, categories: [${categories.map(quote).join(', ')}]` : '';
  return `@classified(level: ${quote(level)}${kinds}${of === undefined ? '' : `, of: ${quote(of)}`})`;
}

/** A list is as sensitive as what it holds. */
const levelOf = ({ classification, items }: Property): string | undefined =>
  classification ?? (items ? levelOf(items) : undefined);

function fieldOwner(type: RowType, { column: { property } }: RowField): string {
  return ownerDirective(ownerOf(type, property), type.output.product.id);
}

function ownerDirective(team: string, product: string): string {
  return `@owner(team: ${quote(team)}, product: ${quote(product)})`;
}

/** A GraphQL string. Contract text is untrusted: only the printer of graphql-js writes it. */
export function quote(value: string): string {
  return print({ kind: Kind.STRING, value });
}

/** A description; nothing where there is nothing to say. */
export function text(value: string): string {
  return value ? `${print({ kind: Kind.STRING, value, block: true })}\n` : '';
}
