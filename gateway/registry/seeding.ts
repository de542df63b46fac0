import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { parentOf } from '../governance/graph-change.ts';
import type { Standards } from './checks/candidate.ts';
import { unlessStale, type VersionParts } from './current-version.ts';
import type { Mesh } from './mesh.ts';
import { ownersAfterSeed } from './owners-after.ts';
import { isSame, type Publication, publicationOf } from './publication.ts';
import type { Actor } from './publish-result.ts';
import { publishedMesh } from './published-mesh.ts';
import { assembleGraph } from './read-graph.ts';
import { routingUrlIssues } from './routing-url.ts';
import { seedDomain, seedOwnership } from './seed-ownership.ts';
import { grant } from './store/contributions.ts';
import { byName } from './store/manifest.ts';
import { commitVersion, lastNumberOf, type MeshVersion, type NewVersion, newestOf } from './store/versions.ts';

/**
 * What the files of a mesh say, as they say it: the first version, and whenever whoever runs the mesh has changed them
 * since. What others have published stays.
 * @param supergraphSdl what the files alone compose to
 * @returns what keeps all of it together from composing, or warnings where it does
 */
export async function seed(
  { database, standards, refresh, now }: VersionParts,
  mesh: Mesh,
  supergraphSdl: string,
  { actor }: Actor,
): Promise<readonly Issue[]> {
  const before = refresh();
  const seeded = newestOf(database, 'seed')?.published;
  // What the files said when they were taken up last may have been replaced since, by whoever published.
  const changed = mesh.subgraphs.map(publicationOf).filter((each) => {
    const known = seeded?.get(each.name);
    return !known || !isSame(each, known);
  });
  if (changed.length === 0) return [];
  const published = new Map(before?.published);
  for (const each of changed) {
    published.set(each.name, { ...each, version: lastNumberOf(database, each.name) + 1 });
  }
  const all = [...published.values()].sort(byName);
  const read = before ? await assembleGraph(all, standards) : { composed: { supergraphSdl }, issues: [] };
  if (!read.composed) return read.issues;
  const composed = read.composed.supergraphSdl;
  const found = seedOwnership(composed, publishedMesh(all).mesh.subgraphs.map(seedDomain));
  const owners = ownersAfterSeed(before, found.owners, composed);
  const by = { actor, at: now() };
  const made: NewVersion = {
    ...{ base: before?.record.id, action: 'seed', origin: {}, ...by },
    ...{ published: all, supergraphSdl: composed, owners },
  };
  unlessStale(() =>
    commitVersion(database, made, () => {
      for (const { type, domain } of found.grants) {
        const owner = owners.get(type);
        // What was agreed since stands: a domain that contributes already may have been refused more.
        if (owner === undefined || isContributing(before?.owners, domain, type)) continue;
        grant(database, { type, domain, owner }, by);
      }
    }),
  );
  refresh();
  return changed.flatMap((each) => addressWarnings(each, standards));
}

/** Whoever runs the mesh decides where its files lead, and how the gateway is set up: that these differ is said. */
const addressWarnings = ({ name, routingUrl }: Publication, { routingUrls }: Standards): Issue[] =>
  routingUrlIssues(routingUrl, routingUrls).map((each) => ({
    ...each,
    severity: 'warning',
    message: `${name}: ${each.message}`,
  }));

const isContributing = (owners: MeshVersion['owners'] = new Map(), domain: string, type: string): boolean =>
  [...owners].some(([coordinate, owner]) => owner === domain && parentOf(coordinate) === type);
