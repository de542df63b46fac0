/**
 * The audit of reads: what is read is recorded before the answer leaves. Records that come while others are being written are
 * written together, in the next transaction, by a thread of its own. Whatever ends that thread, another one is started.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Log } from '../engine/log.ts';
import { backoff } from '../processes/backoff.ts';
import type { AskedPage, AskedQuestion } from './asked.ts';
import type { RecordBatch } from './audit-messages.ts';
import { outcomes, type ReadRecord } from './read-record.ts';
import { type AuditThread, startAuditThread } from './start-audit-thread.ts';
import type { AuditVerdict } from './verify.ts';
import type { WhoRead, WhoReadQuestion } from './who-read.ts';

export interface ReadAudit {
  /** Resolves when it is on the disk. @throws WeftError AUDIT_UNAVAILABLE where that cannot be said. */
  record(read: ReadRecord): Promise<void>;
  whoRead(question: WhoReadQuestion): Promise<WhoRead>;
  asked(question: AskedQuestion): Promise<AskedPage>;
  verify(): Promise<AuditVerdict>;
  close(): Promise<void>;
}

export interface ReadAuditOptions {
  readonly file: string;
  readonly log: Log;
  /** Milliseconds that records wait for the disk, before their reads are refused. */
  readonly patienceMs?: number;
  /** Rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** In one transaction. */
const mostRecords = 5_000;
/** Digests of texts that the thread has been told of. */
const mostTold = 50_000;
/** A thread that has lasted for so long ends for a reason of its own: there is no need to rest before the next one. */
const lastingMs = 60_000;

interface Waiting {
  readonly read: ReadRecord;
  resolve(): void;
  reject(error: unknown): void;
}

/** @throws WeftError AUDIT_FILE_INVALID */
export async function startReadAudit({
  file,
  log,
  patienceMs = 3_000,
  pause = rest,
}: ReadAuditOptions): Promise<ReadAudit> {
  const closing = new AbortController();
  const told = new Set<string>();
  const collecting: Waiting[] = [];
  let isWriting = false;
  let failures = 0;
  let said: string | undefined;
  let startedAt = performance.now();
  let writer = startAuditThread({ file, role: 'writer' }, onFailure);
  let reader: Promise<AuditThread> | undefined;
  await writer;

  return {
    record: (read) =>
      new Promise((resolve, reject) => {
        collecting.push({ read, resolve, reject });
        if (!isWriting) void writeAll();
      }),
    whoRead: async (question) => (await reading()).ask('whoRead', question),
    asked: async (question) => (await reading()).ask('asked', question),
    verify: async () => (await reading()).ask('verify'),
    async close() {
      closing.abort();
      for (const thread of [writer, reader]) await (await thread?.catch(() => undefined))?.close();
    },
  };

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (collecting.length > 0) {
      const batch = collecting.splice(0, mostRecords);
      try {
        await inTime(write(batch.map(({ read }) => read)));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // Whether the thread has been told of texts is not known either.
        told.clear();
        sayOnce(error instanceof Error ? error.message : String(error));
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  }

  async function write(records: readonly ReadRecord[]): Promise<void> {
    const thread = await writer;
    const batch = batchOf(records, told);
    await thread.ask('append', batch);
    if (told.size > mostTold) told.clear();
    for (const { digest } of batch.terms) told.add(digest);
    if (said !== undefined) log('Reads are recorded again.');
    said = undefined;
  }

  async function inTime(written: Promise<void>): Promise<void> {
    const over = new AbortController();
    const late = wait(patienceMs, undefined, { signal: over.signal, ref: false }).then(() => {
      throw new WeftError('AUDIT_UNAVAILABLE', `The read could not be recorded within ${patienceMs} ms.`);
    });
    late.catch(() => {});
    await Promise.race([written, late]).finally(() => over.abort());
  }

  /** Once per outage and kind. */
  function sayOnce(message: string): void {
    if (message !== said) log(`${message} What is recorded is refused meanwhile.`, { level: 'error' });
    said = message;
  }

  function onFailure(why: Error): void {
    if (closing.signal.aborted) return;
    failures = performance.now() - startedAt > lastingMs ? 1 : failures + 1;
    sayOnce(why.message);
    told.clear();
    writer = Promise.reject(why);
    writer.catch(() => {});
    if (failures === 1) startAgain();
    else void pause(backoff(failures - 1), closing.signal).then(startAgain, () => {});
  }

  function startAgain(): void {
    if (closing.signal.aborted) return;
    startedAt = performance.now();
    writer = startAuditThread({ file, role: 'writer' }, onFailure);
    writer.catch(onFailure);
  }

  /** Started when somebody asks first; another one, where it has ended. */
  function reading(): Promise<AuditThread> {
    const forget = (): void => {
      reader = undefined;
    };
    reader ??= startAuditThread({ file, role: 'reader' }, forget);
    reader.catch(forget);
    return reader;
  }
}

/** Of the texts, those that the thread has not been told of. */
function batchOf(records: readonly ReadRecord[], told: ReadonlySet<string>): RecordBatch {
  const terms = new Map<string, RecordBatch['terms'][number]>();
  for (const record of records) {
    for (const kind of ['principal', 'operation', 'reading'] as const) {
      const { digest, text } = record[kind];
      if (!told.has(digest)) terms.set(digest, { kind, digest, text });
    }
  }
  return {
    terms: [...terms.values()],
    records: records.map(({ principal, operation, reading, outcome, ...rest }) => ({
      ...rest,
      ...{ principal: principal.digest, operation: operation.digest, reading: reading.digest },
      outcome: outcomes.indexOf(outcome),
    })),
  };
}

const rest = (ms: number, signal: AbortSignal): Promise<void> => wait(ms, undefined, { signal, ref: false });
