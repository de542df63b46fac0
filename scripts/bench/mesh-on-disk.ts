/** Writes the mesh where targets can be started from it: the composed supergraph, and supergraph.yaml with the SDL files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { federation2Sdl, type SubgraphName, subgraphNames } from './mesh/subgraphs.ts';

export interface MeshOnDisk {
  readonly supergraph: string;
  readonly mesh: string;
}

export function writeMesh(dir: string, urls: Readonly<Record<SubgraphName, string>>): MeshOnDisk {
  const sdls = subgraphNames.map((name) => ({ name, url: urls[name], sdl: federation2Sdl(name) }));
  const composed = composeServices(sdls.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
  if (!composed.supergraphSdl) throw new Error(`The benchmark's mesh does not compose: ${composed.errors?.join('\n')}`);
  const mesh = join(dir, 'mesh');
  mkdirSync(mesh, { recursive: true });
  for (const { name, sdl } of sdls) writeFileSync(join(mesh, `${name}.graphql`), sdl);
  const entries = sdls.map(
    ({ name, url }) => `  ${name}:\n    routing_url: ${url}\n    schema: { file: ./${name}.graphql }\n`,
  );
  writeFileSync(join(mesh, 'supergraph.yaml'), `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`);
  const supergraph = join(dir, 'supergraph.graphql');
  writeFileSync(supergraph, composed.supergraphSdl);
  return { supergraph, mesh };
}
