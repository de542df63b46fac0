/**
 * What policies look at, found out from their texts: two principals, or two fields, that differ in nothing of it are decided
 * alike. What cannot be told counts as looking at everything.
 */
import { namespace, type PolicyJson } from './cedar.ts';

export interface LookedAt {
  /** Who it is itself: by `==`, by being named, or by something that may be either. */
  readonly id: boolean;
  /** Attributes by name; 'all' where it is used as a whole. */
  readonly attributes: ReadonlySet<string> | 'all';
}

/** Ids of entities of the type that policies, or parts of them, name anywhere. */
export function namedEntities(policies: unknown, type: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const part of partsOf(policies)) {
    if (part.type === `${namespace}::${type}` && typeof part.id === 'string') found.add(part.id);
  }
  return found;
}

/** @param type of the variable's entities: one that is named, as in `principal in Principal::"joe"`, is compared with */
export function lookedAt(
  policies: readonly PolicyJson[],
  variable: 'principal' | 'resource',
  type: 'Principal' | 'Field',
): LookedAt {
  const attributes = new Set<string>();
  let isWhole = false;
  let isCompared = namedEntities(policies, type).size > 0;
  for (const { conditions } of policies) for (const { body } of conditions) walk(body);
  return { id: isCompared || isWhole, attributes: isWhole ? 'all' : attributes };

  function walk(part: unknown): void {
    if (Array.isArray(part)) for (const each of part) walk(each);
    if (!isObject(part)) return;
    if (part.Var === variable) isWhole = true;
    for (const [operator, operand] of Object.entries(part)) {
      // The keys of a record are whatever the policy calls them.
      if (operator === 'Record' && isObject(operand)) for (const each of Object.values(operand)) walk(each);
      else if (isObject(operand)) walkOperand(operator, operand);
      else walk(operand);
    }
  }

  function walkOperand(operator: string, operand: Readonly<Record<string, unknown>>): void {
    const { left, ...rest } = operand;
    if (operator === '==' || operator === '!=') {
      for (const side of [left, operand.right]) {
        if (isVariable(side)) isCompared = true;
        else walk(side);
      }
    } else if (!isVariable(left)) {
      walk(operand);
    } else if (operator === '.' || operator === 'has') {
      const [attribute] = [operand.attr].flat();
      if (typeof attribute === 'string') attributes.add(attribute);
      else isWhole = true;
    } else {
      // What it is in, or of which type, are groups; with an entity of its own type, that is found by its name.
      if (operator !== 'in' && operator !== 'is') isWhole = true;
      walk(rest);
    }
  }

  function isVariable(part: unknown): boolean {
    return isObject(part) && part.Var === variable;
  }
}

function* partsOf(part: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(part)) for (const each of part) yield* partsOf(each);
  else if (isObject(part)) {
    yield part;
    for (const each of Object.values(part)) yield* partsOf(each);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
