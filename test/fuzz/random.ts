/** Everything random here comes from one number, so that every finding can be had again from that number. */
export interface Random {
  /** From 0 to `below` - 1. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Up to `count` different elements, in random order. */
  some<T>(from: readonly T[], count: number): T[];
}

export function randomOf(...seed: readonly (string | number)[]): Random {
  let state = hash(...seed);
  // mulberry32 (Tommy Ettinger): 32 bits of state are plenty for one schema or one operation.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const random: Random = {
    int: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (from) => {
      if (from.length === 0) throw new Error('Nothing to pick from.');
      return from[random.int(from.length)] as (typeof from)[number];
    },
    some(from, count) {
      const left = [...from];
      const taken = [];
      while (taken.length < count && left.length > 0) taken.push(...left.splice(random.int(left.length), 1));
      return taken;
    },
  };
  return random;
}

/** FNV-1a with the final mix of MurmurHash3: 32 bits that depend on every character. */
export function hash(...parts: readonly (string | number)[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    const text = String(part);
    for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
    h = Math.imul(h ^ 0x1f, 0x01000193);
  }
  return mixed(h);
}

/** The `n`th number that follows from `seed`. */
export const derived = (seed: number, n: number): number => mixed(seed + Math.imul(n + 1, 0x9e3779b9));

function mixed(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
