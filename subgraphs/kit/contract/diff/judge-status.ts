/** Changes whose weight depends on whether something was said before. */

import { breaking, compatible, cosmetic, dangerous } from './difference.ts';
import type { Judge } from './fields.ts';

/** ODCS and ODPS: proposed, draft, active, deprecated, retired. OMDS: who must leave needs to be told by a major version. */
const ended = /^(?:deprecated|retired)$/i;

export const status: Judge<{ readonly status: string }> = (before, after) => {
  if (ended.test(after.status)) return /^retired$/i.test(before.status) ? compatible : breaking;
  return /^active$/i.test(after.status) || ended.test(before.status) ? compatible : dangerous;
};

/** To say it for the first time harms nobody; to say something else, or nothing more, may. */
export function gone<T>(value: keyof T | ((of: T) => unknown)): Judge<T> {
  return (before) => {
    const said = typeof value === 'function' ? value(before) : before[value];
    return said === undefined ? cosmetic : dangerous;
  };
}
