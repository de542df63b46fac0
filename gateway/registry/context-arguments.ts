/** Arguments that a subgraph has filled with data from further up in the answer (`@context`, `@fromContext`). */
import { type ConstDirectiveNode, valueFromASTUntyped } from 'graphql';
import { stringArgument } from '../planner/applied-directives.ts';
import type { SupergraphTypes } from './supergraph-types.ts';

export interface ContextSelection {
  readonly argument: string;
  /** `sales__order` */
  readonly context: string;
  readonly selection: string;
}

/** Of a `@join__field`. */
export function contextSelections({ arguments: given = [] }: ConstDirectiveNode): ContextSelection[] {
  const found = given.find(({ name }) => name.value === 'contextArguments');
  const list = found && valueFromASTUntyped(found.value);
  return (Array.isArray(list) ? list : []).map(({ name, context, selection }) => ({
    argument: String(name),
    context: String(context),
    selection: String(selection),
  }));
}

export function typesWithContext({
  types,
  originOf,
}: Pick<SupergraphTypes, 'types' | 'originOf'>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name: type, directives = [] } of types) {
    for (const directive of directives) {
      const { identity, name } = originOf(directive.name.value);
      const context = stringArgument(directive, 'name');
      if (identity !== 'https://specs.apollo.dev/context' || name !== 'context' || context === undefined) continue;
      found.set(context, [...(found.get(context) ?? []), type.value]);
    }
  }
  return found;
}
