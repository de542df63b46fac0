import type { MetadataDifference } from '../../../subgraphs/kit/contract/diff/difference.ts';
import { compareVersions, readVersion } from '../../../subgraphs/kit/contract/diff/version.ts';
import { versionIssues } from '../../../subgraphs/kit/contract/diff/version-issues.ts';
import { diffContracts, diffProducts } from '../../../subgraphs/kit/contract/diff.ts';
import type { Contract, DataProduct, Domain } from '../../../subgraphs/kit/contract/model.ts';
import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import type { Candidate, FoundOut, Standards, SuggestedVersion } from './candidate.ts';

/** Each contract and product against what was published of it: its version has to say how much has changed. */
export function checkContractVersions({ name }: Candidate, _: Standards, found: FoundOut): Issue[] {
  const { domain, domainBefore } = found;
  if (!domainBefore) return [];
  const suggested: SuggestedVersion[] = [];
  const compared = <Document extends Contract | DataProduct>(
    documentsOf: (of: Domain) => readonly Document[],
    diff: (before: Document, after: Document) => MetadataDifference,
  ): Issue[] => {
    const after = domain ? documentsOf(domain) : [];
    return documentsOf(domainBefore).flatMap((before) => {
      const now = successorOf(before, after);
      if (!now) return goneIssues(name, before);
      const difference = diff(before, now);
      const issues = versionIssues(difference, before.version, now.version);
      const { suggestedVersion: version } = difference;
      if (issues.length > 0 && version !== undefined) {
        suggested.push({ id: before.id, from: before.version ?? '', version });
      }
      return issues;
    });
  };
  const issues = [
    ...compared(({ contracts }) => contracts, diffContracts),
    ...compared(({ products }) => products, diffProducts),
  ];
  found.suggested = suggested;
  return issues;
}

/** Two major versions may be offered side by side: each is followed by its own, else by the newest. */
function successorOf<Document extends Contract | DataProduct>(
  { id, version }: Document,
  among: readonly Document[],
): Document | undefined {
  const same = among.filter((each) => each.id === id);
  return same.find((each) => majorOf(each.version) === majorOf(version)) ?? same.sort(byVersion).at(-1);
}

const majorOf = (version: string | undefined): number | undefined => readVersion(version ?? '')?.major;

function byVersion(one: Contract | DataProduct, other: Contract | DataProduct): number {
  const [a, b] = [readVersion(one.version ?? ''), readVersion(other.version ?? '')];
  return a && b ? compareVersions(a, b) : 0;
}

/** What its readers were promised is gone with it, whatever its version: so they have to have been told. */
function goneIssues(domain: string, { id, version, status }: Contract | DataProduct): Issue[] {
  if (['deprecated', 'retired', 'draft', 'proposed'].includes(status)) return [];
  const message = `${id} ${version ?? ''} of ${domain} is ${status}, and no longer published.`;
  const help = 'Publish it with the status deprecated, or retired, first; then leave it out.';
  return [issue('CONTRACT_GONE', message, { help })];
}
