/** `weft supergraph`: the graph as it is, as it was, and the way back. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { changesOf } from '../check-report.ts';
import { ciOrigin } from '../ci-origin.ts';
import { confirmed, mustAsk } from '../confirm.ts';
import { clipped, printable, printableLines } from '../printable.ts';
import { readVersion } from '../read-version.ts';
import {
  changeFields,
  type GraphChange,
  type PublishResult,
  resultFields,
  type VersionSummary,
  versionFields,
} from '../registry-answers.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { settleResult } from '../settle-result.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say, wrongInput } from '../terminal.ts';

interface Options extends RegistryDoor {
  readonly json?: true;
}

/** `weft supergraph show`: the supergraph on stdout, which version it is on stderr. */
export async function showSupergraph(options: Options & { version?: number }): Promise<number> {
  const selection = `${versionFields} supergraphSdl subgraphs { name version team routingUrl }`;
  const shown = await readVersion<VersionSummary & { supergraphSdl: string }>(options, options.version, selection);
  if (options.json) {
    printJson(shown);
    return done;
  }
  // In a pipe it stays what it is, to the byte: its digest is of that.
  print(process.stdout.isTTY ? printableLines(shown.supergraphSdl) : shown.supergraphSdl);
  const { id, isCurrent, digest } = shown;
  say(`version ${id}${isCurrent ? ', the current one' : ''}: ${made(printable(shown))}, SHA-256 ${printable(digest)}`);
  return done;
}

/** `weft supergraph history`: newest first. */
export async function history(options: Options & { first: number; before?: number }): Promise<number> {
  const { first, before } = options;
  const operation = `query ($first: Int, $before: Int) { graphVersions(first: $first, before: $before) { ${versionFields} } }`;
  const data = await askRegistry<{ graphVersions: readonly VersionSummary[] }>(options, operation, { first, before });
  if (options.json) {
    printJson(data.graphVersions);
    return done;
  }
  const rows = printable(data.graphVersions).map((each) => [
    `${each.id}${each.isCurrent ? ' *' : ''}`,
    each.createdAt,
    each.action,
    each.domain ?? '',
    each.actor,
    each.origin.map(({ name, value }) => `${name} ${value}`).join(', '),
  ]);
  if (rows.length > 0) print(table(['VERSION', 'WHEN', 'WHAT', 'DOMAIN', 'BY', 'FROM'], rows));
  say(`${plural(rows.length, 'version')}${rows.length === first ? '; older ones: --before' : ''}`);
  return done;
}

/** `weft supergraph diff <from> [to]`: what differs, to the current version where no other is named. */
export async function diffVersions(from: number, to: number | undefined, options: Options): Promise<number> {
  const { id, changes } = await changesSince(options, from, to);
  if (options.json) {
    printJson({ from, to: id, changes });
    return done;
  }
  if (changes.length > 0) print(printable(changes).map(changeLine).join('\n'));
  say(`version ${from} → ${id}: ${plural(changes.length, 'difference')}`);
  return done;
}

/** `weft supergraph rollback <version>`: as a new version; judged by the policies of today. */
export async function rollback(
  to: number,
  options: Options & { base?: number; yes?: true; markdown?: true },
): Promise<number> {
  let { base } = options;
  if (mustAsk(options.yes)) {
    const current = await readVersion<VersionSummary>(options, undefined, versionFields);
    const { changes } = await changesSince(options, current.id, to);
    const coordinates = [...new Set(changes.map(({ coordinate }) => coordinate))];
    say(
      `From version ${current.id}, this changes ${plural(coordinates.length, 'coordinate')}: ${printable(changesOf(coordinates)) || 'none'}`,
    );
    if (!(await confirmed(`Go back to version ${to}?`))) {
      say('Nothing was changed.');
      return wrongInput;
    }
    base ??= current.id; // What was confirmed is what happens.
  }
  const asked = askRegistry<{ rollback: PublishResult }>(options, rollingBack, { to, base, origin: ciOrigin() });
  return settleResult(
    options,
    asked.then((data) => data.rollback),
    {
      what: 'The graph',
      doing: `going back to version ${to}`,
      done: `is what it was at version ${to}`,
      refused: `did not go back to version ${to}`,
    },
  );
}

async function changesSince(
  door: RegistryDoor,
  from: number,
  to: number | undefined,
): Promise<{ readonly id: number; readonly changes: readonly GraphChange[] }> {
  const operation = `query ($to: Int, $from: Int) { graphVersion(id: $to) { id changes(since: $from) { ${changeFields} } } }`;
  type Data = { graphVersion: { id: number; changes: readonly GraphChange[] } | null };
  const { graphVersion } = await askRegistry<Data>(door, operation, { from, to });
  if (graphVersion) return graphVersion;
  throw new WeftError('VERSION_UNKNOWN', `The graph has no version ${to ?? 'yet'}.`);
}

/** `Order.total  type: Int → Float  (sales)`; + is what came, - what went. */
function changeLine({ coordinate, aspect, before, after, subgraph }: GraphChange): string {
  const sign = before === null ? '+' : after === null ? '-' : '~';
  const values = [before, after].flatMap((each) => (each === null ? [] : clipped(each))).join(' → ');
  return `${sign} ${coordinate}  ${aspect}: ${values}${subgraph ? `  (${subgraph})` : ''}`;
}

/** `PUBLISH sales by ci, 2026-11-23T06:00:00Z` */
function made({ action, domain, actor, createdAt }: VersionSummary): string {
  return `${action}${domain ? ` ${domain}` : ''} by ${actor}, ${createdAt}`;
}

const rollingBack = `mutation ($to: Int!, $base: Int, $origin: [OriginInput!]) {
  rollback(to: $to, base: $base, origin: $origin) { ${resultFields} }
}`;
