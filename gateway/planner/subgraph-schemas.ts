/** What each subgraph knows of the supergraph's types (https://specs.apollo.dev/join/v0.5). */
import { type ConstDirectiveNode, type DocumentNode, Kind, print, type SelectionSetNode } from 'graphql';
import { type PossibleTypes, typesOf } from '../engine/possible-types.ts';
import { applied, enumArgument, isTrue, selectionSetOf, stringArgument } from './applied-directives.ts';
import { subgraphNames } from './supergraph-facts.ts';

export interface SubgraphSchema {
  /** By coordinate: `Order.total`. */
  readonly fields: ReadonlyMap<string, SubgraphField>;
  /**
   * The object types that an object, an interface or a union may be here, by its name. An interface that is an object here
   * (`@interfaceObject`) may be anything that it is elsewhere.
   */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly interfaceObjects: ReadonlySet<string>;
}

export interface SubgraphField {
  /** As the subgraph declares it: `[Order!]!`. */
  readonly type: string;
  readonly isExternal: boolean;
  /** Selections, as in `@requires(fields:)`. */
  readonly requires: string | undefined;
  readonly provides: string | undefined;
}

/** By the subgraph's name. */
export function subgraphSchemas(
  supergraph: DocumentNode,
  possibleTypes: PossibleTypes,
): ReadonlyMap<string, SubgraphSchema> {
  const names = subgraphNames(supergraph);
  const schemas = new Map([...names.values()].map((name) => [name, emptySchema()]));
  const schemaOf = (directive: ConstDirectiveNode) =>
    schemas.get(names.get(enumArgument(directive, 'graph') ?? '') ?? '');
  const addPossible = (directive: ConstDirectiveNode, type: string | undefined, object: string): void => {
    if (type === undefined) return;
    const possible = schemaOf(directive)?.possibleTypes;
    possible?.set(type, (possible.get(type) ?? new Set()).add(object));
  };
  const keyFields = fieldsOfKeys(supergraph, possibleTypes);
  for (const node of supergraph.definitions) {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const each of applied(node, 'join__unionMember')) {
        addPossible(each, node.name.value, stringArgument(each, 'member') ?? '');
      }
    }
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const type = node.name.value;
    for (const each of applied(node, 'join__type')) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION) addPossible(each, type, type);
      else if (isTrue(each, 'isInterfaceObject')) {
        schemaOf(each)?.interfaceObjects.add(type);
        for (const object of possibleTypes.get(type) ?? []) addPossible(each, type, object);
      }
    }
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const each of applied(node, 'join__implements')) addPossible(each, stringArgument(each, 'interface'), type);
    }
    for (const field of node.fields ?? []) {
      const declared = applied(field, 'join__field');
      // Without `join__field`, the field is as it stands in all subgraphs that have the type.
      for (const each of declared.length > 0 ? declared : applied(node, 'join__type')) {
        // Of a field that has moved away (`@override`), some interface still needs the declaration; only with a label may
        // it be resolved here yet.
        const isGone = isTrue(each, 'usedOverridden') && stringArgument(each, 'overrideLabel') === undefined;
        const isOfKey = keyFields.has(`${enumArgument(each, 'graph')} ${type}.${field.name.value}`);
        schemaOf(each)?.fields.set(`${type}.${field.name.value}`, {
          type: stringArgument(each, 'type') ?? print(field.type),
          // A key is known whoever declares it: objects could not be referred to otherwise.
          isExternal: isGone || (isTrue(each, 'external') && !isOfKey),
          requires: stringArgument(each, 'requires'),
          provides: stringArgument(each, 'provides'),
        });
      }
    }
  }
  return schemas;
}

/** Where an interface is an object, so are the types of it that the subgraph does not know. */
export function fieldOf(type: string, name: string, schema: SubgraphSchema): SubgraphField | undefined {
  const { fields, interfaceObjects, possibleTypes } = schema;
  const own = fields.get(`${type}.${name}`);
  if (own || interfaceObjects.size === 0) return own;
  const face = [...interfaceObjects].find((each) => possibleTypes.get(each)?.has(type));
  return fields.get(`${face}.${name}`);
}

/** An index of the subgraphs that may have a field of a type. */
export function schemasByField(schemas: Iterable<SubgraphSchema>) {
  const byCoordinate = new Map<string, SubgraphSchema[]>();
  const withInterfaceObjects: SubgraphSchema[] = [];
  for (const schema of schemas) {
    if (schema.interfaceObjects.size > 0) withInterfaceObjects.push(schema);
    else for (const coordinate of schema.fields.keys()) listIn(byCoordinate, coordinate).push(schema);
  }
  return (type: string, field: string): readonly SubgraphSchema[] => [
    ...(byCoordinate.get(`${type}.${field}`) ?? []),
    ...withInterfaceObjects,
  ];
}

/** `graph Type.field`: what is in a key there, of the type itself or of objects within its key. */
function fieldsOfKeys(supergraph: DocumentNode, possibleTypes: PossibleTypes): ReadonlySet<string> {
  const declaring = supergraph.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  const types = new Map<string, string>();
  for (const { name, fields = [] } of declaring) {
    for (const field of fields) types.set(`${name.value}.${field.name.value}`, namedTypeOf(print(field.type)));
  }
  const found = new Set<string>();
  const add = (graph: string, type: string, { selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        add(graph, selection.typeCondition?.name.value ?? type, selection.selectionSet);
        continue;
      }
      const name = selection.name.value;
      for (const each of typesOf(type, possibleTypes)) found.add(`${graph} ${each}.${name}`);
      if (selection.selectionSet) add(graph, types.get(`${type}.${name}`) ?? '', selection.selectionSet);
    }
  };
  for (const node of declaring) {
    for (const each of applied(node, 'join__type')) {
      const key = stringArgument(each, 'key');
      if (key !== undefined) add(enumArgument(each, 'graph') ?? '', node.name.value, selectionSetOf(key));
    }
  }
  return found;
}

function listIn<Value>(lists: Map<string, Value[]>, key: string): Value[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

const emptySchema = () => ({
  fields: new Map<string, SubgraphField>(),
  possibleTypes: new Map<string, Set<string>>(),
  interfaceObjects: new Set<string>(),
});

/** `[[Order!]]!` → `Order` */
export const namedTypeOf = (type: string): string => type.replace(/[[\]!]/g, '');
