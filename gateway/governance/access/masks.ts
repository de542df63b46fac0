/**
 * What may be shown in place of a value that not everybody may read. A mask is written as text, in policies:
 *
 *   null            nothing
 *   redact          a word that is always the same
 *   constant(x)     x, where it is a value of the type; `constant("x")` where x has spaces around it, or is empty
 *   hash            the same for equal values of the same salt: who has the salt's agreement can join, nobody else
 *   bucket(n)       the lower bound of the n-wide bucket that holds a number
 *   year month day  the beginning of it, of dates and timestamps
 *   last(n)         the last n characters as people count them
 *
 * What a mask has no answer for (a type that it does not fit, a value that is none of its type) is null: it never shows
 * what it could not mask.
 */
import { createHmac } from 'node:crypto';
import { type GraphQLLeafType, isEnumType } from 'graphql';
import { compareDecimals } from '../../../subgraphs/kit/contract/decimal.ts';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import { lowerBound } from './bucket.ts';
import { beginningOf, type Period, periods } from './calendar.ts';
import { lastCharacters } from './last-characters.ts';
import { leafValue, valueFromText } from './leaf-values.ts';

/** As the engine applies it (gateway/engine/access.ts). */
export interface Mask {
  /** The text of the mask: `hash`, `last(4)`. */
  readonly name: string;
  /**
   * @param value of the type, as JSON has it
   * @returns a value of the type, or null
   */
  apply(value: unknown, type: GraphQLLeafType): unknown;
}

/**
 * Undefined for a text that is no mask.
 * @param salt of whatever values may be joined in: never the same for two agreements
 */
export function maskOf(text: string, salt: string): Mask | undefined {
  invariant(salt !== '', 'a mask has a salt');
  const parts = partsOf(text);
  if (!parts) return undefined;
  const show = shownBy(parts, salt);
  return { name: text, apply: (value, type) => (value === null || value === undefined ? null : show(value, type)) };
}

/** Orders the texts of masks, the strictest first. What is no mask is stricter than all: nobody knows what it would show. */
export function compareMasks(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  if (!one || !other) return Number(one !== undefined) - Number(other !== undefined) || compareTexts(a, b);
  const within = one.kind === other.kind ? narrower(one, other) : order.indexOf(one.kind) - order.indexOf(other.kind);
  return rankOf(one) - rankOf(other) || within || compareTexts(a, b);
}

const order = ['null', 'redact', 'constant', 'hash', 'bucket', ...periods, 'last'] as const;
type Kind = (typeof order)[number];

/** Of those in one place no one shows more than another: they are for different types. */
const rankOf = ({ kind }: Parts): number => order.indexOf(isPeriod(kind) ? 'bucket' : kind);

function narrower(one: Parts, other: Parts): number {
  if (one.kind === 'bucket') return compareDecimals(other.argument, one.argument);
  return one.kind === 'last' ? Number(one.argument) - Number(other.argument) : 0;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Parts {
  readonly kind: Kind;
  readonly argument: string;
}

function partsOf(text: string): Parts | undefined {
  const [, word = '', argument] = /^([a-z]+)(?:\(([\s\S]{1,200})\))?$/.exec(text) ?? [];
  const kind = order.find((each) => each === word);
  const shape = kind && argumentShapes[kind];
  if (!kind || (argument === undefined) !== (shape === undefined)) return undefined;
  if (argument === undefined || shape === undefined) return { kind, argument: '' };
  return shape.test(argument) && (kind !== 'constant' || constantIn(argument) !== undefined)
    ? { kind, argument }
    : undefined;
}

const argumentShapes: { readonly [kind in Kind]?: RegExp } = {
  constant: /^/,
  bucket: /^(?=.*[1-9])\d{1,20}(?:\.\d{1,20})?$/,
  last: /^[1-9]\d{0,3}$/,
};

/** In quotes it is a string as JSON writes it. */
function constantIn(argument: string): string | undefined {
  if (!argument.startsWith('"')) return argument.trim() === argument ? argument : undefined;
  try {
    const read: unknown = JSON.parse(argument);
    return typeof read === 'string' ? read : undefined;
  } catch {
    return undefined;
  }
}

type Show = (value: unknown, type: GraphQLLeafType) => unknown;

function shownBy({ kind, argument }: Parts, salt: string): Show {
  if (isPeriod(kind)) return (value, type) => beginningOf(value, kind, type) ?? null;
  switch (kind) {
    case 'null':
      return () => null;
    case 'redact':
      return redacted;
    case 'constant': {
      const text = constantIn(argument) ?? '';
      return (value, type) => (leafValue(value, type) === undefined ? null : (valueFromText(text, type) ?? null));
    }
    case 'hash':
      return ofText((text) => createHmac('sha256', salt).update(text).digest('base64url').slice(0, 22));
    case 'bucket':
      return (value, type) => lowerBound(value, argument, type) ?? null;
    case 'last':
      return ofText((text) => lastCharacters(text, Number(argument)));
  }
}

/** A string and an identifier of the same text are one text: they can be joined. */
function ofText(show: (text: string) => string): Show {
  return (value, type) => {
    const text = type.name === 'String' || type.name === 'ID' ? leafValue(value, type) : undefined;
    return typeof text === 'string' ? show(text) : null;
  };
}

/**
 * A scalar of somebody else's whose values are strings can have the word, too, unless it says that they have a format
 * (`@specifiedBy`), which the word would break.
 */
function redacted(value: unknown, type: GraphQLLeafType): string | null {
  if (type.name === 'String' || type.name === 'ID') return leafValue(value, type) === undefined ? null : word;
  const isOthers = !isEnumType(type) && !formatted.has(type.name) && !type.specifiedByURL;
  return isOthers && typeof value === 'string' && isServed(word, type) ? word : null;
}

function isServed(value: string, type: GraphQLLeafType): boolean {
  try {
    return type.serialize(value) === value;
  } catch {
    return false;
  }
}

const word = 'redacted';
const formatted = new Set('Int Float Boolean Date DateTime Time BigInt Decimal JSON'.split(' '));
const isPeriod = (kind: Kind): kind is Period => (periods as readonly string[]).includes(kind);
