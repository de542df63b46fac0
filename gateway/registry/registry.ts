/**
 * The registry, with all that can be asked of it and done to it. It runs in a thread of its own (registry-thread.ts): what
 * goes in and what comes out are plain values, and nothing of it can hold up who answers requests.
 */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Agreement } from '../governance/agreements/agreement.ts';
import { createPlanner } from '../planner/planner.ts';
import { openAccess, tokenAccess } from './access.ts';
import { agreementsOf } from './agreements.ts';
import { consumerTokensOf } from './consumer-tokens.ts';
import { followRevision } from './follow-revision.ts';
import { graphChanges } from './graph-changes.ts';
import { consumersOfAll, unusedFields } from './operations/consumers.ts';
import type { UsageBatch } from './operations/usage-batch.ts';
import { deciderOf, teamOf } from './owners.ts';
import { createPolicyDryRun } from './policy-dry-run.ts';
import { type PolicySettings, policyJudge } from './policy-judge.ts';
import { createPublishing } from './publishing.ts';
import type { RoutingUrlPolicy } from './routing-url.ts';
import { agreementsRevision, approvedAgreements } from './store/agreements.ts';
import { type ApprovalFilter, approvalOf, approvals, decideApproval } from './store/approvals.ts';
import { auditEntries, verifyAudit } from './store/audit.ts';
import { type ConsumerTokenInForce, consumerTokensInForce, consumerTokensRevision } from './store/consumer-tokens.ts';
import { type By, contributions, type Grant, grant, revokeGrant } from './store/contributions.ts';
import { openDatabase } from './store/open.ts';
import { recordedCoordinates } from './store/recorded-usage.ts';
import { type Action, createToken, type NewToken, tokenRecords } from './store/tokens.ts';
import { countedDays, dayBefore } from './store/usage-days.ts';
import { type MeshVersion, readVersion, versionRecords } from './store/versions.ts';
import { createUsageIntake } from './usage-intake.ts';

export interface RegistrySettings {
  /** The database; made where there is none. */
  readonly file: string;
  /** What supergraphs say of the catalog's address. */
  readonly catalogUrl: string;
  readonly routingUrls: RoutingUrlPolicy;
  readonly policies: PolicySettings;
  /** Whoever reaches the gateway may do everything: for a mesh on one machine. */
  readonly isOpen: boolean;
  /** A publication may take so long to compose, and so much memory. */
  readonly composing?: { readonly timeoutMs: number; readonly heapLimitMb: number };
}

export interface RegistryEvents {
  /** Told of each version when it has become current, the one that is there already included. */
  onChange(current: MeshVersion): void;
  /** Told of all agreements that are approved, at first and whenever any has changed. */
  onAgreements(approved: readonly Agreement[]): void;
  /** Told likewise of all tokens of consumers that are in force. */
  onConsumerTokens(inForce: readonly ConsumerTokenInForce[]): void;
}

export type Registry = Awaited<ReturnType<typeof openRegistry>>;

/** @throws WeftError as `openDatabase`, and ARTEFACT_DAMAGED where the current version cannot be read. */
export async function openRegistry(settings: RegistrySettings, events: Partial<RegistryEvents> = {}) {
  const { onChange = () => {}, onAgreements = () => {}, onConsumerTokens = () => {} } = events;
  const { file, catalogUrl, routingUrls, isOpen, composing = { timeoutMs: 60_000, heapLimitMb: 2_048 } } = settings;
  const now = Date.now;
  const judgePolicies = await policyJudge(settings.policies, now);
  const database = openDatabase(file);
  const publishing = createPublishing(
    database,
    { catalogUrl, routingUrls, judgePolicies, createPlanner: createPlanner({ keepsProcess: true }), now, ...composing },
    onChange,
  );
  const at = (): string => new Date(now()).toISOString();
  const lookAtAgreements = followRevision(
    () => agreementsRevision(database),
    () => onAgreements(approvedAgreements(database, at())),
  );
  const lookAtConsumerTokens = followRevision(
    () => consumerTokensRevision(database),
    () => onConsumerTokens(consumerTokensInForce(database, at())),
  );
  const access = isOpen ? openAccess : tokenAccess(database, now);
  const by = (actor: string): By => ({ actor, at: at() });
  const { refresh, operations, schema, ...changes } = publishing;
  const decider = (coordinate: string) => deciderOf(refresh(), coordinate);
  const usage = createUsageIntake(database, schema, now);
  const dryRunPolicies = createPolicyDryRun(refresh);

  return {
    ...changes,

    /** Of the version that is current. Another process may have published it: then `onChange` is told first. */
    currentId: async () => refresh()?.record.id,

    /** Whether another process has changed anything: then it is told first. */
    look: async () => {
      // First what may have been taken away: that a version cannot be read does not keep it in force.
      lookAtAgreements();
      lookAtConsumerTokens();
      refresh();
    },

    /** @throws WeftError TOKEN_MISSING, TOKEN_NOT_ENOUGH. @returns who asks, for the audit log. */
    authorise: async (authorization: string | undefined, action: Action, domain?: string, host?: string) =>
      access.authorise(authorization, action, domain, host),

    versions: async (page: { readonly first: number; readonly before?: number }) => versionRecords(database, page),
    changes: async (from: number | undefined, to: number) => {
      const before = from === undefined ? undefined : readVersion(database, from).supergraphSdl;
      return graphChanges(before, readVersion(database, to).supergraphSdl);
    },

    /** What a version composes to. @throws WeftError VERSION_UNKNOWN, ARTEFACT_DAMAGED */
    supergraphSdl: async (id: number) => readVersion(database, id).supergraphSdl,
    /** What a version is made of: the current one, where none is named. @throws WeftError VERSION_UNKNOWN, ARTEFACT_DAMAGED */
    subgraphs: async (id?: number) => {
      const current = refresh();
      const { published } = (id === undefined ? current : readVersion(database, id)) ?? {};
      return [...(published?.values() ?? [])].map((each) => ({ ...each, team: teamOf(current, each.name) }));
    },
    routingUrlOf: async (domain: string) => refresh()?.published.get(domain)?.routingUrl,

    /** Of all coordinates of the graph, or those of one type, of one domain. */
    owners: async ({ type, domain }: { readonly type?: string | undefined; readonly domain?: string | undefined }) => {
      const current = refresh();
      const isOfType = (coordinate: string) =>
        type === undefined || coordinate === type || coordinate.startsWith(`${type}.`);
      return [...(current?.owners ?? [])]
        .filter(([coordinate, owner]) => isOfType(coordinate) && (domain === undefined || owner === domain))
        .map(([coordinate, owner]) => ({ coordinate, domain: owner, team: teamOf(current, owner) }));
    },
    /** The domain that decides about a type. @throws WeftError TYPE_UNKNOWN */
    ownerOfType: async (type: string) => {
      const owner = refresh()?.owners.get(type);
      if (owner === undefined) throw new WeftError('TYPE_UNKNOWN', `The graph has no type ${type}.`);
      return owner;
    },
    contributions: async () => contributions(database, refresh()?.owners ?? new Map()),
    /** @throws WeftError TYPE_OPEN_TO_ALL */
    grant: async (to: Grant, actor: string) => grant(database, to, by(actor)),
    revokeGrant: async (from: Grant, actor: string) => revokeGrant(database, from, by(actor)),
    approvals: async (filter: ApprovalFilter, page: { readonly first: number; readonly before?: number }) =>
      approvals(database, filter, page),
    /** The domain that decides. @throws WeftError APPROVAL_UNKNOWN */
    ownerOfApproval: async (id: number) => approvalOf(database, id).owner,
    /** @throws WeftError APPROVAL_UNKNOWN, APPROVAL_DECIDED, APPROVAL_OUTDATED */
    decide: async (id: number, status: 'approved' | 'refused', actor: string) =>
      decideApproval(database, id, status, by(actor), decider),

    ...agreementsOf(database, { now, look: lookAtAgreements }),

    tokens: async () => tokenRecords(database),
    createToken: async (made: Omit<NewToken, 'actor' | 'at'>, actor: string) =>
      createToken(database, { ...made, ...by(actor) }),
    ...consumerTokensOf(database, { now, look: lookAtConsumerTokens }),

    audit: async (page: { readonly first: number; readonly before?: number }) => auditEntries(database, page),
    verifyAudit: async () => verifyAudit(database),

    /** @returns of how many requests nothing is kept. */
    addUsage: async (batch: UsageBatch) => usage.add(batch),
    /** @throws WeftError as `createUsageIntake` says. @returns of how many requests nothing is kept. */
    reportUsage: async (report: string) => usage.report(report),
    /** All that are recorded, or those that use a coordinate. */
    operations: async (coordinate?: string) => operations(coordinate),
    consumers: async (coordinate: string) => consumersOfAll(operations(coordinate)),
    /** Of the whole graph, or those of one domain. */
    unusedFields: async (domain?: string) => {
      const current = await schema();
      if (!current) return [];
      const owners = refresh()?.owners;
      const unused = unusedFields(current, recordedCoordinates(database, dayBefore(now(), countedDays)));
      return domain === undefined ? unused : unused.filter((each) => owners?.get(each) === domain);
    },

    /** @throws WeftError REGISTRY_BUSY, GRAPH_UNAVAILABLE */
    dryRunPolicies,

    close: async () => {
      database.connection.close();
    },
  };
}
