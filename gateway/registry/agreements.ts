/** What can be asked of the registry about agreements, and done to them. */
import type { Agreement } from '../governance/agreements/agreement.ts';
import type { Decider } from '../governance/agreements/approval-steps.ts';
import {
  type AgreementFilter,
  agreementOf,
  agreements,
  type NewAgreement,
  requestAgreement,
} from './store/agreements.ts';
import { approveAgreement, reassessAgreement, rejectAgreement, revokeAgreement } from './store/decide-agreements.ts';
import type { RegistryDatabase } from './store/open.ts';

/** Who decides, and which team owns the product now. */
export interface Deciding {
  readonly decider: Decider;
  readonly team: string;
  readonly reassessAt?: string | undefined;
  readonly because?: string | null | undefined;
}

/** @param look says at once what has changed: whoever has approved something can read by it */
export function agreementsOf(
  database: RegistryDatabase,
  { now, look }: { readonly now: () => number; readonly look: () => void },
) {
  const at = (): string => new Date(now()).toISOString();
  const told = (changed: Agreement): Agreement => {
    look();
    return changed;
  };
  return {
    agreements: async (filter: AgreementFilter, page: { readonly first: number; readonly before?: number }) =>
      agreements(database, filter, page, at()),
    /** @throws WeftError AGREEMENT_UNKNOWN */
    agreement: async (id: number) => agreementOf(database, id),
    /** @throws WeftError REQUESTS_TOO_MANY */
    requestAgreement: async (wanted: NewAgreement, actor: string) =>
      requestAgreement(database, wanted, { actor, at: at() }),
    /** @throws WeftError AGREEMENT_UNKNOWN, AGREEMENT_DECIDED, AGREEMENT_NOT_YOURS; as do the others */
    approveAgreement: async (id: number, deciding: Deciding) =>
      told(approveAgreement(database, id, { ...deciding, at: at() })),
    rejectAgreement: async (id: number, { because = null, ...deciding }: Deciding) =>
      told(rejectAgreement(database, id, { ...deciding, because, at: at() })),
    revokeAgreement: async (id: number, { because = null, ...deciding }: Deciding) =>
      told(revokeAgreement(database, id, { ...deciding, because, at: at() })),
    reassessAgreement: async (id: number, deciding: Deciding) =>
      told(reassessAgreement(database, id, { ...deciding, at: at() })),
  };
}
