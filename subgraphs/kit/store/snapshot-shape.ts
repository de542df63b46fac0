/** The columns that the rows being served were written with, which may be those of an earlier contract. */

import type { Scalar, Storage } from '../contract/column.ts';
import { columnsOf } from '../contract/column.ts';
import type { ContractObject } from '../contract/model.ts';
import { type Database, schemaMatches } from './database.ts';

/** As column.ts has it: what a stored value means. */
export interface WrittenColumn {
  readonly name: string;
  readonly scalar: Scalar;
  readonly storage: Storage;
  readonly precision: number;
  readonly scale: number;
}

export interface WrittenShape {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly asOf: string;
  readonly columns: readonly WrittenColumn[];
}

export function shapeOf(object: ContractObject): readonly WrittenColumn[] {
  return columnsOf(object).map(({ name, scalar, storage, precision, scale }) => ({
    ...{ name, scalar, storage, precision, scale },
  }));
}

/** By the name of the object; none for an object that was never loaded. */
export function readShapes(database: Database): ReadonlyMap<string, WrittenShape> {
  const snapshots = database
    .prepare<[], { object: string; run_id: string; as_of: string; columns: string }>(
      'SELECT object, run_id, as_of, columns FROM weft_snapshot',
    )
    .all();
  return new Map(
    snapshots.map(({ object, run_id, as_of, columns }) => [
      object,
      { runId: run_id, asOf: as_of, columns: JSON.parse(columns) as WrittenColumn[] },
    ]),
  );
}

/** Whether a run would change what can be served: it was never loaded, or its contract has other columns since. */
export function needsLoad(database: Database, object: ContractObject): boolean {
  return !readShapes(database).has(object.name) || !schemaMatches(database, object);
}
