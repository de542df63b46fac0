/** The quality rules of a contract, evaluated by SQLite: each verdict against one computed by hand. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { encode } from '../subgraphs/kit/contract/codec.ts';
import { columnsOf } from '../subgraphs/kit/contract/column.ts';
import { createTable } from '../subgraphs/kit/contract/ddl.ts';
import type { ContractObject } from '../subgraphs/kit/contract/model.ts';
import type { CheckResult } from '../subgraphs/kit/contract/observation.ts';
import { blocks, qualityChecks } from '../subgraphs/kit/contract/quality.ts';
import { readContract } from '../subgraphs/kit/contract/read.ts';
import { quoteName } from '../subgraphs/kit/contract/sql-name.ts';
import { evaluate } from '../subgraphs/kit/store/checks.ts';
import { type Database, openDatabase } from '../subgraphs/kit/store/database.ts';

let database: Database | undefined;
afterEach(() => {
  database?.close();
  database = undefined;
});

interface Rules {
  readonly object?: readonly object[];
  readonly property?: readonly object[];
}

function contractOf({ object = [], property = [] }: Rules, property1: object, name = 'things'): ContractObject {
  const text = stringify({
    apiVersion: 'v3.2.0',
    kind: 'DataContract',
    id: 'shop.things',
    version: '1.0.0',
    status: 'active',
    schema: [
      {
        name,
        quality: object,
        properties: [
          { name: 'v', ...property1, quality: property },
          { name: 'w', logicalType: 'integer' },
        ],
      },
    ],
  });
  const { contract, issues } = readContract(text, 'things.odcs.yaml');
  expect(issues).toEqual([]);
  return contract?.objects[0] as ContractObject;
}

type Pair = readonly [v: unknown, w: number | null];

/** What the rules say about these rows. */
function judge(
  rules: Rules,
  rows: readonly Pair[],
  property: object = { logicalType: 'string' },
  name = 'things',
): CheckResult[] {
  const object = contractOf(rules, property, name);
  database ??= openDatabase(':memory:');
  database.exec(`DROP TABLE IF EXISTS ${quoteName(object.name)}`);
  database.exec(createTable(object, object.name));
  const insert = database.prepare(`INSERT INTO ${quoteName(object.name)} VALUES (?, ?)`);
  for (const row of rows) insert.run(columnsOf(object).map((column, at) => encode(column, row[at])));
  return evaluate(database, qualityChecks(object, object.name));
}

const words = ['red', 'blue', 'N/A', 'n/a', "it's", '"x"', ''];
const rows = fc.array(fc.tuple(fc.option(fc.constantFrom(...words)), fc.option(fc.integer({ min: 0, max: 3 }))), {
  maxLength: 12,
});

/** What the rule measures, in rows and in percent, against the count by hand. */
function measures(rule: object, level: 'object' | 'property', byHand: (rows: readonly Pair[]) => number): void {
  fc.assert(
    fc.property(rows, fc.constantFrom('rows', 'percent'), (some, unit) => {
      const [result] = judge({ [level]: [{ ...rule, unit, mustBeGreaterOrEqualTo: 0 }] }, some);
      const count = byHand(some);
      expect(result?.status).toBe('pass');
      expect(result?.value).toBeCloseTo(unit === 'rows' ? count : (100 * count) / Math.max(some.length, 1), 9);
    }),
    { numRuns: 150 },
  );
}

/** Rows that could go until each value is there once. */
const repeated = (values: readonly unknown[]): number =>
  values.length - new Set(values.map((each) => JSON.stringify(each))).size;

describe('the metrics of the standard', () => {
  it('nullValues', () => {
    measures({ metric: 'nullValues' }, 'property', (some) => some.filter(([v]) => v === null).length);
  });

  it('missingValues', () => {
    measures(
      { metric: 'missingValues', arguments: { missingValues: [null, '', 'N/A', "it's"] } },
      'property',
      (some) => some.filter(([v]) => v === null || ['', 'N/A', "it's"].includes(v as string)).length,
    );
  });

  it('invalidValues by a list and by a pattern', () => {
    measures(
      { metric: 'invalidValues', arguments: { validValues: ['red', '"x"'] } },
      'property',
      (some) => some.filter(([v]) => v !== null && v !== 'red' && v !== '"x"').length,
    );
    measures(
      { metric: 'invalidValues', arguments: { pattern: '^[a-z]+$' } },
      'property',
      (some) => some.filter(([v]) => v !== null && !/^[a-z]+$/.test(v as string)).length,
    );
  });

  it('duplicateValues of a property and of several', () => {
    measures({ metric: 'duplicateValues' }, 'property', (some) =>
      repeated(some.map(([v]) => v).filter((v) => v !== null)),
    );
    measures({ metric: 'duplicateValues', arguments: { properties: ['v', 'w'] } }, 'object', (some) =>
      repeated(some.filter(([v, w]) => v !== null && w !== null)),
    );
  });

  it('rowCount', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const [result] = judge({ object: [{ metric: 'rowCount', mustBe: some.length }] }, some);
        expect(result).toMatchObject({ status: 'pass', value: some.length, target: 'things', metric: 'rowCount' });
      }),
    );
  });

  it('compare values as the column stores them', () => {
    const decimal = { logicalType: 'number', physicalType: 'decimal(6,2)' };
    const rule = { metric: 'invalidValues', arguments: { validValues: ['1.50', 2, 'none'] }, mustBe: 1 };
    expect(
      judge(
        { property: [rule] },
        [
          ['1.5', 1],
          ['2', 1],
          ['3', 1],
          [null, 1],
        ],
        decimal,
      )[0]?.status,
    ).toBe('pass');
  });
});

describe('the operators', () => {
  const operators: Record<string, (n: number, a: number, b: number) => boolean> = {
    mustBe: (n, a) => n === a,
    mustNotBe: (n, a) => n !== a,
    mustBeGreaterThan: (n, a) => n > a,
    mustBeGreaterOrEqualTo: (n, a) => n >= a,
    mustBeLessThan: (n, a) => n < a,
    mustBeLessOrEqualTo: (n, a) => n <= a,
    mustBeBetween: (n, a, b) => n >= a && n <= b,
    mustNotBeBetween: (n, a, b) => n < a || n > b,
  };

  it.each(Object.entries(operators))('%s', (operator, holds) => {
    for (let n = 0; n <= 5; n++) {
      const value = operator.endsWith('Between') ? [2, 4] : 3;
      const [low, high] = operator.endsWith('Between') ? [2, 4] : [3, 3];
      const rule = { metric: 'rowCount', [operator]: value };
      const [result] = judge(
        { object: [rule] },
        Array.from({ length: n }, () => ['red', 1] as const),
      );
      expect([n, result?.status]).toEqual([n, holds(n, low as number, high as number) ? 'pass' : 'fail']);
      expect(result?.expected.startsWith(operator)).toBe(true);
    }
  });
});

describe('the verdict', () => {
  const failing = { metric: 'rowCount', mustBe: 5, name: 'five_rows', dimension: 'completeness' };

  it('of a warning does not keep rows back; that of anything else does', () => {
    const results = judge(
      { object: ['warning', 'info', 'error', 'critical'].map((severity) => ({ ...failing, severity })) },
      [],
    );
    expect(results.map(({ status }) => status)).toEqual(['warn', 'warn', 'fail', 'fail']);
    expect(results.map(blocks)).toEqual([false, false, true, true]);
    expect(judge({ object: [failing] }, [])[0]).toEqual({
      name: 'five_rows',
      target: 'things',
      metric: 'rowCount',
      dimension: 'completeness',
      severity: null,
      status: 'fail',
      value: 0,
      expected: 'mustBe 5 rows',
      message: 'mustBe 5 rows, but is 0',
    });
  });

  it('is skip, with the reason, where a rule cannot be evaluated here', () => {
    const results = judge(
      {
        object: [
          { type: 'text', description: 'Looks right.' },
          { type: 'custom', engine: 'soda', implementation: 'checks: []' },
          { metric: 'nullValues', mustBe: 0 },
        ],
        property: [{ metric: 'invalidValues', mustBe: 0 }],
      },
      [],
    );
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('skip'));
    expect(results.every(({ message }) => message)).toBe(true);
    expect(results.some(blocks)).toBe(false);
  });

  it('is skip for rules inside of objects', () => {
    const inner = { name: 'city', logicalType: 'string', quality: [{ metric: 'nullValues', mustBe: 0 }] };
    const [result] = judge({}, [], { logicalType: 'object', properties: [inner] });
    expect(result).toMatchObject({ status: 'skip', target: 'things.v.city', metric: 'nullValues' });
  });
});

describe('SQL of a contract', () => {
  const sql = (query: string, level: 'object' | 'property' = 'object') =>
    judge({ [level]: [{ type: 'sql', query, mustBe: 2 }] }, [
      ['a', 1],
      ['b', 2],
      [null, 3],
    ])[0] as CheckResult;

  it('measures the rows, by whatever placeholder it names them', () => {
    const variable = (name: string) => `\${${name}}`;
    for (const table of ['{object}', '{ table }', variable('object'), variable('table'), 'things']) {
      expect(sql(`SELECT count(*) FROM ${table} WHERE v IS NOT NULL`)).toMatchObject({ status: 'pass', value: 2 });
    }
    for (const column of ['{property}', variable('column')]) {
      expect(sql(`SELECT count(${column}) FROM {object}`, 'property').status).toBe('pass');
    }
    expect(sql('-- a note\n/* and\n another */ WITH t(n) AS (SELECT 2) SELECT n FROM t').status).toBe('pass');
  });

  it.each([
    ['a write', 'DELETE FROM {object}'],
    ['a write that answers', 'DELETE FROM {object} RETURNING 2'],
    ['a write behind WITH', 'WITH t AS (SELECT 1) DELETE FROM {object} RETURNING 2'],
    ['a second statement', 'SELECT 2; DROP TABLE {object}'],
    ['another database', "ATTACH 'other.sqlite' AS other"],
    ['a setting', 'PRAGMA user_version'],
    ['a setting after a comment', '/**/ PRAGMA writable_schema = 1'],
    ['several numbers', 'SELECT 2, 2'],
    ['several rows', 'SELECT 2 FROM {object}'],
    ['no rows', 'SELECT 2 WHERE false'],
    ['text', "SELECT 'two'"],
    ['nothing', 'SELECT sum(w) FROM {object} WHERE false'],
    ['another dialect', 'SELECT APPROX_COUNT_DISTINCT(v) FROM {object}'],
    ['a property that there is none of', 'SELECT count({property}) FROM {object}'],
  ])('has no verdict where it is %s, and changes nothing', (_, query) => {
    const result = sql(query);
    expect(result.status).toBe('error');
    expect(result.value).toBeNull();
    expect(result.message).toBeTruthy();
    expect(blocks(result)).toBe(true);
    expect(database?.prepare('SELECT count(*) FROM things').pluck().get()).toBe(3n);
  });

  it('names are quoted, whatever they are', () => {
    const name = 'th"ings; DROP TABLE weft_run; --';
    const rules = {
      object: [{ type: 'sql', query: 'SELECT count(*) FROM {object}', mustBe: 1 }],
      property: [{ metric: 'nullValues', mustBe: 0 }],
    };
    expect(judge(rules, [['a', 1]], { logicalType: 'string' }, name).map(({ status }) => status)).toEqual([
      'pass',
      'pass',
    ]);
  });
});
