/** What came of a publish, a deletion or a rollback: said, printed, and turned into an exit code. */
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { changesOf, countFindings } from './check-report.ts';
import { printable } from './printable.ts';
import type { PublishResult } from './registry-answers.ts';
import { type ReportOptions, showReport } from './show-report.ts';
import { done, plural, printJson, reportError, say, wrongInput } from './terminal.ts';
import { whileSaying } from './waiting.ts';

export interface SettleOptions extends ReportOptions {
  readonly requestApproval?: true;
}

/** For sentences that begin with `what`. */
export interface Wording {
  readonly what: string;
  readonly doing: string;
  readonly done: string;
  readonly refused: string;
}

/** The exit code is 0 only where the graph is what was asked for. */
export async function settleResult(
  options: SettleOptions,
  asked: Promise<PublishResult>,
  wording: Wording,
): Promise<number> {
  let result: PublishResult;
  try {
    result = await whileSaying(wording.doing, asked);
  } catch (error) {
    if (!(error instanceof WeftError && error.code === 'STALE_BASE')) throw error;
    reportError(error, options.json === true);
    return wrongInput; // It was judged by what is no longer so: no failure, and no success.
  }
  const outcome = `${wording.what} ${sentence(result, wording)}`;
  if (options.json) printJson(result);
  else if (options.markdown || result.report.steps.length > 0) await showReport(options, result.report, outcome);
  say(outcome);
  sayApprovals(result, options);
  return result.outcome === 'REFUSED' ? wrongInput : done;
}

function sentence({ outcome, report, version }: PublishResult, wording: Wording): string {
  const stays = version ? `version ${version.id} stays the current one` : 'the graph stays empty';
  if (outcome === 'UNCHANGED') return `is that already: ${stays}`;
  if (outcome === 'REFUSED') return `${wording.refused}, ${stays}: ${countFindings(report)}`;
  const changed = printable(report.changed);
  const what = changed.length > 0 ? `${plural(changed.length, 'coordinate')} changed: ${changesOf(changed)}` : '';
  return `${wording.done}: ${version ? `version ${version.id}` : 'the graph is empty'}, ${what || 'no coordinate changed'}`;
}

/** Whom a refusal for ownership waits for. */
function sayApprovals({ outcome, report }: PublishResult, { requestApproval }: SettleOptions): void {
  const isOwned = report.steps.some(({ issues }) => issues.some(({ code }) => code === 'OWNERSHIP_VIOLATION'));
  if (outcome !== 'REFUSED' || !isOwned) return;
  const domain = printable(report.domain);
  say(
    requestApproval
      ? `See who was asked by \`weft ownership requests --domain ${domain}\`; when all have approved, do it again.`
      : 'The owners can be asked: do it again with --request-approval.',
  );
}
