/** A mesh of two domains that both say which version of the mesh a request was answered from. */
import { parse } from 'graphql';
import { makeMesh, type TestMesh } from './mesh.ts';
import { send, startSubgraph, type TestSubgraph } from './subgraph.ts';

/** Reads through both domains: an answer from one graph has one version in all its places. */
export const versionQuery = (version: number): string => `{ item { id first_v${version} second_v${version} } }`;

export interface VersionedMesh {
  readonly file: string;
  readonly mesh: TestMesh;
  /** Requests of which version arrived at the domains, in order. */
  readonly asked: readonly string[];
  write(version: number): void;
  /** Schemas that do not compose. */
  writeBroken(): void;
  /** The second domain keeps its answers back until `release`. */
  hold(): { readonly held: () => number; release(): void };
  [Symbol.asyncDispose](): Promise<void>;
}

export async function versionedMesh(firstVersion = 1): Promise<VersionedMesh> {
  const asked: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  let held = 0;
  // Answers any version's field with the version: what was asked tells by which graph it was asked.
  const answering = (prefix: string): Promise<TestSubgraph> =>
    startSubgraph('type Query { unused: Int }', {
      respond: async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { query } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string };
        parse(query);
        const version = Number(/(?:first|second)_v(\d+)/.exec(query)?.[1] ?? 0);
        asked.push(`${prefix} ${version}`);
        if (prefix === 'second') {
          held += 1;
          await gate;
          held -= 1;
        }
        send(response, 200, { data: answerOf(query, version) });
      },
    });
  const [first, second] = await Promise.all([answering('first'), answering('second')]);
  const mesh = makeMesh();
  const files = (version: number, broken = false): void =>
    mesh.write({
      'first.graphql': `${link}
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! first_v${version}: Int }`,
      'second.graphql': `${link}
        type Item @key(fields: "id") { id: ID! second_v${version}: Int ${broken ? 'lost: Missing' : ''} }`,
    });
  files(firstVersion);
  mesh.write({
    'supergraph.yaml': JSON.stringify({
      federation_version: '2',
      subgraphs: {
        first: { routing_url: first.url, schema: { file: './first.graphql' } },
        second: { routing_url: second.url, schema: { file: './second.graphql' } },
      },
    }),
  });
  return {
    file: `${mesh.dir}/supergraph.yaml`,
    mesh,
    asked,
    write: files,
    writeBroken: () => files(0, true),
    hold() {
      let release = (): void => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return { held: () => held, release };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([first.close(), second.close()]);
      await mesh[Symbol.asyncDispose]();
    },
  };
}

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

/** By the response keys that the gateway chose. */
function answerOf(query: string, version: number): unknown {
  const [definition] = parse(query).definitions;
  if (definition?.kind !== 'OperationDefinition') return null;
  const selected = (set: any): Record<string, unknown> =>
    Object.fromEntries(
      set.selections.flatMap((node: any): [string, unknown][] => {
        if (node.kind === 'InlineFragment') return Object.entries(selected(node.selectionSet));
        const { name, alias, selectionSet } = node;
        const key = (alias ?? name).value;
        if (name.value === '__typename') return [[key, 'Item']];
        if (name.value === 'id') return [[key, '1']];
        if (name.value === '_entities') return [[key, [selected(selectionSet)]]];
        return [[key, selectionSet ? selected(selectionSet) : version]];
      }),
    );
  return selected(definition.selectionSet);
}
