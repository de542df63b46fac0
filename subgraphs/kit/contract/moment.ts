/**
 * Dates, times and timestamps as text: read in ISO 8601 or in a contract's own `format`, written in one form.
 *
 * A `format` is a pattern of Java's DateTimeFormatter (ODCS, logicalTypeOptions). The letters read here are
 * yyyy/uuuu MM M dd d HH H mm m ss s S… and Z/X for an offset; quoted text and other characters stand for themselves,
 * and so does a bare T, which contracts often write.
 */

/** `zone`: minutes east of UTC, or undefined where the text does not say. */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Milliseconds; the text may not have said more than that. */
  readonly millisecond: number;
  readonly zone: number | undefined;
}

/** Answers a moment, `'shape'` where the text does not look like the pattern, or `'value'` where no such moment exists. */
export type MomentReader = (text: string) => Moment | 'shape' | 'value';

const fields: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  uuuu: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  m: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{2})',
  s: '(?<second>\\d{1,2})',
  T: 'T',
};
const zone = '(?<zone>Z|z|[+-]\\d{2}(?::?\\d{2})?)';

const isoDate = '(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})';
const isoTime = '(?<hour>\\d{2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d+))?)?';
export const readIsoDate: MomentReader = momentReader(new RegExp(`^${isoDate}$`));
export const readIsoTime: MomentReader = momentReader(new RegExp(`^${isoTime}$`));
export const readIsoTimestamp: MomentReader = momentReader(new RegExp(`^${isoDate}(?:[Tt ]${isoTime} ?${zone}?)?$`));

/** A reader of the format, or undefined where it uses a letter that is not read here, or one twice. */
export function readerOfFormat(format: string): MomentReader | undefined {
  let source = '';
  for (const [token] of format.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (token.startsWith("'")) source += literal(token.length > 2 ? token.slice(1, -1).replaceAll("''", "'") : "'");
    else if (/^S+$/.test(token)) source += `(?<fraction>\\d{${token.length}})`;
    else if (/^[ZX]+$/.test(token)) source += zone;
    else if (/^[A-Za-z]/.test(token)) {
      const field = fields[token];
      if (field === undefined) return undefined;
      source += field;
    } else source += literal(token);
  }
  try {
    return momentReader(new RegExp(`^${source}$`));
  } catch {
    return undefined; // The same letter twice is a duplicate group name.
  }
}

export const dateText = (at: Moment): string => `${pad(at.year, 4)}-${pad(at.month)}-${pad(at.day)}`;
export const timeText = (at: Moment): string => `${pad(at.hour)}:${pad(at.minute)}:${pad(at.second)}`;

/** `YYYY-MM-DDTHH:mm:ss.sssZ`; undefined where the zone skips this local time, or UTC leaves the years 1 to 9999. */
export function timestampText(at: Moment, toUtc: (localMs: number) => number | undefined): string | undefined {
  const local = `${dateText(at)}T${timeText(at)}.${pad(at.millisecond, 3)}Z`;
  if (at.zone === 0) return local;
  const localMs = Date.parse(local);
  const utcMs = at.zone === undefined ? toUtc(localMs) : localMs - at.zone * 60_000;
  if (utcMs === undefined) return undefined;
  const text = new Date(utcMs).toISOString();
  return text.length === 24 && !text.startsWith('0000') ? text : undefined;
}

/**
 * From the local time of an IANA zone to UTC. A time that the clocks show twice is the first of the two; one that they
 * skip is undefined. Undefined as a whole where there is no such zone.
 */
export function utcFromZone(name: string): ((localMs: number) => number | undefined) | undefined {
  if (/^(?:Etc\/)?(?:UTC|GMT|Z)$/i.test(name)) return (localMs) => localMs;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  const offsetAt = (utcMs: number): number => {
    const part = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utcMs / 1000) * 1000;
  };
  const aDay = 86_400_000;
  return (localMs) => {
    // Zones change their offset at most once in two days: it is the one of the day before or of the day after.
    const offsets = [offsetAt(localMs - aDay), offsetAt(localMs + aDay)];
    const offset = offsets.find((each) => offsetAt(localMs - each) === each);
    return offset === undefined ? undefined : localMs - offset;
  };
}

function momentReader(pattern: RegExp): MomentReader {
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    if (!groups) return 'shape';
    const moment: Moment = {
      year: Number(groups.year ?? 1970),
      month: Number(groups.month ?? 1),
      day: Number(groups.day ?? 1),
      hour: Number(groups.hour ?? 0),
      minute: Number(groups.minute ?? 0),
      second: Number(groups.second ?? 0),
      millisecond: Number((groups.fraction ?? '').slice(0, 3).padEnd(3, '0')),
      zone: groups.zone === undefined ? undefined : zoneMinutes(groups.zone),
    };
    const finer = /[1-9]/.test((groups.fraction ?? '').slice(3));
    return exists(moment) && !finer ? moment : 'value';
  };
}

function exists(at: Moment): boolean {
  const leap = at.year % 4 === 0 && (at.year % 100 !== 0 || at.year % 400 === 0);
  const days = at.month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(at.month) ? 30 : 31;
  return (
    at.year >= 1 &&
    at.month >= 1 &&
    at.month <= 12 &&
    at.day >= 1 &&
    at.day <= days &&
    at.hour <= 23 &&
    at.minute <= 59 &&
    at.second <= 59 &&
    Math.abs(at.zone ?? 0) < 24 * 60
  );
}

function zoneMinutes(text: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) || 0;
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
