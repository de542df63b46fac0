/**
 * Descriptions that make plain introspection, in any tool, already discovery: what the contract says, then who owns
 * it, how sensitive it is, in which unit, and what is promised.
 */
import type { RowField, RowType } from './graph.ts';
import { custom, type Property, type SlaProperty } from './model.ts';

export function describeType({ object, output }: RowType): string {
  const { contract, product } = output;
  return paragraphs(
    object.description ?? object.businessName,
    object.dataGranularityDescription && `Granularity: ${object.dataGranularityDescription}`,
    facts([
      ['Owner', output.owner],
      ['Data product', `${product.id} ${product.version ?? ''}`.trim()],
      ['Contract', `${contract.id} ${contract.version} (${contract.status})`],
      ['SLA', contract.sla.map(printSla).join(', ')],
    ]),
  );
}

export function describeField(type: RowType, { column: { property } }: RowField): string {
  return paragraphs(
    property.description ?? property.businessName,
    facts([
      ['Owner', ownerOf(type, property)],
      ['Classification', property.classification],
      ['Personal data', categoriesOf(property).join(', ')],
      ['Unit', unitOf(property)],
    ]),
  );
}

/** Owner inherits domain → product → contract → field: the last one that says so wins. */
export function ownerOf(type: RowType, property: Property): string {
  const own = custom(property, 'owner');
  return typeof own === 'string' ? own : type.output.owner;
}

export function unitOf(property: Property): string | undefined {
  const unit = custom(property, 'unit');
  return typeof unit === 'string' ? unit : undefined;
}

export function categoriesOf(property: Property): readonly string[] {
  const categories = custom(property, 'categories');
  return Array.isArray(categories) ? categories.map(String) : typeof categories === 'string' ? [categories] : [];
}

/** What the transform does that took out whom the property is about, in words; undefined for what is no such declaration. */
export function deIdentifiedBy(property: Property): string | undefined {
  const transform = custom(property, 'deIdentified');
  return typeof transform === 'string' && transform.trim() !== '' ? transform.trim() : undefined;
}

function printSla({ property, value, unit }: SlaProperty): string {
  return `${property} ${String(value)}${unit ? ` ${unit}` : ''}`;
}

function facts(pairs: readonly (readonly [label: string, value: string | undefined])[]): string {
  return pairs.flatMap(([label, value]) => (value ? `${label}: ${value}` : [])).join(' · ');
}

function paragraphs(...texts: readonly (string | undefined)[]): string {
  return texts.flatMap((text) => text?.trim() || []).join('\n\n');
}
