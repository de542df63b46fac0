/** What the directives that are applied in a supergraph say, most of them `@join__…`. */
import { type ConstDirectiveNode, Kind, parse, type SelectionSetNode, type ValueNode } from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';

export const applied = (node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }, name: string) =>
  node.directives?.filter((directive) => directive.name.value === name) ?? [];

export function stringArgument(directive: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = argument(directive, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** `SALES` of `graph: SALES`. */
export function enumArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argument(directive, name);
  return value?.kind === Kind.ENUM ? value.value : undefined;
}

export function isTrue(directive: ConstDirectiveNode, name: string): boolean {
  const value = argument(directive, name);
  return value?.kind === Kind.BOOLEAN && value.value;
}

export function isFalse(directive: ConstDirectiveNode, name: string): boolean {
  const value = argument(directive, name);
  return value?.kind === Kind.BOOLEAN && !value.value;
}

/** The selections of `@requires(fields: "price currency { code }")`. */
export function selectionSetOf(fields: string): SelectionSetNode {
  const [operation] = parse(`{${fields}}`, { noLocation: true }).definitions;
  invariant(operation?.kind === Kind.OPERATION_DEFINITION, 'a selection is an operation');
  return operation.selectionSet;
}

/** `[[Order!]]!` → `Order` */
export const namedTypeOf = (type: string): string => type.replace(/[[\]!]/g, '');

const argument = (directive: ConstDirectiveNode | undefined, name: string): ValueNode | undefined =>
  directive?.arguments?.find((each) => each.name.value === name)?.value;
