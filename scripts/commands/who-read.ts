/** `weft audit who-read`: who read a field, what for, and whether they saw it as it is. */
import { printable } from '../printable.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say } from '../terminal.ts';

interface Options extends RegistryDoor {
  readonly since?: string;
  readonly until?: string;
  readonly by?: string;
  readonly first: number;
  readonly json?: true;
}

interface DataReads {
  readonly coordinates: readonly string[];
  readonly total: number;
  readonly lines: readonly DataRead[];
}

interface DataRead {
  readonly principal: string;
  readonly team: string | null;
  readonly purpose: string | null;
  readonly agreement: string | null;
  readonly coordinate: string;
  readonly how: 'SHOWN' | 'MASKED' | 'DENIED' | 'INPUT';
  readonly mask: string | null;
  readonly outcome: 'ANSWERED' | 'REFUSED' | 'FAILED';
  readonly reads: number;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
}

export async function whoRead(
  field: string,
  { since, until, by: principal, first, ...options }: Options,
): Promise<number> {
  const operation = `query ($field: String!, $since: DateTime, $until: DateTime, $principal: String, $first: Int!) {
    dataReads(field: $field, since: $since, until: $until, principal: $principal, first: $first) {
      coordinates total
      lines {
        principal kind team purpose agreement product coordinate how mask outcome policies contracts reads rows first last
      }
    }
  }`;
  const variables = { field, since, until, principal, first };
  const { dataReads } = await askRegistry<{ dataReads: DataReads }>(options, operation, variables);
  if (options.json) {
    printJson(dataReads);
    return done;
  }
  const { coordinates, total, lines } = printable(dataReads);
  const rows = lines.map((line) => [
    line.principal,
    line.team ?? '',
    line.purpose ?? '',
    line.agreement ?? '',
    wordsOf(line, coordinates),
    line.reads,
    line.rows,
    line.first,
    line.last,
  ]);
  const heads = ['WHO', 'TEAM', 'PURPOSE', 'AGREEMENT', 'HOW', 'READS', 'ROWS', 'FIRST', 'LAST'];
  if (rows.length > 0) print(table(heads, rows));
  const more = total > lines.length ? ` of ${total.toLocaleString('en')}; more: --first` : '';
  say(
    rows.length > 0
      ? `${plural(rows.length, 'line')}${more}`
      : `nobody is on record as having read ${coordinates.join(', ')}`,
  );
  return done;
}

function wordsOf({ coordinate, how, mask, outcome }: DataRead, coordinates: readonly string[]): string {
  const words = {
    SHOWN: 'as it is',
    MASKED: `masked (${mask})`,
    DENIED: 'denied',
    INPUT: `by ${coordinate}`,
  }[how];
  const via = how === 'INPUT' || coordinates.includes(coordinate) ? '' : `, via ${coordinate}`;
  return `${words}${via}${outcome === 'ANSWERED' ? '' : `, ${outcome.toLowerCase()}`}`;
}
