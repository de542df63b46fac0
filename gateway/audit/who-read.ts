/**
 * Who read a field. Whole days and hours are answered from sums, the rest from records: exact, and as quick for ten million
 * records as for the few thousand sums that are left of those that read it.
 */
import type { Database } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { type Count, countsOf } from './counts.ts';
import { type Outcome, outcomes, type PrincipalText, type Reading } from './read-record.ts';
import type { Time } from './times.ts';

export interface WhoReadQuestion extends Time {
  readonly coordinates: readonly string[];
  /** Id of who asked. */
  readonly principal?: string | undefined;
}

export interface WhoRead {
  /** Whether the audit has any record of a field by these names. */
  readonly isKnown: boolean;
  /** The most frequent first. */
  readonly lines: readonly ReadLine[];
}

/** What somebody read of a field in one way. */
export interface ReadLine {
  readonly principal: string;
  readonly kind: string;
  readonly team: string | undefined;
  /** Empty where none was stated that the mesh knows. */
  readonly purpose: string;
  readonly agreement: string | undefined;
  readonly product: string | undefined;
  readonly coordinate: string;
  /** `shown`: as a field of the answer. `input`: filtered, sorted or looked up by it. */
  readonly how: 'shown' | 'input';
  readonly effect: 'allow' | 'mask' | 'deny';
  readonly mask: string | undefined;
  readonly outcome: Outcome;
  /** Ids, of all that decided so. */
  readonly policies: readonly string[];
  /** With versions. */
  readonly contracts: readonly string[];
  /** Answers. */
  readonly reads: number;
  /** Objects in them that it was asked of. */
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
}

/** One snapshot: what is added meanwhile is not in it. */
export function whoRead(connection: Database, question: WhoReadQuestion): WhoRead {
  return connection.transaction(() => {
    const readings = readingsOf(connection, question.coordinates);
    const counts = countsOf(
      connection,
      readings.map(({ id }) => id),
      question,
    );
    return { isKnown: readings.length > 0, lines: linesOf(connection, readings, counts, question.principal) };
  })();
}

interface FoundReading {
  readonly id: number;
  readonly entries: readonly Entry[];
}

type Entry = Pick<ReadLine, 'coordinate' | 'how' | 'effect' | 'mask' | 'agreement' | 'product'> & {
  readonly policies: readonly string[];
  readonly contract: string | undefined;
  /** Undefined for an input. */
  readonly group: number | undefined;
};

function readingsOf(connection: Database, coordinates: readonly string[]): FoundReading[] {
  const asked = new Set(coordinates);
  const found = connection
    .prepare(
      `SELECT id, text FROM term
       WHERE id IN (SELECT reading FROM found_by WHERE field IN (SELECT value FROM json_each(?)))`,
    )
    .all(JSON.stringify(coordinates)) as { id: number; text: string }[];
  return found.map(({ id, text }) => {
    const { groups, inputs }: Reading = JSON.parse(text);
    const shown = groups.flatMap((group, at) =>
      group
        .filter(({ coordinate, of = coordinate }) => asked.has(coordinate) || asked.has(of))
        .map((field) => entryOf(field, 'shown', at)),
    );
    return {
      id,
      entries: [...shown, ...inputs.filter(({ of }) => asked.has(of)).map((each) => entryOf(each, 'input'))],
    };
  });
}

const entryOf = (
  { coordinate, effect, mask, policies, agreement, product, contract }: Reading['groups'][number][number],
  how: Entry['how'],
  group?: number,
): Entry => ({ coordinate, how, effect, mask, policies, agreement, product, contract, group });

function linesOf(
  connection: Database,
  readings: readonly FoundReading[],
  counts: readonly Count[],
  only: string | undefined,
): ReadLine[] {
  const entries = new Map(readings.map((each) => [each.id, each.entries]));
  const principals = new Map<number, PrincipalText>();
  const text = connection.prepare('SELECT text FROM term WHERE id = ?').pluck();
  const principalOf = (id: number): PrincipalText => {
    const principal = principals.get(id) ?? (JSON.parse(String(text.get(id))) as PrincipalText);
    principals.set(id, principal);
    return principal;
  };
  const lines = new Map<string, ReadLine & { readonly policies: string[]; readonly contracts: string[] }>();
  for (const { principal: who, reading, purpose, outcome: number, reads, rows, first, last } of counts) {
    const { id, kind, team } = principalOf(who);
    if (only !== undefined && id !== only) continue;
    const outcome = outcomes[number] ?? 'failed';
    for (const { policies, contract, group, ...entry } of entries.get(reading) ?? []) {
      const line = { principal: id, kind, team, purpose, outcome, ...entry };
      const key = JSON.stringify(Object.values(line).map((value) => value ?? null));
      const before = lines.get(key);
      lines.set(key, {
        ...line,
        policies: union(before?.policies, policies),
        contracts: union(before?.contracts, contract === undefined ? [] : [contract]),
        reads: (before?.reads ?? 0) + reads,
        rows: (before?.rows ?? 0) + (group === undefined ? 0 : (rows[group] ?? 0)),
        first: Math.min(before?.first ?? first, first),
        last: Math.max(before?.last ?? last, last),
      });
    }
  }
  return [...lines.values()].sort((one, other) => other.reads - one.reads || other.last - one.last);
}

const union = (some: readonly string[] = [], more: readonly string[]): string[] =>
  [...new Set([...some, ...more])].sort();
