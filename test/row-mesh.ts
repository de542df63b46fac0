/** For the tests of row filters: a shop whose orders have properties of every kind, random policies of rows, and what Cedar says of each row. */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { Principal } from '../gateway/governance/access/access.ts';
import { purposeEntities } from '../gateway/governance/access/entities.ts';
import type { AccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { decimalOf } from '../subgraphs/kit/contract/decimal.ts';

type Kind = 'string' | 'enum' | 'long' | 'big' | 'boolean' | 'decimal' | 'date' | 'timestamp' | 'time' | 'float';

export interface OrderProperty {
  readonly name: string;
  readonly kind: Kind;
  readonly required: boolean;
}

export type OrderRow = Readonly<Record<string, unknown>>;

const written: Readonly<Record<Kind, string>> = {
  string: 'logicalType: string',
  enum: 'logicalType: string, enum: [{ value: in transit }, { value: "500" }, { value: done }]',
  long: 'logicalType: integer',
  big: 'logicalType: integer, physicalType: bigint',
  boolean: 'logicalType: boolean',
  decimal: "logicalType: number, physicalType: 'decimal(12,3)'",
  date: 'logicalType: date',
  timestamp: 'logicalType: timestamp',
  time: 'logicalType: time',
  float: 'logicalType: number',
};

const texts = ['a', 'aab', 'abab', 'A', 'ab', 'a*b', 'a[b]?', 'EU', 'US', 'ä', 'a\u0000b', '💥', "o'neil", '%_'];
const enums = ['in transit', '500', 'done'];
const decimals = ['0', '-0.001', '1.5', '1.501', '10', '-7.25', '999999999.999'];
const days = ['1999-12-31', '2024-02-29', '2024-03-01', '0001-01-01', '9999-12-31'];
const moments = ['2024-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z', '2024-03-01T00:00:00.001Z'];
const times = ['00:00:00', '09:30:00', '23:59:59'];
const longs = [-2147483648, -1, 0, 1, 2, 2147483647];
const bigs = [-9007199254740991, -1, 0, 1, 9007199254740991];

const values: Readonly<Record<Kind, fc.Arbitrary<unknown>>> = {
  string: fc.constantFrom(...texts),
  enum: fc.constantFrom(...enums),
  long: fc.constantFrom(...longs),
  big: fc.constantFrom(...bigs),
  boolean: fc.boolean(),
  decimal: fc.constantFrom(...decimals),
  date: fc.constantFrom(...days),
  timestamp: fc.constantFrom(...moments),
  time: fc.constantFrom(...times),
  float: fc.constantFrom(0.1, 2, -3.5),
};

/** Some of them, each required or not. Names that SQL, Cedar or JavaScript may know otherwise. */
export const someProperties: fc.Arbitrary<readonly OrderProperty[]> = fc
  .record({
    required: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    names: fc.shuffledSubarray(
      ['in', 'region', 'group', 'has', 'order', 'constructor', 'select', 'like', 'if', 'x', 'principal', 'note'],
      {
        minLength: 12,
      },
    ),
    kinds: fc.shuffledSubarray(
      [
        'string',
        'string',
        'enum',
        'long',
        'long',
        'big',
        'boolean',
        'decimal',
        'date',
        'timestamp',
        'time',
        'float',
      ] as const,
      { minLength: 5 },
    ),
  })
  .map(({ required, names, kinds }) =>
    kinds.map((kind, at) => {
      const name = names[at] ?? '';
      // An enum gives a type, which may be called as one that there is.
      const isTaken = kind === 'enum' && ['group', 'order'].includes(name);
      return { kind, name: isTaken ? 'status' : name, required: required[at] ?? false };
    }),
  );

export function rowsWith(properties: readonly OrderProperty[]): fc.Arbitrary<readonly OrderRow[]> {
  const cells = properties.map(({ name, kind, required }) => [
    name,
    required ? values[kind] : fc.option(values[kind], { freq: 3 }),
  ]);
  return fc
    .array(fc.record(Object.fromEntries(cells) as Record<string, fc.Arbitrary<unknown>>), {
      minLength: 20,
      maxLength: 20,
    })
    .map((rows) => rows.map((row, at) => ({ id: `o${at}`, ...row })));
}

export const product = 'shop.orders';

const odps = `apiVersion: v1.0.0
kind: DataProduct
id: ${product}
status: active
outputPorts: [{ name: orders, version: 1.0.0, contractId: shop.orders }]
`;

/** Tickets of another domain, which refer to orders. */
export const ticketFiles = (rows: readonly OrderRow[]): Record<string, string> => ({
  'care/care.odps.yaml':
    'apiVersion: v1.0.0\nkind: DataProduct\nid: care.tickets\nstatus: active\noutputPorts: [{ name: tickets, version: 1.0.0, contractId: care.tickets }]\n',
  'care/tickets.odcs.yaml': `apiVersion: v3.2.0
kind: DataContract
id: care.tickets
version: 1.0.0
status: active
schema:
  - name: tickets
    properties:
      - { name: ticket, logicalType: string, primaryKey: true, required: true }
      - { name: order_id, logicalType: string, required: true, relationships: [{ to: orders.id }] }
`,
  'care/tickets.ndjson': rows.map(({ id }) => JSON.stringify({ ticket: `t${id}`, order_id: id })).join('\n'),
});

/** Lines refer to orders, and orders to stores: ways to one order, and to the page of many. */
export function shopFiles(properties: readonly OrderProperty[], rows: readonly OrderRow[]): Record<string, string> {
  const columns = properties.map(
    ({ name, kind, required }) =>
      `      - { name: ${JSON.stringify(name)}, required: ${required}, ${written[kind]} }\n`,
  );
  const odcs = `apiVersion: v3.2.0
kind: DataContract
id: shop.orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - { name: id, logicalType: string, primaryKey: true, required: true }
      - { name: store_id, logicalType: string, required: true, relationships: [{ to: stores.id }] }
${columns.join('')}  - name: stores
    properties:
      - { name: id, logicalType: string, primaryKey: true, required: true }
  - name: lines
    properties:
      - { name: line, logicalType: string, primaryKey: true, required: true }
      - { name: order_id, logicalType: string, required: true, relationships: [{ to: orders.id }] }
`;
  const lines = rows.map(({ id }) => ({ line: `l${id}`, order_id: id }));
  const text = (all: readonly unknown[]): string => all.map((each) => JSON.stringify(each)).join('\n');
  return {
    'shop/shop.odps.yaml': odps,
    'shop/orders.odcs.yaml': odcs,
    'shop/orders.ndjson': text(rows.map((row, at) => ({ ...row, store_id: `s${at % 2}` }))),
    'shop/stores.ndjson': text([{ id: 's0' }, { id: 's1' }]),
    'shop/lines.ndjson': text(lines),
  };
}

const literal = (text: string): string => JSON.stringify(text).replaceAll('\\u0000', '\\0');
const oneOf = (all: readonly unknown[]) => fc.constantFrom(...all);

/** What a policy may say, valid for Cedar nearly always. */
export function conditionText(properties: readonly OrderProperty[]): fc.Arbitrary<string> {
  const usable = properties.filter(({ kind }) => kind !== 'float');
  const own = usable.map((property) => {
    const test = testText(property, usable);
    const field = JSON.stringify(property.name);
    const guarded = test.map((text) => `(resource has ${field} && ${text})`);
    const chosen = fc
      .tuple(test, fc.boolean())
      .map(([text, rest]) => `(if resource has ${field} then ${text} else ${rest})`);
    const missing = test.map((text) => `(!(resource has ${field}) || ${text})`);
    const there = fc.constant(`resource has ${field}`);
    return property.required ? test : fc.oneof(guarded, chosen, missing, there);
  });
  const others = oneOf([
    'principal.kind == "user"',
    'principal in Weft::Team::"Sales"',
    '(principal has region && principal.region != "EU")',
    '(context has purpose && context.purpose in Weft::Purpose::"marketing")',
    `resource in Weft::Product::"${product}"`,
    'resource in Weft::Domain::"shop"',
    'resource in [Weft::Product::"other", Weft::Domain::"elsewhere"]',
  ]) as fc.Arbitrary<string>;
  return fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { weight: 5, arbitrary: fc.oneof(...own) },
      { weight: 1, arbitrary: others },
      { weight: 2, arbitrary: fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a} && ${b})`) },
      { weight: 2, arbitrary: fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a} || ${b})`) },
      { weight: 1, arbitrary: tie('all').map((a) => `!(${a})`) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('all'), tie('all'), tie('all')).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
      },
    ),
  })).all;
}

function testText({ name, kind }: OrderProperty, all: readonly OrderProperty[]): fc.Arbitrary<string> {
  const own = `resource[${JSON.stringify(name)}]`;
  const alike = all.filter((each) => each.name !== name && each.required && sorts[each.kind] === sorts[kind]);
  const other = alike.map((each) => `resource[${JSON.stringify(each.name)}]`);
  const either = (value: fc.Arbitrary<string>) =>
    other.length > 0 ? fc.oneof(value, oneOf(other) as fc.Arbitrary<string>) : value;
  const sides = (operators: readonly string[], value: fc.Arbitrary<string>) =>
    fc
      .tuple(oneOf(operators) as fc.Arbitrary<string>, value, fc.boolean())
      .map(([operator, text, turned]) => (turned ? `${text} ${operator} ${own}` : `${own} ${operator} ${text}`));
  switch (kind) {
    case 'string':
    case 'enum':
    case 'time': {
      const value = (values[kind] as fc.Arbitrary<string>).map(literal);
      const list = fc.array(fc.oneof(value, fc.constant('principal.kind')), { minLength: 1, maxLength: 3 });
      const pattern = fc
        .array(fc.constantFrom('*', '*', 'ab', 'a', 'b', 'EU', '\\*', '[', ']', '?', '\\0', 'ä', '💥'), {
          maxLength: 4,
        })
        .map((parts) => parts.join(''));
      return fc.oneof(
        sides(['==', '!='], either(value)),
        list.map((elements) => `[${elements.join(', ')}].contains(${own})`),
        pattern.map((text) => `${own} like "${text}"`),
        fc.constant(`(principal has region && ${own} == principal.region)`),
      );
    }
    case 'long':
    case 'big': {
      const value = (values[kind] as fc.Arbitrary<number>).map((each) => `${each}`);
      return fc.oneof(
        sides(['==', '!=', '<', '<=', '>', '>='], either(value)),
        fc.array(value, { minLength: 1, maxLength: 3 }).map((elements) => `[${elements.join(', ')}].contains(${own})`),
      );
    }
    case 'boolean':
      return oneOf([own, `!${own}`, `${own} == true`, `${own} == (principal.kind == "user")`]) as fc.Arbitrary<string>;
    case 'decimal': {
      const value = fc
        .constantFrom('0.0', '1.5', '1.5005', '-0.0001', '10.0', '999999999.9999')
        .map((each) => `decimal("${each}")`);
      const methods = ['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'];
      return fc.oneof(
        sides(['==', '!='], value),
        fc
          .tuple(oneOf(methods) as fc.Arbitrary<string>, value, fc.boolean())
          .map(([method, text, turned]) => (turned ? `${text}.${method}(${own})` : `${own}.${method}(${text})`)),
      );
    }
    default: {
      const value = fc
        .constantFrom(
          ...[
            '1999-12-31',
            '2024-02-29',
            '2024-02-29T12:00:00Z',
            '2024-02-29T23:59:59.999Z',
            '2024-03-01T01:00:00+0100',
          ],
          ...['9999-12-31T23:00:00-0500', '0000-01-01T00:00:00+1200', '2024-03-01T00:00:00.001Z'],
        )
        .map((each) => `datetime("${each}")`);
      return sides(['==', '!=', '<', '<=', '>', '>='], either(value));
    }
  }
}

/** What can be compared with each other. */
const sorts: Readonly<Record<Kind, string>> = {
  ...{ string: 'text', enum: 'text', time: 'text', long: 'whole', big: 'whole', boolean: 'truth', decimal: 'decimal' },
  ...{ date: 'date', timestamp: 'moment', float: 'float' },
};

/** A few policies, some of which permit. */
export function policiesText(properties: readonly OrderProperty[]): fc.Arbitrary<string> {
  const rest = fc
    .record({
      effect: fc.constantFrom('permit', 'permit', 'forbid'),
      who: fc.constantFrom(
        'principal',
        'principal',
        'principal in Weft::Team::"Sales"',
        'principal in Weft::Role::"chief"',
      ),
      what: fc.constantFrom(
        'resource is Weft::Row::Order',
        `resource is Weft::Row::Order in Weft::Product::"${product}"`,
        'resource is Weft::Row::Order in Weft::Domain::"shop"',
      ),
      word: fc.constantFrom('when', 'when', 'unless'),
      condition: conditionText(properties),
      more: fc.option(conditionText(properties), { freq: 4 }),
    })
    .map(({ effect, who, what, word, condition, more }) => {
      const also = more === null ? '' : ` when { ${more} }`;
      return `${effect} (${who}, action == Weft::Action::"readRow", ${what}) ${word} { ${condition} }${also};`;
    });
  return fc.tuple(fc.array(rest, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([policies, isStrict]) =>
    [
      '@id("fields") permit (principal, action == Weft::Action::"read", resource);',
      '@id("lines") permit (principal, action == Weft::Action::"readRow", resource is Weft::Row::Line);',
      // Of any action: of rows, too.
      ...(isStrict ? ['@id("strict") forbid (principal in Weft::Role::"intern", action, resource);'] : []),
      ...policies.map((text, at) => `@id("p${at}") ${text}`),
    ].join('\n'),
  );
}

export interface RowAsker {
  readonly principal: Principal;
  readonly purpose: string | undefined;
}

export const someAsker: fc.Arbitrary<RowAsker> = fc.record({
  principal: fc.record({
    id: fc.constantFrom('ann', 'ben'),
    kind: fc.constantFrom('user', 'service', 'a'),
    teams: fc.constantFrom([], ['Sales']),
    roles: fc.constantFrom([], ['chief'], ['intern']),
    attributes: fc.constantFrom<Record<string, string>>({}, { region: 'EU' }, { region: 'a*b' }, { region: 'done' }),
  }),
  purpose: fc.constantFrom(undefined, 'marketing', 'newsletter', 'research', 'none such'),
});

let sets = 0;

/** The ids of the rows that Cedar allows, each asked for by itself. */
export function allowedRows(
  { policies, purposes }: AccessPolicies,
  properties: readonly OrderProperty[],
  rows: readonly OrderRow[],
  { principal, purpose }: RowAsker,
): string[] {
  const name = `rows-${++sets % 4}`;
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
  cedar.preparsePolicySet(name, { staticPolicies });
  const uid = (type: string, id: string) => ({ type: `Weft::${type}`, id });
  const known = purpose !== undefined && purposes.has(purpose) ? purpose : undefined;
  const who = {
    uid: uid('Principal', principal.id),
    attrs: { kind: principal.kind, ...principal.attributes },
    parents: [...principal.teams.map((team) => uid('Team', team)), ...principal.roles.map((role) => uid('Role', role))],
  };
  const around = [
    { uid: uid('Product', product), attrs: {}, parents: [uid('Domain', 'shop')] },
    ...(known === undefined ? [] : purposeEntities(known, purposes)),
  ];
  return rows.flatMap((row) => {
    const attrs = Object.fromEntries(
      [{ name: 'id', kind: 'string' as const, required: true }, ...properties].flatMap(({ name: field, kind }) =>
        row[field] === null || kind === 'float' ? [] : [[field, cedarValue(kind, row[field])]],
      ),
    );
    const resource = { uid: uid('Row::Order', String(row.id)), attrs, parents: [uid('Product', product)] };
    const answer = cedar.statefulIsAuthorized({
      principal: who.uid,
      action: uid('Action', 'readRow'),
      resource: resource.uid,
      context: known === undefined ? {} : { purpose: { __entity: uid('Purpose', known) } },
      preparsedPolicySetId: name,
      entities: [who, resource, ...around],
    });
    if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join());
    const { decision, diagnostics } = answer.response;
    return decision === 'allow' && diagnostics.errors.length === 0 ? [String(row.id)] : [];
  });
}

function cedarValue(kind: Kind, value: unknown): cedar.CedarValueJson {
  if (kind === 'date' || kind === 'timestamp') return { __extn: { fn: 'datetime', arg: String(value) } };
  if (kind !== 'decimal') return value as cedar.CedarValueJson;
  const text = typeof value === 'number' ? decimalOf(value) : String(value);
  return { __extn: { fn: 'decimal', arg: text.includes('.') ? text : `${text}.0` } };
}
