/**
 * The subgraph schema (Federation 2) of a domain, in full: printed for a reader, a diff and `rover supergraph compose`,
 * and served as it is. For an object `orders` with key `order_id` that refers to `customers`:
 *
 *     type Query { order(orderId: ID!): Order   orders(where:, orderBy:, first:, …): OrderConnection   ordersSummary(…): … }
 *     type Order @key(fields: "orderId") { orderId: ID! … customer: Customer  _dataProduct: DataProduct }
 *     type Customer @key(fields: "customerId") { customerId: ID!  orders(where:, …): OrderConnection }
 *
 * Root fields and references are nullable: while one domain is down, the others' fields still answer.
 */
import { type DefinitionNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { describeField, describeType } from './descriptions.ts';
import { type DomainGraph, foreignTypes, inversesOf, type Reference, type RowField, type RowType } from './graph.ts';
import { custom, isRequired, type Property } from './model.ts';
import { edgeType, pageType, pascalCase, summaryType } from './names.ts';
import { type NestedType, nestedTypes } from './nested.ts';
import {
  classified,
  derivedFrom,
  derivedFromKey,
  fieldDirectives,
  fieldType,
  quote,
  text,
  typeOwner,
} from './sdl-parts.ts';
import { dimensionsOf, scalarFieldsOf, sharedTypes } from './sdl-queries.ts';
import { summaryTypes } from './sdl-summary.ts';
import { minimumGroupsLink, rowFiltersLink, schemaHead } from './spec.ts';

/** @param additions the domain's own `schema.graphql`, printed after what the contracts say. */
export function printSdl(graph: DomainGraph, additions = ''): string {
  const parts = [schemaHead, rowFiltersLink, minimumGroupsLink, sharedTypes];
  if (graph.types.length > 0) parts.push('type Query {', ...graph.types.map(printRootFields), '}');
  for (const type of graph.types) parts.push(printType(graph, type));
  for (const [name, reference] of foreignTypes(graph)) parts.push(printForeignType(graph, name, reference));
  parts.push('type DataProduct @key(fields: "id", resolvable: false) { id: ID! }', additions);
  return `${print(withoutUnusedInputs(parse(parts.join('\n'))))}\n`;
}

/** Of the filters that all domains share, a domain's schema shows those that it takes. */
function withoutUnusedInputs(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, { NamedType: ({ name }) => void used.add(name.value) });
  const isUsed = (node: DefinitionNode): boolean =>
    node.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION || used.has(node.name.value);
  return { ...document, definitions: document.definitions.filter(isUsed) };
}

/** The type of an object's rows, and all types that the graph has because of it. */
export function printType(graph: DomainGraph, type: RowType): string {
  return [rowType(graph, type), queryTypes(type), ...nestedTypes(type).map(printNested), ...enumTypes(type)].join('\n');
}

/** The queries of a type: fields of `Query`. */
export function printRootFields(type: RowType): string {
  const { name, queries, key } = type;
  const owner = typeOwner(type);
  const byKey = `${text(`The ${name} with this key, or null.`)}
    ${queries.single}(${key.map((field) => `${field.name}: ${fieldType(name, field)}! ${derivedFrom(type, field)}`).join(', ')}): ${name} ${owner}`;
  const summary = `${text(`${name} rows grouped by dimensions, with aggregates of measures.`)}
    ${queries.summary}${summaryArguments(type)}: [${summaryType(name)}!] ${owner}`;
  return `
    ${key.length > 0 ? byKey : ''}
    ${text(`${name} rows, filtered, sorted and paged.`)}
    ${queries.list}${listArguments(type)}: ${pageType(name)} ${owner}
    ${scalarFieldsOf(type).length > 0 ? summary : ''}`;
}

function listArguments(type: RowType): string {
  const choose = scalarFieldsOf(type).length > 0 ? `where: ${type.name}Where, orderBy: [${type.name}OrderBy!],` : '';
  return `(${choose} first: Int, after: String, last: Int, before: String)`;
}

function summaryArguments(type: RowType): string {
  const { name } = type;
  const groupBy = dimensionsOf(type).length > 0 ? `groupBy: [${name}GroupBy!],` : '';
  return `(where: ${name}Where, ${groupBy} orderBy: [${name}SummaryOrderBy!], first: Int = 100)`;
}

function rowType(graph: DomainGraph, type: RowType): string {
  const { product, contract } = type.output;
  const key = type.key.length > 0 ? `@key(fields: "${type.key.map((field) => field.name).join(' ')}")` : '';
  const fact = `@dataProduct(id: ${quote(product.id)}, version: ${quote(contract.version)}, status: ${quote(contract.status)})`;
  const owner = typeOwner(type);
  return `${text(describeType(type))}
  type ${type.name} ${key} ${fact} {
    ${type.fields.map((field) => rowField(type, field)).join('\n')}
    ${type.references.map((reference) => `${reference.name}: ${reference.toType} ${owner} ${derivedFromKey(type, reference)}`).join('\n')}
    ${inverseFields(graph, type.name)}
    ${text('The data product that this row belongs to: owner, contract, freshness, quality.')}
    _dataProduct: DataProduct ${owner}
  }`;
}

function rowField(type: RowType, field: RowField): string {
  const { property } = field.column;
  const required = isRequired(property) ? '!' : '';
  const deprecated = property.deprecated ? `@deprecated(reason: ${quote(deprecationOf(property))})` : '';
  return `${text(describeField(type, field))}
    ${field.name}: ${fieldType(type.name, field)}${required} ${fieldDirectives(type, field)} ${deprecated}`;
}

function inverseFields(graph: DomainGraph, typeName: string): string {
  return inversesOf(graph, typeName)
    .map(({ from, by }) => {
      const { name, single } = by.inverse;
      const owner = typeOwner(from);
      const description = text(`The ${from.name} ${single ? 'row' : 'rows'} whose ${by.name} is this one.`);
      return `${description}${name}${single ? `: ${from.name}` : `${listArguments(from)}: ${pageType(from.name)}`} ${owner} ${derivedFromKey(from, by)}`;
    })
    .join('\n');
}

/** A type of another domain, as this one knows it: its key, and the way back to this domain's rows. */
export function printForeignType(graph: DomainGraph, name: string, { from, to }: Reference): string {
  const keys = to.map((field, at) => `${field}: ${from[at] ? fieldType(name, from[at]) : 'ID'}!`);
  return `type ${name} @key(fields: "${to.join(' ')}") {
    ${keys.join('\n')}
    ${inverseFields(graph, name)}
  }`;
}

function queryTypes(type: RowType): string {
  const { name } = type;
  const owner = typeOwner(type);
  const scalars = scalarFieldsOf(type);
  const connection = `
  type ${pageType(name)} {
    nodes: [${name}!]! ${owner}
    edges: [${edgeType(name)}!]! ${owner}
    pageInfo: PageInfo! ${owner}
    ${text('How many rows match in all, whatever the page.')}
    totalCount: Int! ${owner}
  }
  type ${edgeType(name)} { cursor: String! ${owner}  node: ${name}! ${owner} }`;
  return scalars.length > 0 ? `${connection}\n${filterTypes(type)}\n${summaryTypes(type)}` : connection;
}

function filterTypes(type: RowType): string {
  const { name } = type;
  const scalars = scalarFieldsOf(type);
  return `
  input ${name}Where {
    ${text('All of these hold.')} and: [${name}Where!]
    ${text('At least one of these holds.')} or: [${name}Where!]
    ${text('This does not hold. As in SQL, a comparison with a missing value holds neither way.')} not: ${name}Where
    ${scalars.map((field) => `${field.name}: ${operatorsType(type, field)} ${derivedFrom(type, field)}`).join('\n')}
  }
  enum ${name}Field { ${scalars.map((field) => `${field.name} ${derivedFrom(type, field)}`).join('\n')} }
  input ${name}OrderBy { field: ${name}Field!  direction: SortDirection! = ASC }`;
}

function operatorsType({ name }: RowType, field: RowField): string {
  return field.enumValues ? `${name}${pascalCase(field.name)}Operators` : `${field.column.scalar}Operators`;
}

function enumTypes(type: RowType): string[] {
  return type.fields.flatMap((field) => {
    if (!field.enumValues) return [];
    const name = fieldType(type.name, field);
    const labels = new Map(
      field.column.property.enum?.map((each) => [String(each.value), each.description ?? each.label]),
    );
    const values = [...field.enumValues].map(([value, stored]) => `${text(labels.get(stored) ?? stored)} ${value}`);
    return `enum ${name} { ${values.join('\n')} }
    input ${name}Operators { eq: ${name}  ne: ${name}  in: [${name}!]  notIn: [${name}!]  isNull: Boolean }`;
  });
}

function printNested({ name, fields }: NestedType): string {
  const printed = fields.map((field) => {
    const required = isRequired(field.property) ? '!' : '';
    const own =
      classified(field.property) || (field.within ? classified(field.within.property, field.within.coordinate) : '');
    return `${text(field.property.description ?? '')} ${field.name}: ${field.type}${required} ${own}`;
  });
  return `type ${name} { ${printed.join('\n')} }`;
}

function deprecationOf(property: Property): string {
  const reason = custom(property, 'deprecationReason');
  return typeof reason === 'string' ? reason : (property.description ?? 'Deprecated by its contract.');
}
