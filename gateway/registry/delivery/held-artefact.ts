import type { Artefact, Artefacts } from './artefact.ts';

/** What is served now, for those who wait for what comes next. */
export interface HeldArtefact extends Artefacts {
  /** From now on. */
  hold(artefact: Artefact): void;
}

export function holdArtefact(first?: Artefact): HeldArtefact {
  let current = first;
  const waiting = new Set<() => void>();
  return {
    current: () => current,
    hold(artefact) {
      current = artefact;
      for (const wake of [...waiting]) wake();
    },
    async changed(id, signal) {
      while (current?.id === id && !signal.aborted) await woken(signal);
    },
  };

  function woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
