/** Whether a document says by its version what it changes. */
import { type Issue, issue } from '../../errors/issue.ts';
import type { Diff, MetadataDifference } from './difference.ts';
import { compareVersions, mayBreak, readVersion } from './version.ts';

/**
 * @param before of the first document; undefined where a product states none
 * @returns one issue for each breaking change that no new major version announces, at its coordinate; then what else is
 * wrong with the version of the second document
 */
export function versionIssues(
  difference: MetadataDifference,
  before: string | undefined,
  after: string | undefined,
): Issue[] {
  const { diffs } = difference;
  const place = diffs[0]?.place;
  const [from, to] = [before, after].map((version) => (version === undefined ? undefined : readVersion(version)));
  const issues: Issue[] = [];
  if (!(from && to && mayBreak(from, to))) {
    issues.push(
      ...diffs.filter(({ level }) => level === 'breaking').map((diff) => broken(diff, difference, before, after)),
    );
  }
  const order = from && to ? compareVersions(from, to) : before === after ? 0 : undefined;
  const help =
    difference.suggestedVersion === undefined ? {} : { help: `Set version to ${difference.suggestedVersion}.` };
  if (order === 0 && diffs.length > 0 && after !== undefined) {
    const what = diffs.length === 1 ? 'one change' : `${diffs.length} changes`;
    const message = `${difference.source2.id} is still called ${after}, with ${what} in it: ${diffs[0]?.message}`;
    issues.push(issue('CONTRACT_VERSION_UNCHANGED', message, { place, ...help }));
  }
  if (order !== undefined && order > 0) {
    const message = `${difference.source2.id} goes back from ${before} to ${after}.`;
    issues.push(issue('CONTRACT_VERSION_BACKWARDS', message, { place, ...help }));
  }
  if (before !== undefined && after === undefined) {
    issues.push(
      issue('CONTRACT_VERSION_BACKWARDS', `${difference.source2.id} has no version any more.`, { place, ...help }),
    );
  }
  if (after !== undefined && !to && after !== before) issues.push(unclear(difference, after));
  return issues;
}

function broken(
  { type, field, message, coordinate, place }: Diff,
  { source2, suggestedVersion }: MetadataDifference,
  before: string | undefined,
  after: string | undefined,
): Issue {
  const lost = (field === 'properties' || field === 'schema') && type === 'REMOVE';
  const versions = before === after ? (before ?? 'no version') : `${before ?? 'no version'} → ${after ?? 'no version'}`;
  const way =
    suggestedVersion === undefined
      ? 'Publish it with a new major version, written as MAJOR.MINOR.PATCH'
      : `Publish as ${suggestedVersion}`;
  return issue(
    lost || (field === 'name' && type === 'CHANGE') ? 'CONTRACT_BREAKING_FIELD_REMOVED' : 'CONTRACT_BREAKING_CHANGE',
    `${message.replace(/\.$/, '')} (${source2.id} ${versions}).`,
    { coordinate, place, help: lost ? `${way}, or deprecate it first.` : `${way}, or take the change back.` },
  );
}

/** A reader of such versions cannot tell a break from a correction, and neither can Weft. */
function unclear({ source2, diffs }: MetadataDifference, version: string): Issue {
  const message = `${source2.id} has the version ${version}, which does not say whether it breaks what was before.`;
  return issue('CONTRACT_VERSION_UNCLEAR', message, { severity: 'warning', place: diffs[0]?.place });
}
