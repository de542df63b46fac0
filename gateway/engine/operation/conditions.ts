/** `@skip` and `@include` (GraphQL, "Type System Directives") are decided before planning: plans hold no conditions. */
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
    const value = conditionOf(directive);
    if (!value) continue;
    const given =
      value.kind === Kind.VARIABLE ? conditions[value.name.value] : value.kind === Kind.BOOLEAN && value.value;
    if (given === (directive.name.value === 'skip')) return false;
  }
  return true;
}

function conditionOf({ name, arguments: args }: DirectiveNode) {
  return name.value === 'skip' || name.value === 'include'
    ? args?.find((argument) => argument.name.value === 'if')?.value
    : undefined;
}
