/** The formats that the standards' JSON Schemas use. A `${VARIABLE}` (ODCS 3.2, RFC 0050) may stand for any. */
import * as z from 'zod';
import { readIsoDate } from './moment.ts';

/** RFC 3339, section 5.6: `2022-08-02`. */
export const date = format('a date such as 2026-01-31', isDate);

/** RFC 3339, section 5.6, with an offset: `2022-11-15T02:59:43+00:00`. */
export const dateTime = format('a timestamp such as 2026-01-31T12:00:00Z', (text) => {
  const [, day = '', hour, minute, second] =
    /^(\d{4}-\d\d-\d\d)[Tt\s](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/.exec(text) ?? [];
  return isDate(day) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
});

/**
 * RFC 3986: a scheme, a colon and characters that an address may have. Braces are allowed too: the standard's own
 * examples have them (`s3://bucket/data/{model}/*.json`).
 */
export const uri = format('an address with a scheme, such as https://example.com', isUri);

/** Where the standard fixes the scheme as well. */
export const sftpUri = format(
  'an address that starts with sftp://',
  (text) => isUri(text) && text.startsWith('sftp://'),
);

/** JSON Schema's integer: a number without a fraction, of any size. */
export const integer = z.number().refine(Number.isInteger, { error: 'must be a whole number' });

/** ODCS 3.1: what a reference may name. */
export const stableId = format('letters, digits, `-` and `_` only', (text) => /^[A-Za-z0-9_-]+$/.test(text));

function format(wanted: string, accepts: (text: string) => boolean): z.ZodType<string> {
  return z.string().refine((text) => accepts(text) || hasVariable(text), { error: `must be ${wanted}` });
}

const hasVariable = (text: string): boolean => /\$\{[A-Za-z_]/.test(text);

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(?:[a-z0-9\-._~!$&'()*+,;=:@/?#[\]{}]|%[0-9a-f]{2})+$/i.test(text);
}

function isDate(text: string): boolean {
  return typeof readIsoDate(text) !== 'string';
}
