/** Cedar as WebAssembly, loaded only where there are policies: 4 MB that nobody else should wait for. */
import { setFlagsFromString } from 'node:v8';
import type * as CedarModule from '@cedar-policy/cedar-wasm/nodejs';

/*
 * V8 of Node 20 ends the process ("unreachable code") where it gives up optimised code into which it has inlined a call into
 * WebAssembly that answers with an object, as Cedar's do. So it is not to inline them; later ones print what they do not know.
 */
if (Number.parseInt(process.versions.v8, 10) < 13) setFlagsFromString('--no-turbo-inline-js-wasm-calls');

export type Cedar = typeof CedarModule;
export type {
  Context,
  DetailedError,
  EntityJson,
  EntityUidJson,
  PolicyJson,
  Response,
} from '@cedar-policy/cedar-wasm/nodejs';

export const loadCedar = (): Promise<Cedar> => import('@cedar-policy/cedar-wasm/nodejs');

export type EntityType = 'Principal' | 'Team' | 'Role' | 'Purpose' | 'Domain' | 'Product' | 'Field';

/** `read` is the value itself, `readMasked` what a mask leaves of it, `readSummary` what is told of many rows at once. */
export const actions = ['read', 'readMasked', 'readSummary'] as const;
export type Action = (typeof actions)[number];

/** What policies say of rows. */
export const rowAction = 'readRow';

/** Of the rows of a GraphQL type: `Weft::Row::Order`. */
export const rowEntityType = (type: string): string => `${rowNamespace}::${type}`;

export const uid = (type: EntityType | 'Action', id: string): { readonly type: string; readonly id: string } => ({
  type: `${namespace}::${type}`,
  id,
});

export const namespace = 'Weft';
export const rowNamespace = `${namespace}::Row`;
