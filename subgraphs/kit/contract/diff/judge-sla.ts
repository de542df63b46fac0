/** Whether an SLA property promises more or less than before, in whatever unit. */
import type { SlaProperty } from '../model.ts';
import { compatible, cosmetic, dangerous } from './difference.ts';
import { inSeconds } from './duration.ts';
import type { Judge } from './fields.ts';

/** ODCS's vocabulary, and the two words that everybody uses besides (ODCS issue 248): which way is better. */
const better: Readonly<Record<string, 'more' | 'less'>> = {
  availability: 'more',
  throughput: 'more',
  retention: 'more',
  endofsupport: 'more',
  endoflife: 'more',
  latency: 'less',
  freshness: 'less',
  frequency: 'less', // Every 1 d is more often than every 7 d.
  errorrate: 'less',
  timetodetect: 'less',
  timetonotify: 'less',
  timetorepair: 'less',
  timeofavailability: 'less',
  generalavailability: 'less',
};

/** `m` is minutes or months: what cannot be compared counts as less than was promised. */
export const promise: Judge<SlaProperty> = (before, after) => {
  const [was, is] = [amountOf(before), amountOf(after)];
  if (was === undefined || is === undefined || was.kind !== is.kind) return dangerous;
  // 1 d is 24 h is 1,440 min: what a float makes of it differs in the last digits.
  if (was.value === is.value || nearlyEqual(was.value, is.value)) return cosmetic;
  const direction = better[before.property.toLowerCase()];
  return direction && is.value > was.value === (direction === 'more') ? compatible : dangerous;
};

interface Amount {
  /** What else must be the same for the values to be comparable. */
  readonly kind: string;
  readonly value: number | string;
}

function amountOf({ property, value, unit = '' }: SlaProperty): Amount | undefined {
  const [, digits, sign] = /^\s*([+-]?\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(String(value)) ?? [];
  if (digits === undefined) {
    // ISO 8601: later dates come later in the alphabet.
    return typeof value === 'string' && /^\d{4}-\d\d-\d\d|^\d\d:\d\d/.test(value)
      ? { kind: `${value.length} letters ${unit}`, value }
      : undefined;
  }
  const time = inSeconds(Number(digits), unit, property);
  if (time !== undefined) return { kind: 'time', value: time };
  const plain = unit.trim().toLowerCase();
  return { kind: sign || /^(?:%|percent|percentage)$/.test(plain) ? 'percent' : plain, value: Number(digits) };
}

function nearlyEqual(a: number | string, b: number | string): boolean {
  return typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
