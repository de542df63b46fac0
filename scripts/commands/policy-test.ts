import { dirname, join } from 'node:path';
import { isError } from '../../subgraphs/kit/errors/issue.ts';
import { openMesh } from '../mesh-folder.ts';
import { countIssues, done, plural, printJson, say, sayIssues, shownIssue, wrongInput } from '../terminal.ts';
import { testPolicies } from '../test-policies.ts';

export interface PolicyTestOptions {
  readonly strict?: true;
  readonly attributes: readonly string[];
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft policy test`: whether policies decide what the examples beside them expect. No gateway has to run. */
export async function policyTest(folder: string | undefined, options: PolicyTestOptions): Promise<number> {
  const { file } = openMesh(options.supergraph);
  const where = folder ?? (process.env.WEFT_ACCESS_POLICIES || join(dirname(file), 'gateway/policies'));
  const { examples, decisions, untested, issues } = await testPolicies(where, file, options.attributes);
  if (options.json) printJson({ examples, decisions, untested, issues: issues.map(shownIssue) });
  sayIssues(issues);
  say(`${plural(examples, 'example')}, ${plural(decisions, 'decision')}: ${countIssues(issues)}`);
  return issues.some((each) => options.strict || isError(each)) ? wrongInput : done;
}
