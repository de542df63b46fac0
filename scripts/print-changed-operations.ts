/** Operations that other policies would answer otherwise, for people: by who sends them, with what changes and by which policies. */
import { printable } from './printable.ts';
import { table } from './table.ts';
import { plural } from './terminal.ts';

export interface ChangedOperation {
  readonly hash: string;
  readonly name: string | null;
  readonly client: string;
  readonly principal: {
    readonly id: string;
    readonly kind: string;
    readonly teams: readonly string[];
    readonly roles: readonly string[];
  };
  readonly purpose: string | null;
  readonly agreements: readonly string[];
  readonly requests: number;
  readonly lastSeen: string;
  readonly fields: readonly { readonly coordinate: string; readonly before: Decided; readonly after: Decided }[];
}

interface Decided {
  readonly effect: string;
  readonly policies: readonly string[];
}

export function printChanges(changes: readonly ChangedOperation[]): string {
  const bySender = new Map<string, ChangedOperation[]>();
  for (const each of printable(changes)) {
    const sender = senderOf(each);
    bySender.set(sender, [...(bySender.get(sender) ?? []), each]);
  }
  return [...bySender].map(([sender, sent]) => [sender, ...sent.map(linesOf)].join('\n')).join('\n\n');
}

/** `finance-app, dev-analyst (Analytics), for reporting` */
function senderOf({ client, principal, purpose, agreements }: ChangedOperation): string {
  const { id, teams, roles } = principal;
  const groups = [...teams, ...roles].join(', ');
  return [
    ...(client === '' ? [] : [client]),
    groups === '' ? id : `${id} (${groups})`,
    purpose === null ? 'for no purpose' : `for ${purpose}`,
    ...(agreements.length > 0 ? [`by ${agreements.join(', ')}`] : []),
  ].join(', ');
}

function linesOf({ name, hash, requests, lastSeen, fields }: ChangedOperation): string {
  const head = `  ${name ?? hash.slice(0, 12)}: ${plural(requests, 'request')}, the last at ${lastSeen}`;
  const rows = fields.map(({ coordinate, before, after }) => [coordinate, decided(before), '→', decided(after)]);
  const [, ...lines] = table(['', '', '', ''], rows).split('\n');
  return [head, ...lines.map((line) => `    ${line}`)].join('\n');
}

const decided = ({ effect, policies }: Decided): string =>
  policies.length > 0 ? `${effect} (${policies.join(', ')})` : effect;
