/** Which agreements are in force for whoever asks: a look-up for each request, worked out once until one begins or ends. */
import type { AgreedAbout, Agreements } from '../access/access.ts';
import { type Purposes, withAncestors } from '../access/purposes.ts';
import type { Agreement, Person } from './agreement.ts';

export interface AgreementsInForce {
  /** @param purpose as it was stated. An agreement for a purpose is one for all that are kinds of it. */
  of(person: Person, purpose: string | undefined): Agreements;
  /** Whatever they are for, the oldest first. */
  allOf(person: Person): readonly AgreedFor[];
}

/** An agreement of somebody, with what it is for: which purposes that is, other purposes may say otherwise. */
export interface AgreedFor extends AgreedAbout {
  readonly purpose: string;
}

/** @param inForce all of them, now */
export function agreementsInForce(inForce: readonly Agreement[], purposes: Purposes): AgreementsInForce {
  const byConsumer = new Map<string, Agreement[]>();
  for (const each of inForce) {
    const { team, user } = each.consumer;
    const key = user === null ? `team ${team}` : `user ${user}`;
    byConsumer.set(key, [...(byConsumer.get(key) ?? []), each]);
  }
  const known = new WeakMap<Person, Map<string, Agreements>>();
  return {
    of(person, purpose) {
      if (purpose === undefined || !purposes.has(purpose)) return none;
      const own = ownOf(person);
      if (own.length === 0) return none;
      const byPurpose = known.get(person) ?? new Map<string, Agreements>();
      known.set(person, byPurpose);
      const found = byPurpose.get(purpose) ?? agreementsAmong(coveringPurpose(own, purpose, purposes).map(about));
      byPurpose.set(purpose, found);
      return found;
    },
    allOf: (person) => ownOf(person).map((each) => ({ ...about(each), purpose: each.purpose })),
  };

  function ownOf(person: Person): readonly Agreement[] {
    if (person.kind === 'anonymous') return [];
    return [byConsumer.get(`user ${person.id}`), byConsumer.get(`team ${person.team}`)]
      .flatMap((found) => found ?? [])
      .sort((one, other) => one.id - other.id);
  }
}

/** Those that are for the purpose, or for one that it is a kind of. */
export function coveringPurpose<Each extends { readonly purpose: string }>(
  all: readonly Each[],
  purpose: string | undefined,
  purposes: Purposes,
): readonly Each[] {
  if (purpose === undefined || !purposes.has(purpose)) return [];
  const meant = new Set(withAncestors(purpose, purposes));
  return all.filter((each) => meant.has(each.purpose));
}

const about = ({ id, roles, product, domain, port }: Agreement): AgreedAbout => ({
  ...{ id: String(id), roles, product, domain },
  ...(port !== null && { port }),
});

/** @param all of somebody for one purpose, the oldest first */
export function agreementsAmong(all: readonly AgreedAbout[]): Agreements {
  if (all.length === 0) return none;
  return {
    key: JSON.stringify(all),
    all,
    of(field) {
      const fitting = all.filter(
        ({ product, domain, port }) =>
          product === field.product &&
          (domain === undefined || domain === field.domain) &&
          (port === undefined || port === field.port),
      );
      const [first] = fitting;
      // Of several, the oldest: hashes stay what they were when another is added.
      return first && { id: first.id, roles: [...new Set(fitting.flatMap(({ roles }) => roles))].sort() };
    },
  };
}

const none: Agreements = { key: '', all: [], of: () => undefined };
