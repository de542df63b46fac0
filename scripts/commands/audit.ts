/** `weft audit`: who did what at the registry, and whether that is as it was written. */
import { isError, issue } from '../../subgraphs/kit/errors/issue.ts';
import { printable } from '../printable.ts';
import type { AuditVerdict } from '../registry-answers.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say, sayIssues, wrongInput } from '../terminal.ts';

interface Options extends RegistryDoor {
  readonly json?: true;
}

interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: string;
  readonly hash: string;
}

/** `weft audit list`: newest first. */
export async function listAudit(options: Options & { first: number; before?: number }): Promise<number> {
  const { first, before } = options;
  const operation = `query ($first: Int, $before: Int) {
    audit(first: $first, before: $before) { seq at actor action subject details hash }
  }`;
  const { audit } = await askRegistry<{ audit: readonly AuditEntry[] }>(options, operation, { first, before });
  if (options.json) {
    printJson(audit);
    return done;
  }
  const rows = printable(audit).map((each) => [
    String(each.seq),
    each.at,
    each.actor,
    each.action,
    each.subject,
    each.details,
  ]);
  if (rows.length > 0) print(table(['SEQ', 'WHEN', 'WHO', 'WHAT', 'TO WHAT', 'DETAILS'], rows));
  say(`${plural(rows.length, 'line')}${rows.length === first ? '; older ones: --before' : ''}`);
  return done;
}

/** `weft audit verify`: exit code 1 where an entry, or a record of a read, is not as it was written. */
export async function verifyAudit(options: Options): Promise<number> {
  const operation = `{
    auditVerdict { entries head brokenAt }
    dataReadsVerdict { entries head brokenAt isSummedUp }
  }`;
  const { auditVerdict, dataReadsVerdict: reads } = await askRegistry<Verdicts>(options, operation);
  const { entries, head, brokenAt } = auditVerdict;
  if (options.json) printJson({ ...auditVerdict, dataReads: reads });
  else {
    if (brokenAt === null) print(`${entries} ${printable(head)}`);
    if (reads?.brokenAt === null) print(`${reads.entries} ${printable(reads.head)} reads`);
  }
  const found = brokenAt === null ? [] : [issue('AUDIT_BROKEN', `Entry ${brokenAt} is not as it was written.`)];
  if (reads && reads.brokenAt !== null) {
    found.push(issue('AUDIT_BROKEN', `Record ${reads.brokenAt} of the audit of reads is not as it was written.`));
  } else if (reads && !reads.isSummedUp) {
    found.push(issue('AUDIT_BROKEN', 'What `weft audit who-read` is answered from is not what the records say.'));
  }
  sayIssues(found);
  const read = reads ? `, and records of reads: ${reads.entries.toLocaleString('en')}` : '';
  say(
    `entries as they were written: ${entries.toLocaleString('en')}${read}. Keep number and hash elsewhere: if the end is ever cut off, they tell.`,
  );
  return found.some(isError) ? wrongInput : done;
}

interface Verdicts {
  readonly auditVerdict: AuditVerdict;
  /** Null where nobody records reads. */
  readonly dataReadsVerdict: (AuditVerdict & { readonly isSummedUp: boolean }) | null;
}
