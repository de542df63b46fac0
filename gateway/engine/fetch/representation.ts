/**
 * What is sent to find an entity in a subgraph (Apollo Federation subgraph specification, "Representations"). The
 * rewrites of a plan are applied to this description, once, and not to every representation.
 */

import type { EntityFetch, Requirement, Rewrite, RewritePath } from '../plan.ts';
import { isOf, type PossibleTypes, typesOf } from '../possible-types.ts';

/** Fields by the `__typename` of the object that is represented; other objects are none of the fetch's. */
export type Representation = ReadonlyMap<string, readonly RepresentationField[]>;

export interface RepresentationField {
  /** The key in the representation. */
  readonly name: string;
  /** The key in the engine's data. */
  readonly source: string;
  /** Sent whatever the data say. */
  readonly constant?: unknown;
  readonly fields?: readonly RepresentationField[];
  /** Where the data hold objects of several types: only for these. */
  readonly onlyOf?: ReadonlySet<string>;
  /** Sent where it is there. */
  readonly optional?: true;
}

export function representationOf(fetch: EntityFetch, possibleTypes: PossibleTypes): Representation {
  const byType = new Map<string, readonly RepresentationField[]>();
  for (const requirement of fetch.requires) {
    if (requirement.kind !== 'InlineFragment') continue;
    const fields = fieldsOf(requirement.selections, possibleTypes);
    for (const type of typesOf(requirement.typeCondition, possibleTypes)) {
      byType.set(type, merged([...(byType.get(type) ?? []), ...fields]));
    }
  }
  for (const rewrite of fetch.inputRewrites ?? []) {
    for (const [type, fields] of byType) {
      byType.set(
        type,
        rewritten(fields, rewrite, rewrite.path, (names) => names.some((name) => isOf(type, name, possibleTypes))),
      );
    }
  }
  return byType;
}

function fieldsOf(requirements: readonly Requirement[], possibleTypes: PossibleTypes, onlyOf?: ReadonlySet<string>) {
  return requirements.flatMap((requirement): RepresentationField[] => {
    if (requirement.kind === 'InlineFragment') {
      return fieldsOf(
        requirement.selections,
        possibleTypes,
        new Set(typesOf(requirement.typeCondition, possibleTypes)),
      );
    }
    const { name: source, alias: name = source, selections = [] } = requirement;
    const fields = selections.length > 0 ? { fields: named(merged(fieldsOf(selections, possibleTypes))) } : {};
    return [{ name, source, ...fields, ...(onlyOf && { onlyOf }) }];
  });
}

/** An object of one of several types says which, also where the planner forgot to ask for it. */
function named(fields: readonly RepresentationField[]): readonly RepresentationField[] {
  if (!fields.some(({ onlyOf }) => onlyOf) || fields.some(({ name }) => name === '__typename')) return fields;
  return [{ name: '__typename', source: '__typename', optional: true }, ...fields];
}

/** A field that two requirements name is sent once. */
function merged(fields: readonly RepresentationField[]): RepresentationField[] {
  const found: RepresentationField[] = [];
  for (const field of fields) {
    const at = found.findIndex((each) => each.name === field.name && each.onlyOf === field.onlyOf);
    const before = found[at];
    if (!before) found.push(field);
    else if (before.fields && field.fields) {
      found[at] = { ...before, fields: merged([...before.fields, ...field.fields]) };
    }
  }
  return found;
}

function rewritten(
  fields: readonly RepresentationField[],
  rewrite: Rewrite,
  [first, ...rest]: RewritePath,
  ofType: (names: readonly string[]) => boolean,
): readonly RepresentationField[] {
  if (first === undefined) return fields;
  if (typeof first !== 'string') return ofType(first.types) ? rewritten(fields, rewrite, rest, ofType) : fields;
  return fields.map((field) => {
    if (field.name !== first) return field;
    if (rest.length > 0) return { ...field, fields: rewritten(field.fields ?? [], rewrite, rest, () => true) };
    return rewrite.kind === 'ValueSetter' ? { ...field, constant: rewrite.value } : { ...field, name: rewrite.key };
  });
}
