import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { type ChangedOperation, printChanges } from '../print-changed-operations.ts';
import { printable } from '../printable.ts';
import type { RegistryIssue } from '../registry-answers.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { colour, done, plural, print, printJson, say, shownPath, wrongInput } from '../terminal.ts';

export interface PolicyDryRunOptions extends RegistryDoor {
  readonly first: number;
  readonly failOnChange?: true;
  readonly json?: true;
}

interface DryRun {
  readonly issues: readonly RegistryIssue[];
  readonly since: string;
  readonly operations: number;
  readonly requests: number;
  readonly outdated: number;
  readonly changed: number;
  readonly changedRequests: number;
  readonly changes: readonly ChangedOperation[];
}

const decided = '{ effect policies }';
const query = `query ($files: [FileInput!]!, $most: Int) {
  policyDryRun(files: $files, most: $most) {
    issues { code severity message coordinate place help } since operations requests outdated changed changedRequests
    changes {
      hash name client principal { id kind teams roles } purpose agreements requests lastSeen
      fields { coordinate before ${decided} after ${decided} }
    }
  }
}`;

/**
 * `weft policy dry-run`: what has been asked lately that these policies would answer otherwise. The difference is the answer;
 * the exit code is 1 where the policies cannot be used, and with --fail-on-change where there is one.
 */
export async function policyDryRun(folder: string, options: PolicyDryRunOptions): Promise<number> {
  const { first, failOnChange, json } = options;
  const variables = { files: policiesIn(folder), most: first };
  const { policyDryRun: found } = await askRegistry<{ policyDryRun: DryRun }>(options, query, variables);
  const issues = found.issues.map(({ place, ...each }) => ({
    ...each,
    place: place && join(shownPath(folder), place),
  }));
  if (json) printJson({ ...found, issues });
  else if (found.changes.length > 0) print(printChanges(found.changes));
  for (const { severity, code, message, place, help } of printable(issues)) {
    say(
      `${place ? `${place} ` : ''}${(severity === 'error' ? colour.red : colour.yellow)(`${severity} ${code}`)}  ${message}\n    ${help}`,
    );
  }
  if (issues.some(({ severity }) => severity === 'error')) return wrongInput;
  say(summary(found));
  return failOnChange && found.changed > 0 ? wrongInput : done;
}

function summary({ since, operations, requests, outdated, changed, changedRequests, changes }: DryRun): string {
  const day = printable(since).slice(0, 10);
  const all = `${plural(operations, 'operation')} (${plural(requests, 'request')}) since ${day}`;
  const rest = [
    ...(changes.length < changed ? [`shown are ${changes.length.toLocaleString('en')}; more: --first`] : []),
    ...(outdated > 0 ? [`${plural(outdated, 'operation')} not judged, as the graph answers them no more`] : []),
  ];
  const found = `${plural(changed, 'operation')} (${plural(changedRequests, 'request')}) of ${all} would be answered otherwise`;
  return [found, ...rest].join('; ');
}

/** What is wrong with them is for the gateway to say. @throws WeftError DOCUMENT_UNREADABLE */
function policiesIn(folder: string): { readonly path: string; readonly text: string }[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.cedar$|^purposes\.yaml$/.test(name));
    return names.sort().map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
  } catch (cause) {
    const { path = folder } = cause as NodeJS.ErrnoException;
    const help = 'Name a folder with access policies (*.cedar).';
    throw new WeftError('DOCUMENT_UNREADABLE', `${shownPath(path)} cannot be read.`, { cause, help });
  }
}
