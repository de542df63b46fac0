import type { DocumentNode } from 'graphql';
import { directiveName, linkedSpecifications } from '../engine/linked-specifications.ts';

/** What an element of a schema is in the specification that it comes from. */
export interface Origin {
  /** `https://specs.apollo.dev/tag`; absent where it is of no specification that the schema links. */
  readonly identity: string | undefined;
  readonly name: string;
}

/**
 * Of names of directives in this document, without `@`, and of types: `label` is the `tag` of the tag specification where it is
 * imported under that name.
 */
export function directiveOrigins(document: DocumentNode): (name: string, isType?: boolean) => Origin {
  const linked = linkedSpecifications(document);
  const imported = new Map<string, Origin>();
  const namespaces = new Map<string, string>();
  for (const specification of linked) {
    const { identity, imports, namespace } = specification;
    namespaces.set(namespace, identity);
    const own = identity.slice(identity.lastIndexOf('/') + 1);
    imported.set(`@${directiveName(own, specification)}`, { identity, name: own });
    for (const [name, local] of imports) imported.set(local, { identity, name: name.replace(/^@/, '') });
  }
  return (name, isType = false) => {
    const found = imported.get(isType ? name : `@${name}`);
    if (found) return found;
    const [, namespace = '', rest = name] = /^(.+?)__(.+)$/.exec(name) ?? [];
    const identity = namespaces.get(namespace);
    return identity === undefined ? { identity, name } : { identity, name: rest };
  };
}
