import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { unlessStale, type VersionParts } from './current-version.ts';
import { ownersAfterUpgrade } from './owners-after.ts';
import { assembleGraph } from './read-graph.ts';
import { commitVersion } from './store/versions.ts';

/**
 * The catalog is part of every graph, and a newer Weft has another one. What it changes is nobody's doing who publishes: the
 * graph is composed anew before that, as a version of its own.
 * @returns what keeps it from composing; the graph stays as it is then.
 */
export async function upgrade({ database, standards, refresh, now }: VersionParts): Promise<readonly Issue[]> {
  const before = refresh();
  if (!before || before.isOfThisWeft) return [];
  const published = [...before.published.values()];
  const { composed, issues } = await assembleGraph(published, standards);
  if (!composed) {
    return issues.map((each) => ({ ...each, message: `With the catalog of this Weft: ${each.message}` }));
  }
  const { supergraphSdl } = composed;
  const owners = ownersAfterUpgrade(before, supergraphSdl);
  unlessStale(() =>
    commitVersion(database, {
      ...{ base: before.record.id, action: 'upgrade', published, supergraphSdl, owners },
      ...{ actor: 'weft', origin: {}, at: now() },
    }),
  );
  refresh();
  return [];
}
