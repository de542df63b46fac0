import type { RequestContext } from '../engine/engine.ts';
import type { Registry } from '../registry/registry.ts';
import type { Action } from '../registry/store/tokens.ts';
import { coded } from './registry-views.ts';

export type RegistryField = ReturnType<typeof registryField>;

/** Makes a field that whoever sends it has to be allowed to ask for. */
export const registryField =
  (registry: Registry) =>
  <Input, Domain extends string | undefined = undefined>(
    action: Action,
    work: (input: Input, actor: string, domain: Domain) => Promise<unknown>,
    domainOf: (input: Input) => Domain | Promise<Domain> = () => undefined as Domain,
  ) =>
  (input: Input, { authorization, host }: RequestContext): Promise<unknown> =>
    coded(async () => {
      const domain = await domainOf(input);
      const actor = await registry.authorise(authorization, action, domain, host);
      return work(input, actor, domain);
    });
