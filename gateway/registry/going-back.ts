import { checkReturn } from './checks/return.ts';
import { expectBase, type VersionParts } from './current-version.ts';
import { ownersAfterReturn } from './owners-after.ts';
import type { ChangeOptions, PublishResult } from './publish-result.ts';
import { commitVersion, readVersion } from './store/versions.ts';

/**
 * What it was then has been checked then; what may be today, is checked today.
 * @throws WeftError STALE_BASE, VERSION_UNKNOWN, and what the store throws.
 */
export async function goBack(
  { database, standards, refresh, now }: VersionParts,
  to: number,
  options: ChangeOptions,
): Promise<PublishResult> {
  const current = refresh();
  const base = current?.record.id;
  expectBase(base, options.base);
  const target = readVersion(database, to);
  const { supergraphSdl, ...checked } = await checkReturn(target, standards);
  const report = { domain: undefined, ...checked, base, changed: [], suggested: [] };
  if (!checked.isAccepted) return { ...report, outcome: 'REFUSED', version: current?.record };
  if (base === to) return { ...report, outcome: 'UNCHANGED', version: target.record };
  const { actor, origin = {} } = options;
  const owners = ownersAfterReturn(current?.owners ?? new Map(), target, supergraphSdl);
  const version = commitVersion(database, {
    base,
    action: 'rollback',
    published: target.published.values(),
    supergraphSdl,
    owners,
    actor,
    origin,
    at: now(),
    details: { to },
  });
  refresh();
  return { ...report, outcome: 'PUBLISHED', version };
}
