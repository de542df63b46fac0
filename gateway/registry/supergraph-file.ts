/**
 * Reads `supergraph.yaml` in the exact format of `rover supergraph compose`, so that a mesh moves here without edits:
 *
 *     federation_version: =2.14.4
 *     subgraphs:
 *       orders:
 *         routing_url: http://127.0.0.1:4001/graphql
 *         schema: { file: ./orders.graphql }        # or { subgraph_url: … } or { sdl: "…" }
 *
 * `${env.NAME}` expands in every value. Each fault is an Issue at its line and column.
 */
import * as z from 'zod';
import { readText, type TextDocument } from '../../subgraphs/kit/contract/text.ts';
import { type Issue, issue, type Place } from '../../subgraphs/kit/errors/issue.ts';
import { nearest } from '../../subgraphs/kit/errors/nearest.ts';
import { address } from './address.ts';

export interface SupergraphFile {
  readonly federation: { readonly version: string; readonly place: Place };
  readonly subgraphs: readonly SubgraphEntry[];
}

export interface SubgraphEntry {
  readonly name: string;
  readonly routingUrl: string;
  readonly schema: SchemaSource;
  /** Of the subgraph's name, and of its `schema`. */
  readonly place: Place;
  readonly schemaPlace: Place;
}

export type SchemaSource =
  | { readonly file: string }
  | { readonly subgraph_url: string; readonly introspection_headers?: Readonly<Record<string, string>> | undefined }
  | { readonly sdl: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** The gateway adds its own subgraph under this name. */
export const catalogName = 'catalog';

/** Requests carry the consumer's credentials, not the gateway's. */
const routingAddress = address('A header of the consumer is passed on where WEFT_FORWARD_HEADERS names it.');

export const isSubgraphName = (name: string): boolean => subgraphName.safeParse(name).success;

const subgraphName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'A subgraph is named by a letter, then letters, digits, - and _, at most 64 in all.')
  // In a supergraph, both would be CATALOG.
  .refine(
    (name) => name.toLowerCase() !== catalogName,
    `The name ${catalogName} is taken: the gateway adds its catalog under it.`,
  );

const schemaSource = z.xor(
  [
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({
      subgraph_url: address('For the schema, write them as introspection_headers.'),
      introspection_headers: z.record(z.string(), z.string()).optional(),
    }),
    z.strictObject({ sdl: z.string().min(1) }),
  ],
  { error: '`schema` takes exactly one of file, subgraph_url (an http or https address) and sdl.' },
);

const supergraphFile = z.strictObject({
  federation_version: z.coerce
    .string()
    .regex(/^=?v?2(?:\.\d+){0,2}$/, 'Weft composes Federation 2 only: write 2, or =2.x.y.')
    .default('2'),
  subgraphs: z
    .record(subgraphName, z.strictObject({ routing_url: routingAddress.optional(), schema: schemaSource }), {
      error: '`subgraphs` maps names to { routing_url, schema }.',
    })
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'A mesh has at least one subgraph.'),
});

export function readSupergraphFile(
  text: string,
  file: string,
  env: Environment,
): { readonly supergraph?: SupergraphFile; readonly issues: Issue[] } {
  const { document, issues } = readText(text, file);
  if (!document) return { issues };
  const fault = (message: string, path: readonly PropertyKey[]): void => {
    const segments = path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment));
    issues.push(issue('MESH_FILE_INVALID', message, { place: document.placeOf(segments) }));
  };
  const unexpanded: (readonly PropertyKey[])[] = [];
  const expanded = expand(document.value, env, (message, path) => {
    unexpanded.push(path);
    fault(message, path);
  });
  const read = supergraphFile.safeParse(expanded);
  for (const found of read.error?.issues ?? []) {
    const each = faultWithin(found);
    // That what could not be expanded is no address either is the same fault.
    const isSame = unexpanded.some((path) => each.path.every((segment, at) => segment === path[at]));
    if (!isSame || each.code === 'unrecognized_keys') fault(faultOf(each), each.path);
  }
  if (!read.success || issues.length > 0) return { issues };

  const { federation_version: version, subgraphs } = read.data;
  const entries = Object.entries(subgraphs).flatMap(([name, { routing_url, schema }]) => {
    // As in rover, the address that is introspected is also where requests go, unless routing_url says otherwise.
    const routingUrl = routing_url ?? ('subgraph_url' in schema ? schema.subgraph_url : undefined);
    if (routingUrl) return [{ name, routingUrl, schema, ...placesOf(document, name) }];
    fault(`Subgraph ${name} needs a routing_url: its schema does not say where requests go.`, ['subgraphs', name]);
    return [];
  });
  if (issues.length > 0) return { issues };
  return {
    supergraph: { federation: { version, place: document.placeOf(['federation_version']) }, subgraphs: entries },
    issues,
  };
}

function placesOf(document: TextDocument, name: string): Pick<SubgraphEntry, 'place' | 'schemaPlace'> {
  return {
    place: document.placeOf(['subgraphs', name], 'key'),
    schemaPlace: document.placeOf(['subgraphs', name, 'schema']),
  };
}

/** `schema` is one of several shapes: where only a value of one of them is wrong, that is the fault. */
function faultWithin(found: z.core.$ZodIssue): z.core.$ZodIssue {
  const shapes = found.code === 'invalid_union' ? found.errors : [];
  const [fault] = shapes.find((faults) => faults.every(({ code }) => code === 'custom')) ?? [];
  return fault ? { ...fault, path: [...found.path, ...fault.path] } : found;
}

/** A fault in a key is reported by zod as a fault of the record; what it says of the key is inside. */
function faultOf(found: z.core.$ZodIssue): string {
  if (found.code === 'invalid_key') return found.issues.map((inner) => inner.message).join(' ');
  if (found.code === 'unrecognized_keys') return unknownKeys(found.keys, found.path);
  if (found.code !== 'invalid_union') return found.message;
  // `schema` is one of several shapes: unknown is a key that none of them has.
  const [keys = [], ...others] = found.errors.map((faults) =>
    faults.flatMap((each) => (each.code === 'unrecognized_keys' ? each.keys : [])),
  );
  const unknown = keys.filter((key) => others.every((each) => each.includes(key)));
  return unknown.length > 0 ? `${unknownKeys(unknown, found.path)} ${found.message}` : found.message;
}

/** Keys by how deep they stand: of the file, of a subgraph, of its schema. */
const keysAt: Readonly<Record<number, readonly string[]>> = {
  0: ['federation_version', 'subgraphs'],
  2: ['routing_url', 'schema'],
  3: ['file', 'subgraph_url', 'introspection_headers', 'sdl'],
};

function unknownKeys(keys: readonly string[], path: readonly PropertyKey[]): string {
  const meant = new Set(keys.flatMap((key) => nearest(key, keysAt[path.length] ?? []) ?? []));
  const question = meant.size > 0 ? ` Did you mean ${[...meant].join(', ')}?` : '';
  return `Unknown: ${keys.join(', ')}.${question}`;
}

function expand(
  value: unknown,
  env: Environment,
  fault: (message: string, path: readonly PropertyKey[]) => void,
  path: readonly PropertyKey[] = [],
): unknown {
  if (Array.isArray(value)) return value.map((each, at) => expand(each, env, fault, [...path, at]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, expand(each, env, fault, [...path, key])]),
    );
  }
  if (typeof value !== 'string') return value;
  return value.replace(/\$\{([^}]*)\}/g, (whole, expression: string) => {
    const name = /^env\.(\w+)$/.exec(expression)?.[1];
    const replacement = name === undefined ? undefined : env[name];
    if (replacement !== undefined) return replacement;
    const why = name === undefined ? 'only env.NAME is known here' : `the environment has no ${name}`;
    fault(`${whole} cannot be expanded: ${why}.`, path);
    return whole;
  });
}
