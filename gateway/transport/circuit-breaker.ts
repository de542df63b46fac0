/**
 * A subgraph that fails again and again is not asked for a while: it can recover, and nobody waits for it in vain.
 *
 *   closed ── half of at least 20 fail within 10 s ──▶ open ── 5 s ──▶ half-open: one request goes through
 *     ▲                                                 ▲                │
 *     └──────────────────── it is answered ─────────────┴── it fails ────┘
 */
import type { Clock } from './clock.ts';
import { createRollingShare } from './rolling-share.ts';

export type Circuit = 'closed' | 'open' | 'half-open';

/** `neither`: nothing was learnt about the subgraph, since the consumer left, say. */
export type Outcome = 'answered' | 'failed' | 'neither';

export type Pass = 'ordinary' | 'probe';

export interface CircuitBreaker {
  readonly circuit: Circuit;
  /** Undefined where the subgraph is not to be asked. Every pass is given back by `leave`. */
  enter(): Pass | undefined;
  leave(pass: Pass, outcome: Outcome): void;
}

const fewest = 20;
const failing = 0.5;
const openMs = 5_000;

/** @param onChange told of each change between closed and open; a probe that fails changes nothing. */
export function createCircuitBreaker(
  clock: Clock,
  onChange: (circuit: 'closed' | 'open', failed: { readonly whole: number; readonly part: number }) => void,
): CircuitBreaker {
  const share = createRollingShare(clock);
  let openUntil: number | undefined;
  let probing = false;
  return {
    get circuit() {
      if (openUntil === undefined) return 'closed';
      return probing || clock.now() >= openUntil ? 'half-open' : 'open';
    },
    enter() {
      if (openUntil === undefined) return 'ordinary';
      if (probing || clock.now() < openUntil) return undefined;
      probing = true;
      return 'probe';
    },
    leave(pass, outcome) {
      if (pass === 'probe') probing = false;
      if (outcome === 'neither') return;
      if (pass === 'probe') afterProbe(outcome);
      // What was under way when the circuit opened says nothing new.
      else if (openUntil === undefined) count(outcome);
    },
  };

  function afterProbe(outcome: 'answered' | 'failed'): void {
    if (outcome === 'failed') {
      openUntil = clock.now() + openMs;
      return;
    }
    openUntil = undefined;
    onChange('closed', { whole: 1, part: 0 });
  }

  function count(outcome: 'answered' | 'failed'): void {
    share.add(1, outcome === 'failed' ? 1 : 0);
    if (outcome === 'answered') return;
    const { whole, part } = share.sum();
    if (whole < fewest || part < whole * failing) return;
    openUntil = clock.now() + openMs;
    share.clear();
    onChange('open', { whole, part });
  }
}
