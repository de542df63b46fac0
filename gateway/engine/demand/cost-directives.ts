import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

/** How this document calls the directives of the cost specification; undefined where it does not link to it. */
export interface CostDirectives {
  readonly cost?: string;
  readonly listSize?: string;
}

const specification = /^https:\/\/specs\.apollo\.dev\/cost\/v\d/;

/**
 * By the identity of the specification, never by name: a directive that was renamed on import still counts
 * (Apollo core schemas, `@link`, arguments `as` and `import`; CVE-2025-64347 is what happens otherwise).
 */
export function costDirectives(supergraph: DocumentNode): CostDirectives {
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of definition.directives ?? []) {
      const given = link.name.value === 'link' ? argumentsOf(link) : {};
      if (typeof given.url === 'string' && specification.test(given.url)) return namesIn(given);
    }
  }
  return {};
}

/** What is not imported is called after its specification: `@cost` itself, `@cost__listSize`. */
function namesIn({ as, import: imports }: Readonly<Record<string, unknown>>): CostDirectives {
  const namespace = typeof as === 'string' ? as : 'cost';
  const names = { cost: namespace, listSize: `${namespace}__listSize` };
  for (const each of Array.isArray(imports) ? imports : []) {
    const { name, as: renamed = name } = typeof each === 'string' ? { name: each } : (each ?? {});
    if (typeof renamed !== 'string') continue;
    if (name === '@cost') names.cost = renamed.slice(1);
    if (name === '@listSize') names.listSize = renamed.slice(1);
  }
  return names;
}

function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (directive.arguments ?? []).map((each) => [each.name.value, valueFromASTUntyped(each.value)]),
  );
}
