/**
 * Access policies that are not in force, held against those that are. It runs in the registry's thread, in slices: what is
 * read and parsed for one page of operations is kept for the next.
 */
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../engine/digest.ts';
import type { Access } from '../governance/access/access.ts';
import type { DecidesAccess } from '../governance/access/access-policies.ts';
import { loadCedar } from '../governance/access/cedar.ts';
import { maskOf } from '../governance/access/masks.ts';
import { type AccessPolicies, parseAccessPolicies } from '../governance/access/read-access-policies.ts';
import { type JudgedGraph, judgedGraph } from './judged-graph.ts';
import type { AskedOperation } from './operations/asked-operation.ts';
import { changedOutcomes, type JudgedOutcomes } from './operations/changed-outcomes.ts';
import { createPauses } from './operations/pauses.ts';
import type { PublishedFile } from './publication.ts';
import { publishedMesh } from './published-mesh.ts';
import type { MeshVersion } from './store/versions.ts';
import { createTurns } from './turns.ts';

export interface PolicyDryRun {
  /** Absent where everybody may read everything. */
  readonly before: AccessPolicies | undefined;
  /** The policies that are to be judged: all of them, and `purposes.yaml`. */
  readonly files: readonly PublishedFile[];
  /** Attributes of principals that policies may look at. */
  readonly attributes: readonly string[];
  readonly asked: readonly AskedOperation[];
}

/** With issues, the policies cannot be used, and nothing was judged. */
export interface PolicyDryRunResult extends JudgedOutcomes {
  readonly issues: readonly Issue[];
}

/** Folders of policies are small: whoever sends more sends something else. */
const mostFiles = 200;
const mostCharacters = 250_000;
const mostWaiting = 20;

interface Prepared {
  readonly of: string;
  readonly change?: { readonly graph: JudgedGraph; readonly before: DecidesAccess; readonly after: DecidesAccess };
  readonly issues: readonly Issue[];
}

export function createPolicyDryRun(
  current: () => MeshVersion | undefined,
): (request: PolicyDryRun) => Promise<PolicyDryRunResult> {
  const inTurn = createTurns(mostWaiting, `${mostWaiting} dry runs wait to be judged already.`);
  let last: Prepared | undefined;
  let read: { readonly supergraphSdl: string; readonly graph: JudgedGraph } | undefined;
  return (request) =>
    inTurn(async () => {
      const version = current();
      if (!version) throw new WeftError('GRAPH_UNAVAILABLE', 'There is no graph that policies could be judged on.');
      last = await prepared(request, version);
      const { change, issues } = last;
      if (!change) return { changed: [], outdated: 0, issues };
      return { ...(await changedOutcomes(request.asked, { ...change, pause: createPauses() })), issues };
    });

  async function prepared(request: PolicyDryRun, version: MeshVersion): Promise<Prepared> {
    const { before, files, attributes } = request;
    const { supergraphSdl, record } = version;
    const policies = before && [before.policies.map(({ id, text }) => [id, text]), [...before.purposes]];
    const of = digestOf(JSON.stringify([record.id, policies, files, attributes]));
    if (last?.of === of) return last;
    const { access, issues } = await readPolicies(files, attributes);
    if (!access) return { of, issues };
    if (read?.supergraphSdl !== supergraphSdl) {
      const { mesh } = publishedMesh([...version.published.values()]);
      read = { supergraphSdl, graph: await judgedGraph(mesh, supergraphSdl) };
    }
    const { graph } = read;
    const inForce = before ? await graph.deciding(before) : everythingAllowed;
    return { of, change: { graph, before: inForce, after: await graph.deciding(access) }, issues };
  }
}

async function readPolicies(files: readonly PublishedFile[], attributes: readonly string[]) {
  const characters = files.reduce((sum, { text }) => sum + text.length, 0);
  if (files.length > mostFiles || characters > mostCharacters) {
    const most = `${mostFiles} files, and ${mostCharacters.toLocaleString('en')} characters`;
    return { issues: [issue('ACCESS_POLICY_INVALID', `Policies of at most ${most} are judged.`)] };
  }
  const isMask = (text: string): boolean => maskOf(text, 'any') !== undefined;
  const texts = files.map(({ path, text }) => [path, text] as const);
  return parseAccessPolicies(await loadCedar(), texts, { attributes, isMask });
}

/** As a gateway without policies answers. */
const everything: Access = {
  key: '',
  purpose: undefined,
  decide: () => ({ effect: 'allow' }),
  refuses: () => undefined,
  rows: () => ({}),
  minimumGroups: () => ({}),
  explain: () => ({ effect: 'allow', policies: [], product: undefined }),
};
const everythingAllowed: DecidesAccess = { accessFor: () => everything };
