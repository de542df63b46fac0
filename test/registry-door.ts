/** A registry's door on a real port, over what the test says is published. */
import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';
import { digestOf } from '../gateway/engine/digest.ts';
import { type ArtefactsOptions, serveArtefacts } from '../gateway/http/artefacts.ts';
import { answerFaults } from '../gateway/http/faults.ts';
import { readJsonBodies } from '../gateway/http/json-body.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import type { Artefact } from '../gateway/registry/delivery/artefact.ts';
import { type HeldArtefact, holdArtefact } from '../gateway/registry/delivery/held-artefact.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

export interface RegistryDoor extends HeldArtefact {
  /** For example `http://127.0.0.1:40001`. */
  readonly url: string;
  /** Method, path and headers of what was asked, in order. */
  readonly asked: readonly { readonly method: string; readonly url: string; readonly headers: any }[];
  /** What went wrong on the way, in words. */
  readonly log: readonly string[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Knows two tokens: `reads` may read the graph, `writes` may not. */
export async function openRegistryDoor(
  first?: Artefact,
  options: Partial<ArtefactsOptions> & { readonly port?: number } = {},
): Promise<RegistryDoor> {
  const { port = 0, ...more } = options;
  const held = holdArtefact(first);
  const asked: { method: string; url: string; headers: any }[] = [];
  const log: string[] = [];
  const server = fastify({ forceCloseConnections: 'idle' });
  readJsonBodies(server);
  answerFaults(server, {}, (line) => log.push(line));
  server.addHook('onRequest', async ({ method, url, headers }) => {
    asked.push({ method, url, headers });
  });
  serveArtefacts(server, {
    artefacts: held,
    async authorise(token) {
      if (token === 'writes') throw new WeftError('TOKEN_NOT_ENOUGH', 'The token may not read the graph.');
      if (token !== 'reads') throw new WeftError('TOKEN_MISSING', 'The token is not known.');
    },
    ...more,
  });
  const url = await server.listen({ host: '127.0.0.1', port });
  const close = async (): Promise<void> => {
    await server.close();
  };
  return { ...held, url, asked, log, close, [Symbol.asyncDispose]: close };
}

type Part = Pick<Artefact['subgraphs'][number], 'name' | 'url' | 'sdl'>;

/** Composed as the registry composes. */
export function artefactOf(version: number, parts: readonly Part[] = [people('http://127.0.0.1:9/graphql')]): Artefact {
  const composed = composeWithApollo(parts);
  if (!('supergraphSdl' in composed)) throw new Error(JSON.stringify(composed.issues));
  const { supergraphSdl } = composed;
  return {
    id: String(version),
    digest: digestOf(supergraphSdl),
    supergraphSdl,
    composedAt: '2026-01-02T03:04:05.678Z',
    subgraphs: parts.map((part) => ({ ...part, files: [{ path: `${part.name}.odcs.yaml`, text: contract }] })),
  };
}

/** Its text is of no matter here, as long as it arrives. */
const contract = `# Ünïcode, "quotes" and \${braces}\n${readFileSync(new URL('./registry-door.ts', import.meta.url), 'utf8').slice(0, 300)}`;

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])';

export const people = (url: string): Part => ({
  name: 'people',
  url,
  sdl: `${link} type Query { people: [Person] } type Person @key(fields: "id") { id: ID! name: String secret: String @inaccessible }`,
});

export const orders = (url: string): Part => ({
  name: 'orders',
  url,
  sdl: `${link} type Person @key(fields: "id") { id: ID! spent: Int }`,
});
