/** A gateway over a synthetic mesh, with a registry, and what registry.ts does to it. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './ask.ts';
import { cores, startNode, stop } from './processes.ts';
import { writeSyntheticMesh } from './synthetic-mesh.ts';

/** That each domain owns. */
export const entities = 5;

const bin = fileURLToPath(new URL('../weft.mjs', import.meta.url));
const type = 'Domain0Entity0';
/** The first of the domain's entities comes first. */
const ownLabel = 'label: String!';

/** @param dir for its files */
export async function openMesh(dir: string, domains: number) {
  const folder = mkdtempSync(join(dir, `${domains}-`));
  writeSyntheticMesh(folder, { domains, entities, url: 'http://127.0.0.1:4999/graphql' });
  const sdl = readFileSync(join(folder, 'domain0.graphql'), 'utf8');
  const [port, file] = [await freePort(), join(folder, 'registry.db')];
  const supergraph = join(folder, 'supergraph.yaml');
  const gateway = startNode([bin, 'gateway', '--supergraph', supergraph, '--port', String(port)], {
    core: cores.gateway,
    env: {
      ...{ WEFT_REGISTRY: file, WEFT_REGISTRY_OPEN: '1', WEFT_ROUTING_ADDRESSES: 'loopback', WEFT_LOG_LEVEL: 'error' },
      ...{ WEFT_MAX_LAG_MS: '600000', WEFT_REQUEST_TIMEOUT_MS: '600000' },
    },
  });
  gateway.stderr?.pipe(process.stderr);
  const asked = async (path: string, query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows what was asked for
    const { data, errors } = (await response.json()) as { readonly data: any; readonly errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  while (!(await asked('/graphql', '{ __typename }').catch(() => undefined))) {
    if (gateway.exitCode !== null) throw new Error('The gateway does not start.');
    await sleep(50);
  }
  const input = (text: string) => ({
    input: { name: 'domain0', routingUrl: 'http://127.0.0.1:4999/graphql', sdl: text },
  });
  const fieldsUpTo = (n: number): string => Array.from({ length: n + 1 }, (_, at) => `  more${at}: Int\n`).join('');
  return {
    file,
    pid: gateway.pid ?? 0,
    ask: (query: string) => asked('/catalog', query),
    async publish(n: number): Promise<{ readonly version: { readonly id: number } }> {
      const mutation =
        'mutation ($input: PublicationInput!) { publishSubgraph(input: $input) { outcome version { id } } }';
      const text = sdl.replace(ownLabel, `label: String!\n${fieldsUpTo(n)}`);
      const { publishSubgraph } = await asked('/catalog', mutation, input(text));
      if (publishSubgraph.outcome !== 'PUBLISHED') throw new Error(JSON.stringify(publishSubgraph));
      return publishSubgraph;
    },
    async untilLive(n: number, isThere: boolean): Promise<void> {
      for (;;) {
        const { __type } = await asked('/graphql', `{ __type(name: "${type}") { fields { name } } }`);
        if (__type.fields.some(({ name }: { name: string }) => name === `more${n}`) === isThere) return;
        await sleep(10);
      }
    },
    async checkWithoutLabel(): Promise<{ readonly broken: number }> {
      const mutation =
        'mutation ($input: PublicationInput!) { checkSubgraph(input: $input) { steps { id issues { code } } } }';
      const text = sdl.replace(ownLabel, '');
      const { checkSubgraph } = await asked('/catalog', mutation, input(text));
      const step = checkSubgraph.steps.find(({ id }: { id: string }) => id === 'operations');
      return { broken: step.issues.length };
    },
    [Symbol.asyncDispose]: () => stop(gateway),
  };
}
