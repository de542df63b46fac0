import type { SourceText } from '../subgraphs/kit/contract/model.ts';
import { setValue } from '../subgraphs/kit/contract/set-value.ts';
import { readText } from '../subgraphs/kit/contract/text.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

interface MeshText {
  readonly subgraphs?: Readonly<Record<string, { readonly routing_url?: unknown } | null>> | null;
}

/**
 * supergraph.yaml with one more subgraph on the next free port; every byte that was there stays.
 *
 * @throws WeftError DOMAIN_EXISTS, or MESH_NOT_EDITABLE with the lines to add by hand.
 */
export function addSubgraph(before: SourceText, name: string): { text: string; routingUrl: string } {
  const mesh = (readText(before.text, before.file).document?.value ?? {}) as MeshText;
  if (Object.hasOwn(mesh.subgraphs ?? {}, name)) {
    throw new WeftError('DOMAIN_EXISTS', `supergraph.yaml has a subgraph ${name} already.`);
  }
  const routingUrl = `http://127.0.0.1:${nextPort(mesh)}/graphql`;
  const schemaFile = `./subgraphs/${name}/schema.gen.graphql`;
  try {
    const addressed = setValue(before, ['subgraphs', name, 'routing_url'], routingUrl);
    const { text } = setValue(addressed, ['subgraphs', name, 'schema', 'file'], schemaFile);
    return { text, routingUrl };
  } catch (cause) {
    if (!(cause instanceof WeftError)) throw cause;
    const entry = `  ${name}:\n    routing_url: ${routingUrl}\n    schema:\n      file: ${schemaFile}`;
    throw new WeftError('MESH_NOT_EDITABLE', `supergraph.yaml cannot be extended. ${cause.message}`, {
      cause,
      help: `Add these lines to \`subgraphs\` by hand:\n${entry}`,
    });
  }
}

/** One above the highest port of the mesh; the gateway itself has 4000. */
function nextPort({ subgraphs }: MeshText): number {
  const ports = Object.values(subgraphs ?? {}).map((subgraph) => {
    const url = String(subgraph?.routing_url);
    return URL.canParse(url) ? Number(new URL(url).port) : 0;
  });
  return Math.max(4000, ...ports.filter((port) => port < 65_535)) + 1;
}
