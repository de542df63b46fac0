/** What registry.graphql offers about agreements: for people who were verified, and for tokens of the registry. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { RequestContext } from '../engine/engine.ts';
import type { Purposes } from '../governance/access/purposes.ts';
import { type AccessRequest, momentOf, wantedAgreement } from '../governance/agreements/access-request.ts';
import { type Agreement, type Person, statusOf } from '../governance/agreements/agreement.ts';
import { approversOf, type Decider } from '../governance/agreements/approval-steps.ts';
import type { Providers } from '../registry/providers.ts';
import type { Registry } from '../registry/registry.ts';
import type { AgreementFilter } from '../registry/store/agreements.ts';
import { bounded } from './bounded.ts';
import { coded } from './registry-views.ts';

export interface AgreementParts {
  readonly registry: Registry;
  readonly providers: Providers;
  /** Absent where everybody may read everything. */
  readonly purposes: Purposes | undefined;
  readonly now: () => number;
}

interface Context extends RequestContext {
  /** As it was verified. */
  readonly asker?: Person;
}

interface AgreementsInput {
  readonly product?: string | null;
  readonly domain?: string | null;
  readonly team?: string | null;
  readonly status?: string | null;
  readonly first: number;
  readonly before?: number | null;
}

interface Decision {
  readonly id: number;
  readonly because?: string | null;
  readonly reassessAt?: string | null;
}

export function agreementFields({ registry, providers, purposes, now }: AgreementParts) {
  return {
    agreements: ({ first, before, status, ...filter }: AgreementsInput, context: Context) =>
      coded(async () => {
        await expectMember(context);
        const given = Object.entries({ ...filter, status: status?.toLowerCase() }).filter(([, value]) => value != null);
        const page = { first: bounded(first, 1_000), ...(before != null && { before }) };
        return (await registry.agreements(Object.fromEntries(given) as AgreementFilter, page)).map(view);
      }),
    purposes: (_: unknown, context: Context) =>
      coded(async () => {
        await expectMember(context);
        return [...(purposes ?? [])].map(([name, purpose]) => ({ name, ...purpose }));
      }),
    requestAccess: ({ input }: { readonly input: AccessRequest }, context: Context) =>
      coded(async () => {
        if (!purposes) throw new WeftError('ACCESS_POLICIES_ABSENT', 'This gateway has no access policies.');
        const person = personOf(context);
        if (!person) throw new WeftError('ASKER_ANONYMOUS', 'Nobody knows who asks for access.');
        const wanted = wantedAgreement(input, { person, providers, purposes, now: now() });
        return view(await registry.requestAgreement(wanted, person.id));
      }),
    approveAgreement: decided('approveAgreement'),
    refuseAgreement: decided('rejectAgreement'),
    revokeAgreement: decided('revokeAgreement'),
    reassessAgreement: decided('reassessAgreement'),
  };

  function decided(method: 'approveAgreement' | 'rejectAgreement' | 'revokeAgreement' | 'reassessAgreement') {
    return ({ id, because, reassessAt }: Decision, context: Context) =>
      coded(async () => {
        const { product, domain } = await registry.agreement(id);
        const decider = await deciderOf(domain, context);
        const again = reassessAt == null ? undefined : momentOf(reassessAt, now());
        return view(await registry[method](id, { decider, team: teamOf(product, domain), because, reassessAt: again }));
      });
  }

  async function deciderOf(domain: string, { authorization, host, ...context }: Context): Promise<Decider> {
    const person = personOf(context);
    if (person) return { actor: person.id, person };
    const actor = await registry.authorise(authorization, 'ownership', domain, host);
    const isForMesh = await registry.authorise(authorization, 'admin', undefined, host).then(
      () => true,
      () => false,
    );
    return { actor, token: isForMesh ? 'mesh' : 'domain' };
  }

  /** Who works in the mesh: agreements say who reads what, and are nobody else's business. */
  async function expectMember({ authorization, host, ...context }: Context): Promise<void> {
    if (!personOf(context)) await registry.authorise(authorization, 'read', undefined, host);
  }

  /** Of a product that is gone, the domain's name stands for its team. */
  function teamOf(product: string, domain: string): string {
    const provider = providers.get(product);
    return provider?.domain === domain ? provider.team : domain;
  }

  function view({ domain, steps, ...agreement }: Agreement) {
    const at = new Date(now()).toISOString();
    const team = teamOf(agreement.product, domain);
    const status = statusOf(agreement, at);
    return {
      ...agreement,
      status: status.toUpperCase(),
      provider: { domain, team },
      approvals: steps.map((step) => ({
        ...step,
        approvers: step.approvers.length > 0 ? step.approvers : [approversOf(step, team)],
      })),
      isReassessmentDue: status === 'approved' && agreement.reassessAt !== null && agreement.reassessAt <= at,
    };
  }
}

const personOf = ({ asker }: Pick<Context, 'asker'>): Person | undefined =>
  asker === undefined || asker.kind === 'anonymous' ? undefined : asker;
