/** What is counted until it is handed over, within bounds. */
import type { VariableWithNames } from '../../engine/operation/used-in-values.ts';
import type { UsageBatch, UsageBounds, UsedOperation } from './usage-batch.ts';

/** A document as it is known to the gateway. Several may be one operation: they differ in the values of literals. */
export interface DescribedOperation {
  readonly hash: string;
  readonly name: string | null;
  readonly text: string;
  readonly coordinates: Set<string>;
  readonly variables: readonly VariableWithNames[];
  /** When a batch held it, and how many coordinates it had. Each day anew: the reader may forget what is old. */
  told: { readonly day: string; readonly coordinates: number };
}

export const untold: DescribedOperation['told'] = { day: '', coordinates: 0 };

/** As the client says in its headers; empty where it does not. */
export interface UsageClient {
  readonly name: string;
  readonly version: string;
}

export interface Counter {
  readonly day: string;
  readonly client: string;
  readonly clientVersion: string;
  requests: number;
  errors: number;
  /** Milliseconds since 1970. */
  lastSeen: number;
}

export interface Tally {
  /** Undefined where there is no room for another. */
  counterOf(form: DescribedOperation, day: string, client: UsageClient): Counter | undefined;
  /** Of a request that is not counted. */
  drop(): void;
  hasRoom(): boolean;
  isEmpty(): boolean;
  /** @param today operations are in it that no batch of the day has held. */
  batch(today: string): Omit<UsageBatch, 'sender' | 'number'>;
  /** The batch was not taken: the next one holds all of its operations again. */
  tellAgain(): void;
}

export function createTally({ mostOperations, mostCounts, mostCharacters }: UsageBounds): Tally {
  const operations = new Map<string, Counted>();
  let [counts, characters, dropped] = [0, 0, 0];

  function admit(form: DescribedOperation): Counted | undefined {
    const more = form.text.length + [...form.coordinates].reduce((sum, each) => sum + each.length, 0);
    if (operations.size >= mostOperations || characters + more > mostCharacters) return undefined;
    characters += more;
    const counted: Counted = { forms: new Set(), counters: new Map() };
    operations.set(form.hash, counted);
    return counted;
  }

  return {
    counterOf(form, day, { name, version }) {
      const counted = operations.get(form.hash) ?? admit(form);
      const key = `${day}\n${name}\n${version}`;
      const before = counted?.counters.get(key);
      if (!counted || (!before && (counts >= mostCounts || key.length > longestKey))) return undefined;
      counted.forms.add(form);
      if (before) return before;
      counts += 1;
      const counter: Counter = { day, client: name, clientVersion: version, requests: 0, errors: 0, lastSeen: 0 };
      counted.counters.set(key, counter);
      return counter;
    },
    drop() {
      dropped += 1;
    },
    hasRoom: () => operations.size < mostOperations && characters < mostCharacters,
    isEmpty: () => counts === 0 && dropped === 0,
    batch: (today) => ({
      operations: [...operations.values()].flatMap(({ forms }) => news([...forms], today)),
      counts: [...operations].flatMap(([operation, { counters }]) =>
        [...counters.values()].map((each) => ({ ...each, operation, lastSeen: new Date(each.lastSeen).toISOString() })),
      ),
      dropped,
    }),
    tellAgain() {
      for (const { forms } of operations.values()) for (const form of forms) form.told = untold;
    },
  };
}

interface Counted {
  readonly forms: Set<DescribedOperation>;
  readonly counters: Map<string, Counter>;
}

/** Characters of a client's name, its version and the day: who says more is not counted. */
const longestKey = 250;

/** The forms of one operation, as far as nobody has been told of them today. */
function news(forms: readonly DescribedOperation[], day: string): UsedOperation[] {
  const fresh = forms.filter(({ told, coordinates }) => told.day !== day || told.coordinates !== coordinates.size);
  const [first] = fresh;
  if (!first) return [];
  for (const form of fresh) form.told = { day, coordinates: form.coordinates.size };
  const { hash, name, text } = first;
  return [{ hash, name, text, coordinates: [...new Set(fresh.flatMap(({ coordinates }) => [...coordinates]))].sort() }];
}
