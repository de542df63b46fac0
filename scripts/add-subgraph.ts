import { parseUrl } from '../gateway/registry/parse-url.ts';
import type { SourceText } from '../subgraphs/kit/contract/model.ts';
import { setValue } from '../subgraphs/kit/contract/set-value.ts';
import { readText } from '../subgraphs/kit/contract/text.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

interface MeshText {
  readonly subgraphs?: Readonly<Record<string, { readonly routing_url?: unknown } | null>> | null;
}

/**
 * supergraph.yaml with one more subgraph; every byte that was there stays.
 *
 * @throws WeftError DOMAIN_EXISTS, or MESH_NOT_EDITABLE with the lines to add by hand.
 */
export function addSubgraph(before: SourceText, name: string, port: number): { text: string; routingUrl: string } {
  if (Object.hasOwn(meshIn(before).subgraphs ?? {}, name)) {
    throw new WeftError('DOMAIN_EXISTS', `supergraph.yaml has a subgraph ${name} already.`);
  }
  const routingUrl = `http://127.0.0.1:${port}/graphql`;
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
export function nextPort(mesh: SourceText): number {
  const ports = Object.values(meshIn(mesh).subgraphs ?? {}).map((subgraph) =>
    Number(parseUrl(String(subgraph?.routing_url))?.port),
  );
  return Math.max(4000, ...ports.filter((port) => port < 65_535)) + 1;
}

const meshIn = ({ text, file }: SourceText): MeshText => (readText(text, file).document?.value ?? {}) as MeshText;
