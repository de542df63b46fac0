/**
 * Values of variables that were sent, held against another schema. Of them only the names are known: which input fields
 * were given, and which enum values. Any value with just these may have been among them.
 */
import {
  type GraphQLEnumType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { type Findings, found, foundLeftOut, foundRetyped, noFindings } from './findings.ts';

/**
 * @param before the named type of a variable
 * @param after the type of this name after the change
 * @param used coordinates that the operation uses
 */
export function checkSentValues(
  before: GraphQLNamedInputType,
  after: GraphQLNamedInputType,
  used: ReadonlySet<string>,
  findings: Findings,
): void {
  /** Pairs of types of different names: whether the one takes what the other did. */
  const taken = new Map<string, boolean>();
  compareNamed(before, after, { coordinate: before.name, before, after }, { findings, seen: new Set() });

  function compare(before: GraphQLInputType, after: GraphQLInputType, place: Place, into: Report): void {
    if (isNonNullType(after)) {
      // Nobody knows whether null was among the values.
      if (isNonNullType(before)) compare(before.ofType, after.ofType, place, into);
      else refuse(place, into);
      return;
    }
    const value = getNullableType(before);
    if (isListType(after)) {
      // A single value stands for a list of one (GraphQL, "Input Coercion" of lists).
      if (isListType(value)) compare(value.ofType, after.ofType, place, into);
      else compare(value, getNullableType(after.ofType), place, into);
    } else if (isListType(value)) refuse(place, into);
    else compareNamed(value, after, place, into);
  }

  function compareNamed(before: GraphQLNamedInputType, after: GraphQLNamedInputType, place: Place, into: Report): void {
    // Only null was, or an empty list.
    if (!isSent(before)) return;
    const isComparable =
      (isInputObjectType(before) && isInputObjectType(after)) || (isEnumType(before) && isEnumType(after));
    if (!isComparable) {
      if (!isWider(before, after)) refuse(place, into);
    } else if (before.name === after.name) compareMembers(before, after, into);
    else if (!takes(before, after)) refuse(place, into);
  }

  function takes(before: GraphQLNamedInputType, after: GraphQLNamedInputType): boolean {
    const pair = `${before.name} ${after.name}`;
    const known = taken.get(pair);
    if (known !== undefined) return known;
    // Types may hold themselves.
    taken.set(pair, true);
    const inner = { findings: noFindings(), seen: new Set<string>() };
    compareMembers(before, after, inner);
    const result = inner.findings.breaks.size === 0;
    taken.set(pair, result);
    return result;
  }

  function compareMembers(before: GraphQLNamedInputType, after: GraphQLNamedInputType, into: Report): void {
    if (into.seen.has(before.name)) return;
    into.seen.add(before.name);
    if (isInputObjectType(before) && isInputObjectType(after)) compareFields(before, after, into);
    if (isEnumType(before) && isEnumType(after)) compareValues(before, after, into);
  }

  function compareFields(before: GraphQLInputObjectType, after: GraphQLInputObjectType, into: Report): void {
    const { findings } = into;
    const [fields, there] = [before.getFields(), after.getFields()];
    const isGiven = (field: GraphQLInputField): boolean =>
      isRequiredInputField(field) || used.has(`${before.name}.${field.name}`);
    const given = Object.values(fields).filter(isGiven);
    for (const field of given) {
      const coordinate = `${before.name}.${field.name}`;
      const now = there[field.name];
      if (now) compare(field.type, now.type, { coordinate, before: field.type, after: now.type }, into);
      else found(findings.breaks, coordinate, 'is gone');
    }
    for (const field of Object.values(there)) {
      const was = fields[field.name];
      if (!was || !isRequiredInputField(was)) foundLeftOut(findings, `${after.name}.${field.name}`, was, field);
    }
    const isOne = given.length === 1 && given.every(isRequiredInputField);
    if (after.isOneOf && !before.isOneOf && !isOne) found(findings.breaks, before.name, 'takes exactly one field now');
  }

  function isSent(type: GraphQLNamedInputType): boolean {
    if (isEnumType(type)) return type.getValues().some(({ name }) => used.has(`${type.name}.${name}`));
    return !isInputObjectType(type) || used.has(type.name);
  }

  function compareValues(before: GraphQLEnumType, after: GraphQLEnumType, { findings }: Report): void {
    for (const { name } of before.getValues()) {
      const coordinate = `${before.name}.${name}`;
      if (used.has(coordinate) && !after.getValue(name)) found(findings.breaks, coordinate, 'is gone');
    }
  }
}

interface Report {
  readonly findings: Findings;
  /** Names of types that have been compared. */
  readonly seen: Set<string>;
}

/** The input field that values were given for, and its types. */
interface Place {
  readonly coordinate: string;
  readonly before: GraphQLInputType;
  readonly after: GraphQLInputType;
}

const refuse = ({ coordinate, before, after }: Place, { findings }: Report): void =>
  foundRetyped(findings, coordinate, before, after);

/** Whether the one takes all that the other does, as JSON. What a custom scalar takes, only subgraphs know. */
function isWider(before: GraphQLNamedInputType, after: GraphQLNamedInputType): boolean {
  if (isEnumType(before)) return after.name === 'String' || after.name === 'ID';
  if (isEnumType(after) || isInputObjectType(before) || isInputObjectType(after)) return false;
  return before.name === after.name || (wider[before.name]?.includes(after.name) ?? false);
}

const wider: Readonly<Record<string, readonly string[]>> = { Int: ['Float', 'ID'], String: ['ID'] };
