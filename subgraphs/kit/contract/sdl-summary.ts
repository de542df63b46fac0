import type { RowField, RowType } from './graph.ts';
import { summaryType } from './names.ts';
import { derivedDirectives, derivedFrom, derivedFromKey, fieldType, text, typeOwner } from './sdl-parts.ts';
import { dimensionsOf, measuresOf, rangesOf, scalarFieldsOf, sumScalar, sumsOf } from './sdl-queries.ts';

/** The types of a summary: its groups, its aggregates, and what to group and order by. */
export function summaryTypes(type: RowType): string {
  const { name } = type;
  const [sums, measures, ranges, scalars] = [sumsOf(type), measuresOf(type), rangesOf(type), scalarFieldsOf(type)];
  const owner = typeOwner(type);
  const field = (suffix: string, aggregate: string, of: readonly RowField[]): string =>
    of.length > 0 ? `${aggregate}: ${name}${suffix}! ${owner}` : '';
  return `
  ${text('One group of rows and what is known of it; all rows are one group where groupBy is absent.')}
  type ${summaryType(name)} {
    ${field('Group', 'group', dimensionsOf(type))}
    ${text('Rows in the group.')} count: Int! ${owner}
    ${field('Sum', 'sum', sums)}
    ${field('Avg', 'avg', measures)}
    ${field('Range', 'min', ranges)}
    ${field('Range', 'max', ranges)}
    ${field('CountDistinct', 'countDistinct', scalars)}
  }
  ${groupTypes(type)}
  ${text('By an aggregate of a field, by the count of rows (COUNT, no field), or by a field of groupBy (no aggregate).')}
  input ${name}SummaryOrderBy { aggregate: Aggregate  field: ${name}Field  direction: SortDirection! = ASC }
  ${aggregateType(type, 'Sum', sums, sumScalar)}
  ${aggregateType(type, 'Avg', measures, () => 'Float')}
  ${aggregateType(type, 'Range', ranges, (each) => fieldType(name, each))}
  ${aggregateType(type, 'CountDistinct', scalars, () => 'Int!')}`;
}

/** Aggregates that show no row's own value, as the smallest and the largest are: by coordinate, the field that they are of. */
export function collectiveAggregates(type: RowType): ReadonlyMap<string, RowField> {
  const of = (suffix: string, fields: readonly RowField[]) =>
    fields.map((field) => [`${type.name}${suffix}.${field.name}`, field] as const);
  return new Map([
    ...of('Sum', sumsOf(type)),
    ...of('Avg', measuresOf(type)),
    ...of('CountDistinct', scalarFieldsOf(type)),
  ]);
}

function groupTypes(type: RowType): string {
  const { name } = type;
  const dimensions = dimensionsOf(type);
  if (dimensions.length === 0) return '';
  const references = type.references.filter(({ from }) => from.every((field) => dimensions.includes(field)));
  return `
  ${text('The values that the rows of a group share; null for what groupBy does not name.')}
  type ${name}Group {
    ${dimensions.map((each) => `${each.name}: ${fieldType(name, each)} ${derivedDirectives(type, each)}`).join('\n')}
    ${references.map((reference) => `${reference.name}: ${reference.toType} ${typeOwner(type)} ${derivedFromKey(type, reference)}`).join('\n')}
  }
  enum ${name}Dimension { ${dimensions.map((each) => `${each.name} ${derivedFrom(type, each)}`).join('\n')} }
  input ${name}GroupBy {
    field: ${name}Dimension!
    ${text('Dates only: the group is named by the first day of the bucket.')} bucket: DateBucket
  }`;
}

function aggregateType(
  type: RowType,
  suffix: string,
  of: readonly RowField[],
  typeOf: (field: RowField) => string,
): string {
  if (of.length === 0) return '';
  const fields = of.map((field) => `${field.name}: ${typeOf(field)} ${derivedDirectives(type, field)}`);
  return `type ${type.name}${suffix} { ${fields.join('\n')} }`;
}
