/** What of a supergraph is so simple that it can be planned without a search (plain-plan.ts). */
import { type DocumentNode, type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, print } from 'graphql';
import { listIn } from '../engine/list-in.ts';
import { applied, namedTypeOf } from './applied-directives.ts';
import { simpleKeys } from './entity-keys.ts';
import type { SubgraphSchema } from './subgraph-schemas.ts';
import { subgraphNames } from './supergraph-facts.ts';

export interface PlainGraph {
  /** By coordinate. What is not plain is not among them. */
  readonly fields: ReadonlyMap<string, PlainField>;
  /**
   * The fields of each key by which a subgraph finds the objects of a type. None of them is ever null: an object could not be
   * found by a key that has no value.
   */
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
  const names = subgraphNames(supergraph);
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
  const keys = new Map<string, (readonly string[])[]>();
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
    for (const key of simpleKeys(node, names)) {
      if (!key.isResolvable || !key.fields.every((name) => isNeverNull(node, name))) continue;
      listIn(keys, `${key.subgraph} ${node.name.value}`).push(key.fields);
    }
  }
  return { fields, keysOf: (type, subgraph) => keys.get(`${subgraph} ${type}`) ?? [] };
}

/** Whoever resolves it needs or brings something of others, or does so for some requests only (join spec 0.5). */
const isIntricate = (field: FieldDefinitionNode): boolean =>
  applied(field, 'join__field').some(({ arguments: args = [] }) => args.some(({ name }) => intricate.has(name.value)));

const intricate: ReadonlySet<string> = new Set(['requires', 'provides', 'overrideLabel', 'contextArguments']);

const isNeverNull = ({ fields }: ObjectTypeDefinitionNode, name: string): boolean =>
  fields?.find((field) => field.name.value === name)?.type.kind === Kind.NON_NULL_TYPE;
