import type { GraphQLLeafType } from 'graphql';
import { dateText, type Moment, readIsoTimestamp, timestampText } from '../../../subgraphs/kit/contract/moment.ts';

export const periods = ['year', 'month', 'day'] as const;
export type Period = (typeof periods)[number];

/**
 * Of a date the first day of its year or month, of a moment that day's beginning in UTC; also where either is a String.
 * The day of a date is the date. Undefined for what is neither.
 */
export function beginningOf(value: unknown, period: Period, type: GraphQLLeafType): string | undefined {
  if (!['Date', 'DateTime', 'String'].includes(type.name)) return undefined;
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(value);
  if ((type.name === 'Date' && !isDate) || (type.name === 'DateTime' && isDate)) return undefined;
  // Finer than a millisecond is of no matter here.
  const moment = readIsoTimestamp(value.replace(/([.,]\d{3})\d+/, '$1'));
  if (typeof moment === 'string') return undefined;
  if (isDate) return dateText(beginning(moment, period));
  // Without an offset nobody knows which day it is in UTC.
  const utc = moment.zone === undefined ? undefined : timestampText(moment, () => undefined);
  const inUtc = utc === undefined ? undefined : readIsoTimestamp(utc);
  if (inUtc === undefined || typeof inUtc === 'string') return undefined;
  return `${dateText(beginning(inUtc, period))}T00:00:00.000Z`;
}

const beginning = (at: Moment, period: Period): Moment => ({
  ...at,
  month: period === 'year' ? 1 : at.month,
  day: period === 'day' ? at.day : 1,
});
