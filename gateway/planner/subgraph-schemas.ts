/** What each subgraph knows of the supergraph's types (https://specs.apollo.dev/join/v0.5). */
import { type ConstDirectiveNode, type DocumentNode, Kind, print } from 'graphql';
import { listIn } from '../engine/list-in.ts';
import type { PossibleTypes } from '../engine/possible-types.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { applied, enumArgument, isTrue, stringArgument } from './applied-directives.ts';
import type { FieldSets } from './field-sets.ts';
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
  /** Part of a key there: known of objects that were found by it, even where it is external. */
  readonly isOfKey: boolean;
  /** Selections, as in `@requires(fields:)`. */
  readonly requires: string | undefined;
  readonly provides: string | undefined;
}

/** By the subgraph's name. */
export function subgraphSchemas(
  supergraph: DocumentNode,
  { inKeys }: FieldSets,
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
  for (const node of supergraph.definitions) {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const each of applied(node, 'join__unionMember')) {
        addPossible(each, node.name.value, stringArgument(each, 'member') ?? '');
      }
    }
    if (!hasFields(node)) continue;
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
        const isOfKey = inKeys.has(`${enumArgument(each, 'graph')} ${type}.${field.name.value}`);
        schemaOf(each)?.fields.set(`${type}.${field.name.value}`, {
          type: stringArgument(each, 'type') ?? print(field.type),
          isExternal: isGone || isTrue(each, 'external'),
          isOfKey: !isGone && isOfKey,
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

const emptySchema = () => ({
  fields: new Map<string, SubgraphField>(),
  possibleTypes: new Map<string, Set<string>>(),
  interfaceObjects: new Set<string>(),
});
