/**
 * The registry, with all that can be asked of it and done to it. It runs in a thread of its own (registry-thread.ts): what
 * goes in and what comes out are plain values, and nothing of it can hold up who answers requests.
 */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { createPlanner } from '../planner/planner.ts';
import { openAccess, tokenAccess } from './access.ts';
import { graphChanges } from './graph-changes.ts';
import { consumersOf, unusedFields } from './operations/consumers.ts';
import type { UsageBatch } from './operations/usage.ts';
import { deciderOf, teamOf } from './owners.ts';
import { type PolicySettings, policyJudge } from './policy-judge.ts';
import { createPublishing } from './publishing.ts';
import type { RoutingUrlPolicy } from './routing-url.ts';
import { type ApprovalFilter, approvalOf, approvals, decideApproval } from './store/approvals.ts';
import { auditEntries, verifyAudit } from './store/audit.ts';
import { type By, contributions, type Grant, grant, revokeGrant } from './store/contributions.ts';
import { openDatabase } from './store/open.ts';
import { type Action, createToken, type NewToken, revokeToken, tokenRecords } from './store/tokens.ts';
import { addUsage, dayBefore, forgetUsage } from './store/usage-days.ts';
import { type MeshVersion, readVersion, versionRecords } from './store/versions.ts';

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

/** For so long, what consumers send is remembered. */
const keptDays = 60;

export type Registry = Awaited<ReturnType<typeof openRegistry>>;

/** @throws WeftError as `openDatabase`, and ARTEFACT_DAMAGED where the current version cannot be read. */
export async function openRegistry(settings: RegistrySettings, onChange: (current: MeshVersion) => void = () => {}) {
  const { file, catalogUrl, routingUrls, isOpen, composing = { timeoutMs: 60_000, heapLimitMb: 2_048 } } = settings;
  const now = Date.now;
  const judgePolicies = await policyJudge(settings.policies, now);
  const database = openDatabase(file);
  const publishing = createPublishing(
    database,
    { catalogUrl, routingUrls, judgePolicies, createPlanner: createPlanner({ keepsProcess: true }), now, ...composing },
    onChange,
  );
  const access = isOpen ? openAccess : tokenAccess(database, now);
  let forgottenBefore = '';
  const by = (actor: string): By => ({ actor, at: new Date(now()).toISOString() });
  const { refresh, operations } = publishing;
  const deciders = () => {
    const current = refresh();
    return (coordinate: string) => deciderOf(current, coordinate);
  };

  return {
    ...publishing,
    refresh: async () => refresh(),

    /** @throws WeftError TOKEN_MISSING, TOKEN_NOT_ENOUGH. @returns who asks, for the audit log. */
    authorise: async (authorization: string | undefined, action: Action, domain?: string, host?: string) =>
      access.authorise(authorization, action, domain, host),

    /** @throws WeftError VERSION_UNKNOWN, ARTEFACT_DAMAGED */
    version: async (id: number) => readVersion(database, id),
    versions: async (page: { readonly first: number; readonly before?: number }) => versionRecords(database, page),
    changes: async (from: number | undefined, to: number) => {
      const before = from === undefined ? undefined : readVersion(database, from).supergraphSdl;
      return graphChanges(before, readVersion(database, to).supergraphSdl);
    },

    teams: async () => {
      const current = refresh();
      return new Map([...(current?.published.keys() ?? [])].map((domain) => [domain, teamOf(current, domain)]));
    },
    /** The domain that decides about a type. @throws WeftError TYPE_UNKNOWN */
    ownerOfType: async (type: string) => {
      const owner = refresh()?.owners.get(type);
      if (owner === undefined) throw new WeftError('TYPE_UNKNOWN', `The graph has no type ${type}.`);
      return owner;
    },
    contributions: async () => contributions(database, refresh()?.owners ?? new Map()),
    grant: async (to: Grant, actor: string) => grant(database, to, by(actor)),
    revokeGrant: async (from: Grant, actor: string) => revokeGrant(database, from, by(actor)),
    approvals: async (filter: ApprovalFilter) => approvals(database, filter, deciders()),
    /** The domain that decides. @throws WeftError APPROVAL_UNKNOWN */
    ownerOfApproval: async (id: number) => approvalOf(database, id).owner,
    /** @throws WeftError APPROVAL_UNKNOWN, APPROVAL_DECIDED, APPROVAL_OUTDATED */
    decide: async (id: number, status: 'approved' | 'refused', actor: string) =>
      decideApproval(database, id, status, by(actor), deciders()),

    tokens: async () => tokenRecords(database),
    createToken: async (made: Omit<NewToken, 'actor' | 'at'>, actor: string) =>
      createToken(database, { ...made, ...by(actor) }),
    /** @throws WeftError TOKEN_UNKNOWN */
    revokeToken: async (id: string, actor: string) => revokeToken(database, id, by(actor)),

    audit: async (page: { readonly first: number; readonly before?: number }) => auditEntries(database, page),
    verifyAudit: async () => verifyAudit(database),

    addUsage: async (batch: UsageBatch) => {
      addUsage(database, batch);
      const day = dayBefore(now(), keptDays);
      if (day !== forgottenBefore) forgetUsage(database, day);
      forgottenBefore = day;
    },
    operations: async () => operations(),
    consumers: async (coordinate: string) => consumersOf(coordinate, operations()),
    unusedFields: async () => {
      const schema = await publishing.schema();
      return schema ? unusedFields(schema, new Set(operations().flatMap(({ coordinates }) => coordinates))) : [];
    },

    close: async () => {
      database.connection.close();
    },
  };
}
