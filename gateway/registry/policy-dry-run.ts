/**
 * Access policies that are not in force, held against those that are. It runs in the registry's thread, in slices: what is
 * read and parsed for one page of operations is kept for the next.
 */
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../engine/digest.ts';
import type { Access } from '../governance/access/access.ts';
import { loadCedar } from '../governance/access/cedar.ts';
import { maskOf } from '../governance/access/masks.ts';
import { type AccessPolicies, parseAccessPolicies } from '../governance/access/read-access-policies.ts';
import type { JudgedPolicies } from './asker-access.ts';
import { type JudgedGraph, judgedGraph } from './judged-graph.ts';
import type { AskedOperation } from './operations/asked-operation.ts';
import { changedOutcomes, type JudgedOutcomes, type PolicyChange } from './operations/changed-outcomes.ts';
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
  /** Whether the gateway can tell subgraphs which rows to show. */
  readonly isSigned: boolean;
  readonly asked: readonly AskedOperation[];
}

/** With errors among the issues, the policies cannot be used, and nothing was judged. */
export interface PolicyDryRunResult extends JudgedOutcomes {
  readonly issues: readonly Issue[];
}

/** Folders of policies are small: whoever sends more sends something else. */
const mostFiles = 200;
const mostCharacters = 250_000;
const mostWaiting = 20;

interface Prepared {
  readonly of: string;
  readonly change?: Omit<PolicyChange, 'pause'>;
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
    const { before, files, attributes, isSigned } = request;
    const { supergraphSdl, record } = version;
    const policies = before && [before.policies.map(({ id, text }) => [id, text]), [...before.purposes]];
    const of = digestOf(JSON.stringify([record.id, policies, files, attributes, isSigned]));
    if (last?.of === of) return last;
    const { access, issues } = await readPolicies(files, attributes);
    if (!access) return { of, issues };
    if (read?.supergraphSdl !== supergraphSdl) {
      const { mesh } = publishedMesh([...version.published.values()]);
      read = { supergraphSdl, graph: await judgedGraph(mesh, supergraphSdl) };
    }
    const { graph } = read;
    const { decides: after, issues: ofRows } = await graph.deciding(access, isSigned);
    if (!after) return { of, issues: ofRows };
    return { of, change: { graph, before: await inForce(before, graph, isSigned), after }, issues: ofRows };
  }
}

/** @throws WeftError ACCESS_POLICY_INVALID: a graph that is newer than the gateway's may have no such rows any more */
async function inForce(
  policies: AccessPolicies | undefined,
  graph: JudgedGraph,
  isSigned: boolean,
): Promise<JudgedPolicies> {
  if (!policies) return everythingAllowed;
  const { decides, issues } = await graph.deciding(policies, isSigned);
  if (decides) return decides;
  const message = 'The access policies in force do not fit the current graph: there is nothing to compare others with.';
  throw new WeftError('ACCESS_POLICY_INVALID', message, { issues });
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
  explainRows: () => ({ effect: 'all rows', policies: [] }),
  decideRow: () => ({ isReadable: true, policies: [] }),
  explain: () => ({ effect: 'allow', policies: [], product: undefined }),
};
const everythingAllowed: JudgedPolicies = { accessFor: () => everything, purposes: new Map() };
