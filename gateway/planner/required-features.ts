import { type DocumentNode, Kind } from 'graphql';
import { stringArgument } from './supergraph-facts.ts';

/** `join` is what supergraphs are made of; `inaccessible` is kept out of the API schema; costs are checked at the door. */
const understood = new Set(['link', 'core', 'join', 'inaccessible', 'tag', 'cost']);

/**
 * What the graph may not be served without (`for: SECURITY`, `for: EXECUTION`: https://specs.apollo.dev/link/v1.0) and
 * nothing here heeds: fields with `@authenticated`, say, would be open to everybody.
 */
export function unmetFeatures(supergraph: DocumentNode): string[] {
  const schemas = supergraph.definitions.filter((node) => node.kind === Kind.SCHEMA_DEFINITION);
  return schemas.flatMap(({ directives = [] }) =>
    directives.flatMap((directive) => {
      const purpose = directive.arguments?.find(({ name }) => name.value === 'for')?.value;
      const url = stringArgument(directive, 'url') ?? stringArgument(directive, 'feature');
      const name = url?.split('/').at(-2);
      const isRequired = directive.name.value === 'link' || directive.name.value === 'core' ? purpose : undefined;
      return isRequired && url && name && !understood.has(name) ? [url] : [];
    }),
  );
}
