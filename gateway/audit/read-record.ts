/**
 * What is kept of one read: who, what for, by which operation, what of the graph and how it was decided, and of how many
 * objects. Never a value: not of the data, of a variable, nor of a literal.
 */
import { digestOf } from '../engine/digest.ts';

/** What many records say alike is stored once, under the digest of its text. */
export interface Term {
  readonly digest: string;
  readonly text: string;
}

export const termOf = (text: string): Term => ({ digest: digestOf(text), text });

/** Failed: nothing of it could be answered. */
export type Outcome = (typeof outcomes)[number];

/** By their numbers in the database. */
export const outcomes = ['answered', 'refused', 'failed'] as const;

export interface ReadRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** A `PrincipalText`. */
  readonly principal: Term;
  /** The operation's text without the values of its literals. */
  readonly operation: Term;
  /** A `Reading`. */
  readonly reading: Term;
  /** Empty where none was stated that the mesh knows. */
  readonly purpose: string;
  /** As the client calls itself; empty where it does not. */
  readonly client: string;
  readonly outcome: Outcome;
  /** By the groups of the reading: how many objects of the answer its fields were asked of. */
  readonly rows: readonly number[];
}

/** Who asks, as it was verified. */
export interface PrincipalText {
  readonly id: string;
  readonly kind: string;
  readonly team?: string | undefined;
  readonly roles: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** What an operation reads, for one class of askers. */
export interface Reading {
  /** The fields of a group are asked of the same objects. */
  readonly groups: readonly (readonly FieldRead[])[];
  /** By what fields are found out without being shown: filters, sort keys, arguments. */
  readonly inputs: readonly InputRead[];
}

interface Decided {
  readonly coordinate: string;
  readonly effect: 'allow' | 'mask' | 'deny';
  readonly mask?: string | undefined;
  /** Ids of those that decided. */
  readonly policies: readonly string[];
  readonly agreement?: string | undefined;
  readonly product?: string | undefined;
  /** `customers.customers@1.0.0` */
  readonly contract?: string | undefined;
}

export interface FieldRead extends Decided {
  /** The field whose values it also gives, or gives away: of `CustomerGroup.name`, `Customer.name`. */
  readonly of?: string | undefined;
}

export interface InputRead extends Decided {
  readonly of: string;
}

/** The fields that a reading is found by. */
export function fieldsOf({ groups, inputs }: Reading): Set<string> {
  const read = groups.flat().flatMap(({ coordinate, of }) => (of === undefined ? [coordinate] : [coordinate, of]));
  return new Set([...read, ...inputs.map(({ of }) => of)]);
}

/** Rows of two records of one reading, or of two sums. */
export const added = (one: readonly number[], other: readonly number[]): number[] =>
  one.map((rows, at) => rows + (other[at] ?? 0));

export interface ChainedRecord {
  readonly seq: number;
  readonly at: number;
  /** Digests. */
  readonly principal: string;
  readonly operation: string;
  readonly reading: string;
  readonly purpose: string;
  readonly client: string;
  readonly outcome: number;
  /** As JSON. */
  readonly rows: string;
}

/** The hash of a record covers the hash of the one before, and by their digests all texts that the record is made of. */
export function hashOf(before: string, record: ChainedRecord): string {
  const { seq, at, principal, operation, reading, purpose, client, outcome, rows } = record;
  return digestOf(JSON.stringify([before, seq, at, principal, operation, reading, purpose, client, outcome, rows]));
}

/** What the first record follows. */
export const start = '0'.repeat(64);

export const hourMs = 3_600_000;

/** Reads are summed up by the hour, and by the day (UTC). */
export const dayHours = 24;

interface Summed {
  readonly at: number;
  /** Numbers in the database. */
  readonly reading: number;
  readonly principal: number;
  readonly purpose: string;
  readonly outcome: number;
}

/** Of the sum that a record counts in. @param span in hours */
export const sumKey = ({ at, reading, principal, purpose, outcome }: Summed, span: 1 | typeof dayHours) =>
  [reading, span, Math.floor(at / (span * hourMs)), principal, purpose, outcome] as const;

/** Of the row of `asked` that a record counts in: who asked what, on which day (UTC). */
export const askedKey = (record: Summed & { readonly operation: number; readonly client: string }) => {
  const { principal, operation, purpose, client, reading, at } = record;
  return [principal, operation, purpose, client, reading, dayOf(at)] as const;
};

export const dayOf = (at: number): number => Math.floor(at / (dayHours * hourMs));
