/** Who asks, with every agreement that it has, as it is told of and not as it is verified: what such an asker may read. */
import type { Access, AgreedAbout, Principal } from '../governance/access/access.ts';
import type { DecidesAccess } from '../governance/access/access-policies.ts';
import type { Purposes } from '../governance/access/purposes.ts';
import { type AgreedFor, agreementsAmong, coveringPurpose } from '../governance/agreements/agreements-in-force.ts';

export interface AnyAsker {
  readonly principal: Principal;
  readonly purpose?: string | undefined;
  /** In force, the oldest first. One that does not say what it is for, is for the purpose. */
  readonly agreements: readonly (AgreedAbout | AgreedFor)[];
}

/** Policies with the purposes beside them. */
export interface JudgedPolicies extends DecidesAccess {
  readonly purposes: Purposes;
}

export const accessOfAsker = (policies: JudgedPolicies, asker: AnyAsker): Access =>
  policies.accessFor({
    principal: asker.principal,
    purpose: asker.purpose,
    agreements: agreementsAmong(agreementsOfAsker(policies, asker)),
  });

/** Those that count: which ones cover a purpose, the purposes beside the policies say. */
export function agreementsOfAsker(
  { purposes }: Pick<JudgedPolicies, 'purposes'>,
  { purpose, agreements }: Pick<AnyAsker, 'purpose' | 'agreements'>,
): readonly AgreedAbout[] {
  return agreements.flatMap((each): readonly AgreedAbout[] => {
    if (!('purpose' in each)) return [each];
    const { purpose: _, ...about } = each;
    return coveringPurpose([each], purpose, purposes).length > 0 ? [about] : [];
  });
}
