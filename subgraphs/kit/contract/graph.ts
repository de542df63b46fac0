/**
 * A domain's contracts as a graph: what sdl.ts prints and the server resolves, so that the two cannot disagree.
 *
 * Terms. A *row type* is the GraphQL type of one contract object. A *reference* leads from a row to the one row that
 * its foreign key names (`Order.customer`); its *inverse* leads back to all rows that name it (`Customer.orders`).
 * The type at the other end may belong to another domain: the subgraph then contributes to it as an entity, knowing
 * only its name and key, which the relationship states (Federation, "Contributing fields to entities").
 */
import { type Issue, issue, type Place } from '../errors/issue.ts';
import { type Column, columnsOf } from './column.ts';
import { type ContractObject, custom, type Domain, type Output, primaryKey, type Relationship } from './model.ts';
import { camelCase, enumNames, fieldName, givenName, pascalCase, queryNames, typeName, typeNameOf } from './names.ts';
import { nestedTypes } from './nested.ts';

export interface RowType {
  readonly name: string;
  readonly object: ContractObject;
  readonly output: Output;
  readonly queries: ReturnType<typeof queryNames>;
  readonly fields: readonly RowField[];
  /** The primary key, in order; empty where the contract has none: then the type is no entity. */
  readonly key: readonly RowField[];
  readonly references: readonly Reference[];
}

export interface RowField {
  readonly name: string;
  readonly column: Column;
  /** GraphQL enum value name → stored value, where the contract lists the values of a string. */
  readonly enumValues: ReadonlyMap<string, string> | undefined;
}

export interface Reference {
  /** Field on the row type. */
  readonly name: string;
  /** Field on the type at the other end: all rows that refer to it, or the one row where there can be no second. */
  readonly inverse: { readonly name: string; readonly single: boolean };
  readonly toType: string;
  /** The row type at the other end where it is in this domain. */
  readonly local: RowType | undefined;
  /** Own fields and, at the same index, the fields of the key at the other end. */
  readonly from: readonly RowField[];
  readonly to: readonly string[];
  readonly relationship: Relationship;
}

export interface DomainGraph {
  readonly domain: Domain;
  readonly types: readonly RowType[];
}

/** Names that every subgraph of the kit defines, or that GraphQL and the catalog do. */
const sharedNames =
  `Query Mutation Subscription ID String Int Float Boolean Date DateTime Time BigInt Decimal JSON PageInfo
   DataProduct DataDomain DataTeam GraphField FieldOwnership SortDirection DateBucket Aggregate`.split(/\s+/);

export function graphOf(domain: Domain): { graph: DomainGraph; issues: Issue[] } {
  const issues: Issue[] = [];
  const types: RowType[] = [];
  const outputOf = new Map(domain.outputs.map((output) => [output.contract, output]));
  const taken = new Set(sharedNames);
  for (const contract of domain.contracts) {
    const output = outputOf.get(contract);
    if (!output) continue;
    for (const object of contract.objects) {
      const type = rowType(object, output, issues);
      if (type.fields.length === 0) continue;
      const names = namesFor(type);
      const clash = names.find((name, at) => taken.has(name) || names.indexOf(name) < at);
      for (const name of names) taken.add(name);
      if (clash) issues.push(conflict(`${clash}, which ${object.name} needs,`, object.place, type.name));
      else types.push(type);
    }
  }
  for (const type of types) linkReferences(type, types, issues);
  return { graph: { domain, types }, issues };
}

/** References of the types of this domain that lead to `type`: the inverse fields that it gets. */
export function inversesOf(graph: DomainGraph, typeName: string): { readonly from: RowType; readonly by: Reference }[] {
  return graph.types.flatMap((from) =>
    from.references.filter((by) => by.toType === typeName).map((by) => ({ from, by })),
  );
}

/** The types of other domains that this one refers to, by name, each with one reference that states its key. */
export function foreignTypes(graph: DomainGraph): ReadonlyMap<string, Reference> {
  const references = graph.types.flatMap((type) => type.references).filter((reference) => !reference.local);
  return new Map(references.map((reference) => [reference.toType, reference]));
}

/** All that the schema names after a type: `Order` with its `OrderConnection`, …, and the queries `Query.orders`, …. */
function namesFor(type: RowType): string[] {
  const { name, queries, fields } = type;
  const suffixes = `Connection Edge Where Field OrderBy Summary Group Dimension GroupBy SummaryOrderBy Sum Avg Range
    CountDistinct`.split(/\s+/);
  const enums = fields.filter((field) => field.enumValues).map((field) => `${name}${pascalCase(field.name)}`);
  const roots = [queries.single, queries.list, queries.summary].map((query) => `Query.${query}`);
  const nested = nestedTypes(type).map((each) => each.name);
  return [name, ...suffixes.map((suffix) => name + suffix), ...enums, ...nested, ...roots];
}

function rowType(object: ContractObject, output: Output, issues: Issue[]): RowType {
  const name = typeName(object);
  const fields: RowField[] = [];
  for (const column of columnsOf(object)) {
    const field = { name: fieldName(column.property), column, enumValues: enumNames(column.property) };
    if (field.name === '_dataProduct' || fields.some((other) => other.name === field.name)) {
      issues.push(conflict(`field ${name}.${field.name}`, column.property.place, `${name}.${field.name}`));
    } else {
      fields.push(field);
    }
  }
  const key = primaryKey(object).flatMap(
    (property) => fields.find((field) => field.column.property === property) ?? [],
  );
  return { name, object, output, queries: queryNames(name), fields, key, references: [] };
}

/** Fills `type.references`, once all types of the domain are known. */
function linkReferences(type: RowType, types: readonly RowType[], issues: Issue[]): void {
  const references = type.references as Reference[];
  const taken = new Set(type.fields.map((field) => field.name));
  for (const relationship of type.object.relationships) {
    const local = types.find(({ object }) => [object.name, object.id].includes(relationship.toObject));
    const ends = keyEnds(type, relationship, local);
    if (!ends) continue; // Not a reference to a key: lint says so.
    const toType = local?.name ?? typeNameOf(relationship.toObject);
    const name = referenceName(relationship, toType, taken);
    if (!name) {
      issues.push(conflict(`the reference from ${type.name} to ${toType}`, relationship.place, type.name));
      continue;
    }
    taken.add(name);
    references.push({
      name,
      inverse: { name: '', single: isUnique(type, ends.from) },
      toType,
      local,
      ...ends,
      relationship,
    });
  }
  for (const [at, reference] of references.entries()) {
    const siblings = references.filter((other) => other.toType === reference.toType);
    const given = custom(reference.relationship, 'inverseName');
    const by = siblings.length > 1 ? `By${pascalCase(reference.name)}` : '';
    const { single } = reference.inverse;
    const name =
      typeof given === 'string' ? camelCase(given) : `${single ? type.queries.single : type.queries.list}${by}`;
    references[at] = { ...reference, inverse: { name, single } };
    if (reference.local?.fields.some((field) => field.name === name)) {
      const coordinate = `${reference.toType}.${name}`;
      issues.push(conflict(`field ${coordinate}`, reference.relationship.place, coordinate));
    }
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
    const to = pairs.flatMap((pair) => (pair.to ? [camelCase(pair.to)] : []));
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
function referenceName(relationship: Relationship, toType: string, taken: ReadonlySet<string>): string | undefined {
  const stem =
    relationship.from.length === 1 ? relationship.from[0]?.replace(/[\s_-]*(?:id|key|code|no|number)$/i, '') : '';
  const candidates = [
    givenName(relationship),
    stem ? camelCase(stem) : undefined,
    camelCase(toType),
    `${camelCase(toType)}Ref`,
  ];
  return candidates.find((name) => name !== undefined && !taken.has(name));
}

function conflict(what: string, place: Place, coordinate: string): Issue {
  return issue('NAME_CONFLICT', `The name of ${what} is already taken.`, { place, coordinate });
}
