/**
 * `@skip`, `@include` (GraphQL, "Type System Directives") and `@defer` (Incremental Delivery, draft) are decided before
 * planning: plans hold no conditions.
 */
import { type ASTNode, type DirectiveNode, Kind, type SelectionNode, visit } from 'graphql';

/** The values of the variables that conditions use, by name. */
export type Conditions = Readonly<Record<string, boolean>>;

/** The variables whose values decide what is selected, in a fixed order. */
export function conditionVariables(definitions: readonly ASTNode[]): readonly string[] {
  const names = new Set<string>();
  for (const definition of definitions) {
    visit(definition, {
      Directive(directive) {
        const value = conditionOf(directive);
        if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names].sort();
}

export function isIncluded({ directives }: SelectionNode, conditions: Conditions): boolean {
  for (const directive of directives ?? []) {
    const value = directive.name.value === 'defer' ? undefined : conditionOf(directive);
    if (!value) continue;
    const given =
      value.kind === Kind.VARIABLE ? conditions[value.name.value] : value.kind === Kind.BOOLEAN && value.value;
    if (given === (directive.name.value === 'skip')) return false;
  }
  return true;
}

/** The label of a fragment that may come later; null for one without a label, undefined for one that comes at once. */
export function deferredLabel({ directives }: SelectionNode, conditions: Conditions): string | null | undefined {
  const defer = directives?.find(({ name }) => name.value === 'defer');
  if (!defer) return undefined;
  const value = conditionOf(defer);
  const given =
    value?.kind === Kind.VARIABLE ? conditions[value.name.value] : value?.kind !== Kind.BOOLEAN || value.value;
  if (given === false) return undefined;
  const label = defer.arguments?.find(({ name }) => name.value === 'label')?.value;
  return label?.kind === Kind.STRING ? label.value : null;
}

const conditional = new Set(['skip', 'include', 'defer']);

function conditionOf({ name, arguments: args }: DirectiveNode) {
  return conditional.has(name.value) ? args?.find((argument) => argument.name.value === 'if')?.value : undefined;
}
