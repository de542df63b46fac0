/**
 * Entities come back as a list, in the order of the representations (Apollo Federation subgraph specification, "Resolving
 * entities"). A subgraph that mixes the order up would give one customer's numbers to another, so each entity is asked
 * for its key again, under a name that nothing else has.
 */
import {
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
} from 'graphql';
import type { Data } from '../data.ts';
import type { Fetch } from '../plan.ts';
import type { EntityKeys } from '../planner.ts';
import { type PossibleTypes, typesOf } from '../possible-types.ts';
import { own } from './own.ts';
import type { Representation } from './representation.ts';

export interface KeyCheck {
  /** The response key under which the key field comes back. */
  readonly alias: string;
  /** Where the engine's data have it. */
  readonly source: string;
}

/** By the `__typename` of the object that was represented. */
export type KeyChecks = ReadonlyMap<string, readonly KeyCheck[]>;

/** The operation of a fetch with the keys of its entities, and what is compared, by the response key of `_entities`. */
export function askingKeysBack(
  { operation, subgraph }: Fetch,
  representations: ReadonlyMap<string, Representation>,
  keys: EntityKeys,
  possibleTypes: PossibleTypes,
): { readonly operation: string; readonly checks: ReadonlyMap<string, KeyChecks> } {
  const document = parse(operation, { noLocation: true });
  const checks = new Map<string, KeyChecks>();
  let count = 0;
  const withKeys = (field: FieldNode): FieldNode => {
    const responseKey = (field.alias ?? field.name).value;
    const representation = representations.get(responseKey);
    if (!representation || !field.selectionSet) return field;
    const ofTypes = new Map<string, KeyCheck[]>();
    const selections = field.selectionSet.selections.map((selection): SelectionNode => {
      if (selection.kind !== Kind.INLINE_FRAGMENT || !selection.typeCondition) return selection;
      const condition = selection.typeCondition.name.value;
      const names = keys.get(condition)?.get(subgraph) ?? [];
      const types = typesOf(condition, possibleTypes).filter((type) => representation.has(type));
      const sent = (name: string): boolean =>
        types.every((type) => representation.get(type)?.some((each) => each.name === name && !each.fields));
      if (names.length === 0 || types.length === 0 || !names.every(sent)) return selection;
      const added = names.map((name) => ({ name, alias: `__k${count++}` }));
      for (const type of types) {
        const found = added.map(({ name, alias }) => {
          const source = representation.get(type)?.find((each) => each.name === name)?.source ?? name;
          return { alias, source };
        });
        ofTypes.set(type, [...(ofTypes.get(type) ?? []), ...found]);
      }
      return withFields(selection, added);
    });
    checks.set(responseKey, ofTypes);
    return { ...field, selectionSet: { ...field.selectionSet, selections } };
  };
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? withRootFields(definition, withKeys) : definition,
  );
  if (count === 0) return { operation, checks };
  return { operation: stripIgnoredCharacters(print({ ...document, definitions })), checks };
}

/** Whether the entity is the one that was asked for, as far as it says. */
export function isSame(object: Data, entity: Data, checks: KeyChecks): boolean {
  for (const { alias, source } of checks.get(object.__typename as string) ?? []) {
    const [asked, answered] = [own(object, source), entity[alias]];
    if (typeof answered === 'object' || answered === undefined || answered === asked) continue;
    if (typeof asked === 'object' && asked !== null) continue;
    // A number to one subgraph may be an ID to another.
    if (String(answered) !== String(asked)) return false;
  }
  return true;
}

/** Whether an error is about a key that was asked back: then the subgraph cannot give it, and has to be believed. */
export function isAboutKeyCheck(path: readonly unknown[] | undefined): boolean {
  return path?.some((key) => typeof key === 'string' && /^__k\d/.test(key)) ?? false;
}

function withRootFields(operation: OperationDefinitionNode, change: (field: FieldNode) => FieldNode) {
  const selections = operation.selectionSet.selections.map((selection) =>
    selection.kind === Kind.FIELD ? change(selection) : selection,
  );
  return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
}

function withFields(
  fragment: InlineFragmentNode,
  added: readonly { readonly name: string; readonly alias: string }[],
): InlineFragmentNode {
  const fields = added.map(
    ({ name, alias }): FieldNode => ({
      kind: Kind.FIELD,
      alias: { kind: Kind.NAME, value: alias },
      name: { kind: Kind.NAME, value: name },
    }),
  );
  const { selectionSet } = fragment;
  return { ...fragment, selectionSet: { ...selectionSet, selections: [...fields, ...selectionSet.selections] } };
}
