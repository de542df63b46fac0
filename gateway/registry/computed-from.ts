/**
 * What a subgraph is sent of others' fields to resolve one of its own (`@requires`, `@fromContext`; join spec 0.5): the value
 * may say anything of theirs. What is said of a field of an interface is true of each of its objects: an `@interfaceObject`
 * resolves the field for all of them. And a value read through an interface is the value of one of the objects.
 */
import { type DocumentNode, type FieldDefinitionNode, isTypeDefinitionNode, Kind } from 'graphql';
import { hasFields, type TypeWithFields } from '../engine/type-definitions.ts';
import { applied, stringArgument } from '../planner/applied-directives.ts';
import { rootTypes } from '../planner/root-types.ts';
import { contextSelections, typesWithContext } from './context-arguments.ts';
import { directiveOrigins } from './directive-origins.ts';
import { fieldSetReader, fieldsNamed } from './named-fields.ts';
import { typesForFieldSets } from './types-for-field-sets.ts';

/** @param joinField the name of `@join__field` in the document */
export function fieldSources(
  document: DocumentNode,
  joinField: string,
): (type: TypeWithFields, field: FieldDefinitionNode) => readonly string[] {
  const types = document.definitions.filter(isTypeDefinitionNode);
  const fieldTypes = typesForFieldSets({ types, roots: new Set(Object.values(rootTypes(document))) }, new Set());
  const withContext = typesWithContext({ types, originOf: directiveOrigins(document) });
  const interfaces = new Map(
    types.filter(hasFields).flatMap((type) => {
      if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
      return [[type.name.value, new Map(type.fields?.map((field) => [field.name.value, field]))] as const];
    }),
  );
  const readFields = fieldSetReader();

  return (type, field) => {
    const on = type.name.value;
    const name = field.name.value;
    const inherited = (type.interfaces ?? []).flatMap((each) => interfaces.get(each.name.value)?.get(name) ?? []);
    const sources = new Set<string>();
    const add = (fields: string, from: string): void => {
      for (const { coordinate } of fieldsNamed(readFields(fields), from, fieldTypes)) sources.add(coordinate);
    };
    for (const join of [field, ...inherited].flatMap((each) => applied(each, joinField))) {
      const requires = stringArgument(join, 'requires');
      if (requires !== undefined) add(requires, on);
      for (const { context, selection } of contextSelections(join)) {
        for (const from of withContext.get(context) ?? []) add(selection, from);
      }
    }
    if (interfaces.has(on)) for (const each of fieldTypes.implementers(on)) sources.add(`${each}.${name}`);
    sources.delete(`${on}.${name}`);
    return sources.size > 0 ? [...sources] : none;
  };
}

const none: readonly string[] = [];
