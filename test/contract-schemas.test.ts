/**
 * The zod model of ODCS and ODPS gives the verdict of the standards' official JSON Schemas: on the standards' own
 * examples, on contracts that must be refused, and on generated mutations of valid documents. Where Weft deliberately
 * differs, `differences` says why, and shows a document on which the two part.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { contractSchema, odcsVersionOf } from '../subgraphs/kit/contract/odcs.ts';
import { odpsVersionOf, productSchema } from '../subgraphs/kit/contract/odps.ts';
import { readContract } from '../subgraphs/kit/contract/read.ts';
import { mutated } from './contracts/mutate.ts';
import { differences } from './contracts/schema-differences.ts';
import { validDocuments } from './contracts/valid-documents.ts';

const folder = resolve(import.meta.dirname, '../../shared/schemas');
const present = existsSync(folder);
if (!present) process.stdout.write(`Skipped: the official JSON Schemas are not in ${folder}.\n`);

type Document = any;

const fileOf: Readonly<Record<string, string>> = {
  '3.0': 'odcs-v3.0.2.json',
  '3.1': 'odcs-v3.1.0.json',
  '3.2': 'odcs-v3.2.0-draft.json',
  '1.0': 'odps-v1.0.0.json',
};

function official(version: string, corrected: boolean): ValidateFunction {
  const ajv = new Ajv2019({ strict: false });
  addFormats.default(ajv);
  const schema = JSON.parse(readFileSync(join(folder, fileOf[version] ?? ''), 'utf8'));
  if (corrected) for (const difference of differences) if (difference.version === version) difference.correct?.(schema);
  return ajv.compile(schema);
}

const versionOf = (document: Document): string | undefined =>
  odcsVersionOf.get(document?.apiVersion) ?? odpsVersionOf.get(document?.apiVersion);

function weftAccepts(document: Document): boolean {
  const contract = odcsVersionOf.get(document?.apiVersion);
  if (contract) return contractSchema(contract).safeParse(document).success;
  const product = odpsVersionOf.get(document?.apiVersion);
  return product !== undefined && productSchema(product).safeParse(document).success;
}

/** The types of servers that any version has. */
function contractTypes(): string[] {
  const schema = JSON.parse(readFileSync(join(folder, fileOf['3.2'] ?? ''), 'utf8'));
  for (const difference of differences) if (difference.version === '3.2') difference.correct?.(schema);
  return schema.$defs.Server.properties.type.enum;
}

/** The server less the keys that Weft says its type does not have. */
function withoutUnknownKeys(server: Record<string, unknown>, apiVersion: string): Record<string, unknown> {
  const document = { apiVersion, kind: 'DataContract', id: 'x', version: '1', status: 'x', servers: [server] };
  const { issues = [] } = readContract(JSON.stringify(document), 'a.odcs.json');
  const unknown = issues.flatMap(({ code, message }) =>
    code === 'DOCUMENT_KEY_UNKNOWN' ? (/no key `(\w+)`/.exec(message)?.[1] ?? []) : [],
  );
  return Object.fromEntries(Object.entries(server).filter(([key]) => !unknown.includes(key)));
}

describe.skipIf(!present)('the contract model and the official JSON Schemas', () => {
  const schemas = new Map<string, ValidateFunction>();
  const theirVerdict = (document: Document): boolean => {
    const version = versionOf(document) ?? '3.2';
    const validate = schemas.get(version) ?? official(version, true);
    schemas.set(version, validate);
    return validate(document) === true;
  };

  const files = present
    ? ['odcs-examples', 'odcs-negative', 'odps-examples'].flatMap((name) =>
        readdirSync(join(folder, name)).map((file) => `${name}/${file}`),
      )
    : [];

  test.each(files)('agree on %s', (file) => {
    const document = parse(readFileSync(join(folder, file), 'utf8'));
    expect(weftAccepts(document)).toBe(theirVerdict(document));
  });

  test.each(validDocuments)('agree that the $name document is valid', ({ document }) => {
    expect(official(versionOf(document) ?? '', true)(document)).toBe(true);
    expect(weftAccepts(document)).toBe(true);
  });

  test('agree on 1,000 mutations', { timeout: 120_000 }, () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    process.stdout.write(`contract mutations: SEED=${seed}\n`);
    const examples = files
      .filter((file) => file.includes('-examples/'))
      .map((file) => parse(readFileSync(join(folder, file), 'utf8')))
      .map((document) => (document.schema ? { ...document, schema: document.schema.slice(0, 3) } : document));
    const bases = [...examples, ...validDocuments.map(({ document }) => document)];
    const runs = Number(process.env.RUNS ?? 1000);
    let refused = 0;
    fc.assert(
      fc.property(mutated(bases), ({ document, change }) => {
        const accepted = weftAccepts(document);
        if (!accepted) refused += 1;
        if (accepted !== theirVerdict(document)) {
          const errors = schemas.get(versionOf(document) ?? '3.2')?.errors;
          throw new Error(
            `${change}: Weft ${accepted ? 'accepts' : 'refuses'} it; ${JSON.stringify(errors?.slice(0, 3))}`,
          );
        }
      }),
      { seed, numRuns: runs },
    );
    // Mutations that nearly all break, or nearly all pass, would compare nothing.
    expect(refused / runs).toBeGreaterThan(0.2);
    expect(refused / runs).toBeLessThan(0.9);
  });

  const samples = [
    1,
    0,
    -1,
    1.5,
    true,
    null,
    '',
    'x',
    'json',
    'i32',
    'f64',
    'cosine',
    'float32',
    ['x'],
    [],
    ['x', 'x'],
    {},
  ];
  const addresses = [
    'https://example.com',
    'sftp://h/x',
    's3://bucket/*.csv',
    'no address',
    '//no-scheme',
    'mailto:a@b.c',
  ];
  const compare = (document: Document): void => {
    if (weftAccepts(document) === theirVerdict(document)) return;
    throw new Error(`Weft ${weftAccepts(document) ? 'accepts' : 'refuses'} ${JSON.stringify(document)}`);
  };
  const head = { kind: 'DataContract', id: 'x', version: '1.0.0', status: 'active' };

  test.each(['v3.0.2', 'v3.1.0', 'v3.2.0'])(
    '%s: agree on every key of every type of server',
    { timeout: 60_000 },
    (apiVersion) => {
      const keys =
        `account catalog catalogUrl database dataset delimiter encoding endpointUrl format host location namespace
      path port project region regionName schema serviceName stagingDir stream warehouse workgroup nonsense`.split(
          /\s+/,
        );
      const types: string[] = contractTypes();
      expect(types.length).toBeGreaterThan(35);
      for (const type of [...types, 'mongodb']) {
        const valid = (key: string) =>
          key === 'port' ? 1 : /location|Url|stagingDir/.test(key) ? 'sftp://h/x' : 'json';
        const accepted = keys.filter((key) => key !== 'nonsense');
        const full: Record<string, unknown> = {
          server: 'a',
          type,
          ...Object.fromEntries(accepted.map((key) => [key, valid(key)])),
        };
        // First what the type may have: a server of all keys, less those that are refused; then each of them, changed.
        const server = apiVersion === 'v3.0.2' ? full : withoutUnknownKeys(full, apiVersion);
        compare({ apiVersion, ...head, servers: [server] });
        for (const key of keys) {
          const { [key]: _, ...less } = server;
          compare({ apiVersion, ...head, servers: [less] });
          for (const value of [...samples, ...addresses])
            compare({ apiVersion, ...head, servers: [{ ...server, [key]: value }] });
        }
      }
    },
  );

  test.each(['v3.0.2', 'v3.1.0', 'v3.2.0'])('%s: agree on every option of every logicalType', (apiVersion) => {
    const types = `string date timestamp time number integer boolean object array map vector binary`.split(' ');
    const options = `minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
      minProperties maxProperties required minItems maxItems uniqueItems timezone defaultTimezone dimensions elementType
      distanceMetric normalized embeddingModel embeddingModelVersion nonsense`.split(/\s+/);
    for (const logicalType of types) {
      const map = logicalType === 'map' ? { map: { key: {}, value: {} } } : {};
      for (const option of options) {
        for (const value of samples) {
          const others = logicalType === 'vector' && option !== 'dimensions' ? { dimensions: 3 } : {};
          const logicalTypeOptions = { ...others, [option]: value };
          const properties = [{ name: 'a', logicalType, ...map, logicalTypeOptions }];
          compare({ apiVersion, ...head, schema: [{ name: 'orders', properties }] });
        }
      }
    }
  });

  test.each(differences)('differ on purpose: $reason', ({ version, document, correct }) => {
    expect(official(version, false)(document)).toBe(false);
    expect(weftAccepts(document)).toBe(true);
    if (correct) expect(official(version, true)(document)).toBe(true);
  });

  test('differ on purpose: versions 2.2.x are in the JSON Schemas’ lists, but are another format', () => {
    const document = { apiVersion: 'v2.2.2', kind: 'DataContract', id: 'x', version: '1.0.0', status: 'active' };
    expect(official('3.1', false)(document)).toBe(true);
    expect(weftAccepts(document)).toBe(false);
  });
});
