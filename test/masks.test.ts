/** What is shown in place of a value: less than the value, of its type, and the same for all that it must not tell apart. */
import fc from 'fast-check';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLScalarType,
  GraphQLString,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { compareMasks, maskOf } from '../gateway/governance/access/masks.ts';
import { invariant } from '../subgraphs/kit/errors/weft-error.ts';
import { scalars } from '../subgraphs/kit/scalars.ts';

const { Date: date, DateTime, Time, BigInt: bigInt, Decimal, JSON: json } = scalars;
const tier = new GraphQLEnumType({ name: 'Tier', values: { GOLD: {}, SILVER: {} } });
const email = new GraphQLScalarType({ name: 'Email' });
const uuid = new GraphQLScalarType({ name: 'UUID', specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc9562' });
const upper = new GraphQLScalarType({
  name: 'Upper',
  serialize: (value) => {
    if (value !== String(value).toUpperCase()) throw new TypeError('Upper case, please.');
    return value;
  },
});

function masked(mask: string, value: unknown, type: GraphQLLeafType, salt = 'one'): unknown {
  const found = maskOf(mask, salt);
  invariant(found, `${mask} is a mask`);
  return found.apply(value, type);
}

/** Each kind of type with values that JSON may have of it. */
const anyMoment = fc
  .tuple(
    fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
    fc.constantFrom('Z', '+02:00', '-11:30'),
  )
  .map(([at, zone]) => at.toISOString().replace('Z', zone));
const anyDecimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.nat(20))
  .map(([whole, fraction]) => (fraction === 0 ? `${whole}` : `${whole}.${fraction}`));
const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), anyMoment);
const leaves: readonly { readonly type: GraphQLLeafType; readonly value: fc.Arbitrary<unknown> }[] = [
  { type: GraphQLString, value: anyText },
  { type: GraphQLID, value: fc.oneof(anyText, fc.maxSafeInteger()) },
  { type: GraphQLInt, value: fc.integer() },
  { type: GraphQLFloat, value: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { type: GraphQLBoolean, value: fc.boolean() },
  { type: date, value: anyMoment.map((text) => text.slice(0, 10)) },
  { type: DateTime, value: anyMoment },
  { type: Time, value: anyMoment.map((text) => text.slice(11, 19)) },
  {
    type: bigInt,
    value: fc.oneof(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }).map(String), fc.maxSafeInteger()),
  },
  { type: Decimal, value: fc.oneof(anyDecimal, fc.double({ noNaN: true, noDefaultInfinity: true })) },
  { type: json, value: fc.jsonValue() },
  { type: tier, value: fc.constantFrom('GOLD', 'SILVER') },
  { type: email, value: anyText },
  { type: uuid, value: fc.uuid() },
  { type: upper, value: anyText.map((text) => text.toUpperCase()) },
];
const anyLeaf = fc.constantFrom(...leaves).chain(({ type, value }) => fc.record({ type: fc.constant(type), value }));
const anyMask = fc.oneof(
  fc.constantFrom('null', 'redact', 'hash', 'year', 'month', 'day', 'constant(GOLD)', 'constant(true)', 'constant(7)'),
  fc.constantFrom('constant(2017-03-31)', 'constant(2017-03-31T12:00:00+02:00)', 'constant("")', 'constant(1e3)'),
  fc.integer({ min: 1, max: 12 }).map((count) => `last(${count})`),
  fc.constantFrom('0.01', '0.3', '1', '2', '10', '1000', '99999999999').map((width) => `bucket(${width})`),
);

describe('whatever is masked', () => {
  test('is null or a value of its type, also where what came was none', () => {
    const anything = fc.record({ type: fc.constantFrom(...leaves.map(({ type }) => type)), value: fc.anything() });
    fc.assert(
      fc.property(fc.oneof(anyLeaf, anything), anyMask, ({ type, value }, mask) => {
        const shown = masked(mask, value, type);
        if (shown === null) return;
        // Numbers that a subgraph writes as numbers stay what they are; Weft's own scalars are text.
        const isOwn = [date, DateTime, Time, bigInt, Decimal].some((each) => each === type);
        expect(type.serialize(shown)).toEqual(isOwn ? String(shown) : shown);
        if (isOwn && typeof shown === 'string') type.parseValue(shown);
      }),
      { numRuns: 20_000 },
    );
  });

  test('is null where there is nothing', () => {
    const type = fc.constantFrom(...leaves.map((each) => each.type));
    fc.assert(
      fc.property(type, anyMask, (each, mask) => {
        expect(masked(mask, null, each)).toBe(null);
      }),
    );
  });

  test('does not depend on the value, with null, redact and constant', () => {
    const twoOfOne = fc.constantFrom(...leaves).chain(({ type, value }) => fc.tuple(fc.constant(type), value, value));
    fc.assert(
      fc.property(twoOfOne, fc.constantFrom('null', 'redact', 'constant(7)'), ([type, one, other], mask) => {
        // A JSON value and one of an unknown scalar may be null, or no string.
        fc.pre(type !== json && (typeof one === typeof other || type === GraphQLID));
        expect(masked(mask, one, type)).toBe(masked(mask, other, type));
      }),
      { numRuns: 3_000 },
    );
  });
});

test.each([
  ['null', 'Ann', GraphQLString, null],
  ['redact', 'Ann', GraphQLString, 'redacted'],
  ['redact', '', GraphQLID, 'redacted'],
  ['redact', 'ann@example.com', email, 'redacted'],
  ['redact', 12, email, null],
  ['redact', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', uuid, null],
  ['redact', 'ANN', upper, null],
  ['redact', 'GOLD', tier, null],
  ['redact', '2017-03-31', date, null],
  ['redact', { a: 1 }, json, null],
  ['redact', 'a', json, null],
  ['redact', true, GraphQLBoolean, null],
  ['constant(unknown)', 'Ann', GraphQLString, 'unknown'],
  ['constant(a (b) c)', 'Ann', GraphQLString, 'a (b) c'],
  ['constant(" \\"x\\" ")', 'Ann', GraphQLString, ' "x" '],
  ['constant(0)', 12, GraphQLInt, 0],
  ['constant(0)', 12, GraphQLString, null],
  ['constant(0)', '12', GraphQLString, '0'],
  ['constant(0.5)', 12, GraphQLInt, null],
  ['constant(2147483648)', 12, GraphQLInt, null],
  ['constant(0.5)', 12, GraphQLFloat, 0.5],
  ['constant(false)', true, GraphQLBoolean, false],
  ['constant(0)', true, GraphQLBoolean, null],
  ['constant(SILVER)', 'GOLD', tier, 'SILVER'],
  ['constant(BRONZE)', 'GOLD', tier, null],
  ['constant(1970-01-01)', '2017-03-31', date, '1970-01-01'],
  ['constant(1970-02-30)', '2017-03-31', date, null],
  ['constant(x)', 'ann@example.com', email, null],
  ['constant(x)', 'y', json, null],
  ['last(4)', '4111 1111 1111 1234', GraphQLString, '•••••1234'],
  ['last(4)', '1234', GraphQLString, '•••••'],
  ['last(4)', '', GraphQLString, '•••••'],
  ['last(2)', 12345, GraphQLID, '•••••45'],
  ['last(2)', 12345, GraphQLInt, null],
  ['last(1)', 'cafe\u0301', GraphQLString, '•••••e\u0301'],
  ['last(1)', 'e\u0301', GraphQLString, '•••••'],
  [
    'last(2)',
    'a\u{1f468}\u200d\u{1f469}\u200d\u{1f467}x',
    GraphQLString,
    '•••••\u{1f468}\u200d\u{1f469}\u200d\u{1f467}x',
  ],
  ['last(2)', 'שלום', GraphQLString, '•••••ום'],
  ['last(1)', 'a\u{1f1e9}\u{1f1ea}\u{1f1eb}\u{1f1f7}', GraphQLString, '•••••\u{1f1eb}\u{1f1f7}'],
  ['year', '2017-03-31', date, '2017-01-01'],
  ['month', '2017-03-31', date, '2017-03-01'],
  ['year', '0001-03-31', date, '0001-01-01'],
  ['year', '2017-02-30', date, null],
  ['year', '2017-01-01T01:00:00+02:00', DateTime, '2016-01-01T00:00:00.000Z'],
  ['day', '2017-03-31T12:30:00.123456789Z', DateTime, '2017-03-31T00:00:00.000Z'],
  ['day', '2017-03-31T12:30:00', DateTime, null],
  ['day', '2017-03-31', DateTime, null],
  ['year', '2017-03-31T12:30:00Z', date, null],
  ['month', '2017-03-31', GraphQLString, '2017-03-01'],
  ['month', '2017-03-31T12:30:00Z', GraphQLString, '2017-03-01T00:00:00.000Z'],
  ['month', 'in March', GraphQLString, null],
  ['month', '2017-03-31', GraphQLID, null],
  ['month', '12:30:00', Time, null],
  ['bucket(10)', 17, GraphQLInt, 10],
  ['bucket(10)', -7, GraphQLInt, -10],
  ['bucket(10)', -20, GraphQLInt, -20],
  ['bucket(1000)', -2147483648, GraphQLInt, null],
  ['bucket(1)', 17, GraphQLInt, null],
  ['bucket(0.5)', 17, GraphQLInt, null],
  ['bucket(1)', '17', bigInt, null],
  ['bucket(0.1)', 0.37, GraphQLFloat, 0.3],
  ['bucket(10)', Number.NaN, GraphQLFloat, null],
  ['bucket(1000)', '9007199254740993', bigInt, '9007199254740000'],
  ['bucket(1000)', '-9007199254740993', bigInt, '-9007199254741000'],
  ['bucket(1000)', 9007199254740991, bigInt, 9007199254740000],
  ['bucket(50)', '99999999999999999999.99', Decimal, '99999999999999999950'],
  ['bucket(0.25)', '-0.1', Decimal, '-0.25'],
  ['bucket(10)', '1e3', Decimal, null],
  ['bucket(10)', '17', GraphQLString, null],
  ['hash', 12, GraphQLInt, null],
  ['hash', 'GOLD', tier, null],
  ['hash', { a: 1 }, json, null],
])('%s of %j as %s is %j', (mask, value, type, expected) => {
  expect(masked(mask, value, type)).toBe(expected);
});

test.each(
  [
    '',
    'NULL',
    'nul',
    'null()',
    'redact(1)',
    'constant',
    'constant()',
    'constant( x)',
    'constant("x)',
    'last',
    'last(0)',
  ].concat(
    [
      'last(-1)',
      'last(1.5)',
      'last(10000)',
      'year(1)',
      'bucket',
      'bucket(0)',
      'bucket(0.0)',
      'bucket(-5)',
      'bucket(1e3)',
    ],
    ['hash(x)', 'hash ', ' hash', 'last(2) ', 'toString', '__proto__', 'last(2)\n', 'last(２)'],
  ),
)('%j is no mask', (text) => {
  expect(maskOf(text, 'salt')).toBe(undefined);
});

test('a mask without a salt is a bug', () => {
  expect(() => maskOf('hash', '')).toThrow('Invariant');
});

describe('the last characters', () => {
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);
  const unit = fc.oneof(
    fc.constantFrom(
      'a',
      ' ',
      'é',
      'e\u0301',
      'ש',
      'ק\u05b8',
      'ﷺ',
      '\u{1f600}',
      '\u{1f44d}\u{1f3fd}',
      '\u{1f1e9}\u{1f1ea}',
    ),
    fc.constantFrom(
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
      '\u202e',
      '\u200d',
      '\u0301',
      '\r\n',
      'क्षि',
      '각',
      '\u{10ffff}',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  const text = fc.array(unit, { maxLength: 30 }).map((units) => units.join(''));

  test('are the last ones that people see, and nothing of what stands before', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 8 }), (value, count) => {
        const all = graphemes(value);
        const seen = all.length > count ? all.slice(-count).join('') : '';
        expect(masked(`last(${count})`, value, GraphQLString)).toBe(`•••••${seen}`);
      }),
      { numRuns: 5_000 },
    );
  });

  test('are the same behind a short text as behind a long one', () => {
    fc.assert(
      fc.property(text, text, text, (one, other, end) => {
        const visible = graphemes(end);
        const isEnd = (before: string): boolean =>
          before !== '' && graphemes(before + end).join('|') === [...graphemes(before), ...visible].join('|');
        fc.pre(visible.length > 0 && isEnd(one) && isEnd(other));
        const mask = `last(${visible.length})`;
        expect(masked(mask, one + end, GraphQLString)).toBe(masked(mask, other + end, GraphQLString));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a bucket', () => {
  const parts = (text: string): [bigint, bigint] => {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.');
    const digits = BigInt(whole + fraction.padEnd(40, '0'));
    return [text.startsWith('-') ? -digits : digits, 10n ** 40n];
  };

  test('holds its value, exactly, and begins at a multiple of its width', () => {
    const width = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.nat(999)).map(([a, b]) => `${a}.${b || 1}`);
    fc.assert(
      fc.property(anyDecimal, width, (value, wide) => {
        const bound = masked(`bucket(${wide})`, value, Decimal);
        const [low, unit] = parts(String(bound));
        const [at] = parts(value);
        const [size] = parts(wide);
        expect(low <= at && at < low + size && unit > 0n && low % size === 0n).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test('of whole numbers has the same bound for all that are in it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 1_000_000 }), (value, width) => {
        const bound = masked(`bucket(${width})`, value, GraphQLInt);
        const expected = Math.floor(value / width) * width;
        expect(bound).toBe(expected < -(2 ** 31) ? null : expected);
        if (bound !== null) expect(masked(`bucket(${width})`, String(value), bigInt)).toBe(String(expected));
      }),
      { numRuns: 5_000 },
    );
  });
});

test('a hash joins what has one salt, strings with identifiers too, and nothing across salts', () => {
  const salts = fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }));
  const wellFormed = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(wellFormed, wellFormed, salts, (one, other, [salt, another]) => {
      const hash = masked('hash', one, GraphQLString, salt);
      expect(hash).toMatch(/^[\w-]{22}$/);
      expect(masked('hash', one, GraphQLID, salt)).toBe(hash);
      expect(masked('hash', other, GraphQLString, salt) === hash).toBe(one === other);
      // HMAC pads its key with zeros.
      const isSame = salt.replace(/\0+$/, '') === another.replace(/\0+$/, '');
      expect(masked('hash', one, GraphQLString, another) === hash).toBe(isSame);
    }),
    { numRuns: 3_000 },
  );
  expect(masked('hash', 17, GraphQLID)).toBe(masked('hash', '17', GraphQLString));
});

test('of several masks the strictest comes first, and what is no mask before all', () => {
  const order = ['everything', 'null', 'redact', 'constant(x)', 'hash', 'bucket(100)', 'bucket(10)', 'bucket(9.5)'];
  order.push('year', 'month', 'day', 'last(2)', 'last(4)', 'last(10)');
  fc.assert(
    fc.property(fc.shuffledSubarray(order), (some) => {
      expect([...some].sort(compareMasks)).toEqual(order.filter((each) => some.includes(each)));
    }),
  );
  expect(compareMasks('last(2)', 'last(2)')).toBe(0);
});
