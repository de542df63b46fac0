/**
 * What a schema links (https://specs.apollo.dev/link/v1.0, and `@core`, which came before). An element is known by the
 * specification that it is of, never by its name: any may be renamed, and another may be called as it is.
 */
import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

export interface LinkedSpecification {
  readonly url: string;
  /** The URL without its version: `https://specs.apollo.dev/join`. */
  readonly identity: string;
  /** What stands before `__` in the names of its elements here; where it has a directive of its own name, its name. */
  readonly namespace: string;
  /** Elements by their names in the specification: `@key` → `@primary`. */
  readonly imports: ReadonlyMap<string, string>;
  /** `SECURITY` or `EXECUTION`: the schema may not be served without. */
  readonly purpose: string | undefined;
}

export function linkedSpecifications({ definitions }: DocumentNode): LinkedSpecification[] {
  const applied = definitions.flatMap((node) => {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) return [];
    return (node.directives ?? []).map((directive) => ({ called: directive.name.value, ...linkOf(directive) }));
  });
  // The directive that links may be renamed as well: it links its own specification.
  const linking = applied.filter(({ called, identity, namespace }) => linkings.has(identity) && namespace === called);
  const names = new Set(['link', 'core', ...linking.map(({ called }) => called)]);
  return applied.filter(({ called }) => names.has(called));
}

/** Without its `@`: imported, or the specification's own, or `cost__listSize`. */
export function directiveName(name: string, { identity, namespace, imports }: LinkedSpecification): string {
  const imported = imports.get(`@${name}`);
  if (imported !== undefined) return imported.replace(/^@/, '');
  return name === lastOf(identity) ? namespace : `${namespace}__${name}`;
}

const linkings: ReadonlySet<string> = new Set(['https://specs.apollo.dev/link', 'https://specs.apollo.dev/core']);

function linkOf({ arguments: given = [] }: ConstDirectiveNode): LinkedSpecification {
  const values = Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
  const url = textOf(values.url) ?? textOf(values.feature) ?? '';
  const identity = withoutVersion(url);
  return {
    url,
    identity,
    namespace: textOf(values.as) ?? lastOf(identity),
    imports: new Map(listOf(values.import).flatMap(importOf)),
    purpose: textOf(values.for),
  };
}

/** `"@key"`, or `{ name: "@key", as: "@primary" }`. */
function importOf(value: unknown): [string, string][] {
  if (typeof value === 'string') return [[value, value]];
  const { name, as } = (value ?? {}) as { readonly name?: unknown; readonly as?: unknown };
  return typeof name === 'string' ? [[name, textOf(as) ?? name]] : [];
}

/** `https://specs.apollo.dev/join/v0.5` → `https://specs.apollo.dev/join`. The version may be left out. */
function withoutVersion(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return path.replace(/\/+$/, '').replace(/\/v\d+\.\d+$/, '');
}

const lastOf = (identity: string): string => identity.slice(identity.lastIndexOf('/') + 1);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
