/** Who has asked what lately: for dry runs of access policies. Page by page, so that nobody else waits long. */
import type { Database } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { dayOf, type PrincipalText, type Reading } from './read-record.ts';

export interface AskedQuestion {
  /** Milliseconds since 1970: from the beginning of its day on (UTC). */
  readonly since: number;
  /** Where the page before ended. */
  readonly after?: Place | undefined;
}

/** Numbers of the texts of who asked, and what. */
type Place = readonly [principal: number, operation: number];

export interface AskedPage {
  readonly asked: readonly AskedRead[];
  /** Absent where there is no more. */
  readonly end?: Place | undefined;
}

export interface AskedRead {
  readonly principal: PrincipalText;
  readonly operation: { readonly digest: string; readonly text: string };
  /** Empty where none was stated that the mesh knew. */
  readonly purpose: string;
  readonly client: string;
  /** Coordinates by which something is found out without being shown. */
  readonly inputs: readonly string[];
  readonly requests: number;
  /** Milliseconds since 1970. */
  readonly last: number;
}

/** Operations, each with its asker. */
const pageSize = 200;

export function askedReads(connection: Database, { since, after = [0, 0] }: AskedQuestion): AskedPage {
  return connection.transaction(() => {
    const day = dayOf(since);
    const pairs = connection
      .prepare(
        `SELECT DISTINCT principal, operation FROM asked
         WHERE (principal, operation) > (?, ?) AND day >= ? ORDER BY principal, operation LIMIT ?`,
      )
      .raw()
      .all(...after, day, pageSize) as [number, number][];
    const rows = connection.prepare(
      `SELECT purpose, client, reading, sum(requests) AS requests, max(last) AS last FROM asked
       WHERE principal = ? AND operation = ? AND day >= ? GROUP BY purpose, client, reading`,
    );
    const term = connection.prepare('SELECT digest, text FROM term WHERE id = ?');
    const termOf = (id: number) => term.get(id) as { digest: string; text: string };
    const asked = pairs.flatMap(([who, what]) => {
      const about = { principal: JSON.parse(termOf(who).text) as PrincipalText, operation: termOf(what) };
      return together(
        (rows.all(who, what, day) as Row[]).map(({ reading, ...row }) => {
          const { inputs }: Reading = JSON.parse(termOf(reading).text);
          return { ...about, ...row, inputs: inputs.map(({ coordinate }) => coordinate) };
        }),
      );
    });
    const end = pairs.length === pageSize ? pairs.at(-1) : undefined;
    return { asked, ...(end && { end }) };
  })();
}

interface Row extends Pick<AskedRead, 'purpose' | 'client' | 'requests' | 'last'> {
  readonly reading: number;
}

/** Readings differ by what was decided, too: here only by what was asked. */
function together(reads: readonly AskedRead[]): AskedRead[] {
  const found = new Map<string, AskedRead>();
  for (const each of reads) {
    const key = JSON.stringify([each.purpose, each.client, each.inputs]);
    const { requests = 0, last = 0 } = found.get(key) ?? {};
    found.set(key, { ...each, requests: requests + each.requests, last: Math.max(last, each.last) });
  }
  return [...found.values()];
}
