/** What generated functions call for values that are not the usual ones: the twin of `project/leaf.ts`. */
import { quote } from './quote.ts';
import { stop } from './stop.ts';

/** JSON text of a value. @throws stop */
export type WriteText = (value: unknown, plain: boolean) => string;

const int32 = 2 ** 31;

const quoted = (value: string, plain: boolean): string => (plain ? `"${value}"` : quote(value));

/** By the name of the scalar, `custom` for all others. */
export const writers = {
  nullable: (write: WriteText, value: unknown, plain: boolean): string =>
    value === null ? 'null' : write(value, plain),
  String: (value: unknown, plain: boolean): string => {
    if (typeof value !== 'string') throw stop;
    return quoted(value, plain);
  },
  ID: (value: unknown, plain: boolean): string => {
    if (typeof value === 'string') return quoted(value, plain);
    if (!Number.isSafeInteger(value)) throw stop;
    return `"${value}"`;
  },
  Int: (value: unknown): string => {
    if (!Number.isInteger(value) || (value as number) < -int32 || (value as number) >= int32) throw stop;
    return String(value);
  },
  Float: (value: unknown): string => {
    if (!Number.isFinite(value)) throw stop;
    return JSON.stringify(value);
  },
  Boolean: (value: unknown): string => {
    if (typeof value !== 'boolean') throw stop;
    return String(value);
  },
  custom: (value: unknown, plain: boolean): string => {
    if (value === undefined || value === null) throw stop;
    return typeof value === 'string' ? quoted(value, plain) : JSON.stringify(value);
  },
};
