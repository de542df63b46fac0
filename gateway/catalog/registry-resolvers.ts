import { type AgreementParts, agreementFields } from './agreement-fields.ts';
import { registryField } from './registry-field.ts';
import { registryMutations } from './registry-mutations.ts';
import { registryQueries } from './registry-queries.ts';

/** What registry.graphql offers, as part of the root value of an execution. */
export function registryResolvers({ registry, now, ...parts }: AgreementParts) {
  const field = registryField(registry);
  return {
    ...registryQueries(registry, field),
    ...registryMutations(registry, field, now),
    ...agreementFields({ registry, now, ...parts }),
  };
}
