/** The setting of the audit of reads. */
import * as z from 'zod';
import { type ReadAudit, startReadAudit } from './audit/start-audit.ts';
import { auditedEngine } from './audited-engine.ts';
import type { Engine } from './engine/engine.ts';
import type { Log } from './engine/log.ts';
import { readFactsOf } from './read-facts.ts';
import type { ReadGraph } from './registry/read-graph.ts';

export const auditSettings = {
  /** The database in which it is recorded who reads what; made where there is none. Without, nobody records it. */
  readAudit: z.string().default(''),
};

export const auditVariables = { readAudit: 'WEFT_READ_AUDIT' } as const;

export interface Auditing {
  readonly audit: ReadAudit;
  /** Makes the engine of a graph record what it answers. */
  auditing(read: ReadGraph): Promise<(engine: Engine) => Engine>;
}

/** Undefined where nothing is recorded. @throws WeftError AUDIT_FILE_INVALID */
export async function auditingOf(
  { readAudit: file }: { readonly readAudit: string },
  log: Log,
): Promise<Auditing | undefined> {
  if (file === '') return undefined;
  const audit = await startReadAudit({ file, log });
  return {
    audit,
    async auditing(read) {
      const facts = await readFactsOf(read);
      return (engine) => auditedEngine(engine, { audit, facts, now: Date.now });
    },
  };
}
