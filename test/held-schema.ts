/** The first domain of a versioned mesh, read from a server that can keep its answer back: reading the mesh takes that long. */
import { send, startSubgraph } from './subgraph.ts';
import type { VersionedMesh } from './versioned-mesh.ts';

export interface HeldSchema {
  /** Of the next reading, which gives the schema as it was when it was asked for. */
  holdNext(): { readonly isHeld: () => boolean; release(): void };
  [Symbol.asyncDispose](): Promise<void>;
}

export async function heldSchema({ mesh }: VersionedMesh): Promise<HeldSchema> {
  let next: { until: Promise<void>; arrived(): void } | undefined;
  const server = await startSubgraph('type Query { unused: Int }', {
    async respond(_, response) {
      const sdl = mesh.read('first.graphql');
      const held = next;
      next = undefined;
      held?.arrived();
      await held?.until;
      send(response, 200, { data: { _service: { sdl } } });
    },
  });
  const supergraph = JSON.parse(mesh.read('supergraph.yaml'));
  supergraph.subgraphs.first.schema = { subgraph_url: server.url };
  mesh.write({ 'supergraph.yaml': JSON.stringify(supergraph) });
  return {
    holdNext() {
      let isHeld = false;
      let release = (): void => {};
      const until = new Promise<void>((resolve) => {
        release = resolve;
      });
      next = {
        until,
        arrived() {
          isHeld = true;
        },
      };
      return { isHeld: () => isHeld, release };
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
