import type { MetadataDifference } from '../../subgraphs/kit/contract/diff/difference.ts';
import { versionIssues } from '../../subgraphs/kit/contract/diff/version-issues.ts';
import { diffContracts, diffProducts } from '../../subgraphs/kit/contract/diff.ts';
import { isError } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { markdownDifference, printDifference, summary } from '../print-difference.ts';
import { type ReadDocument, readDocument } from '../read-document.ts';
import { done, print, printJson, say, sayIssues, shownIssue, wrongInput } from '../terminal.ts';

export interface ContractDiffOptions {
  readonly json?: true;
  readonly markdown?: true;
}

/**
 * `weft contract diff`: what changed, how bad that is for readers, and whether the version says so. The difference is
 * the answer, also where it breaks somebody; the exit code is 1 where the version does not say what it should.
 * @throws WeftError DOCUMENTS_INCOMPARABLE
 */
export async function contractDiff(before: string, after: string, options: ContractDiffOptions): Promise<number> {
  if (before === '-' && after === '-') throw new WeftError('DOCUMENTS_INCOMPARABLE', 'Both documents are stdin.');
  const [one, other] = [await readDocument(before), await readDocument(after)];
  const read = [...one.issues, ...other.issues];
  const unread = [one, other].some(({ contract, product }) => !contract && !product);
  if (unread || other.issues.some(isError)) {
    if (options.json) printJson({ difference: null, issues: read.map(shownIssue) });
    sayIssues(read);
    return wrongInput;
  }
  const difference = differenceOf(one, other, before, after);
  const issues = [...read, ...versionIssues(difference, difference.source1.version, difference.source2.version)];
  if (options.json) printJson({ difference, issues: issues.map(shownIssue) });
  else print(options.markdown ? markdownDifference(difference, issues) : printDifference(difference));
  sayIssues(issues);
  say(summary(difference));
  return issues.some(isError) ? wrongInput : done;
}

function differenceOf(one: ReadDocument, other: ReadDocument, before: string, after: string): MetadataDifference {
  if (one.contract && other.contract) return diffContracts(one.contract, other.contract);
  if (one.product && other.product) return diffProducts(one.product, other.product);
  const [first, second] = [one, other].map(({ contract }) => (contract ? 'contract' : 'data product'));
  throw new WeftError('DOCUMENTS_INCOMPARABLE', `${before} is a ${first}, ${after} is a ${second}.`);
}
