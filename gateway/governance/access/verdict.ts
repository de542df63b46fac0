/** What Cedar says of one class of askers, and one class of fields. */
import type { Action } from './cedar.ts';
import { compareMasks } from './masks.ts';
import type { Preparsed, Question } from './preparsed.ts';

export type Verdict =
  | { readonly effect: 'allow'; readonly policies: readonly string[] }
  /** `policies` has what forbids the value itself, too. */
  | { readonly effect: 'mask'; readonly mask: string; readonly policies: readonly string[] }
  /** Of so many rows at once. */
  | { readonly effect: 'summary'; readonly minimum: number; readonly policies: readonly string[] }
  | { readonly effect: 'deny'; readonly forbids: readonly string[] }
  /** The answer is no, whatever the rest of the policies say. */
  | { readonly effect: 'undecided'; readonly reason: string };

/** @param masks by id of the policy */
export function verdictOn(
  preparsed: Preparsed,
  masks: ReadonlyMap<string, string | undefined>,
  question: Question,
): Verdict {
  try {
    const read = answerOf(preparsed, 'read', question);
    if (read.isAllowed) return { effect: 'allow', policies: [...read.policies].sort() };
    const masked = answerOf(preparsed, 'readMasked', question);
    const policies = [...new Set([...read.policies, ...masked.policies])].sort();
    if (!masked.isAllowed) return { effect: 'deny', forbids: policies };
    const texts = masked.policies.map((id) => masks.get(id));
    const [mask] = texts.filter((text) => text !== undefined).sort(compareMasks);
    if (mask !== undefined && !texts.includes(undefined)) return { effect: 'mask', mask, policies };
    return { effect: 'undecided', reason: `${masked.policies.join(', ')}: permits readMasked without a mask` };
  } catch (error) {
    return { effect: 'undecided', reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Whether what is told of many rows may be read by whoever may not read the value itself.
 * @param minimums by id of the policy
 * @param aggregate what a policy says of that itself: it may forbid it
 * @returns undefined where it may not
 */
export function summaryVerdictOn(
  preparsed: Preparsed,
  minimums: ReadonlyMap<string, number | undefined>,
  { aggregate, of }: { readonly aggregate: Question; readonly of: Question },
): Verdict | undefined {
  try {
    const field = answerOf(preparsed, 'readSummary', of);
    if (!field.isAllowed) return undefined;
    const own = answerOf(preparsed, 'readSummary', aggregate);
    if (!own.isAllowed && own.policies.length > 0) return undefined;
    const policies = [...new Set([...field.policies, ...own.policies])].sort();
    const sizes = policies.flatMap((id) => minimums.get(id) ?? []);
    // All that permit it have to hold: who is allowed groups of ten by one policy is allowed none of five by another.
    if (sizes.length === policies.length) return { effect: 'summary', minimum: Math.max(...sizes), policies };
    return { effect: 'undecided', reason: `${policies.join(', ')}: permits readSummary without a minimum` };
  } catch (error) {
    return { effect: 'undecided', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws Error for what Cedar could not evaluate: a policy that failed is none to it, and it may have been one that forbids. */
function answerOf(preparsed: Preparsed, action: Action, question: Question) {
  const answer = preparsed.ask(action, question);
  const warnings = answer.warnings.map(({ message }) => message);
  if (answer.type === 'failure')
    throw new Error([...answer.errors.map(({ message }) => message), ...warnings].join('; '));
  const { decision, diagnostics } = answer.response;
  const failed = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
  if (failed.length + warnings.length > 0) throw new Error([...failed, ...warnings].join('; '));
  return { isAllowed: decision === 'allow', policies: diagnostics.reason };
}
