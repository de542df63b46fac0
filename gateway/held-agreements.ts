/** The agreements that are in force now, for those who decide by them and those who have to know when they change. */
import type { Agreements } from './governance/access/access.ts';
import type { Purposes } from './governance/access/purposes.ts';
import type { Agreement, Person } from './governance/agreements/agreement.ts';
import { type AgreementsInForce, agreementsInForce } from './governance/agreements/agreements-in-force.ts';

export interface HeldAgreements {
  /** One list for as long as none begins or ends. */
  current(): readonly Agreement[];
  /** @returns what ends that */
  onChange(listener: () => void): () => void;
}

/** A timer takes no longer delay. */
const longestDelayMs = 2 ** 31 - 1;

export function holdAgreements(now: () => number = Date.now) {
  let approved: readonly Agreement[] = [];
  let nextEnd = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const listeners = new Set<() => void>();

  /** What has ended is gone, and when the next one ends, too: also where nobody asks meanwhile. */
  function take(given: readonly Agreement[]): void {
    const at = now();
    approved = given.filter(({ endsAt }) => Date.parse(endsAt) > at);
    clearTimeout(timer);
    nextEnd = approved.reduce((soonest, { endsAt }) => Math.min(soonest, Date.parse(endsAt)), Number.POSITIVE_INFINITY);
    timer = approved.length > 0 ? setTimeout(look, Math.min(nextEnd - at, longestDelayMs)).unref() : undefined;
  }

  function look(): void {
    const before = approved.length;
    take(approved);
    if (approved.length < before) tell();
  }

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }

  return {
    current(): readonly Agreement[] {
      // A timer may be late.
      if (nextEnd <= now()) look();
      return approved;
    },
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hold(given: readonly Agreement[]) {
      take(given);
      tell();
    },
    close() {
      clearTimeout(timer);
    },
  };
}

/** @param purpose as it was stated */
export type AgreementsNow = (asker: Person, purpose: string | undefined) => Agreements | undefined;

/** Worked out once until one begins or ends. */
export function agreementsNow(purposes: Purposes = new Map(), held?: HeldAgreements): AgreementsNow {
  let known: { readonly list: readonly Agreement[]; readonly inForce: AgreementsInForce } | undefined;
  return (asker, purpose) => {
    const list = held?.current();
    if (list && list !== known?.list) known = { list, inForce: agreementsInForce(list, purposes) };
    return known?.inForce.of(asker, purpose);
  };
}
