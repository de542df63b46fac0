/** As clients call themselves; empty where they do not. */
export interface Client {
  readonly name: string;
  readonly version: string;
}

/** The headers that Apollo's, Hive's and Cosmo's clients send. */
const prefixes = ['apollographql-client', 'graphql-client', 'x-graphql-client'];

export function clientOf(header: (name: string) => string | undefined): Client {
  const first = (what: string): string => shown(prefixes.map((prefix) => header(`${prefix}-${what}`)).find(Boolean));
  return { name: first('name'), version: first('version') };
}

/** Short, and nothing that a terminal or a table would take for more than a name. */
const shown = (said = ''): string =>
  said
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 100);
