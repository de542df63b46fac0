/** What keeps domains whose contracts are sound from making a mesh together: their graphs, or their addresses. */
import { join } from 'node:path';
import { composeMesh } from '../gateway/registry/compose.ts';
import { type MeshSubgraph, readMesh } from '../gateway/registry/mesh.ts';
import { type Issue, issue } from '../subgraphs/kit/errors/issue.ts';
import { type Generated, schemaFile } from '../subgraphs/kit/generate.ts';
import { isLocal, type LocalDomain, type MeshFolder, portOf } from './mesh-folder.ts';

/**
 * Composes what the contracts give now, whatever was written to disk before.
 * @param generated of every domain of the mesh, in its order, without errors
 */
export async function compositionIssues(
  { file, domains, entries }: MeshFolder,
  generated: readonly Generated[],
): Promise<readonly Issue[]> {
  const { mesh, issues } = await readMesh(file);
  const fresh = new Map(
    domains.map(({ name, dir }, at) => [name, generated[at]?.files.get(join(dir, schemaFile))] as const),
  );
  const subgraphs = entries.flatMap(({ name, routingUrl: url, place }): MeshSubgraph[] => {
    const onDisk = mesh.subgraphs.find((each) => each.name === name);
    const sdl = fresh.get(name) ?? onDisk?.sdl;
    return sdl === undefined ? [] : [{ schemaFile: `${name}.graphql`, ...onDisk, name, url, place, sdl }];
  });
  if (subgraphs.length === entries.length) return composeMesh({ ...mesh, subgraphs, complete: true }).issues;
  // A subgraph that is not ours has no schema: readMesh says why. Of ours, what it says is about files not written yet.
  const ours = entries.filter(({ name }) => fresh.has(name)).map(({ schemaPlace }) => schemaPlace.line);
  return issues.filter(({ code, place }) => code === 'SUBGRAPH_SCHEMA_UNREADABLE' && !ours.includes(place?.line ?? 0));
}

/** Two domains cannot listen at one port of this machine; elsewhere, a server may tell them apart by path. */
export function sharedAddresses({ domains, entries }: MeshFolder): Issue[] {
  const seen = new Map<string, LocalDomain>();
  return domains.flatMap((domain) => {
    const address = isLocal(domain) ? `port ${portOf(domain.routingUrl)}` : `address ${domain.routingUrl.href}`;
    const other = seen.get(address);
    if (!other) seen.set(address, domain);
    const place = entries.find(({ name }) => name === domain.name)?.place;
    const help = 'Give each a routing_url of its own in supergraph.yaml.';
    const message = `Domains ${other?.name} and ${domain.name} have the same ${address}.`;
    return other ? [issue('MESH_FILE_INVALID', message, { place, help })] : [];
  });
}
