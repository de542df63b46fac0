/**
 * What whoever asks would be shown of an operation: by the same decisions, of the same shapes, as it would be answered with,
 * but without data. Two outcomes are the same where the answers are, whatever the data: a field that is denied where nothing
 * can be null takes along what stands around it, and then it makes no difference what that would have been. What several
 * masks leave of a value may coincide; as outcomes, different masks differ, and a mask from a denial. So do different conditions
 * on the rows that something shown is made from, whether or not there is a row that only one of them lets through.
 */
import {
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isListType,
  isNonNullType,
} from 'graphql';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Access, Restriction } from '../access.ts';
import type { GraphFacts } from '../planner.ts';
import type { Conditions } from './conditions.ts';
import { prepareOperation } from './prepare.ts';
import { refusedAmong } from './refused-inputs.ts';
import { restrictionsOf } from './restrictions.ts';
import { noRowSources, type RowSources, type RowsRead, rowsReadBy } from './rows-read.ts';
import { type FieldShape, type ObjectShape, shapeOf } from './shape.ts';
import { usedCoordinates } from './used-coordinates.ts';

export interface OutcomeGraph extends Pick<GraphFacts, 'possibleTypes' | 'entities' | 'requiredWithArguments'> {
  readonly schema: GraphQLSchema;
  /** Absent where no rows are told apart. */
  readonly rowSources?: RowSources;
}

export interface Outcome {
  /** The input, or the field of a subscription, for which the operation is refused as a whole: any of them, if several. */
  readonly refused: string | undefined;
  /** What is not shown as it is, of all that the operation may select. */
  readonly restrictions: ReadonlyMap<string, Restriction>;
  /** What is shown of so many rows at once, in summaries that leave out smaller groups. */
  readonly minimumGroups: ReadonlyMap<string, number>;
  /** Types of whose rows something is shown, or not asked for at all. */
  readonly rowTypes: ReadonlySet<string>;
  /** Equal for outcomes of one operation that are the same. */
  readonly signature: string;
}

/** Beyond it, `@skip` and `@include` count as if they left nothing out, and each decision by itself. */
const mostConditions = 6;

/** @param inputs coordinates that stand in the values of variables */
export type OutcomeFor = (access: Access, inputs?: Iterable<string>) => Outcome;

/**
 * Of one operation, for whoever asks.
 * @param document of one operation, valid against the schema
 */
export function outcomesOf(graph: OutcomeGraph, document: DocumentNode): OutcomeFor {
  const { schema, possibleTypes, entities, requiredWithArguments, rowSources = noRowSources } = graph;
  const { operation, fragments, keys, conditionVariables } = prepareOperation(
    schema,
    document,
    null,
    requiredWithArguments,
  );
  const root = schema.getRootType(operation.operation);
  invariant(root, `a valid operation has a root type: ${operation.operation}`);
  const used = usedCoordinates(schema, document, operation.name?.value ?? null);
  const isDeferred = used.has('@defer');
  const known = new Map<string, number>();

  return (access, inputs = []) => {
    const restrictionOf = restrictionsOf(access, schema, (type) => entities.has(type));
    const shape = (conditions: Conditions, defers = false): ObjectShape =>
      shapeOf(
        { schema, possibleTypes, fragments, keys, conditions, defers, restrictionOf, tellsTypes: false },
        root,
        operation.selectionSet,
      );
    // A condition without a value leaves nothing out.
    const whole = shape({});
    const restrictions = restrictionsIn(whole);
    const minimumGroups = minimumGroupsIn(whole, access);
    const rows = rowsReadBy(access, rowSources);
    const rowTypes = rowTypesIn(whole, rows);
    const all = { restrictions, minimumGroups, rowTypes };
    const [first] = operation.operation === 'subscription' ? (whole.types.get(root.name) ?? []) : [];
    const refused = first?.restriction ? first.coordinate : refusedAmong([...used, ...inputs], access);
    if (refused !== undefined) return { refused, ...all, signature: 'refused' };
    if (conditionVariables.length > mostConditions) {
      const changed = [...restrictions.keys(), ...minimumGroups.keys()];
      const decisions = changed.map((coordinate) => `${coordinate} ${shownAs(all, coordinate)}`);
      const ofRows = [...rowTypes].map((type) => `${type} ${rows.keyOf(type)}`);
      return { refused, ...all, signature: [...decisions, ...ofRows].sort().join('\n') };
    }
    const shapes = allConditions(conditionVariables).flatMap((conditions) => [
      shape(conditions),
      ...(isDeferred ? [shape(conditions, true)] : []),
    ]);
    const shown = (coordinate: string): string => (minimumGroups.has(coordinate) ? shownAs(all, coordinate) : 'read');
    const signature = shapes.map((each) => signatureOf(each, rows, known, shown)).join('\n');
    return { refused, ...all, signature };
  };
}

/** `deny`, `mask hash`. */
export const effectOf = (restriction: Restriction): string =>
  restriction.effect === 'mask' ? `mask ${restriction.mask.name}` : restriction.effect;

/** `allow`, `summary(10)`, or the effect of a restriction. */
export function shownAs(
  { restrictions, minimumGroups }: Pick<Outcome, 'restrictions' | 'minimumGroups'>,
  coordinate: string,
): string {
  const restriction = restrictions.get(coordinate);
  if (restriction) return effectOf(restriction);
  const minimum = minimumGroups.get(coordinate);
  return minimum === undefined ? 'allow' : `summary(${minimum})`;
}

function allConditions(names: readonly string[]): Conditions[] {
  return Array.from({ length: 2 ** names.length }, (_, bits) =>
    Object.fromEntries(names.map((name, at) => [name, (bits & (1 << at)) !== 0])),
  );
}

function restrictionsIn(shape: ObjectShape): Map<string, Restriction> {
  const found = new Map<string, Restriction>();
  for (const { coordinate, restriction } of fieldsIn(shape)) if (restriction) found.set(coordinate, restriction);
  return found;
}

function minimumGroupsIn(shape: ObjectShape, access: Access): Map<string, number> {
  const found = new Map<string, number>();
  for (const { coordinate, restriction, shape: inner } of fieldsIn(shape)) {
    const decision = restriction || inner ? undefined : access.decide(coordinate);
    if (decision?.effect === 'allow' && decision.minimumGroup !== undefined)
      found.set(coordinate, decision.minimumGroup);
  }
  return found;
}

function* fieldsIn(shape: ObjectShape): Generator<FieldShape> {
  // A Set goes on with what is added to it on the way.
  const shapes = new Set([shape]);
  for (const { types } of shapes) {
    for (const field of [...types.values()].flat()) {
      yield field;
      if (field.shape) shapes.add(field.shape);
    }
  }
}

function rowTypesIn(shape: ObjectShape, rows: RowsRead): Set<string> {
  const found = new Set<string>();
  const shapes = new Set([shape]);
  for (const each of shapes) {
    const later = [...(each.deferred?.values() ?? [])].flat();
    for (const part of later) shapes.add(part.shape);
    for (const field of [...each.types.values()].flat()) {
      if (field.restriction?.effect === 'deny') continue;
      for (const type of [...rows.typesOf(field), ...rows.unaskedFor(field)]) found.add(type);
      if (field.shape) shapes.add(field.shape);
    }
  }
  return found;
}

/** Denied, or an object that cannot be shown without what is. */
const nothing = 'null';
/** Where there is no row: no item, or null as if it were denied. */
const never = (type: GraphQLOutputType): string => (isListType(getNullableType(type)) ? 'never' : nothing);
/** A null that its place cannot hold, on its way up to one that can. */
const bubbling = 'bubbling';

/**
 * @param known numbers of the parts that have been seen: fragments that are spread many times would make texts without end
 * @param shown how a value is that may be read, by its field
 */
function signatureOf(
  root: ObjectShape,
  rows: RowsRead,
  known: Map<string, number>,
  shown: (coordinate: string) => string,
): string {
  const signatures = new Map<ObjectShape, string>();
  return objectOf(root);

  function objectOf(shape: ObjectShape): string {
    const before = signatures.get(shape);
    if (before !== undefined) return before;
    const lines: string[] = [];
    let isNothing = shape.types.size > 0;
    for (const [type, fields] of shape.types) {
      const part = fieldsOf(fields);
      if (part !== nothing) isNothing = false;
      lines.push(`${type} ${part}`);
    }
    for (const [type, parts] of shape.deferred ?? []) {
      for (const part of parts) lines.push(`${type} later ${objectOf(part.shape)}`);
    }
    const found = isNothing ? nothing : numberOf(lines.join('\n'));
    signatures.set(shape, found);
    return found;
  }

  function fieldsOf(fields: readonly FieldShape[]): string {
    const parts: (readonly [key: string, part: string])[] = [];
    let isWhole = true;
    for (const field of fields) {
      const part = fieldOf(field);
      if (part === bubbling) isWhole = false;
      parts.push([field.key, part]);
    }
    return isWhole ? numberOf(JSON.stringify(parts)) : nothing;
  }

  function fieldOf(field: FieldShape): string {
    const { coordinate, type, restriction, shape } = field;
    const isUnasked = rows.unaskedFor(field).length > 0;
    if (restriction?.effect === 'deny' || isUnasked) return isNonNullType(type) ? bubbling : nothing;
    const value = shape ? (rows.isNever(field) ? never(type) : objectOf(shape)) : shown(coordinate);
    const part = placed(type, restriction ? effectOf(restriction) : value);
    if (part === nothing || part === bubbling) return part;
    const from: string[] = [];
    for (const each of rows.typesOf(field)) from.push(`${each} ${rows.keyOf(each)}`);
    return from.length > 0 ? `${part} of ${numberOf(from.sort().join('\n'))}` : part;
  }

  function placed(type: GraphQLOutputType, what: string): string {
    if (isNonNullType(type)) {
      const inside = placed(type.ofType, what);
      return inside === nothing ? bubbling : inside;
    }
    // One without items shows no null: so it takes nothing along.
    return isListType(type) ? `[${placed(type.ofType, what)}]` : what;
  }

  function numberOf(text: string): string {
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return String(number);
  }
}
