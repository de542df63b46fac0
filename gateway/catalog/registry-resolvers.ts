/**
 * What registry.graphql offers, as part of the root value of an execution. Each field asks first whether whoever sends the
 * operation may do it; what is wrong is an error with its code.
 */
import { GraphQLError } from 'graphql';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { RequestContext } from '../engine/engine.ts';
import type { Publication } from '../registry/publication.ts';
import type { CheckReport, PublishResult } from '../registry/publish-result.ts';
import type { RemoteRegistry } from '../registry/start-registry.ts';
import type { ApprovalStatus } from '../registry/store/approvals.ts';
import type { Action } from '../registry/store/tokens.ts';
import type { MeshVersion, VersionRecord } from '../registry/store/versions.ts';
import { once } from './once.ts';

interface PublicationInput {
  readonly name: string;
  readonly routingUrl?: string | null;
  readonly sdl: string;
  readonly files?: readonly { readonly path: string; readonly text: string }[] | null;
}

interface ChangeInput {
  readonly base?: number | null;
  readonly requestApproval?: boolean | null;
  readonly origin?: readonly { readonly name: string; readonly value: string }[] | null;
}

const dayMs = 24 * 3_600_000;

export function registryResolvers(registry: RemoteRegistry, now: () => number) {
  /** A field that whoever sends it has to be allowed to ask for. */
  const field =
    <Input, Domain extends string | undefined = undefined>(
      action: Action,
      work: (input: Input, actor: string, domain: Domain) => Promise<unknown>,
      domainOf: (input: Input) => Domain | Promise<Domain> = () => undefined as Domain,
    ) =>
    async (input: Input, { authorization, host }: RequestContext): Promise<unknown> => {
      try {
        const domain = await domainOf(input);
        const actor = await registry.authorise(authorization, action, domain, host);
        return await work(input, actor, domain);
      } catch (error) {
        throw error instanceof WeftError ? codedError(error) : error;
      }
    };

  const publicationFrom = async ({ name, routingUrl, sdl, files }: PublicationInput): Promise<Publication> => ({
    ...{ name, sdl, files: files ?? [] },
    routingUrl: routingUrl ?? (await registry.refresh())?.published.get(name)?.routingUrl ?? '',
  });
  const versionView = (record: VersionRecord, current: MeshVersion | undefined) => {
    const whole = once(() => registry.version(record.id));
    return {
      ...record,
      action: record.action.toUpperCase(),
      origin: Object.entries(record.origin).map(([name, value]) => ({ name, value })),
      isCurrent: record.id === current?.record.id,
      supergraphSdl: async () => (await whole()).supergraphSdl,
      subgraphs: async () => subgraphViews(await whole()),
      changes: ({ since }: { readonly since?: number | null }) =>
        registry.changes(since ?? record.base ?? undefined, record.id),
    };
  };
  const subgraphViews = async (version: MeshVersion | undefined) => {
    const teams = await registry.teams();
    return [...(version?.published.values() ?? [])].map((each) => ({
      ...each,
      team: teams.get(each.name) ?? each.name,
    }));
  };
  const resultView = async ({ outcome, version, ...report }: PublishResult) => ({
    outcome,
    report: reportView(report),
    version: version && versionView(version, await registry.refresh()),
  });
  const ownerOfApproval = ({ id }: { readonly id: number }) => registry.ownerOfApproval(id);
  const ownerOfType = ({ type }: { readonly type: string }) => registry.ownerOfType(type);

  return {
    graphVersion: field('read', async ({ id }: { readonly id?: number | null }) => {
      const current = await registry.refresh();
      const found = id == null ? current?.record : (await registry.versions({ first: 1, before: id + 1 }))[0];
      return found && (id == null || found.id === id) ? versionView(found, current) : null;
    }),
    graphVersions: field(
      'read',
      async ({ first, before }: { readonly first: number; readonly before?: number | null }) => {
        const current = await registry.refresh();
        const records = await registry.versions({ first: bounded(first, 100), ...(before != null && { before }) });
        return records.map((record) => versionView(record, current));
      },
    ),
    subgraphs: field('read', async () => subgraphViews(await registry.refresh())),
    owners: field(
      'read',
      async ({ type, domain }: { readonly type?: string | null; readonly domain?: string | null }) => {
        const [current, teams] = [await registry.refresh(), await registry.teams()];
        const isOfType = (coordinate: string) =>
          type == null || coordinate === type || coordinate.startsWith(`${type}.`);
        return [...(current?.owners ?? [])]
          .filter(([coordinate, owner]) => isOfType(coordinate) && (domain == null || owner === domain))
          .map(([coordinate, owner]) => ({ coordinate, domain: owner, team: teams.get(owner) ?? owner }));
      },
    ),
    contributions: field('read', () => registry.contributions()),
    approvals: field(
      'read',
      async ({ owner, domain, status }: { owner?: string | null; domain?: string | null; status?: string | null }) => {
        const found = await registry.approvals({
          ...(owner != null && { owner }),
          ...(domain != null && { domain }),
          ...(status != null && { status: status.toLowerCase() as ApprovalStatus }),
        });
        return found.map((each) => ({ ...each, status: each.status.toUpperCase() }));
      },
    ),
    tokens: field('admin', async () => (await registry.tokens()).map(tokenView)),
    audit: field('admin', async ({ first, before }: { readonly first: number; readonly before?: number | null }) =>
      (await registry.audit({ first: bounded(first, 1_000), ...(before != null && { before }) })).map((entry) => ({
        ...entry,
        details: JSON.stringify(entry.details),
      })),
    ),
    auditVerdict: field('admin', () => registry.verifyAudit()),
    recordedOperations: field(
      'read',
      async ({ coordinate, first }: { readonly coordinate?: string | null; readonly first: number }) =>
        (await registry.operations())
          .filter(({ coordinates }) => coordinate == null || coordinates.includes(coordinate))
          .map(({ clients, ...each }) => ({
            ...each,
            calls: clients.reduce((sum, { callsPerDay }) => sum + callsPerDay, 0),
            clients: clients.map((client) => ({ ...client, operations: [each.name] })),
          }))
          .sort((one, other) => other.calls - one.calls)
          .slice(0, bounded(first, 1_000)),
    ),
    consumers: field('read', ({ coordinate }: { readonly coordinate: string }) => registry.consumers(coordinate)),
    unusedFields: field('read', async ({ domain }: { readonly domain?: string | null }) => {
      const [unused, current] = [await registry.unusedFields(), await registry.refresh()];
      return unused.filter((coordinate) => domain == null || current?.owners.get(coordinate) === domain);
    }),

    checkSubgraph: field(
      'check',
      async ({ input }: { readonly input: PublicationInput }) =>
        reportView(await registry.check(input.name, await publicationFrom(input))),
      ({ input }) => input.name,
    ),
    checkDeletion: field(
      'check',
      async ({ name }: { readonly name: string }) => reportView(await registry.check(name)),
      ({ name }) => name,
    ),
    publishSubgraph: field(
      'publish',
      async ({ input, ...change }: ChangeInput & { readonly input: PublicationInput }, actor) =>
        resultView(await registry.publish(await publicationFrom(input), changeOptions(change, actor))),
      ({ input }) => input.name,
    ),
    deleteSubgraph: field(
      'delete',
      async ({ name, ...change }: ChangeInput & { readonly name: string }, actor) =>
        resultView(await registry.remove(name, changeOptions(change, actor))),
      ({ name }) => name,
    ),
    rollback: field('admin', async ({ to, ...change }: ChangeInput & { readonly to: number }, actor) =>
      resultView(await registry.rollback(to, changeOptions(change, actor))),
    ),
    grantContribution: field(
      'ownership',
      async ({ type, to: domain }: { readonly type: string; readonly to: string }, actor, owner) => {
        await registry.grant({ type, domain, owner }, actor);
        return (await registry.contributions()).find((each) => each.type === type && each.domain === domain);
      },
      ownerOfType,
    ),
    revokeContribution: field(
      'ownership',
      ({ type, from: domain }: { readonly type: string; readonly from: string }, actor, owner) =>
        registry.revokeGrant({ type, domain, owner }, actor),
      ownerOfType,
    ),
    decideApproval: field(
      'ownership',
      async ({ id, approve }: { readonly id: number; readonly approve: boolean }, actor) => {
        const decided = await registry.decide(id, approve ? 'approved' : 'refused', actor);
        return { ...decided, status: decided.status.toUpperCase() };
      },
      ownerOfApproval,
    ),
    createToken: field('admin', async ({ input }: { readonly input: TokenInput }, actor) => {
      const { name, domains, actions, days } = input;
      const expiresAt = new Date(now() + bounded(days ?? 90, 366) * dayMs).toISOString();
      const allowed = actions.map((each) => each.toLowerCase() as Action);
      const made = await registry.createToken({ name, domains, actions: allowed, expiresAt }, actor);
      return { token: made.token, record: tokenView(made.record) };
    }),
    revokeToken: field('admin', async ({ id }: { readonly id: string }, actor) => {
      await registry.revokeToken(id, actor);
      return true;
    }),
  };
}

interface TokenInput {
  readonly name: string;
  readonly domains: readonly string[];
  readonly actions: readonly string[];
  readonly days?: number | null;
}

const bounded = (wanted: number, most: number): number => Math.max(0, Math.min(wanted, most));

function changeOptions({ base, requestApproval, origin }: ChangeInput, actor: string) {
  return {
    actor,
    requestsApproval: requestApproval ?? false,
    origin: Object.fromEntries((origin ?? []).map(({ name, value }) => [name, value])),
    ...(base != null && { base }),
  };
}

function reportView({ domain, steps, suggested, ...report }: CheckReport) {
  return {
    ...report,
    domain: domain ?? 'mesh',
    steps: steps.map((step) => ({ ...step, issues: step.issues.map(issueView) })),
    suggestedVersions: suggested,
  };
}

function issueView({ place, ...issue }: Issue) {
  return { ...issue, place: place && `${place.file}:${place.line}:${place.column}` };
}

const tokenView = <Token extends { readonly actions: readonly string[] }>(token: Token) => ({
  ...token,
  actions: token.actions.map((action) => action.toUpperCase()),
});

function codedError({ code, message, help, issues }: WeftError): GraphQLError {
  const found = issues.length > 0 ? { issues: issues.map(issueView) } : {};
  return new GraphQLError(message, { extensions: { code, help, ...found } });
}
