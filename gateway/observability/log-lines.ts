/** Lines of the log. Nothing that a subgraph or a consumer says can pretend to be another event, or command a terminal. */
import type { About } from '../engine/log.ts';

/**
 * What ends a line for some readers, moves a terminal's cursor, or turns the direction of text: C0, DEL and C1 (with CSI,
 * U+009B), the separators U+2028 and U+2029, and the bidirectional controls.
 */
const unprintable = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** JSON leaves most of them as they are. */
export function jsonLine(json: string): string {
  return `${json.trimEnd().replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** @param json as pino writes it. */
export function textLine(json: string): string {
  const { time, level, msg, pid: _, requestId, ...fields } = JSON.parse(json);
  return `${time} ${eventText(msg, { level, requestId, fields })}\n`;
}

/** Without the time: `warn: subgraph orders: connect ECONNREFUSED (request 4711)`. */
export function eventText(message: string, { level = 'info', requestId, fields = {} }: About = {}): string {
  const more = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${word(value)}`));
  const request = requestId === undefined ? [] : [`(request ${requestId})`];
  return oneLine([`${level}: ${message}`, ...more, ...request].join(' '));
}

const word = (value: string | number): string => (/^[\w.:/+-]+$/.test(`${value}`) ? `${value}` : JSON.stringify(value));

const oneLine = (text: string): string => text.replace(/\r?\n\s*/g, ' | ').replace(unprintable, '?');
