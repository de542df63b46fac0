/** Pieces of SDL that the printers share. */
import { Kind, print } from 'graphql';
import { categoriesOf, ownerOf } from './descriptions.ts';
import type { RowField, RowType } from './graph.ts';
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

/** Also on what is computed from a field: an average salary is as sensitive as salaries, and as much somebody's. */
export function fieldDirectives(type: RowType, { column: { property } }: RowField): string {
  const level = property.classification;
  const categories = categoriesOf(property);
  const kinds = categories.length > 0 ? `, categories: [${categories.map(quote).join(', ')}]` : '';
  const classified = level ? `@classified(level: ${quote(level)}${kinds})` : '';
  return `${ownerDirective(ownerOf(type, property), type.output.product.id)} ${classified}`;
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
