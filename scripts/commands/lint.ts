import { lintDomain } from '../../subgraphs/kit/contract/lint.ts';
import { loadDomain } from '../../subgraphs/kit/domain-folder.ts';
import { type Issue, isError } from '../../subgraphs/kit/errors/issue.ts';
import { generate } from '../../subgraphs/kit/generate.ts';
import { compositionIssues, sharedAddresses } from '../mesh-check.ts';
import { chooseDomains, type MeshFolder, openMesh } from '../mesh-folder.ts';
import { countIssues, done, plural, printJson, say, sayIssues, shownIssue, wrongInput } from '../terminal.ts';

export interface LintOptions {
  readonly strict?: true;
  readonly supergraph?: string;
  readonly json?: true;
}

/**
 * `weft lint`: what the readers, the rules and the derivation of the graph find in the domains named, each seen within
 * the whole mesh; then, where all domains are sound, whether they compose.
 */
export async function lint(names: readonly string[], options: LintOptions): Promise<number> {
  const mesh = openMesh(options.supergraph);
  const chosen = chooseDomains(mesh, names);
  const issues = [
    ...sharedAddresses(mesh),
    ...(await domainIssues(
      mesh,
      chosen.map(({ name }) => name),
    )),
  ];
  if (options.json) printJson({ issues: issues.map(shownIssue) });
  sayIssues(issues);
  say(`${plural(chosen.length, 'domain')}: ${countIssues(issues)}`);
  return issues.some((each) => options.strict || isError(each)) ? wrongInput : done;
}

async function domainIssues(mesh: MeshFolder, chosen: readonly string[]): Promise<readonly Issue[]> {
  const dirs = mesh.domains.map(({ dir }) => dir);
  const folders = await Promise.all(dirs.map((dir) => loadDomain(dir)));
  const generated = await Promise.all(dirs.map((dir) => generate(dir, dirs)));
  const everyone = folders.map(({ domain }) => domain);
  const found = mesh.domains.map(({ name }, at) => ({
    name,
    issues: [
      ...(generated[at]?.issues ?? []), // With those of its files.
      ...everyone.slice(at, at + 1).flatMap((domain) => lintDomain(domain, everyone)),
    ],
  }));
  const broken = found.filter(({ issues }) => issues.some(isError)).map(({ name }) => name);
  if (broken.length) say(`not composed: ${broken.join(', ')} must be corrected first`);
  return [
    ...found.flatMap(({ name, issues }) => (chosen.includes(name) ? issues : [])),
    ...(broken.length ? [] : await compositionIssues(mesh, generated)),
  ];
}
