/** What a setting may be, and what is said where it is something else. */
import * as z from 'zod';

export const whole = (name: string, least: number, most: number) =>
  z.coerce
    .number({ error: `${name} must be a whole number` })
    .int(`${name} must be a whole number`)
    .min(least, `${name} must be at least ${least}`)
    .max(most, `${name} must be at most ${most}`);

export const flag = (name: string, otherwise = false) =>
  z.union([z.boolean(), z.stringbool()], { error: `${name} must be true or false` }).default(otherwise);

/** Written with commas or spaces between them. */
export const names = z
  .string()
  .default('')
  .transform((list) => list.split(/[\s,]+/).filter(Boolean));

export const share = (name: string) => {
  const error = `${name} must be a number from 0 to 1`;
  return z.coerce.number({ error }).min(0, error).max(1, error);
};

/** Or none. */
export const httpUrl = (name: string) =>
  z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })], { error: `${name} must be an http or https URL` })
    .default('');
