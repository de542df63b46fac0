/** What a check found, for people: what failed first, each with its owner, the clients that it hits, and the way out. */
import type { Client, JudgedCoordinates } from './judged-coordinates.ts';
import { inMarkdown } from './markdown-text.ts';
import { printable } from './printable.ts';
import type { CheckReport, CheckStep, RegistryIssue } from './registry-answers.ts';
import { table } from './table.ts';
import { plural } from './terminal.ts';

type Outcome = CheckStep['outcome'];

/** Longer lists are for programs: `--json` has all of it. */
const shownIssues = 50;
const shownClients = 3;
const shownChanges = 10;

/** For a terminal. */
export function printReport(report: CheckReport, known: JudgedCoordinates): string {
  const { steps, changed, suggestedVersions } = printable(report);
  const told = [...withOutcome(steps, 'FAILED'), ...withOutcome(steps, 'WARNING')];
  return [
    ...told.flatMap((step) => [`${step.outcome.padEnd(8)} ${step.id}: ${step.title}`, ...issueLines(step, known), '']),
    ...(['PASSED', 'SKIPPED'] as const).flatMap((outcome) => namesOf(steps, outcome)),
    ...(changed.length > 0 ? [`changes  ${changesOf(changed)}`] : []),
    ...suggestedVersions.map(({ id, from, version }) => `version  ${id} ${from} → ${version}`),
  ].join('\n');
}

/** `3 errors, 1 warning` */
export function countFindings({ steps }: CheckReport): string {
  const issues = steps.flatMap((step) => step.issues);
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  return `${plural(errors, 'error')}, ${plural(issues.length - errors, 'warning')}`;
}

/** `Order.total, Order.status and 12 more` */
export function changesOf(changed: readonly string[]): string {
  const more = changed.length - shownChanges;
  return `${changed.slice(0, shownChanges).join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
}

function namesOf(steps: readonly CheckStep[], outcome: Outcome): string[] {
  const names = withOutcome(steps, outcome).map(({ id }) => id);
  return names.length > 0 ? [`${outcome.padEnd(8)} ${names.join(', ')}`] : [];
}

const withOutcome = (steps: readonly CheckStep[], outcome: Outcome) => steps.filter((each) => each.outcome === outcome);

/** A row for each, and under it what is wrong and what to do, which would make columns too wide to be read. */
function issueLines({ issues }: CheckStep, known: JudgedCoordinates): string[] {
  const shown = issues.slice(0, shownIssues);
  const cells = shown.map((each) => [
    codeOf(each),
    each.coordinate ?? '',
    ownerIn(each, known),
    clientsIn(each, known),
  ]);
  const isTold = (column: number): boolean => cells.some((row) => row[column] !== '');
  const told = (row: readonly string[]): string[] => row.filter((_, column) => isTold(column));
  const [head = '', ...rows] = table(told(['CODE', 'COORDINATE', 'OWNER', 'CLIENTS']), cells.map(told)).split('\n');
  return [
    `  ${head}`,
    ...shown.flatMap(({ place, message, help }, at) => [
      `  ${rows[at]}`,
      `      ${place ? `${place}  ` : ''}${message}`,
      `      ${help}`,
    ]),
    ...(shown.length < issues.length
      ? [`  and ${plural(issues.length - shown.length, 'more issue')}: see --json`]
      : []),
  ];
}

const codeOf = ({ code, severity }: RegistryIssue): string => (severity === 'error' ? code : `${code} (${severity})`);

/** `sales (Sales Team)` */
function ownerIn({ coordinate }: RegistryIssue, known: JudgedCoordinates): string {
  const owner = coordinate === null ? undefined : printable(known.ownerOf(coordinate));
  if (!owner) return '';
  return owner.team === owner.domain ? owner.domain : `${owner.domain} (${owner.team})`;
}

function clientsIn({ coordinate }: RegistryIssue, known: JudgedCoordinates): string {
  const clients = coordinate === null ? [] : printable(known.clientsOf(coordinate));
  const more = clients.length - shownClients;
  return [...clients.slice(0, shownClients).map(clientOf), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** `finance-dashboard 2.1.0 (1,204 a day, last 2026-11-23)` */
function clientOf({ name, version, callsPerDay, lastSeen }: Client): string {
  const who = `${name || 'unnamed client'} ${version}`.trim();
  const calls = callsPerDay.toLocaleString('en', { maximumFractionDigits: callsPerDay < 10 ? 1 : 0 });
  return `${who} (${calls} a day, last ${lastSeen.slice(0, 10)})`;
}

/** GitHub-flavoured Markdown, for a step summary or a comment. */
export function markdownReport(report: CheckReport, known: JudgedCoordinates, headline: string): string {
  const { steps, changed, suggestedVersions } = printable(report);
  const told = [...withOutcome(steps, 'FAILED'), ...withOutcome(steps, 'WARNING')];
  const rest = [...withOutcome(steps, 'PASSED'), ...withOutcome(steps, 'SKIPPED')];
  const overview = [...told, ...rest].map(
    ({ outcome, id, title, issues }) =>
      `| ${outcome} | ${inMarkdown(id)}: ${inMarkdown(title)} | ${issues.length || ''} |`,
  );
  const versions = suggestedVersions.map(({ id, from, version }) => `- ${inMarkdown(`${id} ${from} → ${version}`)}`);
  return [
    `### ${inMarkdown(printable(headline))}`,
    ['| outcome | step | issues |', '| --- | --- | --- |', ...overview].join('\n'),
    ...told.map((step) => markdownIssues(step, known)),
    ...(changed.length > 0 ? [`Changes: ${inMarkdown(changesOf(changed))}`] : []),
    ...(versions.length > 0 ? [`Versions suggested:\n\n${versions.join('\n')}`] : []),
    '',
  ].join('\n\n');
}

function markdownIssues({ id, outcome, issues }: CheckStep, known: JudgedCoordinates): string {
  const shown = issues.slice(0, shownIssues);
  const rows = shown.map((each) => {
    const { coordinate, place, message, help } = each;
    const what = [place ?? '', message].join(' ').trim();
    const cells = [codeOf(each), coordinate ?? '', ownerIn(each, known), clientsIn(each, known), what, help];
    return `| ${cells.map(inMarkdown).join(' | ')} |`;
  });
  const head = '| code | coordinate | owner | clients | what | what to do |\n| --- | --- | --- | --- | --- | --- |';
  const more = shown.length < issues.length ? `\n\nand ${plural(issues.length - shown.length, 'more issue')}` : '';
  return `**${inMarkdown(id)}: ${outcome}**\n\n${[head, ...rows].join('\n')}${more}`;
}
