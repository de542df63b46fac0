import { boundChecks, type Cell, enumChecks, Misfit, unusable } from './cell-check.ts';
import type { Column } from './column.ts';
import type { Property } from './model.ts';
import {
  dateText,
  type Moment,
  type MomentReader,
  readerOfFormat,
  readIsoDate,
  readIsoTime,
  readIsoTimestamp,
  timestampText,
  timeText,
  utcFromZone,
} from './moment.ts';

/** `YYYY-MM-DD`. */
export function dateCell({ property }: Column): Cell {
  return momentCell(property, 'a date as YYYY-MM-DD', readIsoDate, dateText, (date) => {
    const [day = '', time] = date.toISOString().split('T');
    return time === '00:00:00.000Z' ? day : undefined;
  });
}

/** `HH:mm:ss`; a fraction of a second would be lost, so there may be none. */
export function timeCell({ property }: Column): Cell {
  return momentCell(property, 'a time as HH:mm:ss', readIsoTime, (at) =>
    at.millisecond === 0 ? timeText(at) : undefined,
  );
}

/** UTC, to the millisecond. Text without an offset is in the contract's defaultTimezone, else in UTC. */
export function timestampCell({ property }: Column): Cell {
  const name = property.options.defaultTimezone ?? 'Etc/UTC';
  const toUtc = utcFromZone(name);
  if (!toUtc) throw unusable(property, 'defaultTimezone', `is ${name}, which is not an IANA time zone`);
  const expected = 'a timestamp as YYYY-MM-DDTHH:mm:ss.sssZ, to the millisecond at most';
  const write = (at: Moment) => timestampText(at, toUtc);
  return momentCell(property, expected, readIsoTimestamp, write, (date) => date.toISOString());
}

function momentCell(
  property: Property,
  canonical: string,
  readIso: MomentReader,
  write: (at: Moment) => string | undefined,
  fromDate?: (date: Date) => string | undefined,
): Cell {
  const { format } = property.options;
  const readFormat = format === undefined ? undefined : readerOfFormat(format);
  const unread =
    format !== undefined && !readFormat ? ` (the format ${format} has letters that are not supported)` : '';
  const misfit = new Misfit(readFormat ? `${canonical} or ${format}` : canonical + unread);

  const read = (input: unknown): string | Misfit => {
    if (input instanceof Date && fromDate && !Number.isNaN(input.getTime())) return fromDate(input) ?? misfit;
    if (typeof input !== 'string') return misfit;
    const text = input.trim();
    // Text of the declared shape is never given a second reading: 2024-13-01 as yyyy-dd-MM is not January 13th's twin.
    let moment = readFormat?.(text) ?? 'shape';
    if (moment === 'shape') moment = readIso(text);
    return typeof moment === 'string' ? misfit : (write(moment) ?? misfit);
  };
  // The canonical text sorts as time does.
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return { read, checks: [...boundChecks(property, read, compare), ...enumChecks(property, read)] };
}
