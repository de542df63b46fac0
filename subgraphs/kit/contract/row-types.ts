/** TypeScript types of a domain's rows, so that a broken promise shows as a red line in the pipeline that relies on it. */

import { columnOf } from './column.ts';
import type { DomainGraph, RowType } from './graph.ts';
import { isRequired, type Property } from './model.ts';
import { camelCase, enumNames, pascalCase } from './names.ts';

/** @param inputs what the domain's input ports yield, as printed by input-types.ts. */
export function printRowTypes(graph: DomainGraph, inputs: readonly string[]): string {
  const header = '// Generated from the contracts in this folder by `weft generate`. Do not edit.';
  return `${[header, ...graph.types.map(printRow), ...inputs].join('\n\n')}\n`;
}

function printRow({ name, object, output, fields }: RowType): string {
  const { contract } = output;
  const lines = fields.map(({ column: { property } }) => `  ${key(property)}: ${tsType(property)};`);
  return [
    `/** A row of \`${comment(object.name)}\`, contract ${comment(contract.id)} ${comment(contract.version)}. */`,
    `export interface ${name}Row {`,
    ...lines,
    '}',
  ].join('\n');
}

const key = (property: Property): string =>
  `${/^[A-Za-z_$][\w$]*$/.test(property.name) ? property.name : JSON.stringify(property.name)}${optional(property) ? '?' : ''}`;

const optional = (property: Property): boolean => !isRequired(property);

function tsType(property: Property): string {
  return optional(property) ? `${valueType(property)} | null` : valueType(property);
}

/** As the row validator takes them: decimals as strings, since a float would lose digits. */
function valueType(property: Property): string {
  if (property.enum && property.logicalType === 'string') {
    // As the contract says them, or as the graph names them.
    const values = [...property.enum.map(({ value }) => String(value)), ...(enumNames(property)?.keys() ?? [])];
    return [...new Set(values)].map((value) => JSON.stringify(value)).join(' | ');
  }
  switch (property.logicalType) {
    case 'array':
      return `readonly (${property.items ? valueType(property.items) : 'unknown'})[]`;
    case 'vector':
      return 'readonly number[]';
    case 'map':
      return 'Readonly<Record<string, unknown>>';
    case 'object':
      if (property.properties.length === 0) return 'Readonly<Record<string, unknown>>';
      return `{ ${property.properties.map((inner) => `${key(inner)}: ${tsType(inner)}`).join('; ')} }`;
    default:
      return scalarTypes[columnOf(property).scalar];
  }
}

const scalarTypes = {
  ID: 'string',
  String: 'string',
  Int: 'number',
  BigInt: 'bigint',
  Float: 'number',
  Decimal: 'string',
  Boolean: 'boolean',
  Date: 'string',
  DateTime: 'string',
  Time: 'string',
  JSON: 'unknown',
} as const;

/** Contract text cannot end the comment that it stands in. */
const comment = (text: string): string => text.replaceAll('*/', '* /').replaceAll('\n', ' ');

/** The name of the type that input-types.ts prints for an input port: `orders` is `OrdersInput`. */
export function inputTypeName(port: string): string {
  return `${pascalCase(camelCase(port))}Input`;
}
