/**
 * Reads `*.tests.yaml`, beside the access policies: examples of what they decide.
 *
 *     askers:
 *       analyst: { teams: [Analytics] }
 *     examples:
 *       - asker: analyst
 *         purpose: reporting
 *         fields: { Customer.name: mask redact, Customer.income: { decision: deny, by: no-incomes } }
 *       - asker: analyst
 *         operation: '{ customers(where: { name: { eq: "" } }) { nodes { segment } } }'
 *         refused: CustomerWhere.name
 *       - { asker: analyst, rows: { Customer: [{ row: { segment: Consumer }, readable: true }] } }
 */
import * as z from 'zod';
import { readText, type TextDocument } from '../../../subgraphs/kit/contract/text.ts';
import { type Issue, issue, type Place } from '../../../subgraphs/kit/errors/issue.ts';
import { nearest } from '../../../subgraphs/kit/errors/nearest.ts';
import type { Principal } from './access.ts';
import { type ExpectedRows, expectedRows, rowExpectations } from './row-examples.ts';

export interface AccessExample {
  /** Whom it is about, in words. */
  readonly title: string;
  readonly principal: Principal;
  readonly purpose: string | undefined;
  readonly agreements: readonly { readonly id: string; readonly roles: readonly string[]; readonly product: string }[];
  readonly expected: readonly ExpectedDecision[];
  readonly rows: readonly ExpectedRows[];
  readonly operation: ExampleOperation | undefined;
  readonly place: Place;
}

export interface ExpectedDecision {
  readonly coordinate: string;
  /** `allow`, `deny`, `mask hash`; `summary(10)` of what is read in summaries only, of ten rows or more. */
  readonly decision: string;
  /** Policies that have to be among those that decide. */
  readonly by: readonly string[];
  readonly place: Place;
}

/** What is expected of an operation, is all that it may not read as it is. */
export interface ExampleOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The input for which it is refused as a whole. */
  readonly refused: { readonly coordinate: string; readonly place: Place } | undefined;
  readonly place: Place;
}

export interface ExampleWords {
  readonly purposes: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
  /** Attributes of principals that policies may look at. */
  readonly attributes: ReadonlySet<string>;
  readonly isMask: (text: string) => boolean;
}

const texts = z.array(z.string()).default([]);

const asker = z.strictObject({
  id: z.string().optional(),
  kind: z.enum(['user', 'service', 'anonymous']).default('user'),
  teams: texts,
  roles: texts,
  attributes: z.record(z.string(), z.string()).default({}),
});

const decision = z
  .string()
  .regex(/^(?:allow|deny|mask .+|summary\(\d+\))$/s, 'Write allow, deny, or mask and which: `mask redact`.');

const expected = z.union(
  [decision, z.strictObject({ decision, by: z.union([z.string(), z.array(z.string())]).default([]) })],
  'Write allow, deny, or mask and which: `mask redact`; or `{ decision: deny, by: <id of the policy> }`.',
);

const testsFile = z.strictObject({
  askers: z.record(z.string(), asker).default({}),
  examples: z.array(
    z.strictObject({
      title: z.string().optional(),
      asker: z.union([z.string(), asker], 'Name one of `askers`, or describe one: `{ teams: [Analytics] }`.'),
      purpose: z.string().optional(),
      agreements: z
        .record(z.string(), z.strictObject({ id: z.string(), roles: texts }))
        .default({})
        .transform((given) => Object.entries(given).map(([product, agreed]) => ({ ...agreed, product }))),
      fields: z.record(z.string(), expected).default({}),
      rows: rowExpectations,
      operation: z.string().optional(),
      variables: z.record(z.string(), z.unknown()).default({}),
      refused: z.string().optional(),
    }),
  ),
});

type Written = z.infer<typeof testsFile>;

/** Examples that are written as they have to be; of the others, what is wrong, and where. */
export function readAccessExamples(
  text: string,
  file: string,
  words: ExampleWords,
): { readonly examples: readonly AccessExample[]; readonly issues: readonly Issue[] } {
  const { document, issues } = readText(text, file);
  if (!document) return { examples: [], issues };
  const read = testsFile.safeParse(document.value);
  if (!read.success) return { examples: [], issues: [...issues, ...read.error.issues.map(faultIn(document))] };
  const found = read.data.examples.map((_, at) => exampleAt(at, read.data, document, words));
  return {
    examples: found.flatMap(({ example, faults }) => (example && faults.length === 0 ? [example] : [])),
    issues: [...issues, ...found.flatMap(({ faults }) => faults)],
  };
}

function exampleAt(at: number, { askers, examples }: Written, document: TextDocument, words: ExampleWords) {
  const written = examples[at] as Written['examples'][number];
  const { purpose, agreements, fields, operation, variables, refused } = written;
  const placeOf = (...path: (string | number)[]): Place => document.placeOf(['examples', at, ...path]);
  const faults: Issue[] = [];
  const refuse = (message: string, place: Place): void => void faults.push(invalid(message, place));
  const unknown = (what: string, name: string, names: Iterable<string>, place: Place): void => {
    const meant = nearest(name, names);
    refuse(`${JSON.stringify(name)} is no ${what}.${meant ? ` Is ${meant} meant?` : ''}`, place);
  };

  const named = typeof written.asker === 'string' ? written.asker : undefined;
  const who = typeof written.asker === 'string' ? own(askers, written.asker) : written.asker;
  if (!who) unknown('asker of this file', named ?? '', Object.keys(askers), placeOf('asker'));
  for (const name of Object.keys(who?.attributes ?? {})) {
    if (!words.attributes.has(name)) unknown('attribute of askers', name, words.attributes, placeOf('asker'));
  }
  if (purpose !== undefined && !words.purposes.has(purpose))
    unknown('purpose in purposes.yaml', purpose, words.purposes, placeOf('purpose'));
  if (operation === undefined) {
    if (refused !== undefined) refuse('Only an operation is refused: write which.', placeOf('refused'));
    if (Object.keys({ ...fields, ...written.rows }).length === 0)
      refuse('The example expects nothing: write fields, rows, or an operation.', placeOf());
  } else if (refused !== undefined && Object.keys(fields).length > 0) {
    refuse('Of an operation that is refused, no field is read: write fields, or refused.', placeOf('fields'));
  }
  const expectations = Object.entries(fields).map(([coordinate, each]): ExpectedDecision => {
    const { decision, by } = typeof each === 'string' ? { decision: each, by: [] } : each;
    const place = document.placeOf(['examples', at, 'fields', coordinate], 'key');
    const [, mask] = /^mask (.+)$/s.exec(decision) ?? [];
    if (mask !== undefined && !words.isMask(mask)) refuse(`${JSON.stringify(mask)} is no mask that Weft has.`, place);
    for (const id of [by].flat())
      if (!words.policies.has(id)) unknown('id of a policy here', id, words.policies, place);
    return { coordinate, decision, by: [by].flat(), place };
  });
  const rows = expectedRows(written.rows, (...path) => placeOf('rows', ...path));
  for (const { by, place } of rows.flatMap(({ rows: each }) => (typeof each === 'string' ? [] : each)))
    for (const id of by) if (!words.policies.has(id)) unknown('id of a policy here', id, words.policies, place);
  if (!who) return { faults };
  const { id = named ?? who.kind, ...rest } = who;
  const example: AccessExample = {
    title: written.title ?? `${named ?? id}${purpose === undefined ? '' : ` for ${purpose}`}`,
    ...{ principal: { id, ...rest }, purpose, agreements, expected: expectations, rows, place: placeOf() },
    operation:
      operation === undefined
        ? undefined
        : {
            ...{ text: operation, variables, place: placeOf('operation') },
            refused: refused === undefined ? undefined : { coordinate: refused, place: placeOf('refused') },
          },
  };
  return { example, faults };
}

const own = <Value>(from: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined;

const faultIn =
  (document: TextDocument) =>
  ({ path, message }: z.core.$ZodIssue): Issue => {
    const where = path.filter((segment) => typeof segment !== 'symbol');
    return invalid(where.length > 0 ? `\`${where.join('.')}\`: ${message}` : message, document.placeOf(where));
  };

export const invalid = (message: string, place: Place, help?: string): Issue =>
  issue('ACCESS_TESTS_INVALID', message, { place, ...(help !== undefined && { help }) });
