/** At most so many requests to one subgraph at a time; a few more wait in line; the rest is refused at once. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Clock } from './clock.ts';
import { type Patience, watch } from './patience.ts';

export interface Slots {
  readonly running: number;
  readonly waiting: number;
  /** Undefined: there was a free slot. @throws WeftError SUBGRAPH_OVERLOADED, or rejects with HttpFailure `gone` or `due`. */
  enter(patience: Patience): Promise<void> | undefined;
  /** Gives the slot to who waits longest. */
  leave(): void;
}

const mostRunning = 256;
const mostWaiting = 256;

export function createSlots(subgraph: string, clock: Clock): Slots {
  let running = 0;
  /** In the order of their coming. */
  const line = new Set<() => void>();
  return {
    get running() {
      return running;
    },
    get waiting() {
      return line.size;
    },
    enter(patience) {
      if (running < mostRunning) {
        running++;
        return undefined;
      }
      if (line.size >= mostWaiting) {
        throw new WeftError('SUBGRAPH_OVERLOADED', `Subgraph \`${subgraph}\` is asked too much at once.`);
      }
      return new Promise<void>((resolve, reject) => {
        const proceed = (): void => {
          stop();
          resolve();
        };
        line.add(proceed);
        const stop = watch(patience, clock, (failure) => {
          line.delete(proceed);
          reject(failure);
        });
      });
    },
    leave() {
      const [next] = line;
      if (next) {
        line.delete(next);
        next();
      } else running--;
    },
  };
}
