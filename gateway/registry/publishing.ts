/**
 * How the mesh changes. A domain publishes its part; `check` says whether all of it together may become the graph; one
 * transaction makes it the current version, or nothing changes.
 *
 *   publish → check (checks/check.ts) → commitVersion (store/versions.ts) → `onChange`
 */
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { invariant, WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { type CandidateOfVersion, candidateOf } from './candidate-of-version.ts';
import type { Standards } from './checks/candidate.ts';
import { type Checked, check } from './checks/check.ts';
import { consumerSchema } from './consumer-schema.ts';
import { expectBase, followCurrent, type VersionParts } from './current-version.ts';
import { goBack } from './going-back.ts';
import type { Mesh } from './mesh.ts';
import { ownersAfterPublish } from './owners-after.ts';
import { isSame, type Publication } from './publication.ts';
import type { Actor, ChangeOptions, CheckReport, PublishOptions, PublishResult } from './publish-result.ts';
import { seed } from './seeding.ts';
import { requestApprovals, useApprovals } from './store/approvals.ts';
import { expectGrants, grant } from './store/contributions.ts';
import type { RegistryDatabase } from './store/open.ts';
import { recordedDays, recordedOperations } from './store/recorded-usage.ts';
import { countedDays, dayBefore } from './store/usage-days.ts';
import { commitVersion, type MeshVersion } from './store/versions.ts';
import { createTurns } from './turns.ts';
import { upgrade } from './upgrading.ts';

/** Publications are up to 16 MB each. */
const mostWaiting = 100;

export function createPublishing(
  database: RegistryDatabase,
  standards: Standards,
  onChange: (current: MeshVersion) => void,
) {
  const schemaOf = consumerSchema(standards.createPlanner);
  const refresh = followCurrent(database, onChange);
  const now = (): string => new Date(standards.now()).toISOString();
  const firstDay = (): string => dayBefore(standards.now(), countedDays);
  const operations = (coordinate?: string) => recordedOperations(database, firstDay(), coordinate);
  const usage = { operations, recordedDays: () => recordedDays(database, firstDay()) };
  const parts: VersionParts = { database, standards, refresh, now };
  /** Writers come one after the other: each is checked against what the one before has made. */
  const inTurn = createTurns(mostWaiting);
  /** Each takes a process or two: what is only checked waits for its like, and no publication for it. */
  const checkInTurn = createTurns(mostWaiting);

  const candidate = (name: string, publication?: Publication): CandidateOfVersion =>
    candidateOf(name, publication, { database, graph: refresh(), schemaOf, ...usage });

  refresh();
  return {
    /** The mesh as it is now; absent before the first version. */
    refresh,
    /** What consumers have sent lately: all of it, or what uses a coordinate. */
    operations,
    /** What consumers see now. */
    schema: async () => {
      const graph = refresh();
      return graph && schemaOf(graph.supergraphSdl);
    },

    /** Whether it could be published; without a publication, whether the domain could be deleted. Writes nothing. */
    check: (name: string, publication?: Publication): Promise<CheckReport> =>
      checkInTurn(async () => {
        const given = candidate(name, publication);
        return reportOf(given, await check(given, standards));
      }),

    /** @throws WeftError STALE_BASE, PERMISSION_WITHDRAWN, and what the store throws. */
    publish: (publication: Publication, options: PublishOptions): Promise<PublishResult> =>
      inTurn(() => change(parts, candidate(publication.name, publication), options)),

    /** @throws WeftError SUBGRAPH_UNKNOWN besides. */
    remove: (name: string, options: PublishOptions): Promise<PublishResult> =>
      inTurn(async () => {
        if (refresh()?.published.has(name)) return change(parts, candidate(name), options);
        throw new WeftError('SUBGRAPH_UNKNOWN', `The graph has no subgraph ${name}.`);
      }),

    /** @throws WeftError VERSION_UNKNOWN besides. */
    rollback: (to: number, options: ChangeOptions): Promise<PublishResult> => inTurn(() => goBack(parts, to, options)),

    /** What a newer Weft has in its catalog becomes part of the graph: upgrading.ts. */
    upgrade: (): Promise<readonly Issue[]> => inTurn(() => upgrade(parts)),

    /** The first version, and what the files of a mesh say since: seeding.ts. */
    seed: (mesh: Mesh, supergraphSdl: string, actor: Actor): Promise<readonly Issue[]> =>
      inTurn(() => seed(parts, mesh, supergraphSdl, actor)),
  };
}

async function change(
  { database, standards, refresh, now }: VersionParts,
  candidate: CandidateOfVersion,
  options: PublishOptions,
): Promise<PublishResult> {
  const { name, publication, publications, base, before, claims, grants, owners } = candidate;
  const { actor, origin = {}, requestsApproval = false } = options;
  expectBase(base, options.base);
  if (publication && before && isSame(publication, before)) {
    const nothing = { domain: name, steps: [], isAccepted: true, base, changed: [], suggested: [] };
    return { ...nothing, outcome: 'UNCHANGED', version: refresh()?.record };
  }
  const checked = await check(candidate, standards);
  const report = reportOf(candidate, checked);
  const by = { actor, at: now() };
  const { changes = [], supergraphSdl, violations = [], approved = [] } = checked.found;
  if (requestsApproval) requestApprovals(database, name, violations, by);
  if (!checked.isAccepted) return { ...report, outcome: 'REFUSED', version: refresh()?.record };
  invariant(supergraphSdl !== undefined, 'what is accepted composes');
  const version = commitVersion(
    database,
    {
      ...{ base, action: publication ? 'publish' : 'delete', domain: name, published: publications, supergraphSdl },
      ...{ owners: ownersAfterPublish(candidate, changes, supergraphSdl), origin, ...by },
      details: { changed: report.changed.length },
    },
    () => {
      expectGrants(database, grants, owners);
      useApprovals(database, name, approved);
      for (const each of claims.grants) grant(database, each, by);
    },
  );
  refresh();
  return { ...report, outcome: 'PUBLISHED', version };
}

function reportOf({ name: domain, base }: CandidateOfVersion, { steps, isAccepted, found }: Checked): CheckReport {
  const changed = [...new Set(found.changes?.map(({ coordinate }) => coordinate))].sort();
  return { domain, steps, isAccepted, base, changed, suggested: found.suggested ?? [] };
}
