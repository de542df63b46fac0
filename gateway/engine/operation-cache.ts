/**
 * What was made of operations, kept for the next time: the least recently used go first. Several that need the same thing
 * at once wait for one creation of it.
 */
export interface OperationCache<Value> {
  get(key: string): Value | undefined;
  /** For what is made at once, and was not kept. */
  keep(key: string, value: Value): void;
  /** @throws what `create` throws, to all who waited for it; then nothing is kept. */
  load(key: string, create: () => Promise<Value>): Promise<Value>;
  /** From the most recently used on. */
  keys(): string[];
  /** In the same order. */
  values(): Value[];
  readonly entries: number;
  readonly bytes: number;
}

export interface OperationCacheOptions<Value> {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** About how much memory an entry takes. */
  readonly bytesOf: (key: string, value: Value) => number;
}

export function createOperationCache<Value>(options: OperationCacheOptions<Value>): OperationCache<Value> {
  const { maxEntries, maxBytes, bytesOf } = options;
  /** In the order of use: a Map remembers in which order keys were set. */
  const kept = new Map<string, { readonly value: Value; readonly bytes: number }>();
  const creating = new Map<string, Promise<Value>>();
  let bytes = 0;
  return {
    get,
    keep,
    load(key, create) {
      const value = get(key);
      if (value !== undefined) return Promise.resolve(value);
      const running = creating.get(key);
      if (running) return running;
      const creation = created(key, create).finally(() => creating.delete(key));
      creating.set(key, creation);
      return creation;
    },
    keys: () => [...kept.keys()].reverse(),
    values: () => [...kept.values()].map(({ value }) => value).reverse(),
    get entries() {
      return kept.size;
    },
    get bytes() {
      return bytes;
    },
  };

  function get(key: string): Value | undefined {
    const entry = kept.get(key);
    if (!entry) return undefined;
    kept.delete(key);
    kept.set(key, entry);
    return entry.value;
  }

  async function created(key: string, create: () => Promise<Value>): Promise<Value> {
    const value = await create();
    keep(key, value);
    return value;
  }

  function keep(key: string, value: Value): void {
    const entry = { value, bytes: bytesOf(key, value) };
    // One that would drive out all others is used and forgotten.
    if (entry.bytes > maxBytes) return;
    kept.set(key, entry);
    bytes += entry.bytes;
    for (const [oldest, { bytes: freed }] of kept) {
      if (kept.size <= maxEntries && bytes <= maxBytes) return;
      kept.delete(oldest);
      bytes -= freed;
    }
  }
}
