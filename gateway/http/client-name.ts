import type { IncomingHttpHeaders } from 'node:http';

/** As clients call themselves; empty where they do not. */
export interface Client {
  readonly name: string;
  readonly version: string;
}

/** The headers that Apollo's, Hive's and Cosmo's clients send. */
const prefixes = ['apollographql-client', 'graphql-client', 'x-graphql-client'];

export function clientOf(headers: IncomingHttpHeaders): Client {
  const first = (what: string): string =>
    shown(
      prefixes.map((prefix) => headers[`${prefix}-${what}`]).find((said) => typeof said === 'string' && said !== ''),
    );
  return { name: first('name'), version: first('version') };
}

/**
 * The same headers out of what a client says at the beginning of a WebSocket, where pages can set none: under their names,
 * or as Hive's clients have it, `client: { name, version }`.
 */
export function clientHeadersIn(params: Readonly<Record<string, unknown>>): Record<string, string> {
  const { name, version } = (params.client ?? {}) as { readonly name?: unknown; readonly version?: unknown };
  const said: typeof params = { 'graphql-client-name': name, 'graphql-client-version': version, ...params };
  const headers = prefixes.flatMap((prefix) => [`${prefix}-name`, `${prefix}-version`]);
  return Object.fromEntries(
    headers.filter((header) => typeof said[header] === 'string').map((header) => [header, shown(said[header])]),
  );
}

/** Short, and nothing that a terminal or a table would take for more than a name. */
const shown = (said: unknown = ''): string =>
  String(said)
    .slice(0, 1_000)
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 100);
