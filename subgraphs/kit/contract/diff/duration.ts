/** Lengths of time as SLA properties state them: 24 h and 1 d are one promise. */

/** In seconds; months and years are the average ones of the Gregorian calendar. */
const seconds: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|millis|milliseconds?)$/, 0.001],
  [/^(?:s|secs?|seconds?)$/, 1],
  [/^(?:min|mins|minutes?)$/, 60],
  [/^(?:h|hrs?|hours?)$/, 3600],
  [/^(?:d|days?)$/, 86_400],
  [/^(?:w|wks?|weeks?)$/, 604_800],
  [/^(?:mo|mon|mth|months?)$/, 2_629_746],
  [/^(?:q|quarters?)$/, 7_889_238],
  [/^(?:y|yrs?|years?)$/, 31_556_952],
];

/**
 * @param property decides what `m` is: nobody keeps data for minutes, and nobody promises it fresh within months
 * @returns seconds, or undefined where `unit` is no unit of time
 */
export function inSeconds(value: number, unit: string, property: string): number | undefined {
  const written = unit.trim().toLowerCase();
  const plain = written !== 'm' ? written : /^retention$/i.test(property) ? 'months' : 'minutes';
  const factor = seconds.find(([names]) => names.test(plain))?.[1];
  return factor === undefined ? undefined : value * factor;
}
