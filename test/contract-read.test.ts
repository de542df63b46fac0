/** Contracts and data products from text: the standards' own files, every version's way of writing, and every mistake. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import { custom, primaryKey } from '../subgraphs/kit/contract/model.ts';
import { readContract, readProduct, writeDocument } from '../subgraphs/kit/contract/read.ts';
import { readText } from '../subgraphs/kit/contract/text.ts';
import type { Issue } from '../subgraphs/kit/errors/issue.ts';

const folder = resolve(import.meta.dirname, '../../shared/schemas');
const present = existsSync(folder);
if (!present) process.stdout.write(`Skipped: the standards' examples are not in ${folder}.\n`);
const filesIn = (name: string): string[] => (present ? readdirSync(join(folder, name)) : []);

const brief = (found: Issue): string =>
  `${found.severity} ${found.code} ${found.place?.line}:${found.place?.column} ${found.message}`;
const codesAndLines = (issues: readonly Issue[]): string[] =>
  issues.map((found) => `${found.code}:${found.place?.line}`);

/** A contract with the given sections, written on one line each so that the sections start on line 6. */
const contract = (sections: string, apiVersion = 'v3.2.0'): string => `apiVersion: ${apiVersion}
kind: DataContract
id: sales.orders
version: 1.0.0
status: active
${sections}`;
const read = (sections: string, apiVersion?: string) =>
  readContract(contract(sections, apiVersion), 'orders.odcs.yaml');
const property = (written: string, apiVersion?: string) => {
  const { contract, issues } = read(`schema: [{ name: orders, properties: [{ name: a, ${written} }] }]`, apiVersion);
  return { property: contract?.objects[0]?.properties[0], issues };
};

describe.skipIf(!present)("the standards' own files", () => {
  test.each(filesIn('odcs-examples'))('%s is read, and written byte for byte', (file) => {
    const text = readFileSync(join(folder, 'odcs-examples', file), 'utf8');
    const { contract, issues } = readContract(text, file);
    expect(issues.filter((found) => found.severity === 'error')).toEqual([]);
    expect(contract && writeDocument(contract)).toBe(text);
  });

  test.each(filesIn('odps-examples'))('%s is read, and written byte for byte', (file) => {
    const text = readFileSync(join(folder, 'odps-examples', file), 'utf8');
    const { product, issues } = readProduct(text, file);
    expect(issues).toEqual([]);
    expect(product && writeDocument(product)).toBe(text);
  });

  test('three examples break the version that they declare, and say which one they mean', () => {
    const warnings = filesIn('odcs-examples').flatMap((file) =>
      readContract(readFileSync(join(folder, 'odcs-examples', file), 'utf8'), file).issues.map(
        (found) => `${file}:${found.place?.line} ${found.severity} ${found.code} ${found.help}`,
      ),
    );
    expect(warnings).toEqual([
      'data-types--all-data-types.odcs.yaml:25 warning DOCUMENT_VERSION_MISMATCH Set apiVersion to v3.1.0.',
      'quality--column-completeness.odcs.yaml:23 warning DOCUMENT_VERSION_MISMATCH Set apiVersion to v3.1.0.',
      'stakeholders--basic-four-dpo.odcs.yaml:10 warning DOCUMENT_VERSION_MISMATCH Set apiVersion to v3.1.0.',
    ]);
  });

  test('every contract that must be refused is, at the line that is wrong', () => {
    const refusals = filesIn('odcs-negative').map((file) => {
      const { contract, issues } = readContract(readFileSync(join(folder, 'odcs-negative', file), 'utf8'), file);
      expect(contract).toBeUndefined();
      expect(issues.every((found) => found.severity === 'error' && found.place && found.help)).toBe(true);
      return `${file.replace('.odcs.yaml', '')} ${codesAndLines(issues).join(' ').replaceAll('DOCUMENT_', '')}`;
    });
    expect(refusals).toEqual([
      'additional-unknown-property KEY_UNKNOWN:9',
      'enum-duplicate-values VALUE_INVALID:17',
      'enum-empty VALUE_INVALID:15',
      'enum-missing-value KEY_MISSING:16',
      'invalid-api-version VERSION_UNSUPPORTED:5',
      'invalid-kind VALUE_INVALID:6',
      'invalid-quality-dimension VALUE_INVALID:20',
      'invalid-quality-metric VALUE_INVALID:17',
      'invalid-quality-type VALUE_INVALID:17',
      'map-missing-block KEY_MISSING:13',
      'map-missing-key KEY_MISSING:16',
      'map-missing-value KEY_MISSING:16',
      'missing-required-fields KEY_MISSING:4',
      'quality-custom-missing-implementation KEY_MISSING:17',
      'quality-element-field KEY_UNKNOWN:18 KEY_UNKNOWN:19',
      'quality-library-missing-metric KEY_MISSING:17',
      'quality-multiple-operators VALUE_INVALID:20',
      'quality-mustbebetween-wrong-size VALUE_INVALID:15',
      'quality-sql-missing-query KEY_MISSING:17',
      'relationship-property-level-with-from KEY_UNKNOWN:17',
      'relationship-schema-level-missing-from-to KEY_MISSING:13 KEY_MISSING:13',
      'schema-property-invalid-logicaltype VALUE_INVALID:14',
      'schema-property-missing-name KEY_MISSING:13',
      'server-invalid-type VALUE_INVALID:11',
      'server-missing-conditional-fields KEY_MISSING:10',
      'server-missing-required-fields KEY_MISSING:10 KEY_MISSING:10',
      'sla-missing-required-value KEY_MISSING:10',
      'synonym-missing-term KEY_MISSING:18',
    ]);
  });
});

describe('text that is not a document', () => {
  const letters = [...'abcdefgh'];
  const bomb = letters
    .map((name, at) => `${name}: &${name} [${Array(9).fill(at ? `*${letters[at - 1]}` : '1')}]`)
    .join('\n');
  const tooDeep = 'DOCUMENT_TOO_DEEP';
  test.each([
    ['an empty file', '', 'DOCUMENT_EMPTY:1'],
    ['a file of comments', '# nothing\n', 'DOCUMENT_EMPTY:1'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'DOCUMENT_SEVERAL:2'],
    ['an open bracket', 'a: 1\nb: [1\n', 'DOCUMENT_SYNTAX:3'],
    ['a mapping inside a line', 'a: 1\nb: c: d\n', 'DOCUMENT_SYNTAX:2'],
    ['a key that is a list', 'a: 1\n? [b]\n: c\n', 'DOCUMENT_SYNTAX:2'],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 'DOCUMENT_KEY_DUPLICATE:3'],
    ['the key __proto__', 'a:\n  __proto__: { admin: true }\n', 'DOCUMENT_KEY_FORBIDDEN:2'],
    ['the key constructor', 'constructor: 1\n', 'DOCUMENT_KEY_FORBIDDEN:1'],
    ['the key prototype', 'a: [{ prototype: 1 }]\n', 'DOCUMENT_KEY_FORBIDDEN:1'],
    ['a function', 'a: 1\nb: !!js/function "() => 1"\n', 'DOCUMENT_TAG:2'],
    ['binary data', 'a: !!binary aGk=\n', 'DOCUMENT_TAG:1'],
    ['a tag of its own', 'a: !secret x\n', 'DOCUMENT_TAG:1'],
    ['a character of no text', 'a: 1\nb: \0\n', 'DOCUMENT_ENCODING:2'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff]).toString('utf8'), 'DOCUMENT_ENCODING:1'],
    ['an alias of nothing', 'a: 1\nb: *x\n', 'DOCUMENT_ALIAS:2'],
    ['an alias inside itself', 'a: &x [*x]\n', 'DOCUMENT_ALIAS:1'],
    ['an alias bomb', bomb, 'DOCUMENT_ALIAS:6'],
    [
      'a chain of aliases',
      `a0: &a0 1\n${Array.from({ length: 5000 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`).join('\n')}`,
      `${tooDeep}:31`,
    ],
    ['50,000 open brackets', '['.repeat(50_000), `${tooDeep}:1`],
    ['50,000 lists in one line', `${'- '.repeat(50_000)}x`, `${tooDeep}:1`],
    ['50,000 braces', '{a: '.repeat(50_000) + '}'.repeat(50_000), `${tooDeep}:1`],
    [
      '1,000 levels of indentation',
      Array.from({ length: 1000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      `${tooDeep}:60`,
    ],
    ['5 million characters', `a: ${'x'.repeat(5_000_000)}`, 'DOCUMENT_TOO_LARGE:1'],
    ['150,000 lines', 'a: 1\n'.repeat(150_000), 'DOCUMENT_TOO_LARGE:17143'],
  ])('%s is one clear issue', (_, text, expected) => {
    const { contract, issues } = readContract(text, 'orders.odcs.yaml');
    expect(contract).toBeUndefined();
    expect(codesAndLines(issues)[0]).toBe(expected);
    expect(issues).toHaveLength(1);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each([
    ['a: 1\n  b: 2\n', '2:1', 'Line 2 is indented deeper than line 1', 'same indentation'],
    ['a:\n  - b: c\n      d: e\n', '3:1', 'Line 3 is indented deeper than line 2', 'same indentation'],
    ['a:\n    b: 1\n  c: 2\n', '3:1', 'Line 3 is indented like none of the lines above', 'same indentation'],
    ['a:\n  - b: c\n   d: e\n', '3:1', 'Line 3 is indented like none of the lines above', 'same indentation'],
    ['a:\n\tb: 1\n', '2:1', 'Line 2 is indented with a tab', 'spaces'],
    ['a: 1\n- b\n', '2:1', 'Line 2 begins a list where a key should be', 'same indentation'],
    ['purpose: Note: this\n', '1:10', 'has `: ` in it', 'quotes'],
    ['a: 1\nb:2\n', '2:1', 'Line 2 is neither a key with a value nor part of the line above', '`key: value`'],
    ['a:1\nb: 2\n', '1:1', 'Line 1 is neither a key', '`key: value`'],
    ['a: @b\n', '1:4', 'cannot begin with `@`', 'quotes'],
    ['a: "c:\\dir"\n', '1:7', 'Invalid escape sequence', 'two backslashes'],
    ['a: {b: 1\nc: 2\n', '2:1', 'end with a }', 'Correct the text'],
  ])('YAML is refused in words that help: %j', (text, place, words, help) => {
    const [found, ...others] = readContract(text, 'orders.odcs.yaml').issues;
    expect(found && brief(found)).toContain(`error DOCUMENT_SYNTAX ${place} `);
    expect(found?.message).toContain(words);
    expect(found?.help).toContain(help);
    expect(others).toEqual([]);
  });

  test.each([
    ['{"a": 1,}', 'DOCUMENT_SYNTAX 1:9', 'double-quoted property name'],
    ['{"a": ', 'DOCUMENT_SYNTAX 1:7', 'Unexpected end of JSON'],
    ["{\n 'a': 1 }", 'DOCUMENT_SYNTAX 2:2', 'Expected property name'],
    ['{"a": 1, "a": 2}', 'DOCUMENT_KEY_DUPLICATE 1:10', '`a` is there twice'],
    ['['.repeat(50_000) + ']'.repeat(50_000), 'DOCUMENT_TOO_DEEP 1:61', 'more than 60 levels'],
  ])('JSON is refused in terms of JSON: %.20s', (text, place, words) => {
    const [found, ...others] = readContract(text, 'orders.odcs.json').issues;
    expect(found && brief(found)).toContain(`error ${place} `);
    expect(found?.message).toContain(words);
    expect(others).toEqual([]);
  });

  test('whatever JSON holds, YAML and JSON files are read as the same value', () => {
    const key = fc.string().filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
    // Two characters are refused wherever they stand: what is left of bytes that are not UTF-8, and DEL.
    const text = fc.string({ unit: 'grapheme' }).filter((each) => !/[\uFFFD\x7F]/.test(each));
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        fc.integer(),
        text,
        fc.boolean(),
        fc.constant(null),
        // JSON has no -0.
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
      ),
      tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), fc.array(tie('tree')), fc.dictionary(key, tie('tree'))),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        expect(readText(JSON.stringify(value), 'a.json').document?.value).toEqual(plain);
        expect(readText(JSON.stringify(value, null, '\t'), 'a.json').document?.value).toEqual(plain);
        expect(readText(stringify(value, { aliasDuplicateObjects: false }), 'a.yaml').document?.value).toEqual(plain);
      }),
    );
  });

  test('random text never does worse than issues', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ': ',
        '- ',
        '\n',
        '  ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!',
        '"',
        "'",
        '|\n',
        '# ',
        '? ',
        '---\n',
        ',',
        '%',
        '\t',
        '<<: ',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { document, issues } = readText(pieces.join(''), 'a.yaml');
        expect(document ? 0 : 1).toBe(issues.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('mistakes in a contract', () => {
  test.each([
    ['a misspelt key', 'desciption: { purpose: x }', 'DOCUMENT_KEY_UNKNOWN 6:1', 'Did you mean `description`?'],
    ['a key far from any', 'schema:\n  - name: a\n    zzz: 1', 'DOCUMENT_KEY_UNKNOWN 8:5', 'customProperties'],
    [
      'a misspelt type',
      'schema: [{ name: a, properties: [{ name: b, logicalType: intger }] }]',
      'DOCUMENT_VALUE_INVALID 6:58',
      'Did you mean `integer`?',
    ],
    ['a number for text', 'name: 12', 'DOCUMENT_VALUE_INVALID 6:7', 'quotes'],
    ['a missing name', 'schema:\n  - description: x', 'DOCUMENT_KEY_MISSING 7:5', 'Add `name`.'],
    [
      'a date that is none',
      'team: { members: [{ username: a, dateIn: 2026-02-30 }] }',
      'DOCUMENT_VALUE_INVALID 6:42',
      'kind named',
    ],
    [
      'a location that is none',
      'servers: [{ server: a, type: api, location: here }]',
      'DOCUMENT_VALUE_INVALID 6:45',
      'kind named',
    ],
    [
      'a rule without an operator',
      'schema: [{ name: a, quality: [{ metric: rowCount }] }]',
      'DOCUMENT_KEY_MISSING 6:31',
      'Add `mustBe, or another operator`.',
    ],
  ])('%s', (_, sections, place, help) => {
    const { contract, issues } = read(sections);
    expect(contract).toBeUndefined();
    expect(issues).toHaveLength(1);
    expect(issues[0] && brief(issues[0])).toContain(`error ${place} `);
    expect(issues[0]?.help).toContain(help);
  });

  test.each(['v3.0.2', 'v3.1.0', 'v3.2.0'])(
    'an enum as a plain list says in which form and version it can be: %s',
    (version) => {
      const { issues } = property('logicalType: string, enum: [DHL, UPS]', version);
      expect(issues[0]?.severity).toBe('error');
      for (const found of issues)
        expect(found.help).toContain('`enum: [{ value: DHL }, { value: UPS }]`, with `apiVersion: v3.2.0`');
    },
  );

  test('only the branch that applies is reported: one missing key, not every kind of server', () => {
    const { issues } = read('servers:\n  - { server: a, type: postgres, host: h, port: 5432, schema: s }');
    expect(issues.map(brief)).toEqual(['error DOCUMENT_KEY_MISSING 7:5 `servers[0]` needs `database`.']);
  });

  test('a document that is wrong everywhere gives a bounded list', () => {
    const { issues } = read(`schema: [${Array(2000).fill('{ a: 1 }')}]`);
    expect(issues).toHaveLength(100);
  });

  test('a document that is not a mapping, or of the other standard', () => {
    expect(codesAndLines(readContract('- a\n', 'a.odcs.yaml').issues)).toEqual(['DOCUMENT_VALUE_INVALID:1']);
    expect(codesAndLines(readContract('kind: DataProduct\napiVersion: v1.0.0\nid: x\n', 'a').issues)).toContain(
      'DOCUMENT_VERSION_UNSUPPORTED:2',
    );
  });

  test.each(['v2.2.2', 'v4.0.0', 'latest'])('apiVersion %s is not supported', (version) => {
    expect(codesAndLines(read('', version).issues)).toEqual(['DOCUMENT_VERSION_UNSUPPORTED:1']);
  });

  test('a pattern is measured and compiled, never run, and left out where it cannot be used', () => {
    const long = property(`logicalType: string, logicalTypeOptions: { pattern: ${'(a+)+'.repeat(150_000)} }`);
    expect(codesAndLines(long.issues)).toEqual(['CONTRACT_PATTERN_INVALID:6']);
    const broken = property("logicalType: string, logicalTypeOptions: { pattern: '[a', maxLength: 9 }");
    expect(codesAndLines(broken.issues)).toEqual(['CONTRACT_PATTERN_INVALID:6']);
    expect(broken.property?.options).toEqual({ maxLength: 9 });
    const rule = property("quality: [{ metric: invalidValues, arguments: { pattern: '(' }, mustBe: 0 }]");
    expect(codesAndLines(rule.issues)).toEqual(['CONTRACT_PATTERN_INVALID:6']);
    expect(rule.property?.quality[0]?.arguments).toEqual({});
    const evil = property("logicalType: string, logicalTypeOptions: { pattern: '^(a+)+$' }");
    expect(evil.issues).toEqual([]);
    expect(evil.property?.options.pattern).toBe('^(a+)+$');
  });

  test('two properties of one name', () => {
    const { issues } = read('schema:\n  - name: orders\n    properties:\n      - name: a\n      - name: a');
    expect(codesAndLines(issues)).toEqual(['CONTRACT_PROPERTY_DUPLICATE:10']);
  });
});

describe('one model for every version', () => {
  test('3.0: rules become metrics, flags become bounds, a list of people a team', () => {
    const { contract, issues } = read(
      `team: [{ username: ann, role: owner }, { name: Ben }]
schema:
  - name: orders
    quality: [{ rule: rowCount, mustBeBetween: [1, 9] }]
    properties:
      - name: amount
        logicalType: integer
        logicalTypeOptions: { minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }
        quality: [{ rule: nullCheck, mustBe: 0, unit: percent }, { rule: ourOwn }]`,
      'v3.0.1',
    );
    expect(issues).toEqual([]);
    const [orders] = contract?.objects ?? [];
    expect(contract?.team).toEqual({
      members: [
        { username: 'ann', role: 'owner' },
        { username: 'Ben', name: 'Ben' },
      ],
    });
    expect(orders?.quality[0]).toMatchObject({
      type: 'library',
      metric: 'rowCount',
      operator: { name: 'mustBeBetween', value: [1, 9] },
    });
    expect(orders?.properties[0]?.options).toEqual({ exclusiveMinimum: 1, maximum: 9 });
    expect(orders?.properties[0]?.quality).toMatchObject([
      { metric: 'nullValues', unit: 'percent' },
      { metric: 'ourOwn' },
    ]);
  });

  test('3.1: a rule is of type library by its metric, and text by its words alone', () => {
    const { property: found } = property(
      'quality: [{ metric: nullValues, mustBe: 0 }, { description: Looks right. }, { type: sql, query: q, mustBe: x }]',
      'v3.1.0',
    );
    expect(found?.quality.map(({ type, operator }) => ({ type, operator }))).toEqual([
      { type: 'library', operator: { name: 'mustBe', value: 0 } },
      { type: 'text', operator: undefined },
      { type: 'sql', operator: undefined },
    ]);
  });

  test('a comparison with anything but a number is read, with a warning', () => {
    const { issues } = property('quality: [{ type: sql, query: q, mustBe: x }]');
    expect(issues.map(({ severity, code }) => ({ severity, code }))).toEqual([
      { severity: 'warning', code: 'DOCUMENT_VALUE_INVALID' },
    ]);
  });

  test('3.2: enums, deprecation, meaning; status may be left out', () => {
    const { property: found } = property(
      `logicalType: string, deprecated: true, semanticType: dimension, enum: [{ value: a, label: A }, { value: null }]`,
    );
    expect(found).toMatchObject({ deprecated: true, semanticType: 'dimension', enum: [{ value: 'a', label: 'A' }] });
    const { contract } = readContract(contract32.replace('status: active\n', ''), 'a.odcs.yaml');
    expect(contract?.status).toBe('active');
  });
  const contract32 = contract('schema: []');

  test.each([
    ['varchar(20)', 'string'],
    ['TEXT', 'string'],
    ['uuid', 'string'],
    ['bigint', 'integer'],
    ['INT', 'integer'],
    ['smallint unsigned', 'integer'],
    ['interval', 'string'],
    ['decimal(9,2)', 'number'],
    ['double precision', 'number'],
    ['float8', 'number'],
    ['bool', 'boolean'],
    ['date', 'date'],
    ['timestamp with time zone', 'timestamp'],
    ['datetime2', 'timestamp'],
    ['time', 'time'],
    ['jsonb', 'object'],
    ['struct<a:int>', 'object'],
    ['array<int>', 'array'],
    ['int[]', 'array'],
    ['point', 'string'],
  ])('physicalType %s says logicalType %s', (physicalType, logicalType) => {
    expect(property(`physicalType: '${physicalType}'`).property?.logicalType).toBe(logicalType);
  });

  test('variables and unknown vendors survive', () => {
    const text = contract(
      `servers: [{ server: a, type: postgres, host: "\${HOST}", port: "\${PORT:-5432}", database: d, schema: s }] # keep\n` +
        'customProperties: [{ property: colour, value: { a: [1] }, vendor: someone-else }]\n',
    );
    const { contract: found, issues } = readContract(text, 'a.odcs.yaml');
    expect(issues).toEqual([]);
    expect(found && writeDocument(found)).toBe(text);
    expect(found?.customProperties).toEqual([{ property: 'colour', value: { a: [1] }, vendor: 'someone-else' }]);
    expect(found && custom(found, 'colour')).toBeUndefined();
  });

  test('the primary key is in the order of its positions', () => {
    const { contract: found } = read(`schema:
  - name: lines
    properties:
      - { name: line, logicalType: integer, primaryKey: true, primaryKeyPosition: 2 }
      - { name: order, logicalType: string, primaryKey: true, primaryKeyPosition: 1 }`);
    const [lines] = found?.objects ?? [];
    expect(lines && primaryKey(lines).map(({ name }) => name)).toEqual(['order', 'line']);
  });

  test('places are those of the text', () => {
    const { contract: found } = read('schema:\n  - name: orders\n    properties:\n      - name: a\n      - name: b');
    expect(found?.place).toEqual({ file: 'orders.odcs.yaml', line: 1, column: 1 });
    expect(found?.objects[0]?.place).toMatchObject({ line: 7, column: 5 });
    expect(found?.objects[0]?.properties.map(({ place }) => place.line)).toEqual([9, 10]);
  });

  test('a data product of 1.1: ports need only a name, a type of their own is no type of ours', () => {
    const written = (type: string) =>
      `apiVersion: v1.1.0\nkind: DataProduct\nid: p\ntype: ${type}\noutputPorts: [{ name: a }]\n` +
      'inputPorts: [{ name: b, customProperties: [{ property: location, value: b.csv, vendor: weft }] }]\n' +
      'managementPorts: [{ name: m, content: observability, url: "https://example.com" }]\n';
    const { product, issues } = readProduct(written('aggregate'), 'a.odps.yaml');
    expect(issues).toEqual([]);
    expect(product).toMatchObject({
      status: 'active',
      type: 'aggregate',
      outputPorts: [{ name: 'a', place: { line: 5 } }],
    });
    expect(product?.inputPorts[0] && custom(product.inputPorts[0], 'location')).toBe('b.csv');
    expect(product?.managementPorts[0]).toMatchObject({ content: 'observability', url: 'https://example.com' });
    expect(readProduct(written('experimental'), 'a.odps.yaml').product?.type).toBeUndefined();
    const { issues: refused } = readProduct(written('x').replace('v1.1.0', 'v1.0.0'), 'a.odps.yaml');
    expect(refused.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning DOCUMENT_VERSION_MISMATCH']);
  });
});

describe('relationships', () => {
  const schema = (own: string, ofProperty = '') => `schema:
  - name: lines
    id: lines_obj
    ${own}
    properties:
      - { name: order_id, logicalType: string ${ofProperty} }
      - { name: country, id: country_1, logicalType: string }
  - name: orders
    id: orders_obj
    properties: [{ name: id, id: id_prop, logicalType: string }, { name: country, logicalType: string }]`;
  const found = (own: string, ofProperty?: string) => {
    const { contract, issues } = read(schema(own && `relationships: [${own}]`, ofProperty));
    return {
      ends: contract?.objects[0]?.relationships.map(({ from, toObject, to }) => ({ from, toObject, to })),
      issues: issues.map(({ code, severity }) => `${severity} ${code}`),
    };
  };
  const one = { from: ['order_id'], toObject: 'orders', to: ['id'] };

  test.each([
    ['shorthand', 'orders.id'],
    ['by id', '/schema/orders_obj/properties/id_prop'],
    ['by id without the slash', 'schema/orders_obj/properties/id_prop'],
    ['in a file', 'orders.odcs.yaml#/schema/orders_obj/properties/id_prop'],
    ['as a list of one', '[orders.id]'],
  ])('of a property, %s', (_, to) => {
    expect(found('', `, relationships: [{ to: ${to.startsWith('[') ? to : `"${to}"`} }]`)).toEqual({
      ends: [one],
      issues: [],
    });
  });

  test('of an object, single and composite', () => {
    expect(found('{ from: lines.order_id, to: orders.id }')).toEqual({ ends: [one], issues: [] });
    expect(
      found('{ from: [lines.order_id, /schema/lines_obj/properties/country_1], to: [orders.id, orders.country] }'),
    ).toEqual({ ends: [{ from: ['order_id', 'country'], toObject: 'orders', to: ['id', 'country'] }], issues: [] });
  });

  test('into another contract, by name or by id', () => {
    expect(
      found('', ', relationships: [{ to: customers.customer_id }, { to: /schema/c-1/properties/p-1 }]').ends,
    ).toEqual([
      { from: ['order_id'], toObject: 'customers', to: ['customer_id'] },
      { from: ['order_id'], toObject: 'c-1', to: ['p-1'] },
    ]);
  });

  test.each([
    ['a stranger in from', '{ from: orders.id, to: customers.id }'],
    ['a property that is not there', '{ from: lines.nothing, to: orders.id }'],
    ['lists of different lengths', '{ from: [lines.order_id], to: [orders.id, orders.country] }'],
    ['two objects in to', '{ from: [lines.order_id, lines.country], to: [orders.id, lines.country] }'],
  ])('%s is an error, and left out', (_, own) => {
    expect(found(own)).toEqual({ ends: [], issues: ['error CONTRACT_REFERENCE_INVALID'] });
  });

  test('inside a nested property they lead nowhere, and that is said', () => {
    const { issues } = property(
      'logicalType: object, properties: [{ name: b, logicalType: string, relationships: [{ to: c.d }] }]',
    );
    expect(issues.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning CONTRACT_REFERENCE_INVALID']);
  });
});

describe('the files of a domain', () => {
  const product = (id: string, more = '') =>
    `apiVersion: v1.1.0\nkind: DataProduct\nid: ${id}\nstatus: active\nteam: { name: Sales Team }\n${more}`;
  const object = (id: string, name: string, more = '') =>
    `apiVersion: v3.2.0\nkind: DataContract\nid: ${id}\nversion: 1.0.0\nschema: [{ name: ${name} }]\n${more}`;
  const domain = (files: Record<string, string>) => {
    const { domain, issues } = readDomainFiles('sales', Object.entries(files));
    return {
      outputs: domain.outputs.map(({ product, port, contract, owner }) => [product.id, port.name, contract.id, owner]),
      issues: issues.map(
        ({ severity, code, place }) => `${severity} ${code} ${place?.file ?? '-'}:${place?.line ?? 0}`,
      ),
      domain,
    };
  };

  test('ports are joined to contracts by id; a contract without a port gets one of its own', () => {
    const { outputs, issues } = domain({
      'sales.odps.yaml': product('p', 'outputPorts: [{ name: all, contractId: c.orders, version: 1.0.0 }]'),
      'orders.odcs.yaml': object('c.orders', 'orders', 'team: { name: Order Desk }'),
      'returns.odcs.yml': object('c.returns', 'returns'),
      'orders.pipeline.ts': 'export default 1;',
      'notes.yaml': 'not: ours',
    });
    expect(issues).toEqual([]);
    expect(outputs).toEqual([
      ['p', 'all', 'c.orders', 'Order Desk'],
      ['p', 'returns', 'c.returns', 'Sales Team'],
    ]);
  });

  test('the domain itself owns what no team does; JSON is as good as YAML', () => {
    const { outputs, issues } = domain({
      'p.odps.json': '{ "apiVersion": "v1.0.0", "kind": "DataProduct", "id": "p", "status": "draft" }',
      'o.odcs.yaml': object('c', 'orders'),
    });
    expect(issues).toEqual([]);
    expect(outputs).toEqual([['p', 'orders', 'c', 'sales']]);
  });

  test('of several versions of a contract a port gets its own', () => {
    const port =
      'outputPorts: [{ name: a, contractId: c, version: 2.0.0 }, { name: b, contractId: c, version: 1.0.0 }]';
    const { domain: found } = domain({
      'p.odps.yaml': product('p', port),
      'c1.odcs.yaml': object('c', 'one'),
      'c2.odcs.yaml': object('c', 'two').replace('version: 1.0.0', 'version: 2.0.0'),
    });
    expect(found.outputs.map(({ port, contract }) => [port.name, contract.version])).toEqual([
      ['a', '2.0.0'],
      ['b', '1.0.0'],
    ]);
  });

  test('an id in one contract finds its object in another', () => {
    const { domain: found, issues } = domain({
      'p.odps.yaml': product('p'),
      'a.odcs.yaml': object('a', 'orders, id: o-1, properties: [{ name: order_id, id: p-1 }]'),
      'b.odcs.yaml': object(
        'b',
        'lines, properties: [{ name: order, relationships: [{ to: /schema/o-1/properties/p-1 }] }]',
      ),
    });
    expect(issues).toEqual([]);
    expect(found.contracts[1]?.objects[0]?.relationships).toMatchObject([{ toObject: 'orders', to: ['order_id'] }]);
    expect(found.outputs.every(({ contract }) => found.contracts.includes(contract))).toBe(true);
  });

  test.each([
    ['no product', { 'o.odcs.yaml': object('c', 'orders') }, ['error PRODUCT_MISSING -:0']],
    [
      'a port whose contract is not there',
      { 'p.odps.yaml': product('p', 'outputPorts:\n  - name: a\n    contractId: x') },
      ['error PORT_CONTRACT_UNKNOWN p.odps.yaml:7'],
    ],
    [
      'one id twice',
      { 'p.odps.yaml': product('p'), 'q.odps.yaml': product('p') },
      ['error DOCUMENT_ID_DUPLICATE q.odps.yaml:1'],
    ],
    [
      'one object twice',
      { 'p.odps.yaml': product('p'), 'a.odcs.yaml': object('a', 'orders'), 'b.odcs.yaml': object('b', 'orders') },
      ['error CONTRACT_OBJECT_DUPLICATE b.odcs.yaml:5'],
    ],
    [
      'a contract that could belong to several products',
      { 'p.odps.yaml': product('p'), 'q.odps.yaml': product('q'), 'a.odcs.yaml': object('a', 'orders') },
      ['warning CONTRACT_UNPLACED a.odcs.yaml:1'],
    ],
  ])('%s', (_, files, expected) => {
    expect(domain(files as Record<string, string>).issues).toEqual(expected);
  });
});
