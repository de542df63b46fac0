/** What of a supergraph is so simple that it can be planned without a search (plain-plan.ts). */
import { type DocumentNode, type FieldDefinitionNode, Kind, print } from 'graphql';
import { listIn } from '../engine/list-in.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { applied, enumArgument, isFalse, namedTypeOf, stringArgument } from './applied-directives.ts';
import type { SubgraphSchema } from './subgraph-schemas.ts';
import { subgraphNames } from './supergraph-facts.ts';

export interface PlainGraph {
  /** By coordinate. What is not plain is not among them. */
  readonly fields: ReadonlyMap<string, PlainField>;
  /** Names of leaf fields, for each key by which a subgraph finds the entities of a type. */
  keysOf(type: string, subgraph: string): readonly (readonly string[])[];
}

/** A field that whoever resolves it resolves always, without anything of others: a leaf, or an object of a known type. */
export interface PlainField {
  readonly type: string;
  /** One for each list around it. */
  readonly lists: readonly '@'[];
  /** The subgraphs that resolve it. */
  readonly homes: ReadonlySet<string>;
}

export function plainGraph(supergraph: DocumentNode, schemas: ReadonlyMap<string, SubgraphSchema>): PlainGraph {
  const homes = new Map<string, string[]>();
  const ofInterfaceObjects = new Set<string>();
  for (const [name, { fields, interfaceObjects, possibleTypes }] of schemas) {
    for (const [coordinate, { isExternal }] of fields) if (!isExternal) listIn(homes, coordinate).push(name);
    for (const face of interfaceObjects) for (const type of possibleTypes.get(face) ?? []) ofInterfaceObjects.add(type);
  }
  const abstract = new Set(
    supergraph.definitions.flatMap((node) =>
      node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_DEFINITION ? node.name.value : [],
    ),
  );
  const fields = new Map<string, PlainField>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || ofInterfaceObjects.has(node.name.value)) continue;
    for (const field of node.fields ?? []) {
      const coordinate = `${node.name.value}.${field.name.value}`;
      const written = print(field.type);
      const type = namedTypeOf(written);
      if (abstract.has(type) || isIntricate(field)) continue;
      const lists = Array.from(written.matchAll(/\[/g), () => '@' as const);
      fields.set(coordinate, { type, lists, homes: new Set(homes.get(coordinate)) });
    }
  }
  const keys = plainKeys(supergraph);
  return { fields, keysOf: (type, subgraph) => keys.get(`${subgraph} ${type}`) ?? [] };
}

/** Whoever resolves it needs or brings something of others, or does so for some requests only (join spec 0.5). */
const isIntricate = (field: FieldDefinitionNode): boolean =>
  applied(field, 'join__field').some(({ arguments: args = [] }) => args.some(({ name }) => intricate.has(name.value)));

const intricate: ReadonlySet<string> = new Set(['requires', 'provides', 'overrideLabel', 'contextArguments']);

function plainKeys(supergraph: DocumentNode): Map<string, string[][]> {
  const names = subgraphNames(supergraph);
  const keys = new Map<string, string[][]>();
  for (const node of supergraph.definitions.filter(hasFields)) {
    for (const directive of applied(node, 'join__type')) {
      const key = stringArgument(directive, 'key');
      if (key === undefined || key.includes('{') || isFalse(directive, 'resolvable')) continue;
      const fields = key.split(/[\s,]+/).filter((name) => name !== '' && name !== '__typename');
      listIn(keys, `${names.get(enumArgument(directive, 'graph') ?? '')} ${node.name.value}`).push(fields);
    }
  }
  return keys;
}
