import { isError, issue } from '../../subgraphs/kit/errors/issue.ts';
import { refreshGenerated } from '../generated-files.ts';
import { chooseDomains, openMesh } from '../mesh-folder.ts';
import {
  countIssues,
  done,
  plural,
  printJson,
  say,
  sayIssues,
  shownIssue,
  shownPath,
  wrongInput,
} from '../terminal.ts';

export interface GenerateOptions {
  readonly check?: true;
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft generate`: writes what is stale; with --check, only says what is. */
export async function generate(names: readonly string[], options: GenerateOptions): Promise<number> {
  const mesh = openMesh(options.supergraph);
  const { files, stale, issues } = await refreshGenerated(mesh, chooseDomains(mesh, names), !options.check);
  const outdated = stale.map((file) =>
    issue('GENERATED_STALE', 'The file is not what its contracts give.', { place: { file, line: 1, column: 1 } }),
  );
  if (options.json)
    printJson({ files: files.map(shownPath), stale: stale.map(shownPath), issues: issues.map(shownIssue) });
  const found = options.check ? [...issues, ...outdated] : issues;
  sayIssues(found);
  if (found.length) say(countIssues(found));
  if (!options.check) for (const file of stale) say(`wrote ${shownPath(file)}`);
  if (stale.length === 0 && !issues.some(isError)) say(`${plural(files.length, 'generated file')} up to date`);
  return found.some(isError) ? wrongInput : done;
}
