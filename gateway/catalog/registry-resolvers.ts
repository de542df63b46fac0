import { type AgreementParts, agreementFields } from './agreement-fields.ts';
import { registryField } from './registry-field.ts';
import { registryMutations } from './registry-mutations.ts';
import { registryQueries } from './registry-queries.ts';
import type { WhatIf } from './what-if.ts';

interface RegistryParts extends Omit<AgreementParts, 'purposes'> {
  readonly whatIf: WhatIf;
}

/** What registry.graphql offers, as part of the root value of an execution. */
export function registryResolvers({ registry, providers, whatIf, now }: RegistryParts) {
  const field = registryField(registry);
  return {
    ...registryQueries(registry, field, now, whatIf),
    ...registryMutations(registry, field, now),
    ...agreementFields({ registry, providers, purposes: whatIf.policies?.purposes, now }),
  };
}
