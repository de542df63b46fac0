import type { Code } from '../../../subgraphs/kit/errors/codes.ts';
import { type Issue, issue, type Severity } from '../../../subgraphs/kit/errors/issue.ts';
import { type Consumer, consumersOfAll } from './consumers.ts';
import type { AffectedOperation, Finding, RecordedOperation } from './recorded-operation.ts';

export interface OperationIssueOptions {
  /** The team that answers for a coordinate, where somebody does. */
  readonly ownerOf: (coordinate: string) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * One error for each coordinate, naming exactly the clients that its change breaks: `Order.total (team sales) is gone, and
 * is used by finance-dashboard 2.1 (operation Revenue, 1,204 calls a day, last 3 h ago).`
 */
export function operationIssues(broken: readonly AffectedOperation[], options: OperationIssueOptions): Issue[] {
  return issuesOf(broken, options, 'OPERATION_BROKEN', 'error');
}

/** The same as warnings, of operations that work on, and may be in for a surprise. */
export function dangerIssues(endangered: readonly AffectedOperation[], options: OperationIssueOptions): Issue[] {
  return issuesOf(endangered, options, 'OPERATION_ENDANGERED', 'warning');
}

function issuesOf(
  affected: readonly AffectedOperation[],
  { ownerOf, now }: OperationIssueOptions,
  code: Code,
  severity: Severity,
): Issue[] {
  const byCoordinate = new Map<string, { readonly finding: Finding; readonly operations: RecordedOperation[] }>();
  for (const { operation, findings } of affected) {
    for (const finding of findings) {
      const known = byCoordinate.get(finding.coordinate);
      if (known) known.operations.push(operation);
      else byCoordinate.set(finding.coordinate, { finding, operations: [operation] });
    }
  }
  const sorted = [...byCoordinate].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([coordinate, { finding, operations }]) => {
    const owner = ownerOf(coordinate);
    const subject = owner === undefined ? coordinate : `${coordinate} (team ${owner})`;
    const message = `${subject} ${finding.change}, and is used by ${clientsInWords(operations, now)}.`;
    return issue(code, message, { severity, coordinate });
  });
}

/** Clients that one message names, and operations of one of them; the others are counted. */
const mostClients = 20;
const mostOperations = 3;

function clientsInWords(operations: readonly RecordedOperation[], now: number): string {
  const clients = consumersOfAll(operations).map((consumer) => clientInWords(consumer, now));
  if (clients.length > 0) return enumerated(clients, mostClients);
  return `unknown clients (${operationsInWords([...new Set(operations.map(({ name }) => name))])})`;
}

/** `finance-dashboard 2.1 (operation Revenue, 1,204 calls a day, last 3 h ago)` */
function clientInWords({ name, version, operations, callsPerDay, lastSeen }: Consumer, now: number): string {
  const client = [name || 'a client without a name', version].filter((each) => each !== '').join(' ');
  const calls = callsPerDay < 1 ? 'less than one call a day' : `${plural(Math.round(callsPerDay), 'call')} a day`;
  return `${client} (${operationsInWords(operations)}, ${calls}, last ${ago(now - Date.parse(lastSeen))})`;
}

function operationsInWords(names: readonly (string | null)[]): string {
  const words = names.map((name) => name ?? 'without a name');
  return `operation${names.length === 1 ? '' : 's'} ${enumerated(words, mostOperations)}`;
}

/** `a, b and c`; `a, b and 7 more` */
function enumerated(words: readonly string[], most: number): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
