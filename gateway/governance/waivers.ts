/**
 * Reads `governance/waivers.yaml`: what may break a policy for a while, who decided that, and why.
 *
 *     waivers:
 *       - policy: described-fields
 *         coordinate: Order.profit        # or product: sales.retail-orders; exact, one of the two
 *         owner: Data governance board
 *         reason: The wording is with the auditors.
 *         expires: 2027-03-31             # its last day, UTC
 *
 * Each fault is an Issue at its line and column, and a file with a fault gives no waivers.
 */
import * as z from 'zod';
import { readText } from '../../subgraphs/kit/contract/text.ts';
import { type Issue, issue, type Place } from '../../subgraphs/kit/errors/issue.ts';

export interface Waiver {
  readonly policy: string;
  /** Exactly one of the two. */
  readonly coordinate?: string | undefined;
  readonly product?: string | undefined;
  /** Who decided. */
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it counts: `2027-03-31`. */
  readonly expires: string;
  readonly place: Place;
}

const line = z.string().trim().min(1, 'Write at least one word.').max(1000, 'Write at most 1,000 characters.');

const waiversFile = z.strictObject({
  waivers: z.array(
    z
      .strictObject({
        policy: line,
        coordinate: line.optional(),
        product: line.optional(),
        owner: line,
        reason: line,
        expires: z.iso.date('Write the last day as 2027-03-31.'),
      })
      .refine(({ coordinate, product }) => (coordinate === undefined) !== (product === undefined), {
        error: 'A waiver names exactly one of coordinate and product.',
      }),
    'Write a list of waivers.',
  ),
});

export function readWaivers(
  text: string,
  file: string,
): { readonly waivers: readonly Waiver[]; readonly issues: readonly Issue[] } {
  const { document, issues } = readText(text, file);
  if (!document) return { waivers: [], issues };
  const read = waiversFile.safeParse(document.value);
  if (read.success) {
    const waivers = read.data.waivers.map((each, at) => ({ ...each, place: document.placeOf(['waivers', at]) }));
    return { waivers, issues };
  }
  const faults = read.error.issues.map((found) => {
    const path = found.path.filter((segment) => typeof segment !== 'symbol');
    const message = path.length > 0 ? `\`${path.join('.')}\`: ${found.message}` : found.message;
    return issue('POLICY_WAIVER_INVALID', message, { place: document.placeOf(path) });
  });
  return { waivers: [], issues: faults };
}
