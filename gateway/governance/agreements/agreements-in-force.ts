/** Which agreements are in force for whoever asks: a look-up for each request, worked out once until one begins or ends. */
import type { AgreedAbout, Agreements } from '../access/access.ts';
import { type Purposes, withAncestors } from '../access/purposes.ts';
import type { Agreement, Person } from './agreement.ts';

export interface AgreementsInForce {
  /** @param purpose as it was stated. An agreement for a purpose is one for all that are kinds of it. */
  of(person: Person, purpose: string | undefined): Agreements;
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
      if (purpose === undefined || person.kind === 'anonymous' || !purposes.has(purpose)) return none;
      const own = [byConsumer.get(`user ${person.id}`), byConsumer.get(`team ${person.team}`)].flatMap(
        (found) => found ?? [],
      );
      if (own.length === 0) return none;
      const byPurpose = known.get(person) ?? new Map<string, Agreements>();
      known.set(person, byPurpose);
      const found = byPurpose.get(purpose) ?? agreementsFor(own, new Set(withAncestors(purpose, purposes)));
      byPurpose.set(purpose, found);
      return found;
    },
  };

  function agreementsFor(own: readonly Agreement[], meant: ReadonlySet<string>): Agreements {
    const fitting = own.filter(({ purpose }) => meant.has(purpose)).sort((one, other) => one.id - other.id);
    return fitting.length === 0 ? none : agreementsAmong(fitting.map(about));
  }
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
