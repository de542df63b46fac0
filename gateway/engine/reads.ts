/** What an answer shows of a graph, for who keeps account of that: which fields, of how many objects. */

/** An answer, or a part of one. */
export interface Reads {
  /** The same object for all answers to one compiled operation. */
  readonly fields: ReadFields;
  /** For each group of fields: how many objects in the answer it was asked of. */
  readonly rows: readonly number[];
}

export interface ReadFields {
  /** The fields of a group are asked of the same objects. A field is in one group. */
  readonly groups: readonly (readonly ReadField[])[];
}

export interface ReadField {
  /** Of a field of an object type: `Order.total`. */
  readonly coordinate: string;
  readonly effect: 'allow' | 'mask' | 'deny';
  /** Its name. */
  readonly mask?: string;
}
