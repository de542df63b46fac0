/** Rows against a contract: what is accepted, in which form it is kept, and what is said about the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../subgraphs/kit/contract/codec.ts';
import { columnsOf } from '../subgraphs/kit/contract/column.ts';
import type { ContractObject } from '../subgraphs/kit/contract/model.ts';
import { readContract } from '../subgraphs/kit/contract/read.ts';
import { type RowOptions, rowValidator } from '../subgraphs/kit/contract/row.ts';

/** @param properties lines of YAML flow mappings, one per property */
function contractOf(...properties: string[]): ContractObject {
  const text = [
    'apiVersion: v3.2.0',
    'kind: DataContract',
    'id: shop.things',
    'version: 1.0.0',
    'status: active',
    'schema:',
    '  - name: things',
    '    properties:',
    ...properties.map((property) => `      - ${property}`),
  ].join('\n');
  const { contract, issues } = readContract(text, 'things.odcs.yaml');
  expect(issues).toEqual([]);
  return contract?.objects[0] as ContractObject;
}

const validatorOf = (property: string, options?: RowOptions) => rowValidator(contractOf(property), options);

/** The kept value of the only property, or undefined where the row was refused. */
function keptBy(property: string): (value: unknown) => unknown {
  const validate = validatorOf(property);
  return (v) => {
    const result = validate({ v });
    return 'row' in result ? result.row.v : undefined;
  };
}

/** Accepted iff the oracle has a value for it; kept as that value; and the store gives the same value back. */
function agrees<T>(property: string, inputs: fc.Arbitrary<T>, oracle: (input: T) => unknown): void {
  const object = contractOf(property);
  const validate = rowValidator(object);
  const [column] = columnsOf(object);
  fc.assert(
    fc.property(inputs, (v) => {
      const expected = oracle(v);
      const result = validate({ v });
      expect('row' in result ? result.row.v : undefined).toEqual(expected);
      if (expected === undefined || !column) return;
      expect(decode(column, encode(column, expected))).toEqual(expected);
    }),
    { numRuns: 400 },
  );
}

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${maxLength}}$`));
const numberText = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits(25),
    fc.constantFrom('', '.'),
    digits(12),
    fc.constantFrom('', '', '', 'e3', ' ', 'abc'),
  )
  .map((parts) => parts.join(''));

describe('whole numbers', () => {
  const oracle =
    (low: bigint, high: bigint, keep: (value: bigint) => unknown) =>
    (input: string | number | bigint): unknown => {
      if (input === '') return null;
      if (typeof input === 'number' && !Number.isSafeInteger(input)) return undefined;
      const text = String(input).trim();
      if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
      const value = (text.startsWith('-') ? -1n : 1n) * BigInt(text.replace(/^[+-]/, ''));
      return value >= low && value <= high ? keep(value) : undefined;
    };
  const inputs = fc.oneof(numberText, fc.integer(), fc.double(), fc.bigInt(), fc.maxSafeInteger());

  it.each([
    ['i8', -(2n ** 7n), 2n ** 7n - 1n, Number],
    ['u16', 0n, 2n ** 16n - 1n, Number],
    ['i32', -(2n ** 31n), 2n ** 31n - 1n, Number],
    ['u32', 0n, 2n ** 32n - 1n, BigInt],
    ['i64', -(2n ** 63n), 2n ** 63n - 1n, BigInt],
    ['u64', 0n, 2n ** 64n - 1n, BigInt],
    ['i128', -(2n ** 127n), 2n ** 127n - 1n, BigInt],
    ['u128', 0n, 2n ** 128n - 1n, BigInt],
  ] as const)('of format %s are kept exactly or refused', (format, low, high, keep) => {
    const property = `{ name: v, logicalType: integer, logicalTypeOptions: { format: ${format} } }`;
    agrees(property, inputs, oracle(low, high, keep));
    const edges = fc.constantFrom(low, high, low - 1n, high + 1n).chain((edge) => fc.constantFrom(edge, `${edge}`));
    agrees(property, edges, oracle(low, high, keep));
  });

  it('have no point, no exponent and nothing behind them', () => {
    const kept = keptBy('{ name: v, logicalType: integer }');
    expect(['42', ' 42 ', '+7', '-0', '007'].map(kept)).toEqual([42, 42, 7, 0, 7]);
    expect(['4.0', '4.0abc', '1e3', '0x1f', '1_000', 'NaN', true, [1], {}].map(kept)).toEqual(Array(9).fill(undefined));
  });
});

describe('decimals', () => {
  /** As a rational number: whole units of 10^-scale, fewer of them than 10^precision. */
  const oracle =
    (precision: number, scale: number) =>
    (input: string | bigint): unknown => {
      if (input === '') return null;
      const match = /^([+-]?)([0-9]*)\.?([0-9]*)$/.exec(String(input).trim());
      if (!match || (!match[2] && !match[3])) return undefined;
      const [, sign, whole = '', fraction = ''] = match;
      const far = BigInt(whole + fraction) * 10n ** BigInt(scale);
      const unit = 10n ** BigInt(fraction.length);
      if (far % unit !== 0n) return undefined;
      const units = far / unit;
      if (units >= 10n ** BigInt(precision)) return undefined;
      const text = units.toString().padStart(scale + 1, '0');
      const after = text.slice(text.length - scale).replace(/0+$/, '');
      const shown = `${text.slice(0, text.length - scale)}${after && `.${after}`}`;
      return sign === '-' && units !== 0n ? `-${shown}` : shown;
    };

  it.each([
    [10, 4],
    [18, 2],
    [38, 9],
    [20, 12],
  ] as const)('of %i digits, %i of them after the point, are never rounded', (precision, scale) => {
    const property = `{ name: v, logicalType: number, physicalType: 'decimal(${precision},${scale})' }`;
    agrees(property, fc.oneof(numberText, fc.bigInt()), oracle(precision, scale));
  });

  it('are read from numbers by their shortest text, and refused where that is too long', () => {
    const kept = keptBy("{ name: v, logicalType: number, physicalType: 'decimal(12,4)' }");
    expect([957.5775, 0.1, 1e-4, -5, 1e7].map(kept)).toEqual(['957.5775', '0.1', '0.0001', '-5', '10000000']);
    expect([0.1 + 0.2, 1e-7, 1e21, Number.NaN, Number.POSITIVE_INFINITY].map(kept)).toEqual(Array(5).fill(undefined));
  });

  it('that are JSON numbers are refused where a double may have lost digits, which text has not', () => {
    const kept = keptBy("{ name: v, logicalType: number, physicalType: 'decimal(38,10)' }");
    const texts = fc
      .tuple(fc.boolean(), fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 10 }))
      .chain(([negative, whole, fraction]) =>
        fc
          .tuple(
            fc.stringMatching(new RegExp(`^[1-9][0-9]{${whole - 1}}$`)),
            fc.stringMatching(new RegExp(`^[0-9]{${fraction}}$`)),
          )
          .map(([a, b]) => `${negative ? '-' : ''}${a}${b && `.${b}`}`),
      );
    fc.assert(
      fc.property(texts, (text) => {
        const exact = kept(text);
        const fromNumber = kept(JSON.parse(text));
        expect(exact).toBeDefined();
        if (text.replace(/[-.]/g, '').length <= 15) expect(fromNumber).toBe(exact);
        // A double of few digits may have come from more, far behind them: nobody can tell.
        else if (fromNumber !== undefined)
          expect(String(fromNumber).replace(/[-.]/g, '').length).toBeLessThanOrEqual(15);
      }),
    );
    const validate = validatorOf("{ name: v, logicalType: number, physicalType: 'decimal(38,10)' }");
    for (const v of ['12345678901234567890.123', '123456789012.1234567', '9007199254740992', '1e22']) {
      expect(validate({ v: JSON.parse(v) })).toMatchObject({ reasons: [{ property: 'v', code: 'ROW_DIGITS' }] });
    }
  });

  it('compare with their bounds and steps without a float in between', () => {
    const kept = keptBy(
      "{ name: v, logicalType: number, physicalType: 'decimal(38,18)', logicalTypeOptions: { minimum: 0.1, exclusiveMaximum: 0.3, multipleOf: 0.05 } }",
    );
    expect(kept('0.1')).toBe('0.1');
    expect(kept('0.25')).toBe('0.25');
    expect(['0.099999999999999999', '0.3', '0.100000000000000001', '0.26'].map(kept)).toEqual(Array(4).fill(undefined));
  });
});

describe('floats', () => {
  it('take any text that JSON or CSV writes for one', () => {
    agrees('{ name: v, logicalType: number }', fc.oneof(numberText, fc.double()), (input) => {
      if (input === '') return null;
      const text = String(input).trim();
      if (typeof input === 'string' && !/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e3)?$/.test(text)) return undefined;
      const value = Number(text);
      return Number.isFinite(value) ? value + 0 : undefined;
    });
  });
});

describe('text', () => {
  it('is measured in characters and matched with the pattern', () => {
    const property =
      "{ name: v, logicalType: string, logicalTypeOptions: { minLength: 2, maxLength: 3, pattern: '^[a-z😀]+$' } }";
    const letters = fc.array(fc.constantFrom('a', 'b', '😀', 'Z', ' '), { maxLength: 5 }).map((some) => some.join(''));
    agrees(property, letters, (input) => {
      if (input === '') return null;
      const characters = [...input];
      const fits =
        characters.length >= 2 && characters.length <= 3 && characters.every((each) => 'ab😀'.includes(each));
      return fits ? input : undefined;
    });
  });

  it('is refused where UTF-8 could not hold it', () => {
    expect(keptBy('{ name: v, logicalType: string }')('half a pair: \ud83d')).toBeUndefined();
  });
});

describe('booleans and lists of values', () => {
  it('are read from the usual words', () => {
    const kept = keptBy('{ name: v, logicalType: boolean }');
    expect(['true', 'TRUE', '1', 'yes', 1, 1n, true].map(kept)).toEqual(Array(7).fill(true));
    expect(['false', 'No', '0', 0, false].map(kept)).toEqual(Array(5).fill(false));
    expect(['', 'y', 2, 'on', {}].map(kept)).toEqual([null, ...Array(4).fill(undefined)]);
  });

  it('are compared as values, not as text', () => {
    const number = keptBy(
      "{ name: v, logicalType: number, physicalType: 'decimal(4,2)', enum: [{ value: 1.5 }, { value: 2 }] }",
    );
    expect(['1.50', '02', '2.5'].map(number)).toEqual(['1.5', '2', undefined]);
    const word = keptBy('{ name: v, logicalType: string, enum: [{ value: red }, { value: blue }] }');
    expect(['red', 'Red'].map(word)).toEqual(['red', undefined]);
  });
});

describe('dates and times', () => {
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const parts = fc.tuple(
    fc.integer({ min: 0, max: 9999 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
  );

  it('are those of the calendar', () => {
    const inputs = parts.map(([year, month, day]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`);
    agrees('{ name: v, logicalType: date }', inputs, (input) => {
      const date = new Date(`${input}T00:00:00Z`);
      const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(input) && !input.startsWith('0000');
      return exists ? input : undefined;
    });
  });

  it('are read in the format of the contract, and else in ISO 8601', () => {
    const german = keptBy('{ name: v, logicalType: date, logicalTypeOptions: { format: d.M.yyyy } }');
    expect(['8.11.2016', '08.11.2016', '2016-11-08', '31.2.2016', '8/11/2016'].map(german)).toEqual([
      '2016-11-08',
      '2016-11-08',
      '2016-11-08',
      undefined,
      undefined,
    ]);
    const dayFirst = keptBy('{ name: v, logicalType: date, logicalTypeOptions: { format: yyyy-dd-MM } }');
    expect(['2024-13-01', '2024-01-13'].map(dayFirst)).toEqual(['2024-01-13', undefined]);
    const stamp = keptBy(
      `{ name: v, logicalType: timestamp, logicalTypeOptions: { format: "dd/MM/yyyy 'at' HH:mm:ss.SSS XXX" } }`,
    );
    expect(stamp('08/11/2016 at 23:30:00.250 -02:30')).toBe('2016-11-09T02:00:00.250Z');
  });

  it('become UTC with milliseconds, and finer ones are refused', () => {
    const kept = keptBy('{ name: v, logicalType: timestamp }');
    expect(kept('2016-11-08')).toBe('2016-11-08T00:00:00.000Z');
    expect(kept('2016-11-08 10:20')).toBe('2016-11-08T10:20:00.000Z');
    expect(kept('2016-11-08T10:20:30.5+05:30')).toBe('2016-11-08T04:50:30.500Z');
    expect(kept('2016-11-08T10:20:30.123000Z')).toBe('2016-11-08T10:20:30.123Z');
    expect(kept('2016-11-08T10:20:30.123456Z')).toBeUndefined();
    expect(kept('0001-01-01T00:00:00+10:00')).toBeUndefined();
    expect(kept(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(kept(1478600000)).toBeUndefined();
  });

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'])(
    'without an offset are local to %s, by its own clock',
    (zone) => {
      const kept = keptBy(`{ name: v, logicalType: timestamp, logicalTypeOptions: { defaultTimezone: ${zone} } }`);
      const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
      const moments = fc.date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
      fc.assert(
        fc.property(moments, (moment) => {
          const local = clock.format(moment);
          const utc = kept(local);
          // A time that the clock shows twice is the first one, so the text, not the moment, must come back.
          expect(clock.format(new Date(String(utc)))).toBe(local);
          expect(new Date(String(utc)).getTime()).toBeLessThanOrEqual(moment.getTime());
        }),
      );
    },
  );

  it('that the clock skips do not exist; those that it shows twice are the first', () => {
    const kept = keptBy('{ name: v, logicalType: timestamp, logicalTypeOptions: { defaultTimezone: Europe/Berlin } }');
    expect(kept('2024-03-31 02:30:00')).toBeUndefined();
    expect(kept('2024-10-27 02:30:00')).toBe('2024-10-27T00:30:00.000Z');
  });

  it('keep to their bounds', () => {
    const kept = keptBy(
      "{ name: v, logicalType: date, logicalTypeOptions: { minimum: '2016-01-01', exclusiveMaximum: '2017-01-01' } }",
    );
    expect(['2015-12-31', '2016-01-01', '2016-12-31', '2017-01-01'].map(kept)).toEqual([
      undefined,
      '2016-01-01',
      '2016-12-31',
      undefined,
    ]);
  });

  it('of a clock have no fraction', () => {
    const kept = keptBy('{ name: v, logicalType: time }');
    expect(['10:20', '10:20:30', '10:20:30.000', '10:20:30.5', '24:00'].map(kept)).toEqual([
      '10:20:00',
      '10:20:30',
      '10:20:30',
      undefined,
      undefined,
    ]);
  });
});

describe('objects and lists', () => {
  const address =
    '{ name: v, logicalType: object, properties: [{ name: city, logicalType: string, required: true }, { name: number, logicalType: integer, logicalTypeOptions: { format: i64 } }] }';

  it('are validated inside, also as JSON text in a cell', () => {
    const kept = keptBy(address);
    // JSON has no 64-bit integers: inside of JSON they are text.
    expect(kept({ city: 'Berlin', number: '9007199254740993' })).toEqual({
      city: 'Berlin',
      number: '9007199254740993',
    });
    expect(kept('{"city":"Berlin"}')).toEqual({ city: 'Berlin', number: null });
    expect(['{"city":', '[]', { number: 1 }, { city: 'x', zip: 1 }, 7].map(kept)).toEqual(Array(5).fill(undefined));
    expect(['', null].map(kept)).toEqual([null, null]);
  });

  it('say where in them the mistake is', () => {
    const validate = validatorOf(`{ name: v, logicalType: array, items: ${address.replace('name: v', 'name: item')} }`);
    expect(validate({ v: [{ city: 'Berlin' }, { number: 'x', zip: 1 }] })).toEqual({
      reasons: [
        { property: 'v[1].city', code: 'ROW_REQUIRED', message: 'is required' },
        { property: 'v[1].number', code: 'ROW_TYPE', message: 'must be a whole number, but is "x"' },
        { property: 'v[1].zip', code: 'ROW_UNKNOWN_PROPERTY', message: 'is not a property of the contract' },
      ],
    });
  });

  it('have a value at every place', () => {
    const tags = validatorOf('{ name: v, logicalType: array, items: { name: tag, logicalType: string } }');
    expect(tags({ v: ['a', null, ''] })).toEqual({
      reasons: [
        { property: 'v[1]', code: 'ROW_REQUIRED', message: 'is required' },
        { property: 'v[2]', code: 'ROW_REQUIRED', message: 'is required' },
      ],
    });
    const objects = validatorOf(`{ name: v, logicalType: array, items: ${address.replace('name: v', 'name: item')} }`);
    expect(objects({ v: '[{"city":"Berlin"},null]' })).toMatchObject({ reasons: [{ property: 'v[1]' }] });
    const lists = '{ name: l, logicalType: array, items: { name: n, logicalType: integer } }';
    const nested = validatorOf(`{ name: v, logicalType: array, items: ${lists} }`);
    expect(nested({ v: [[1], [2, null]] })).toMatchObject({ reasons: [{ property: 'v[1][1]' }] });
    expect(nested({ v: [[1], []] })).toEqual({ row: { v: [[1], []] } });
  });

  it('are counted', () => {
    const kept = keptBy(
      '{ name: v, logicalType: array, items: { name: tag, logicalType: string }, logicalTypeOptions: { minItems: 1, maxItems: 2, uniqueItems: true } }',
    );
    expect([['a'], ['a', 'b']].map(kept)).toEqual([['a'], ['a', 'b']]);
    expect([[], ['a', 'a'], ['a', 'b', 'c']].map(kept)).toEqual(Array(3).fill(undefined));
    const vector = keptBy('{ name: v, logicalType: vector, logicalTypeOptions: { dimensions: 2 } }');
    expect([[1, 2.5], '[1,2]', [1], [1, null], [1, 'x']].map(vector)).toEqual([
      [1, 2.5],
      [1, 2],
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('hold only what JSON can hold', () => {
    const kept = keptBy(
      '{ name: v, logicalType: map, map: { key: { logicalType: string }, value: { logicalType: string } } }',
    );
    expect(kept({ a: [1, null, { b: 'x' }] })).toEqual({ a: [1, null, { b: 'x' }] });
    expect([{ a: new Date() }, { a: undefined }, { a: Number.NaN }, { a: () => 1 }].map(kept)).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('a row', () => {
  const object = contractOf(
    '{ name: id, logicalType: string, primaryKey: true }',
    '{ name: count, logicalType: integer, required: true }',
    '{ name: code, logicalType: string, logicalTypeOptions: { maxLength: 3, pattern: "^[A-Z]+$" } }',
  );

  it('is told all of its mistakes at once', () => {
    expect(rowValidator(object)({ id: '', count: 'many', code: 'abcd', colour: 'red' })).toEqual({
      reasons: [
        { property: 'id', code: 'ROW_REQUIRED', message: 'is required' },
        { property: 'count', code: 'ROW_TYPE', message: 'must be a whole number, but is "many"' },
        { property: 'code', code: 'ROW_LENGTH', message: 'must be at most 3 characters long, but is "abcd"' },
        { property: 'code', code: 'ROW_PATTERN', message: 'must be text that matches ^[A-Z]+$, but is "abcd"' },
        { property: 'colour', code: 'ROW_UNKNOWN_PROPERTY', message: 'is not a property of the contract' },
      ],
    });
  });

  it.each([
    ['ROW_REQUIRED', '{ name: v, logicalType: string, required: true }', ''],
    ['ROW_TYPE', '{ name: v, logicalType: date }', '2017-02-29'],
    ['ROW_DIGITS', "{ name: v, logicalType: number, physicalType: 'decimal(4,2)' }", '1.005'],
    ['ROW_DIGITS', '{ name: v, logicalType: integer, logicalTypeOptions: { format: i64 } }', 2 ** 53],
    ['ROW_LENGTH', '{ name: v, logicalType: string, logicalTypeOptions: { minLength: 2 } }', 'a'],
    ['ROW_PATTERN', '{ name: v, logicalType: string, logicalTypeOptions: { pattern: ^a$ } }', 'b'],
    ['ROW_ENUM', '{ name: v, logicalType: string, enum: [{ value: a }] }', 'b'],
    ['ROW_RANGE', '{ name: v, logicalType: integer }', 2 ** 31],
    ['ROW_RANGE', '{ name: v, logicalType: number, logicalTypeOptions: { multipleOf: 0.1 } }', 0.35],
    ['ROW_ITEMS', '{ name: v, logicalType: array, logicalTypeOptions: { minItems: 1 } }', '[]'],
  ])('is told by code %s what %s refuses', (code, property, v) => {
    expect(validatorOf(property)({ v })).toMatchObject({ reasons: [{ property: 'v', code }] });
  });

  it('has null where nothing was given, and other columns only where they are to be ignored', () => {
    expect(rowValidator(object, { unknownKeys: 'ignore' })({ id: 'a', count: '1', colour: 'red' })).toEqual({
      row: { id: 'a', count: 1, code: null },
    });
  });

  it('must be an object', () => {
    const validate = rowValidator(object);
    for (const input of [null, undefined, 7, 'row', [1]]) {
      expect(validate(input)).toMatchObject({ reasons: [{ property: '', code: 'ROW_TYPE' }] });
    }
  });

  it('quotes at most 60 characters of a value', () => {
    const result = rowValidator(object)({ id: 'a', count: 'x'.repeat(10_000) });
    expect('reasons' in result && result.reasons[0]?.message.length).toBeLessThan(100);
  });

  it('is not held against a bound that is none', () => {
    const wrong = contractOf('{ name: v, logicalType: date, logicalTypeOptions: { minimum: yesterday } }');
    expect(() => rowValidator(wrong)).toThrow(expect.objectContaining({ code: 'CONTRACT_OPTION_UNUSABLE' }));
    expect(() => rowValidator(wrong)).toThrow('things.odcs.yaml:9:9 logicalTypeOptions.minimum of v is "yesterday"');
  });
});
