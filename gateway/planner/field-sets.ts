/** Field sets, as in `@key(fields:)`, `@requires(fields:)` and `@provides(fields:)`, read with the supergraph's types. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type PossibleTypes, typesOf } from '../engine/possible-types.ts';
import { applied, enumArgument, isTrue, namedTypeOf, selectionSetOf, stringArgument } from './applied-directives.ts';

/**
 * Leaves out of a field set of a type what is not to stay, and objects of which nothing does: `''` where nothing is left.
 * @param keeps whether a field of a type is to stay.
 */
export type FieldSetFilter = (
  fieldSet: string,
  type: string,
  keeps: (type: string, field: string) => boolean,
) => string;

export function fieldSetFilter(supergraph: DocumentNode): FieldSetFilter {
  const types = new Map<string, string>();
  for (const { name, fields } of declaring(supergraph)) {
    for (const field of fields ?? []) types.set(`${name.value}.${field.name.value}`, namedTypeOf(print(field.type)));
  }
  return (fieldSet, type, keeps) => {
    function kept({ selections }: SelectionSetNode, parent: string): SelectionNode[] {
      return selections.flatMap((selection): SelectionNode[] => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
        const name = selection.kind === Kind.FIELD ? selection.name.value : undefined;
        if (name !== undefined && !keeps(parent, name)) return [];
        const { selectionSet } = selection;
        if (!selectionSet) return [selection];
        const below =
          selection.kind === Kind.FIELD ? types.get(`${parent}.${name}`) : selection.typeCondition?.name.value;
        const inner = kept(selectionSet, below ?? parent);
        return inner.length === 0 ? [] : [{ ...selection, selectionSet: { ...selectionSet, selections: inner } }];
      });
    }
    return kept(selectionSetOf(fieldSet), type).map(print).join(' ');
  };
}

/** `graph Type.field`: what is in a key there, or is required there, of the type itself or of objects within. */
export function fieldsInSets(
  supergraph: DocumentNode,
  argument: 'key' | 'requires',
  possibleTypes: PossibleTypes,
): ReadonlySet<string> {
  const filter = fieldSetFilter(supergraph);
  const found = new Set<string>();
  for (const node of declaring(supergraph)) {
    const declared =
      argument === 'key'
        ? applied(node, 'join__type')
        : (node.fields?.flatMap((field) => applied(field, 'join__field')) ?? []);
    for (const each of declared) {
      const fieldSet = stringArgument(each, argument);
      if (fieldSet === undefined) continue;
      filter(fieldSet, node.name.value, (parent, field) => {
        for (const type of typesOf(parent, possibleTypes)) found.add(`${enumArgument(each, 'graph')} ${type}.${field}`);
        return true;
      });
    }
  }
  return found;
}

/** Whether a subgraph gives all fields of a key, which are the object's own and never null: whoever has the object has it. */
export function givesKey(type: ObjectTypeDefinitionNode, key: string, graph: string | undefined): boolean {
  if (key.includes('{')) return false;
  return key.split(/[\s,]+/).every((name) => {
    const field = type.fields?.find((each) => each.name.value === name);
    const declared = field ? applied(field, 'join__field') : [];
    const isResolved = (each: ConstDirectiveNode): boolean =>
      enumArgument(each, 'graph') === graph && !isTrue(each, 'external') && !isTrue(each, 'usedOverridden');
    const mayMove = declared.some((each) => stringArgument(each, 'overrideLabel') !== undefined);
    return field?.type.kind === Kind.NON_NULL_TYPE && !mayMove && (declared.length === 0 || declared.some(isResolved));
  });
}

const declaring = (supergraph: DocumentNode) =>
  supergraph.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
