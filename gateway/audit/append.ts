/** Adds records: each is chained to the one before, whoever wrote that, and counted in the sums of its hour. */
import type { Database, Statement } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { writeLogAgain } from '../../subgraphs/kit/sqlite/write-log-again.ts';
import type { RecordBatch, RecordInBatch } from './audit-messages.ts';
import { added, askedKey, dayHours, fieldsOf, hashOf, type Reading, start, sumKey } from './read-record.ts';

/** One transaction: all of a batch, or nothing. When it returns, the batch is on the disk. */
export type Append = (batch: RecordBatch) => void;

/** Numbers of texts that are remembered. */
const mostRemembered = 100_000;

export function createAppend(connection: Database): Append {
  const statements = statementsOf(connection);
  const remembered = new Map<string, number>();
  let isSure = false;
  return (batch) => {
    const found = new Map<string, number>();
    connection
      .transaction(() => {
        if (!isSure) writeLogAgain(connection);
        isSure = true;
        for (const { digest, kind, text } of batch.terms) found.set(digest, addTerm(kind, digest, text));
        const sums = new Map<string, Sum>();
        const asked = new Map<string, Asked>();
        let { seq, hash } = lastRecord();
        for (const record of batch.records) {
          seq += 1;
          const rows = JSON.stringify(record.rows);
          hash = hashOf(hash, { ...record, seq, rows });
          const [principal, operation, reading] = [record.principal, record.operation, record.reading].map(
            (digest) => remembered.get(digest) ?? found.get(digest) ?? look(digest),
          ) as [number, number, number];
          const { at, purpose, client, outcome } = record;
          const bytes = Buffer.from(hash, 'hex');
          statements.add.run(seq, at, principal, operation, reading, purpose, client, outcome, rows, bytes);
          count(sums, record, principal, reading);
          countAsked(asked, record, [principal, operation, reading]);
        }
        for (const sum of sums.values()) addSum(sum);
        for (const { key, requests, last } of asked.values()) statements.ask.run(...key, requests, last);
      })
      .immediate();
    // Only what is on the disk is remembered.
    if (remembered.size + found.size > mostRemembered) remembered.clear();
    for (const [digest, id] of found) remembered.set(digest, id);
  };

  function addTerm(kind: string, digest: string, text: string): number {
    const { changes, lastInsertRowid } = statements.addTerm.run(kind, digest, text);
    if (changes === 0) return look(digest);
    const id = Number(lastInsertRowid);
    if (kind !== 'reading') return id;
    for (const field of fieldsOf(JSON.parse(text) as Reading)) statements.addField.run(field, id);
    return id;
  }

  function look(digest: string): number {
    const id = statements.term.get(digest);
    if (typeof id === 'number') return id;
    throw new Error(`The audit holds no text of the digest ${digest}.`);
  }

  function lastRecord(): { seq: number; hash: string } {
    const last = statements.last.get() as { seq: number; hash: Buffer } | undefined;
    return last ? { seq: last.seq, hash: last.hash.toString('hex') } : { seq: 0, hash: start };
  }

  function addSum({ key, reads, rows, first, last }: Sum): void {
    const before = statements.sum.get(...key) as
      | { reads: number; rows: string; first: number; last: number }
      | undefined;
    const all = before ? added(JSON.parse(before.rows), rows) : rows;
    statements.setSum.run(
      ...key,
      reads + (before?.reads ?? 0),
      JSON.stringify(all),
      Math.min(first, before?.first ?? first),
      Math.max(last, before?.last ?? last),
    );
  }
}

interface Asked {
  readonly key: ReturnType<typeof askedKey>;
  readonly requests: number;
  readonly last: number;
}

function countAsked(asked: Map<string, Asked>, record: RecordInBatch, ids: readonly [number, number, number]): void {
  const [principal, operation, reading] = ids;
  const key = askedKey({ ...record, principal, operation, reading });
  const name = key.join('\n');
  const { requests = 0, last = 0 } = asked.get(name) ?? {};
  asked.set(name, { key, requests: requests + 1, last: Math.max(last, record.at) });
}

interface Sum {
  readonly key: ReturnType<typeof sumKey>;
  reads: number;
  rows: readonly number[];
  first: number;
  last: number;
}

function count(sums: Map<string, Sum>, record: RecordInBatch, principal: number, reading: number): void {
  const { at, rows } = record;
  for (const span of [1, dayHours] as const) {
    const key = sumKey({ ...record, principal, reading }, span);
    const name = key.join('\n');
    const sum = sums.get(name);
    if (!sum) sums.set(name, { key, reads: 1, rows, first: at, last: at });
    else {
      sum.reads += 1;
      sum.rows = added(sum.rows, rows);
      sum.first = Math.min(sum.first, at);
      sum.last = Math.max(sum.last, at);
    }
  }
}

const statementsOf = (connection: Database): Readonly<Record<StatementName, Statement>> => ({
  addTerm: connection.prepare('INSERT INTO term (kind, digest, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
  term: connection.prepare('SELECT id FROM term WHERE digest = ?').pluck(),
  addField: connection.prepare('INSERT INTO found_by (field, reading) VALUES (?, ?)'),
  last: connection.prepare('SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1'),
  add: connection.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  sum: connection.prepare(
    'SELECT reads, rows, first, last FROM sum WHERE reading = ? AND span = ? AND nth = ? AND principal = ? AND purpose = ? AND outcome = ?',
  ),
  ask: connection.prepare(
    `INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, last = max(last, excluded.last)`,
  ),
  setSum: connection.prepare('INSERT OR REPLACE INTO sum VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
});

type StatementName = 'addTerm' | 'term' | 'addField' | 'last' | 'add' | 'sum' | 'ask' | 'setSum';
