/**
 * What each subgraph says of a type and its fields (`@join__type`, `@join__field`; join spec 0.5). Two facts are not in
 * the text, but follow from it:
 * - Whose field is needed. `@requires`, `@provides` and `@key` name fields of others; the fact stands on those, too.
 * - Who answers for a field. Without `@join__field`, all subgraphs that have the type; with one that names no subgraph, those
 *   that have an interface as an object (`@interfaceObject`). Of a type that nobody has a key for, a subgraph answers only for
 *   objects that it brought itself, and everybody who refers to an entity has its key: neither takes anything from others.
 */
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeDefinitionNode,
} from 'graphql';
import { hasFields, type TypeWithFields } from '../engine/type-definitions.ts';
import { applied, enumArgument, isTrue, stringArgument } from '../planner/applied-directives.ts';
import { contextSelections, typesWithContext } from './context-arguments.ts';
import type { Say } from './facts.ts';
import { fieldSetReader, fieldsNamed, textOfFields } from './named-fields.ts';
import type { SupergraphTypes, TypeJoin } from './supergraph-types.ts';
import { typesForFieldSets } from './types-for-field-sets.ts';

/** @param isAlike types of which only is said what concerns fields of others, too */
export function saySubgraphs(
  graph: SupergraphTypes,
  entities: ReadonlySet<string>,
  isAlike: (type: string) => boolean,
  say: Say,
): void {
  const { types, joins, roots, subgraphs } = graph;
  const fieldTypes = typesForFieldSets(graph, entities);
  const readFields = fieldSetReader();
  const withContext = typesWithContext(graph);
  const fields = new Map(types.filter(hasFields).map((type) => [type.name.value, type]));
  // What refers to an entity: by subgraph and coordinate.
  const keyFields = new Set<string>();
  for (const [type, said] of joins) sayKeys(type, said);
  for (const type of types) {
    const isSaid = !isAlike(type.name.value);
    if (hasFields(type)) for (const field of type.fields ?? []) sayField(type, field, isSaid);
    if (type.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION || !isSaid) continue;
    for (const field of type.fields ?? []) sayInput(type, field);
  }

  function sayKeys(type: string, said: readonly TypeJoin[]): void {
    for (const { subgraph, key, isResolvable, isInterfaceObject, isExtension } of said) {
      const declared = isInterfaceObject ? 'as an interface object' : isExtension ? 'as an extension' : 'declared';
      say(type, 'declared', declared, { subgraph });
      if (key === undefined) continue;
      const read = readFields(key);
      const text = textOfFields(read);
      const written = isResolvable ? text : `${text}${notResolvable}`;
      say(type, 'key', written, { subgraph, detail: written });
      // Whoever has a key for an interface, and its objects, is asked which of these an object is.
      const isInterface = fields.get(type)?.kind === Kind.INTERFACE_TYPE_DEFINITION;
      if (isInterface && isResolvable && !isInterfaceObject) say(type, 'resolver', allRequests, { subgraph });
      for (const { coordinate } of fieldsNamed(read, type, fieldTypes)) {
        keyFields.add(`${subgraph} ${coordinate}`);
        say(coordinate, 'key in', text, { subgraph, within: type, detail: `${type} ${text}` });
      }
    }
  }

  function sayField(type: TypeWithFields, field: FieldDefinitionNode, isSaid: boolean): void {
    const coordinate = `${type.name.value}.${field.name.value}`;
    const said = applied(field, 'join__field');
    for (const { subgraph, how } of isSaid ? resolversOf(type, field, said) : []) {
      const isOthers = how !== allRequests || answersForOthers(type, coordinate, subgraph);
      say(coordinate, isOthers ? 'resolver' : 'declared', isOthers ? how : 'declared', { subgraph });
    }
    for (const directive of said) {
      const subgraph = subgraphs.get(enumArgument(directive, 'graph') ?? '');
      if (subgraph === undefined) continue;
      if (isKnownOnly(directive)) say(coordinate, 'external', 'external', { subgraph });
      sayNeeds(type, field, directive, subgraph);
    }
  }

  function resolversOf(
    type: TypeWithFields,
    field: FieldDefinitionNode,
    said: readonly ConstDirectiveNode[],
  ): { readonly subgraph: string; readonly how: string }[] {
    if (said.length === 0) {
      return (joins.get(type.name.value) ?? []).map(({ subgraph }) => ({ subgraph, how: allRequests }));
    }
    const named = said.flatMap((directive) => {
      const subgraph = subgraphs.get(enumArgument(directive, 'graph') ?? '');
      return subgraph === undefined || isKnownOnly(directive) ? [] : { subgraph, how: requestsFor(directive) };
    });
    return said.some((directive) => enumArgument(directive, 'graph') !== undefined) ? named : injectedBy(type, field);
  }

  /** The subgraphs that give a field to all objects of an interface. */
  function injectedBy(type: TypeWithFields, field: FieldDefinitionNode): ReturnType<typeof resolversOf> {
    return (type.interfaces ?? []).flatMap(({ name }) => {
      const inherited = fields.get(name.value)?.fields?.find((each) => each.name.value === field.name.value);
      const from = fields.get(name.value);
      if (!inherited || !from) return [];
      const found = resolversOf(from, inherited, applied(inherited, 'join__field'));
      return found.filter(({ subgraph }) => isInterfaceObject(name.value, subgraph));
    });
  }

  function answersForOthers(type: TypeWithFields, coordinate: string, subgraph: string): boolean {
    const name = type.name.value;
    if (roots.has(name)) return true;
    if (!entities.has(name) || keyFields.has(`${subgraph} ${coordinate}`)) return false;
    return type.kind === Kind.OBJECT_TYPE_DEFINITION || isInterfaceObject(name, subgraph);
  }

  function isInterfaceObject(type: string, subgraph: string): boolean {
    return joins.get(type)?.some((join) => join.subgraph === subgraph && join.isInterfaceObject) === true;
  }

  function sayNeeds(
    type: TypeWithFields,
    field: FieldDefinitionNode,
    directive: ConstDirectiveNode,
    subgraph: string,
  ): void {
    const name = type.name.value;
    const from = `${name}.${field.name.value}`;
    const needed = (set: string, on: string): void => {
      for (const { coordinate, within } of fieldsNamed(readFields(set), on, fieldTypes)) {
        say(coordinate, 'required by', from, { subgraph, within, detail: from });
      }
    };
    const requires = stringArgument(directive, 'requires');
    if (requires !== undefined) {
      say(from, 'requires', textOfFields(readFields(requires)), { subgraph });
      needed(requires, name);
    }
    for (const { argument, context, selection } of contextSelections(directive)) {
      const text = `${argument} of ${context} ${selection}`;
      say(from, 'requires', text, { subgraph, detail: text });
      for (const on of withContext.get(context) ?? []) needed(selection, on);
    }
    const provides = stringArgument(directive, 'provides');
    const target = fieldTypes.typeOf(name, field.name.value);
    if (provides === undefined || target === undefined) return;
    say(from, 'provides', textOfFields(readFields(provides)), { subgraph });
    for (const { coordinate, within } of fieldsNamed(readFields(provides), target, fieldTypes)) {
      say(coordinate, 'provided by', from, { subgraph, within, detail: from });
    }
  }

  function sayInput(type: TypeDefinitionNode, field: InputValueDefinitionNode): void {
    const named = applied(field, 'join__field').map((each) => subgraphs.get(enumArgument(each, 'graph') ?? ''));
    const all = joins.get(type.name.value)?.map(({ subgraph }) => subgraph) ?? [];
    for (const subgraph of named.length > 0 ? named : all) {
      say(`${type.name.value}.${field.name.value}`, 'declared', 'declared', { subgraph });
    }
  }
}

/** Ends a key by which a subgraph refers to objects, and could not be asked for them. */
export const notResolvable = ', not resolvable';

/** What a subgraph answers for that answers for a field at all, and shares it with nobody by an `@override`. */
const allRequests = 'all requests';

function requestsFor(directive: ConstDirectiveNode): string {
  const label = stringArgument(directive, 'overrideLabel');
  const override = stringArgument(directive, 'override');
  const share = label === undefined ? allRequests : `requests ${override === undefined ? 'without' : 'with'} ${label}`;
  return override === undefined ? share : `${share}, instead of ${override}`;
}

/** Knows the field, but does not answer for it: because others do, or because others do instead. */
const isKnownOnly = (directive: ConstDirectiveNode): boolean =>
  isTrue(directive, 'external') || isTrue(directive, 'usedOverridden');
