/** The sets of fields in `@key`, `@requires` and `@provides`, as texts that compare and as the coordinates that they name. */
import { Kind, parse, print, type SelectionSetNode } from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { namedTypeOf } from '../planner/applied-directives.ts';

/** What has to be known of the types that sets of fields lead through. */
export interface FieldTypes {
  /** The named type of a field. */
  typeOf(type: string, field: string): string | undefined;
  /** The objects behind an interface. */
  implementers(type: string): readonly string[];
  /** Whether a type is an entity, or a root: what is read of it is read of its owner, not of whoever refers to it. */
  isEntity(type: string): boolean;
}

export interface NamedField {
  readonly coordinate: string;
  /** The nearest entity on the way to the field: whose data this is. */
  readonly within: string;
}

/** Fields in the order of the set; those of interfaces stand for those of their objects as well. */
export function fieldsNamed(fields: SelectionSetNode, type: string, types: FieldTypes): NamedField[] {
  const named: NamedField[] = [];
  const walk = (set: SelectionSetNode, on: string, outer: string): void => {
    const within = types.isEntity(on) ? on : outer;
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? on, within);
      } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
        const { name, selectionSet } = selection;
        for (const each of [on, ...types.implementers(on)]) {
          named.push({ coordinate: `${each}.${name.value}`, within: each === on ? within : each });
        }
        const next = types.typeOf(on, name.value);
        if (selectionSet && next !== undefined) walk(selectionSet, namedTypeOf(next), within);
      }
    }
  };
  walk(fields, type, type);
  return named;
}

/** Reads each text once: a thousand types have the key `id`. */
export function fieldSetReader(): (fields: string) => SelectionSetNode {
  const read = new Map<string, SelectionSetNode>();
  return (fields) => {
    const known = read.get(fields);
    if (known) return known;
    const text = fields.trimStart().startsWith('{') ? fields : `{${fields}}`;
    const [operation] = parse(text, { noLocation: true }).definitions;
    invariant(operation?.kind === Kind.OPERATION_DEFINITION, 'a set of fields is a selection');
    const sorted = inOrder(operation.selectionSet);
    read.set(fields, sorted);
    return sorted;
  };
}

/** `b a { d c }` and `a { c d } b` are one key. */
function inOrder({ kind, selections }: SelectionSetNode): SelectionSetNode {
  const sorted = selections.map((each) =>
    'selectionSet' in each && each.selectionSet ? { ...each, selectionSet: inOrder(each.selectionSet) } : each,
  );
  return { kind, selections: sorted.sort((a, b) => (print(a) < print(b) ? -1 : 1)) };
}

export const textOfFields = (fields: SelectionSetNode): string =>
  print(fields)
    .replace(/\n\s*/g, ' ')
    .replace(/^\{ | \}$/g, '');
