/** Who asks, with every agreement that it has, as it is told of and not as it is verified: what such an asker may read. */
import type { Access, AgreedAbout, Principal } from '../governance/access/access.ts';
import type { DecidesAccess } from '../governance/access/access-policies.ts';
import { agreementsAmong } from '../governance/agreements/agreements-in-force.ts';

export interface AnyAsker {
  readonly principal: Principal;
  readonly purpose?: string | undefined;
  /** In force for the purpose, the oldest first. */
  readonly agreements: readonly AgreedAbout[];
}

export const accessOfAsker = ({ accessFor }: DecidesAccess, { principal, purpose, agreements }: AnyAsker): Access =>
  accessFor({ principal, purpose, agreements: agreementsAmong(agreements) });
