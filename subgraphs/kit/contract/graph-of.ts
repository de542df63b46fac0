/** A domain's contracts → its graph. Names that would be there twice are issues: such a graph is not to be printed. */
import type { Issue } from '../errors/issue.ts';
import { columnsOf } from './column.ts';
import type { DomainGraph, Reference, RowField, RowType } from './graph.ts';
import { type ContractObject, custom, type Domain, type Output, primaryKey, type Relationship } from './model.ts';
import { nameConflicts } from './name-conflicts.ts';
import {
  camelCase,
  enumNames,
  fieldName,
  foreignKeyNames,
  foreignTypeName,
  givenName,
  pascalCase,
  queryNames,
  typeName,
} from './names.ts';

export function graphOf(domain: Domain): { graph: DomainGraph; issues: Issue[] } {
  const outputOf = new Map(domain.outputs.map((output) => [output.contract, output]));
  const types = domain.contracts.flatMap((contract) => {
    const output = outputOf.get(contract);
    const objects = contract.objects.filter(({ properties }) => properties.length > 0);
    return output ? objects.map((object) => rowType(object, output)) : [];
  });
  for (const type of types) linkReferences(type, types);
  const graph = { domain, types };
  return { graph, issues: nameConflicts(graph) };
}

function rowType(object: ContractObject, output: Output): RowType {
  const name = typeName(object);
  const fields = columnsOf(object).map((column) => ({
    name: fieldName(column.property),
    column,
    // Both ends of a relationship have one type, which they have not where each domain has an enum of its own.
    enumValues: column.scalar === 'ID' ? undefined : enumNames(column.property),
  }));
  const key = primaryKey(object).flatMap(
    (property) => fields.find((field) => field.column.property === property) ?? [],
  );
  return { name, object, output, queries: queryNames(name), fields, key, references: [] };
}

/** Fills `type.references`, once all types of the domain are known. */
function linkReferences(type: RowType, types: readonly RowType[]): void {
  const references = type.references as Reference[];
  const taken = new Set(type.fields.map((field) => field.name));
  for (const relationship of type.object.relationships) {
    const local =
      types.find(({ object }) => object.name === relationship.toObject) ??
      types.find(({ object }) => object.id === relationship.toObject);
    const ends = keyEnds(type, relationship, local);
    if (!ends) continue; // Not a reference to a key: lint says so.
    const toType = local?.name ?? foreignTypeName(relationship);
    const name = referenceName(relationship, toType, taken);
    taken.add(name);
    const inverse = { name: '', single: isUnique(type, ends.from) };
    references.push({ name, inverse, toType, local, ...ends, relationship });
  }
  for (const [at, reference] of references.entries()) {
    const siblings = references.filter((other) => other.toType === reference.toType);
    const given = custom(reference.relationship, 'inverseName');
    const by = siblings.length > 1 ? `By${pascalCase(reference.name)}` : '';
    const { single } = reference.inverse;
    const name =
      typeof given === 'string' ? camelCase(given) : `${single ? type.queries.single : type.queries.list}${by}`;
    references[at] = { ...reference, inverse: { name, single } };
  }
}

/** Both ends of a relationship, in the order of the key at the other end. */
function keyEnds(type: RowType, relationship: Relationship, local: RowType | undefined) {
  const pairs = relationship.from.map((from, at) => ({
    from: type.fields.find((field) => field.column.name === from),
    to: relationship.to[at],
  }));
  if (!local) {
    const from = pairs.flatMap((pair) => pair.from ?? []);
    const to = foreignKeyNames(relationship);
    return from.length === to.length && from.length > 0 ? { from, to } : undefined;
  }
  if (local.key.length !== pairs.length) return undefined;
  const from = local.key.flatMap((key) => pairs.find((pair) => pair.to === key.column.name)?.from ?? []);
  return from.length === local.key.length ? { from, to: local.key.map((field) => field.name) } : undefined;
}

/** Whether no two rows have the same values of these fields: they are the primary key, or one is unique. */
function isUnique(type: RowType, fields: readonly RowField[]): boolean {
  const isKey = type.key.length === fields.length && type.key.every((field) => fields.includes(field));
  return isKey || fields.some((field) => field.column.property.unique);
}

/** `customer_id` → `customer`; else the name of the type that it leads to. */
function referenceName(relationship: Relationship, toType: string, taken: ReadonlySet<string>): string {
  const stem =
    relationship.from.length === 1 ? relationship.from[0]?.replace(/[\s_-]*(?:id|key|code|no|number)$/i, '') : '';
  const candidates = [
    givenName(relationship),
    stem ? camelCase(stem) : undefined,
    camelCase(toType),
    `${camelCase(toType)}Ref`,
  ].filter((name) => name !== undefined);
  return candidates.find((name) => !taken.has(name)) ?? `${camelCase(toType)}Ref`;
}
