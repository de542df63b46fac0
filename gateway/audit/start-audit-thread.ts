/** One thread of audit-thread.ts, from outside. */
import { Worker } from 'node:worker_threads';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { AuditAnswers, AuditCall, AuditMethod, AuditThreadData, FromAudit, SentError } from './audit-messages.ts';

export interface AuditThread {
  /** @throws WeftError AUDIT_UNAVAILABLE, also where the thread ends before it answers. */
  ask<Method extends AuditMethod>(
    method: Method,
    ...given: Parameters<AuditAnswers[Method]>
  ): Promise<ReturnType<AuditAnswers[Method]>>;
  close(): Promise<void>;
}

/**
 * @param onEnd told once when an open thread has ended, or is about to
 * @throws WeftError AUDIT_FILE_INVALID
 */
export async function startAuditThread(data: AuditThreadData, onEnd: (why: WeftError) => void): Promise<AuditThread> {
  const thread = new Worker(new URL('./audit-thread.mjs', import.meta.url), { workerData: data, execArgv: [] });
  const waiting = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  let last = 0;
  let cause: Error | undefined;
  let isOpen = false;
  let isClosing = false;
  let gone: WeftError | undefined;
  const opened = new Promise<void>((resolve, reject) => {
    thread.on('message', (message: FromAudit) => {
      if (message.kind === 'open') {
        isOpen = true;
        return resolve();
      }
      const call = waiting.get(message.id ?? 0);
      waiting.delete(message.id ?? 0);
      if (message.kind === 'done') call?.resolve(message.value as never);
      else (call?.reject ?? reject)(received(message.error));
      if (waiting.size === 0) thread.unref();
    });
    thread.on('error', (error) => {
      cause = error;
    });
    thread.on('exit', (code) => {
      const why = cause?.message ?? `its thread stopped with ${code}`;
      gone = new WeftError('AUDIT_UNAVAILABLE', `The audit of reads has ended (${why.replace(/\.$/, '')}).`);
      reject(gone);
      if (isOpen && !isClosing) onEnd(gone);
      for (const call of waiting.values()) call.reject(gone);
    });
  });
  await opened.catch(async (error) => {
    await thread.terminate();
    throw error;
  });
  thread.unref();

  const ask: AuditThread['ask'] = (method, ...[given]) =>
    new Promise((resolve, reject) => {
      if (gone) return reject(gone);
      last += 1;
      waiting.set(last, { resolve, reject });
      // Whoever waits for an answer keeps the process alive; the audit itself does not.
      thread.ref();
      thread.postMessage({ id: last, method, given } satisfies AuditCall);
    });
  return {
    ask,
    async close() {
      isClosing = true;
      // One that ends by itself meanwhile has closed its database, too.
      await ask('close').catch(() => {});
      await thread.terminate();
    },
  };
}

function received(error: SentError): Error {
  if ('code' in error) return new WeftError(error.code, error.message);
  return Object.assign(new Error('The audit of reads failed.'), { stack: error.stack });
}
