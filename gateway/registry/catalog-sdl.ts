import { readFileSync } from 'node:fs';

/** The schema that the registry is served under, at `/catalog` and as the first subgraph of every mesh. */
export function readCatalogSdl(): string {
  sdl ??= readFileSync(new URL('./catalog.graphql', import.meta.url), 'utf8');
  return sdl;
}

/** What a gateway with a registry answers besides, at `/catalog` only. */
export const readRegistrySdl = (): string => readFileSync(new URL('./registry.graphql', import.meta.url), 'utf8');

let sdl: string | undefined;
