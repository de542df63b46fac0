import { pipeline, Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { emptyObject } from '../contract/own-properties.ts';
import { WeftError } from '../errors/weft-error.ts';
import { longestRecord, Malformed, readText } from './read-text.ts';

/**
 * Rows of a CSV file by the names in its first line (RFC 4180; also with `;`, tab or `|` between the cells). A record
 * with more or fewer cells than the first line is malformed: nobody can tell which cell is whose.
 * @param onColumns is told the names, before any row and also where there is none; may throw
 * @throws WeftError INPUT_UNREADABLE, INPUT_MALFORMED
 */
export async function* readCsv(
  file: string,
  onColumns: (columns: readonly string[]) => void = () => {},
): AsyncGenerator<Record<string, string> | Malformed> {
  const chunks = readText(file);
  const start = await firstLine(chunks);
  let header: readonly string[] | undefined;
  let lastLine = 0;
  const onLine = (line: number): void => {
    lastLine = line;
  };
  try {
    for await (const { line, cells } of records(start, chunks, onLine)) {
      if (!header) {
        header = headerOf(cells, file);
        onColumns(header);
      } else if (cells.length === header.length) yield rowOf(header, cells);
      else yield new Malformed(line, cells.join(','), `has ${cells.length} cells, but the header has ${header.length}`);
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new WeftError('INPUT_MALFORMED', `${file}: ${whatIsWrong(cause, lastLine)}.`, { cause });
  }
  if (!header) throw new WeftError('INPUT_MALFORMED', `${file} has no line that names its columns.`);
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function records(
  start: string,
  rest: AsyncGenerator<string>,
  onLine: (line: number) => void,
): AsyncIterable<CsvRecord> {
  const options: Options<CsvRecord, string[]> = {
    delimiter: delimiterOf(start),
    relax_column_count: true,
    // A quote within a cell (12" pipe) is a letter like any other.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
    on_record: (cells, { lines }) => {
      onLine(lines);
      return { line: lines, cells };
    },
  };
  const parser = parse(options as unknown as Options); // Its types know on_record only for records with named columns.
  const text = async function* () {
    yield start;
    yield* rest;
  };
  pipeline(Readable.from(text()), parser, () => {}); // A failure arrives at whoever iterates the parser.
  return parser;
}

/** As many chunks as it takes to have a whole line, where the file has one. */
async function firstLine(chunks: AsyncGenerator<string>): Promise<string> {
  let text = '';
  while (!/[\r\n]/.test(text.trimStart()) && text.length < longestRecord) {
    const next = await chunks.next();
    if (next.done) break;
    text += next.value;
  }
  return text;
}

/** The candidate that the first line has most often, outside of quotes. */
function delimiterOf(text: string): string {
  const line = (text.trimStart().split(/[\r\n]/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string): number => line.split(delimiter).length;
  return [',', ';', '\t', '|'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The parser names the line at which it gave up, which is far from a quote that someone forgot to close. */
function whatIsWrong({ code, message }: CsvError, lastLine: number): string {
  if (code !== 'CSV_QUOTE_NOT_CLOSED' && code !== 'CSV_MAX_RECORD_SIZE') return message;
  return `the record after line ${lastLine} does not end: probably a quote opens in it that is never closed`;
}

function headerOf(cells: readonly string[], file: string): readonly string[] {
  const header = cells.map((cell) => cell.trim());
  const twice = header.find((name, at) => name !== '' && header.indexOf(name) !== at);
  if (twice !== undefined) throw new WeftError('INPUT_MALFORMED', `${file} has two columns named ${twice}.`);
  return header;
}

function rowOf(header: readonly string[], cells: readonly string[]): Record<string, string> {
  const row = emptyObject<string>();
  for (let at = 0; at < header.length; at++) row[header[at] as string] = cells[at] as string;
  return row;
}
