/** What registry.graphql lets be done to the registry; checks, too, which change nothing, but cost what a publish costs. */
import type { Publication } from '../registry/publication.ts';
import type { Registry } from '../registry/registry.ts';
import type { Action } from '../registry/store/tokens.ts';
import { bounded } from './bounded.ts';
import type { RegistryField } from './registry-field.ts';
import { consumerTokenView, reportView, resultView, tokenView } from './registry-views.ts';

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

interface TokenInput {
  readonly name: string;
  readonly domains: readonly string[];
  readonly actions: readonly string[];
  readonly days?: number | null;
}

interface ConsumerTokenInput {
  readonly name: string;
  readonly team?: string | null;
  readonly roles: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly days?: number | null;
}

const dayMs = 24 * 3_600_000;

export function registryMutations(registry: Registry, field: RegistryField, now: () => number) {
  const publicationFrom = async ({ name, routingUrl, sdl, files }: PublicationInput): Promise<Publication> => ({
    ...{ name, sdl, files: files ?? [] },
    routingUrl: routingUrl ?? (await registry.routingUrlOf(name)) ?? '',
  });
  const endOf = (days: number | null | undefined) => new Date(now() + bounded(days ?? 90, 366) * dayMs).toISOString();
  const ownerOfApproval = ({ id }: { readonly id: number }) => registry.ownerOfApproval(id);
  const ownerOfType = ({ type }: { readonly type: string }) => registry.ownerOfType(type);

  return {
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
        resultView(await registry.publish(await publicationFrom(input), changeOptions(change, actor)), registry),
      ({ input }) => input.name,
    ),
    deleteSubgraph: field(
      'delete',
      async ({ name, ...change }: ChangeInput & { readonly name: string }, actor) =>
        resultView(await registry.remove(name, changeOptions(change, actor)), registry),
      ({ name }) => name,
    ),
    rollback: field('admin', async ({ to, ...change }: ChangeInput & { readonly to: number }, actor) =>
      resultView(await registry.rollback(to, changeOptions(change, actor)), registry),
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
      const expiresAt = endOf(days);
      const allowed = actions.map((each) => each.toLowerCase() as Action);
      const made = await registry.createToken({ name, domains, actions: allowed, expiresAt }, actor);
      return { token: made.token, record: tokenView(made.record) };
    }),
    createConsumerToken: field('admin', async ({ input }: { readonly input: ConsumerTokenInput }, actor) => {
      const { days, attributes, team = null, ...said } = input;
      const expiresAt = endOf(days);
      const values = Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
      const made = await registry.createConsumerToken({ ...said, team, attributes: values, expiresAt }, actor);
      return { token: made.token, record: consumerTokenView(made.record) };
    }),
    revokeToken: field('admin', async ({ id }: { readonly id: string }, actor) => {
      await registry.revokeToken(id, actor);
      return true;
    }),
  };
}

function changeOptions({ base, requestApproval, origin }: ChangeInput, actor: string) {
  return {
    actor,
    requestsApproval: requestApproval ?? false,
    origin: Object.fromEntries((origin ?? []).map(({ name, value }) => [name, value])),
    ...(base != null && { base }),
  };
}
