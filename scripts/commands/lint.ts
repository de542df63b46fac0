import { lintDomain } from '../../subgraphs/kit/contract/lint.ts';
import { loadDomain } from '../../subgraphs/kit/domain-folder.ts';
import { isError } from '../../subgraphs/kit/errors/issue.ts';
import { chooseDomains, openMesh } from '../mesh-folder.ts';
import { countIssues, done, plural, printJson, say, sayIssues, shownIssue, wrongInput } from '../terminal.ts';

export interface LintOptions {
  readonly strict?: true;
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft lint`: what the readers and the rules find in the domains named, each seen within the whole mesh. */
export async function lint(names: readonly string[], options: LintOptions): Promise<number> {
  const mesh = openMesh(options.supergraph);
  const chosen = chooseDomains(mesh, names);
  const loaded = await Promise.all(mesh.domains.map(async ({ dir }) => loadDomain(dir)));
  const everyone = loaded.map(({ domain }) => domain);
  const issues = loaded
    .filter((_, at) => chosen.some(({ name }) => name === mesh.domains[at]?.name))
    .flatMap((folder) => [...folder.issues, ...lintDomain(folder.domain, everyone)]);
  if (options.json) printJson({ issues: issues.map(shownIssue) });
  sayIssues(issues);
  say(`${plural(chosen.length, 'domain')}: ${countIssues(issues)}`);
  return issues.some((each) => options.strict || isError(each)) ? wrongInput : done;
}
