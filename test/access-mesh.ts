/** For the tests of access policies: a mesh of a few fields, purposes, and two masks. */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Agreements, Asker, MaskOf, Principal } from '../gateway/governance/access/access.ts';
import { type AccessPoliciesOptions, createAccessPolicies } from '../gateway/governance/access/access-policies.ts';
import { type GraphField, protectedFields } from '../gateway/governance/access/protected-fields.ts';
import {
  type AccessPolicies,
  parseAccessPolicies,
  type ReadAccessOptions,
} from '../gateway/governance/access/read-access-policies.ts';
import { printIssue } from '../subgraphs/kit/errors/issue.ts';

export const purposesText = `purposes:
  marketing: { title: Marketing }
  newsletter: { title: Newsletter, parents: [marketing] }
  research: { title: Research }
  study: { title: A study, parents: [research, marketing] }
`;

const stubs: Readonly<Record<string, (value: unknown, salt: string) => unknown>> = {
  null: () => null,
  redact: () => '***',
  hash: (value, salt) => `${salt}:${value}`,
  year: (value) => String(value).slice(0, 4),
};

export const maskOf: MaskOf = (text, salt) => {
  const apply = Object.hasOwn(stubs, text) ? stubs[text] : undefined;
  return apply && { name: text, apply: (value) => apply(value, salt) };
};

export const reading: ReadAccessOptions = {
  attributes: ['region', 'clearance'],
  isMask: (text) => maskOf(text, '') !== undefined,
};

export function graphField(field: Partial<GraphField> = {}): GraphField {
  return {
    team: undefined,
    product: undefined,
    level: undefined,
    categories: [],
    subgraphs: [],
    computedFrom: [],
    ...field,
  };
}

const register = { product: 'customers.register', team: 'Customer Care', subgraphs: ['customers'] };

export const graph: ReadonlyMap<string, GraphField> = new Map([
  ['Customer.id', graphField({ ...register, level: 'public' })],
  ['Customer.name', graphField({ ...register, level: 'restricted', categories: ['name'] })],
  ['Customer.mail', graphField({ ...register, level: 'confidential', categories: ['email', 'contact'] })],
  ['Customer.born', graphField({ ...register, level: 'confidential', categories: ['birth'] })],
  ['Order.total', graphField({ product: 'sales.orders', team: 'Sales', subgraphs: ['sales'], level: 'internal' })],
  ['Order.note', graphField({ product: 'sales.orders', team: 'Sales', subgraphs: ['sales'], level: 'secret' })],
  ['Campaign.cost', graphField({ subgraphs: ['marketing'] })],
  ['PageInfo.endCursor', graphField({ subgraphs: ['sales', 'customers'] })],
]);

export const domainOf = (product: string): string => product.split('.')[0] ?? '';

export function policiesOf(text: string): AccessPolicies {
  const files: [string, string][] = [
    ['access.cedar', text],
    ['purposes.yaml', purposesText],
  ];
  const { access, issues } = parseAccessPolicies(cedar, files, reading);
  if (access) return access;
  throw new Error(issues.map(printIssue).join('\n'));
}

export function deciding(access: AccessPolicies, options: Partial<AccessPoliciesOptions> = {}) {
  return createAccessPolicies({
    access,
    fields: protectedFields(graph, domainOf),
    fieldsDigest: 'one',
    maskOf,
    saltOf: (agreement) => `salt of ${agreement}`,
    isPlatform: (coordinate) => coordinate.startsWith('DataProduct.'),
    log: () => {},
    ...options,
  });
}

export function asker(principal: Partial<Principal> = {}, rest: Omit<Asker, 'principal'> = {}): Asker {
  return { principal: { id: 'ann', kind: 'user', teams: [], roles: [], attributes: {}, ...principal }, ...rest };
}

/** For all products, or one. */
export const agreedOn = (id: string, roles: readonly string[] = [], only?: string): Agreements => ({
  key: JSON.stringify([id, roles, only]),
  all: [],
  of: ({ product }) => (only === undefined || product === only ? { id, roles } : undefined),
});
