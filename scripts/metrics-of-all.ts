/** In a worker: `/metrics` is what all of them have counted, and the first process puts that together. */
import { type ToWorker, tellFirstProcess } from './worker-messages.ts';

/** @returns what asks it. @throws Error where the first process has ended. */
export function createMetricsOfAll(): () => Promise<string> {
  const waiting = new Map<number, Waiting>();
  let questions = 0;
  process.on('message', (message: ToWorker) => {
    if (message.kind !== 'metrics') return;
    waiting.get(message.id)?.resolve(message.text);
    waiting.delete(message.id);
  });
  process.once('disconnect', () => {
    for (const { reject } of waiting.values()) reject(orphaned());
  });
  return () =>
    new Promise((resolve, reject) => {
      if (!process.connected) return reject(orphaned());
      questions += 1;
      waiting.set(questions, { resolve, reject });
      void tellFirstProcess({ kind: 'metricsWanted', id: questions });
    });
}

interface Waiting {
  resolve(text: string): void;
  reject(error: Error): void;
}

const orphaned = (): Error => new Error('The first process of the gateway has ended: nobody knows all of the metrics.');
