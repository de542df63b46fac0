import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
} from 'graphql';
import { type PossibleTypes, typesOf } from '../engine/possible-types.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { applied, enumArgument, isFalse, isTrue, namedTypeOf, stringArgument } from './applied-directives.ts';
import { type FieldSets, isResolved } from './field-sets.ts';

/**
 * What a subgraph provides on one way (`@provides(fields: "sku")`, `sku: ID! @external`) and others have in a key, planners
 * ask it for on all ways, to go on to those others. Where a key of its own leads to somebody who resolves the field,
 * planners do not see that it provides it: a fetch more on that way, and on no way a value that it does not vouch for.
 */
export function withoutProvidedKeys(
  document: DocumentNode,
  sets: FieldSets,
  possibleTypes: PossibleTypes,
): DocumentNode {
  const leftOut = providedKeys(document, sets);
  if (leftOut.size === 0) return document;
  const changed = (directive: ConstDirectiveNode, coordinate: string, type: string): ConstDirectiveNode[] => {
    const graph = enumArgument(directive, 'graph');
    if (leftOut.has(`${graph} ${coordinate}`)) return [];
    const provides = stringArgument(directive, 'provides');
    if (provides === undefined) return [directive];
    const provided = stringArgument(directive, 'type') ?? type;
    const left = sets.filter(provides, namedTypeOf(provided), (parent, field) =>
      typesOf(parent, possibleTypes).every((each) => !leftOut.has(`${graph} ${each}.${field}`)),
    );
    return [withProvides(directive, left)];
  };
  const definitions = document.definitions.map((node) => {
    if (!hasFields(node)) return node;
    const fields = node.fields?.map((field): FieldDefinitionNode => {
      const coordinate = `${node.name.value}.${field.name.value}`;
      const directives = field.directives?.flatMap((each) => changed(each, coordinate, print(field.type)));
      return { ...field, ...(directives && { directives }) };
    });
    return { ...node, ...(fields && { fields }) };
  });
  return { ...document, definitions };
}

/** @param fieldSet where it is empty, nothing is provided. */
function withProvides(directive: ConstDirectiveNode, fieldSet: string): ConstDirectiveNode {
  const args = directive.arguments?.flatMap((argument) => {
    if (argument.name.value !== 'provides') return [argument];
    return fieldSet === '' ? [] : [{ ...argument, value: { kind: Kind.STRING as const, value: fieldSet } }];
  });
  return { ...directive, ...(args && { arguments: args }) };
}

/** `graph Type.field`: what a subgraph declares only to provide it, others have in a key, and a key of its own leads to. */
function providedKeys(document: DocumentNode, sets: FieldSets): ReadonlySet<string> {
  const { inKeys, required } = sets;
  const inAnyKey = new Set([...inKeys].map((each) => each.slice(each.indexOf(' ') + 1)));
  const faces = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.INTERFACE_TYPE_DEFINITION ? [[node.name.value, node.fields ?? []] as const] : [],
    ),
  );
  const isOfInterface = (object: ObjectTypeDefinitionNode, name: string, graph: string): boolean =>
    applied(object, 'join__implements').some((each) => {
      if (enumArgument(each, 'graph') !== graph) return false;
      const field = faces.get(stringArgument(each, 'interface') ?? '')?.find((found) => found.name.value === name);
      const declared = field ? applied(field, 'join__field') : [];
      return field && (declared.length === 0 || declared.some((found) => enumArgument(found, 'graph') === graph));
    });
  const found = new Set<string>();
  for (const object of document.definitions) {
    if (object.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of object.fields ?? []) {
      const coordinate = `${object.name.value}.${field.name.value}`;
      if (!inAnyKey.has(coordinate)) continue;
      for (const directive of applied(field, 'join__field')) {
        const graph = enumArgument(directive, 'graph') ?? '';
        const name = `${graph} ${coordinate}`;
        if (!isTrue(directive, 'external') || inKeys.has(name) || required.has(name)) continue;
        if (isOfInterface(object, field.name.value, graph)) continue;
        if (isReachable(object, field, graph, sets)) found.add(name);
      }
    }
  }
  return found;
}

/** Whether a key that a subgraph gives leads to one that resolves the field. */
function isReachable(
  object: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode,
  graph: string,
  { givesKey }: FieldSets,
): boolean {
  const types = applied(object, 'join__type');
  const ownKeys = types.flatMap((each) =>
    enumArgument(each, 'graph') === graph ? (stringArgument(each, 'key') ?? []) : [],
  );
  const given = ownKeys.filter((key) => givesKey(object.name.value, key, graph));
  const resolving = applied(field, 'join__field').flatMap((each) =>
    isResolved(each) && stringArgument(each, 'requires') === undefined ? enumArgument(each, 'graph') : [],
  );
  return types.some(
    (each) =>
      resolving.includes(enumArgument(each, 'graph')) &&
      !isFalse(each, 'resolvable') &&
      given.includes(stringArgument(each, 'key') ?? ''),
  );
}
