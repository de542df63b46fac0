import { writeFileSync } from 'node:fs';
import { composeMesh } from '../../gateway/registry/compose.ts';
import { readMesh } from '../../gateway/registry/mesh.ts';
import { openMesh } from '../mesh-folder.ts';
import { countIssues, done, print, printJson, say, sayIssues, shownIssue, wrongInput } from '../terminal.ts';

export interface ComposeOptions {
  readonly output?: string;
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft compose`: the supergraph on stdout or in a file; why there is none on stderr. */
export async function compose(options: ComposeOptions): Promise<number> {
  const { mesh, issues } = await readMesh(openMesh(options.supergraph).file);
  const composed = await composeMesh(mesh);
  const supergraphSdl = 'supergraphSdl' in composed ? `${composed.supergraphSdl.trim()}\n` : undefined;
  const found = [...issues, ...composed.issues];
  if (options.json) printJson({ supergraphSdl: supergraphSdl ?? null, issues: found.map(shownIssue) });
  sayIssues(found);
  if (found.length) say(countIssues(found));
  if (supergraphSdl === undefined) return wrongInput;
  if (options.output) {
    writeFileSync(options.output, supergraphSdl);
    say(`wrote ${options.output}`);
  } else if (!options.json) {
    print(supergraphSdl);
  }
  return done;
}
