import { cellOf } from './cell.ts';
import { Misfit } from './cell-check.ts';
import { encode, type Stored } from './codec.ts';
import { columnsOf } from './column.ts';
import type { ContractObject, Property, QualityRule } from './model.ts';
import type { QualityCheck } from './quality.ts';
import { quoteName } from './sql-name.ts';

/** The metrics of ODCS's library, each as rows that count, out of all rows. */
export function libraryMeasure(
  object: ContractObject,
  table: string,
  rule: QualityRule,
  property?: Property,
): QualityCheck['measure'] {
  const from = quoteName(table);
  if (rule.metric === 'rowCount') return { sql: `SELECT count(*) FROM ${from}`, params: [] };
  if (rule.metric === 'duplicateValues') return duplicateValues(object, from, rule, property);
  if (!property)
    return { skip: `The metric ${rule.metric ?? ''} is one of a property, and here it stands on the object.` };
  const where = condition(object, rule, property);
  if ('skip' in where) return where;
  const counted = `count(*) FILTER (WHERE ${where.sql})`;
  return { sql: `SELECT ${share(rule, counted)} FROM ${from}`, params: where.params };
}

function condition(object: ContractObject, rule: QualityRule, property: Property): QualityCheck['measure'] {
  const name = quoteName(property.name);
  switch (rule.metric) {
    case 'nullValues':
      return { sql: `${name} IS NULL`, params: [] };
    case 'missingValues': {
      const params = storedValues(object, property, rule.arguments.missingValues);
      return { sql: `${name} IS NULL OR ${name} IN (${places(params)})`, params };
    }
    case 'invalidValues':
      return invalidValues(object, rule, property);
    default:
      return { skip: `The metric ${rule.metric ?? '(none)'} is not one of the standard's library.` };
  }
}

/** A missing value is not an invalid one. */
function invalidValues(object: ContractObject, rule: QualityRule, property: Property): QualityCheck['measure'] {
  const name = quoteName(property.name);
  const { validValues, pattern } = rule.arguments;
  const invalid: string[] = [];
  const params: Stored[] = [];
  if (Array.isArray(validValues)) {
    const values = storedValues(object, property, validValues);
    invalid.push(`${name} NOT IN (${places(values)})`);
    params.push(...values);
  }
  if (typeof pattern === 'string') {
    if (property.logicalType !== 'string') return { skip: 'A pattern is for text, and the property holds none.' };
    invalid.push(`NOT weft_matches(?, ${name})`);
    params.push(pattern);
  }
  if (invalid.length === 0)
    return { skip: 'The metric invalidValues needs arguments.validValues or arguments.pattern.' };
  return { sql: `${name} IS NOT NULL AND (${invalid.join(' OR ')})`, params };
}

/** How many rows could go until each value is there once. Like UNIQUE in SQL, it leaves out rows with a null. */
function duplicateValues(
  object: ContractObject,
  from: string,
  rule: QualityRule,
  property?: Property,
): QualityCheck['measure'] {
  const stated = rule.arguments.properties;
  const names = property ? [property.name] : Array.isArray(stated) ? stated.map(String) : [];
  if (names.length === 0) return { skip: 'The metric duplicateValues of an object needs arguments.properties.' };
  const unknown = names.find((name) => !object.properties.some((each) => each.name === name));
  if (unknown !== undefined) return { skip: `arguments.properties names ${unknown}, which the object does not have.` };
  const columns = names.map(quoteName).join(', ');
  const whole = names.map((name) => `${quoteName(name)} IS NOT NULL`).join(' AND ');
  const distinct = `(SELECT count(*) FROM (SELECT DISTINCT ${columns} FROM ${from} WHERE ${whole}))`;
  return { sql: `SELECT ${share(rule, `(count(*) FILTER (WHERE ${whole}) - ${distinct})`)} FROM ${from}`, params: [] };
}

const share = (rule: QualityRule, counted: string): string =>
  rule.unit === 'percent' ? `100.0 * ${counted} / max(count(*), 1)` : counted;

/** As the column stores them; what the column could never hold is left out, since it equals nothing in it. */
function storedValues(object: ContractObject, property: Property, values: unknown): Stored[] {
  const column = columnsOf(object).find((each) => each.property === property);
  if (!column || !Array.isArray(values)) return [];
  const { read } = cellOf(column);
  const held = values.filter((value) => value !== null && value !== undefined).map(read);
  return held.filter((value) => !(value instanceof Misfit)).map((value) => encode(column, value));
}

const places = (params: readonly Stored[]): string => params.map(() => '?').join(', ');
