/** Cedar as WebAssembly, loaded only where there are policies: 4 MB that nobody else should wait for. */
import type * as CedarModule from '@cedar-policy/cedar-wasm/nodejs';

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

/** `read` is the value itself, `readMasked` what a mask leaves of it. */
export const actions = ['read', 'readMasked'] as const;
export type Action = (typeof actions)[number];

export const uid = (type: EntityType | 'Action', id: string): { readonly type: string; readonly id: string } => ({
  type: `${namespace}::${type}`,
  id,
});

export const namespace = 'Weft';
