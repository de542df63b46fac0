/** What directives say, by the names that a document gives them (link spec 1.0). */
import { type ConstDirectiveNode, type DocumentNode, valueFromASTUntyped } from 'graphql';
import { directiveName, linkedSpecifications } from '../engine/linked-specifications.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** One for each time that the directive is applied. */
export function argumentsOfAll(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): Arguments[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name).map(argumentsOf);
}

/** The local name of a directive of a linked spec. */
export function linkedNames(document: DocumentNode): (identity: string, directive: string) => string {
  const linked = linkedSpecifications(document);
  return (identity, directive) => {
    const link = linked.find((each) => each.identity === identity);
    return link ? directiveName(directive, link) : `${identity.slice(identity.lastIndexOf('/') + 1)}__${directive}`;
  };
}

export function argumentsOf({ arguments: given = [] }: ConstDirectiveNode): Arguments {
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}
