/** The log: one line for one event, on stderr. JSON for machines, words for a terminal. */
import { pino } from 'pino';
import type { Log } from '../engine/log.ts';
import { jsonLine, textLine } from './log-lines.ts';
import { withoutSecrets } from './secrets.ts';

export interface LogSettings {
  /** The least that is written. */
  readonly level: 'info' | 'warn' | 'error' | 'silent';
  /** `auto`: text on a terminal, otherwise JSON. */
  readonly format: 'auto' | 'json' | 'text';
}

/** @param write takes whole lines. */
export function createLog({ level, format }: LogSettings, write: (line: string) => void = toStderr): Log {
  const isText = format === 'text' || (format === 'auto' && process.stderr.isTTY);
  const asLine = isText ? textLine : jsonLine;
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (json: string) => write(asLine(json)) },
  );
  return (message, { level: severity = 'info', requestId, fields = {} } = {}) => {
    const told = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutSecrets(value) : value,
    ]);
    logger[severity]({ requestId, ...Object.fromEntries(told) }, withoutSecrets(message));
  };
}

function toStderr(line: string): void {
  process.stderr.write(line);
}
