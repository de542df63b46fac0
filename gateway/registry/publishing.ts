/**
 * How the mesh changes. A domain publishes its part; `check` says whether all of it together may become the graph; one
 * transaction makes it the current version, or nothing changes.
 *
 *   publish → check (checks/check.ts) → commitVersion (store/versions.ts) → `onChange`
 */
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { invariant, WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { GraphChange } from '../governance/graph-change.ts';
import { newOwners } from '../governance/new-owners.ts';
import type { Candidate, Standards } from './checks/candidate.ts';
import { type Checked, check, type StepReport } from './checks/check.ts';
import { checkReturn } from './checks/return.ts';
import { type Claims, claimsOf } from './claims.ts';
import { consumerSchema } from './consumer-schema.ts';
import type { Mesh } from './mesh.ts';
import { ownersAfter, ownershipBook } from './owners.ts';
import { inOrder, isSame, type Publication, publicationOf } from './publication.ts';
import { publishedDomain, publishedMesh } from './published-mesh.ts';
import { assembleGraph } from './read-graph.ts';
import { platformOwners, seedDomain, seedOwnership } from './seed-ownership.ts';
import { approvedDigests, digestOfWanted, requestApprovals, useApprovals } from './store/approvals.ts';
import { contributions, grant } from './store/contributions.ts';
import { byName, type Published } from './store/manifest.ts';
import type { RegistryDatabase } from './store/open.ts';
import { dayBefore, recordedOperations } from './store/usage-days.ts';
import {
  commitVersion,
  currentId,
  type MeshVersion,
  newestOf,
  readVersion,
  type VersionRecord,
} from './store/versions.ts';
import { createTurns } from './turns.ts';

/** Who does something, and where it comes from. */
export interface Actor {
  /** For the audit log: the name of a token, or of who started the process. */
  readonly actor: string;
  /** Who built it, from which commit, as CI says it. */
  readonly origin?: Readonly<Record<string, string>>;
}

export interface ChangeOptions extends Actor {
  /** The version of the graph that has to be current still; whichever is, where absent. */
  readonly base?: number | undefined;
}

export interface PublishOptions extends ChangeOptions {
  /** Asks the owners of what they would have to approve. */
  readonly requestsApproval?: boolean;
}

export interface CheckReport {
  /** Absent where the mesh as a whole would change. */
  readonly domain: string | undefined;
  readonly steps: readonly StepReport[];
  readonly isAccepted: boolean;
  /** The version of the graph that it was checked against. */
  readonly base: number | undefined;
  /** Coordinates of the graph that change, sorted. */
  readonly changed: readonly string[];
  /** Versions that contracts and products should have. */
  readonly suggested: NonNullable<Checked['found']['suggested']>;
}

export interface PublishResult extends CheckReport {
  readonly outcome: 'PUBLISHED' | 'UNCHANGED' | 'REFUSED';
  /** What is current afterwards. */
  readonly version: VersionRecord | undefined;
}

/** Publications are up to 16 MB each. */
const mostWaiting = 100;

/** For so long, what consumers have sent counts. */
const usageDays = 30;

export function createPublishing(
  database: RegistryDatabase,
  standards: Standards,
  onChange: (current: MeshVersion) => void,
) {
  const schemaOf = consumerSchema(standards.createPlanner);
  let current: MeshVersion | undefined;
  /** Writers come one after the other: each is checked against what the one before has made. */
  const inTurn = createTurns(mostWaiting);
  /** Each takes a process or two: what is only checked waits for its like, and no publication for it. */
  const checkInTurn = createTurns(mostWaiting);

  /** Another process may have published. @throws WeftError ARTEFACT_DAMAGED */
  function refresh(): MeshVersion | undefined {
    const id = currentId(database);
    if (id !== undefined && id !== current?.record.id) {
      current = withKnown(readVersion(database, id), current);
      onChange(current);
    }
    return current;
  }

  const now = (): string => new Date(standards.now()).toISOString();
  const operations = () => recordedOperations(database, dayBefore(standards.now(), usageDays));

  /** @param publication absent where the domain is to be deleted. */
  function candidateOf(name: string, publication: Publication | undefined): CandidateOfVersion {
    const graph = refresh();
    const before = graph?.published.get(name);
    const published = publication && { ...inOrder(publication), version: (before?.version ?? 0) + 1 };
    const all = new Map(graph?.published);
    if (published) all.set(name, published);
    else all.delete(name);
    const approved = approvedDigests(database, name);
    const claims = claimsOf(graph, name, published && publishedDomain(published).domain);
    const owners = new Map(graph?.owners ?? platformOwners());
    for (const coordinate of claims.coordinates) owners.set(coordinate, name);
    return {
      name,
      publication: published,
      before,
      base: graph?.record.id,
      publications: [...all.values()].sort(byName),
      supergraphSdl: graph?.supergraphSdl,
      schema: async () => graph && schemaOf(graph.supergraphSdl),
      owners,
      claims,
      book: ownershipBook(graph, contributions(database), owners),
      isApproved: (violation) => approved.has(digestOfWanted(name, violation)),
      operations,
    };
  }

  async function change(candidate: CandidateOfVersion, options: PublishOptions): Promise<PublishResult> {
    const { name, publication, publications, base, before, claims } = candidate;
    const { actor, origin = {}, requestsApproval = false } = options;
    expectBase(base, options.base);
    if (publication && before && isSame(publication, before)) {
      const nothing = { domain: name, steps: [], isAccepted: true, base, changed: [], suggested: [] };
      return { ...nothing, outcome: 'UNCHANGED', version: current?.record };
    }
    const checked = await check(candidate, standards);
    const report = reportOf(candidate, checked);
    const by = { actor, at: now() };
    const { changes = [], supergraphSdl, violations = [], approved = [] } = checked.found;
    if (requestsApproval) requestApprovals(database, name, violations, by);
    if (!checked.isAccepted) return { ...report, outcome: 'REFUSED', version: current?.record };
    invariant(supergraphSdl !== undefined, 'what is accepted composes');
    const version = commitVersion(
      database,
      {
        ...{ base, action: publication ? 'publish' : 'delete', domain: name, published: publications, supergraphSdl },
        ...{ owners: ownersNow(candidate, changes, supergraphSdl), origin, ...by },
        details: { changed: report.changed.length },
      },
      () => {
        useApprovals(database, name, approved);
        for (const each of claims.grants) grant(database, each, by);
      },
    );
    refresh();
    return { ...report, outcome: 'PUBLISHED', version };
  }

  /** What it was then has been checked then; what may be today, is checked today. */
  async function goBack(to: number, options: ChangeOptions): Promise<PublishResult> {
    const base = refresh()?.record.id;
    expectBase(base, options.base);
    const { record, published, supergraphSdl, owners } = readVersion(database, to);
    const checked = await checkReturn([...published.values()], standards);
    const report = { domain: undefined, ...checked, base, changed: [], suggested: [] };
    if (!checked.isAccepted) return { ...report, outcome: 'REFUSED', version: current?.record };
    if (base === to) {
      return { ...report, outcome: 'UNCHANGED', version: record };
    }
    const { actor, origin = {} } = options;
    const version = commitVersion(database, {
      ...{ base, action: 'rollback', published: published.values(), supergraphSdl, owners, actor, origin, at: now() },
      details: { to },
    });
    refresh();
    return { ...report, outcome: 'PUBLISHED', version };
  }

  refresh();
  return {
    /** The mesh as it is now; absent before the first version. */
    refresh,
    /** What consumers have sent lately. */
    operations,
    /** What consumers see now. */
    schema: async () => {
      const graph = refresh();
      return graph && schemaOf(graph.supergraphSdl);
    },

    /** Whether it could be published; without a publication, whether the domain could be deleted. Writes nothing. */
    check: (name: string, publication?: Publication): Promise<CheckReport> =>
      checkInTurn(async () => {
        const candidate = candidateOf(name, publication);
        return reportOf(candidate, await check(candidate, standards));
      }),

    /** @throws WeftError STALE_BASE, and what the store throws. */
    publish: (publication: Publication, options: PublishOptions): Promise<PublishResult> =>
      inTurn(() => change(candidateOf(publication.name, publication), options)),

    /** @throws WeftError SUBGRAPH_UNKNOWN besides. */
    remove: (name: string, options: PublishOptions): Promise<PublishResult> =>
      inTurn(async () => {
        if (refresh()?.published.has(name)) return change(candidateOf(name, undefined), options);
        throw new WeftError('SUBGRAPH_UNKNOWN', `The graph has no subgraph ${name}.`);
      }),

    /** @throws WeftError VERSION_UNKNOWN besides. */
    rollback: (to: number, options: ChangeOptions): Promise<PublishResult> => inTurn(() => goBack(to, options)),

    /**
     * What the files of a mesh say, as they say it: the first version, and whenever whoever runs the mesh has changed them
     * since. What others have published stays.
     * @param supergraphSdl what the files alone compose to
     * @returns what keeps all of it together from composing
     */
    seed: (mesh: Mesh, supergraphSdl: string, { actor }: Actor): Promise<readonly Issue[]> =>
      inTurn(async () => {
        const before = refresh();
        const published = new Map(before?.published);
        const seeded = newestOf(database, 'seed')?.published;
        // What the files said when they were taken up last may have been replaced since, by whoever published.
        const changed = mesh.subgraphs.map(publicationOf).filter((each) => {
          const known = seeded?.get(each.name);
          return !known || !isSame(each, known);
        });
        if (changed.length === 0) return [];
        for (const each of changed)
          published.set(each.name, { ...each, version: (published.get(each.name)?.version ?? 0) + 1 });
        const all = [...published.values()].sort(byName);
        const read = before ? await assembleGraph(all, standards) : { composed: { supergraphSdl }, issues: [] };
        const { composed, issues } = read;
        if (!composed) return issues;
        const found = seedOwnership(composed.supergraphSdl, publishedMesh(all).mesh.subgraphs.map(seedDomain));
        const owners = new Map([...found.owners].map(([each, owner]) => [each, before?.owners.get(each) ?? owner]));
        const by = { actor, at: now() };
        const version = {
          ...{
            base: before?.record.id,
            action: 'seed' as const,
            published: all,
            supergraphSdl: composed.supergraphSdl,
            owners,
          },
          ...{ origin: {}, ...by },
        };
        try {
          commitVersion(database, version, () => {
            for (const each of found.grants) grant(database, each, by);
          });
        } catch (error) {
          // Another process of the same mesh has done it meanwhile.
          if (!(error instanceof WeftError && error.code === 'STALE_BASE')) throw error;
        }
        refresh();
        return [];
      }),
  };
}

/** Who is as before is the same object: its contracts have been read. */
function withKnown(version: MeshVersion, before: MeshVersion | undefined): MeshVersion {
  const published = [...version.published.values()].map((each) => {
    const known = before?.published.get(each.name);
    return known && known.version === each.version && isSame(known, each) ? known : each;
  });
  return { ...version, published: new Map(published.map((each) => [each.name, each])) };
}

/** A candidate that knows what it would become part of. */
interface CandidateOfVersion extends Candidate {
  readonly base: number | undefined;
  readonly publications: readonly Published[];
  /** Who owns what, with what the publisher claims. */
  readonly owners: ReadonlyMap<string, string>;
  readonly claims: Claims;
}

function ownersNow(
  { name, publication, publications, book, owners }: CandidateOfVersion,
  changes: readonly GraphChange[],
  supergraphSdl: string,
): ReadonlyMap<string, string> {
  const after = ownersAfter(owners, newOwners(changes, name, book));
  if (publication) return after;
  // What others still declare, nobody could decide about any more.
  const left = seedOwnership(supergraphSdl, publishedMesh(publications).mesh.subgraphs.map(seedDomain));
  for (const [coordinate, owner] of after) {
    const next = left.owners.get(coordinate);
    if (owner === name && next !== undefined) after.set(coordinate, next);
  }
  return after;
}

function expectBase(base: number | undefined, expected: number | undefined): void {
  if (expected === undefined || expected === base) return;
  throw new WeftError('STALE_BASE', `The graph is at version ${base ?? 'none'}, and no longer at ${expected}.`);
}

function reportOf({ name: domain, base }: CandidateOfVersion, { steps, isAccepted, found }: Checked): CheckReport {
  const changed = [...new Set(found.changes?.map(({ coordinate }) => coordinate))].sort();
  return { domain, steps, isAccepted, base, changed, suggested: found.suggested ?? [] };
}
