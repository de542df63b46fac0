/** A thread of start-audit-thread.ts: its connection, and what is asked of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant, WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { createAppend } from './append.ts';
import { type AskedQuestion, askedReads } from './asked.ts';
import type { AuditCall, AuditThreadData, FromAudit, RecordBatch, SentError } from './audit-messages.ts';
import { openToRead, openToWrite } from './open-audit.ts';
import { diskHasFailed, unavailable } from './storage-fault.ts';
import { verifyAudit } from './verify.ts';
import { type WhoReadQuestion, whoRead } from './who-read.ts';

const port = parentPort;
invariant(port, 'the audit runs in a thread');
const say = (message: FromAudit): void => port.postMessage(message);
const { file, role } = workerData as AuditThreadData;

try {
  const answer = role === 'writer' ? writing() : reading();
  port.on('message', async ({ id, method, given }: AuditCall) => {
    try {
      say({ kind: 'done', id, value: await answer({ method, given }) });
    } catch (error) {
      say({ kind: 'failed', id, error: sent(error) });
      // Nothing can be done with this connection any more: that ends the thread, and the next one opens the file anew.
      if (error instanceof WeftError && diskHasFailed(error.cause)) throw error;
    }
  });
  say({ kind: 'open' });
} catch (error) {
  say({ kind: 'failed', error: sent(error) });
}

type Answer = (call: Omit<AuditCall, 'id'>) => unknown;

function writing(): Answer {
  const connection = openToWrite(file);
  const append = createAppend(connection);
  return ({ method, given }) => {
    if (method === 'close') return void connection.close();
    try {
      append(given as RecordBatch);
    } catch (cause) {
      if (diskHasFailed(cause)) connection.close();
      throw unavailable(file, cause);
    }
  };
}

function reading(): Answer {
  const connection = openToRead(file);
  return async ({ method, given }) => {
    if (method === 'whoRead') return whoRead(connection, given as WhoReadQuestion);
    if (method === 'asked') return askedReads(connection, given as AskedQuestion);
    if (method === 'close') return void connection.close();
    // It takes long, and sees the audit as it is at its beginning: on a connection of its own.
    const own = openToRead(file);
    try {
      return await verifyAudit(own);
    } finally {
      own.close();
    }
  };
}

function sent(error: unknown): SentError {
  if (error instanceof WeftError) return { code: error.code, message: error.message };
  return { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
