/** Field sets, as in `@key(fields:)`, `@requires(fields:)` and `@provides(fields:)`, read with the supergraph's types. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fieldsIn } from '../engine/fetched-fields.ts';
import { type PossibleTypes, typesOf } from '../engine/possible-types.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { applied, enumArgument, isTrue, namedTypeOf, selectionSetOf, stringArgument } from './applied-directives.ts';

export interface FieldSets {
  /** `graph Type.field`: what is in a key there, of the type itself or of objects within. */
  readonly inKeys: ReadonlySet<string>;
  /** The same for what is required there. */
  readonly required: ReadonlySet<string>;
  /** Whether a subgraph resolves all fields of a key. */
  resolvesKey(type: string, key: string, graph: string | undefined): boolean;
  /** Whether a subgraph gives all fields of a key, and none is ever null: whoever has the object there has its key. */
  givesKey(type: string, key: string, graph: string | undefined): boolean;
  /**
   * A field set of a type without what is not to stay, and without objects of which nothing does: `''` where nothing is left.
   * @param keeps whether a field of a type is to stay.
   */
  filter(fieldSet: string, type: string, keeps: (type: string, field: string) => boolean): string;
}

export function fieldSets(supergraph: DocumentNode, possibleTypes: PossibleTypes): FieldSets {
  const types = supergraph.definitions.filter(hasFields);
  const definitions = new Map<string, FieldDefinitionNode>();
  for (const { name, fields } of types) {
    for (const field of fields ?? []) definitions.set(`${name.value}.${field.name.value}`, field);
  }
  const typeOf = (coordinate: string): string => {
    const definition = definitions.get(coordinate);
    return definition ? namedTypeOf(print(definition.type)) : '';
  };

  /** Of all fields of a set, and those within. */
  function* coordinatesIn(set: SelectionSetNode | undefined, of: string): Generator<string> {
    for (const { field, type = of } of fieldsIn(set, of)) {
      const coordinate = `${type}.${field.name.value}`;
      yield coordinate;
      if (field.selectionSet) yield* coordinatesIn(field.selectionSet, typeOf(coordinate));
    }
  }

  const inKeys = new Set<string>();
  const required = new Set<string>();
  for (const node of types) {
    const add = (directive: ConstDirectiveNode, argument: string, sets: Set<string>): void => {
      const fieldSet = stringArgument(directive, argument);
      if (fieldSet === undefined) return;
      for (const coordinate of coordinatesIn(selectionSetOf(fieldSet), node.name.value)) {
        const [parent = '', field] = coordinate.split('.');
        for (const type of typesOf(parent, possibleTypes))
          sets.add(`${enumArgument(directive, 'graph')} ${type}.${field}`);
      }
    };
    for (const each of applied(node, 'join__type')) add(each, 'key', inKeys);
    for (const field of node.fields ?? []) {
      for (const each of applied(field, 'join__field')) add(each, 'requires', required);
    }
  }

  /** A type of which no field says so resolves them all, wherever it is. */
  function resolves(coordinate: string, graph: string | undefined): boolean {
    const field = definitions.get(coordinate);
    const declared = field ? applied(field, 'join__field') : [];
    return declared.length === 0 || declared.some((each) => enumArgument(each, 'graph') === graph && isResolved(each));
  }

  function isSure(coordinate: string): boolean {
    const field = definitions.get(coordinate);
    const declared = field ? applied(field, 'join__field') : [];
    const mayMove = declared.some((each) => stringArgument(each, 'overrideLabel') !== undefined);
    return field?.type.kind === Kind.NON_NULL_TYPE && !mayMove;
  }

  const isOfAll = (type: string, key: string, holds: (coordinate: string) => boolean): boolean =>
    [...coordinatesIn(selectionSetOf(key), type)].every(holds);

  return {
    inKeys,
    required,
    resolvesKey: (type, key, graph) => isOfAll(type, key, (coordinate) => resolves(coordinate, graph)),
    givesKey: (type, key, graph) =>
      isOfAll(type, key, (coordinate) => resolves(coordinate, graph) && isSure(coordinate)),
    filter(fieldSet, type, keeps) {
      function kept({ selections }: SelectionSetNode, parent: string): SelectionNode[] {
        return selections.flatMap((selection): SelectionNode[] => {
          if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
          const name = selection.kind === Kind.FIELD ? selection.name.value : undefined;
          if (name !== undefined && !keeps(parent, name)) return [];
          const { selectionSet } = selection;
          if (!selectionSet) return [selection];
          const below =
            selection.kind === Kind.FIELD ? typeOf(`${parent}.${name}`) : selection.typeCondition?.name.value;
          const inner = kept(selectionSet, below ?? parent);
          return inner.length === 0 ? [] : [{ ...selection, selectionSet: { ...selectionSet, selections: inner } }];
        });
      }
      return kept(selectionSetOf(fieldSet), type).map(print).join(' ');
    },
  };
}

/** Whether the subgraph of a `@join__field` gives the field on every way to the object, or knows how to. */
export const isResolved = (directive: ConstDirectiveNode): boolean =>
  !isTrue(directive, 'external') && !isTrue(directive, 'usedOverridden');
