/** What start-audit-thread.ts and its threads say to each other. */
import type { Code } from '../../subgraphs/kit/errors/codes.ts';
import type { AskedPage, AskedQuestion } from './asked.ts';
import type { ReadRecord, Term } from './read-record.ts';
import type { AuditVerdict } from './verify.ts';
import type { WhoRead, WhoReadQuestion } from './who-read.ts';

/** One adds records; another one answers questions, which may take their time. */
export type AuditRole = 'writer' | 'reader';

export interface AuditThreadData {
  readonly file: string;
  readonly role: AuditRole;
}

export interface RecordBatch {
  /** Those that the thread has not been told of. */
  readonly terms: readonly (Term & { readonly kind: 'principal' | 'operation' | 'reading' })[];
  readonly records: readonly RecordInBatch[];
}

/** With the digests of its texts, and the number of its outcome. */
export type RecordInBatch = Omit<ReadRecord, 'principal' | 'operation' | 'reading' | 'outcome'> &
  Readonly<Record<'principal' | 'operation' | 'reading', string>> & { readonly outcome: number };

/** What can be asked, and what is answered. */
export interface AuditAnswers {
  append: (batch: RecordBatch) => undefined;
  whoRead: (question: WhoReadQuestion) => WhoRead;
  asked: (question: AskedQuestion) => AskedPage;
  verify: () => AuditVerdict;
  close: () => undefined;
}

export type AuditMethod = keyof AuditAnswers;

export interface AuditCall {
  readonly id: number;
  readonly method: AuditMethod;
  readonly given: unknown;
}

export type FromAudit =
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  /** Without an id: the file could not be opened. */
  | { readonly kind: 'failed'; readonly id?: number; readonly error: SentError };

/** Of a WeftError, which a message would strip of all but its text; or the stack of anything else. */
export type SentError = { readonly code: Code; readonly message: string } | { readonly stack: string };
