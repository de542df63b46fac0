/** The rows of one run on their way: validated, counted, and written in batches to staging or to quarantine. */
import type { ContractObject } from '../contract/model.ts';
import type { RunRecord } from '../contract/observation.ts';
import type { Reason } from '../contract/reason.ts';
import type { Row } from '../contract/row.ts';
import { rowValidator } from '../contract/row.ts';
import type { Database } from '../store/database.ts';
import { withdrawTaken } from '../store/merge.ts';
import { type QuarantinedRow, quarantineWriter, rowText } from '../store/quarantine.ts';
import { type RunCounts, updateRun } from '../store/runs.ts';
import { createStaging, type Staging } from '../store/snapshot.ts';
import type { Malformed } from './read-text.ts';

/** Rows per transaction: enough that waiting for the disk does not count, few enough to hold in memory. */
const batchSize = 2_000;

export interface Loading {
  readonly staging: Staging;
  readonly countRead: () => void;
  readonly malformed: (source: string, record: Malformed) => void;
  /** A row as the pipeline yielded it. Answers whether a batch was written. */
  readonly row: (input: unknown) => boolean;
  /** Writes what is still held, and takes back what does not go together with the rows that are served. */
  readonly finish: () => void;
  readonly counts: () => RunCounts;
  /** The larger of two shares, in percent: malformed of the records read, unfit of the rows yielded. */
  readonly quarantinedPercent: () => number;
}

export interface LoadingOptions {
  readonly database: Database;
  readonly object: ContractObject;
  readonly runId: string;
  readonly load: RunRecord['load'];
  readonly unknownKeys: 'reject' | 'ignore';
}

export function startLoading({ database, object, runId, load, unknownKeys }: LoadingOptions): Loading {
  const validate = rowValidator(object, { unknownKeys });
  const staging = createStaging(database, object, runId, load);
  const writeQuarantine = quarantineWriter(database, runId);
  let good: { readonly row: Row; readonly position: number }[] = [];
  let bad: QuarantinedRow[] = [];
  let read = 0;
  let yielded = 0;
  let staged = 0;
  let malformed = 0;
  let unfit = 0;

  const quarantine = (input: unknown, position: number, reasons: readonly Reason[]): void => {
    unfit++;
    bad.push({ source: 'row', position, row: rowText(input), reasons });
  };
  const counts = (): RunCounts => ({ rowsIn: read, rowsOut: staged, rowsQuarantined: malformed + unfit });
  const flush = (): void => {
    database
      .transaction(() => {
        for (const { row, position } of good) {
          const reason = staging.insert(row, position);
          if (reason) quarantine(row, position, [reason]);
          else staged++;
        }
        writeQuarantine(bad);
        updateRun(database, runId, counts());
      })
      .immediate();
    good = [];
    bad = [];
  };
  const withdraw = (): void => {
    for (const { row, position, reason } of withdrawTaken(database, object, staging)) {
      staged--;
      quarantine(row, position, [reason]);
    }
    writeQuarantine(bad);
    updateRun(database, runId, counts());
    bad = [];
  };
  const flushIfFull = (): boolean => {
    if (good.length + bad.length < batchSize) return false;
    flush();
    return true;
  };

  return {
    staging,
    countRead: () => {
      read++;
    },
    malformed: (source, { position, text, why }) => {
      malformed++;
      bad.push({
        source,
        position,
        row: rowText(text),
        reasons: [{ property: '', code: 'ROW_MALFORMED', message: why }],
      });
      flushIfFull();
    },
    row: (input) => {
      yielded++;
      const result = validate(input);
      if ('row' in result) good.push({ row: result.row, position: yielded });
      else quarantine(input, yielded, result.reasons);
      return flushIfFull();
    },
    finish: () => {
      flush();
      if (load === 'incremental') database.transaction(withdraw).immediate();
    },
    counts,
    quarantinedPercent: () => Math.max(percent(malformed, read), percent(unfit, yielded)),
  };
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
