/** Who asks, with every agreement that it has, as it is told of and not as it is verified: what such an asker may read. */
import type { Access, Principal } from '../governance/access/access.ts';
import type { DecidesAccess } from '../governance/access/access-policies.ts';
import type { ProtectedGraph } from './protected-graph.ts';

export interface AnyAsker {
  readonly principal: Principal;
  readonly purpose?: string | undefined;
  /** In force, by the id of the product that each is about. */
  readonly agreements: Readonly<Record<string, Agreement>>;
}

export interface Agreement {
  readonly id: string;
  readonly roles: readonly string[];
}

/** Each field is decided by the agreement about its product. */
export function accessOfAsker(
  { accessFor }: DecidesAccess,
  { principal, purpose, agreements }: AnyAsker,
  { fields, inputs }: Pick<ProtectedGraph, 'fields' | 'inputs'>,
): Access {
  const accessTo = (field: string): Access => {
    const product = fields(field)?.product;
    const agreement = product !== undefined && Object.hasOwn(agreements, product) ? agreements[product]?.id : undefined;
    return accessFor({ principal, purpose, agreement });
  };
  return {
    key: JSON.stringify([accessFor({ principal, purpose }).key, agreements]),
    decide: (coordinate) => accessTo(coordinate).decide(coordinate),
    refuses: (coordinate) => accessTo(inputs.get(coordinate) ?? coordinate).refuses(coordinate),
    explain: (coordinate) => accessTo(coordinate).explain(coordinate),
  };
}
