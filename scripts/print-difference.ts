/** A difference for people: lines for a terminal, a table for a pull request. */
import type { Diff, Level, MetadataDifference } from '../subgraphs/kit/contract/diff/difference.ts';
import type { Issue } from '../subgraphs/kit/errors/issue.ts';
import { inMarkdown } from './markdown-text.ts';
import { plural } from './terminal.ts';

const levels: readonly Level[] = ['breaking', 'dangerous', 'safe'];

/** Worst first; `coordinate` where the graph has one, else the path. */
export function printDifference({ diffs }: MetadataDifference): string {
  if (diffs.length === 0) return 'No difference.';
  const shown = levels.flatMap((level) => diffs.filter((each) => each.level === level));
  return shown
    .map(({ level, message, coordinate, path }) => `${level.padEnd(9)}  ${message}\n           ${coordinate ?? path}`)
    .join('\n');
}

/** `sales.orders 1.0.0 → 1.1.0: 1 breaking, 0 dangerous, 2 safe. Suggested version: 2.0.0.` */
export function summary(difference: MetadataDifference): string {
  const { source1, source2, diffs, suggestedVersion } = difference;
  const versions = [source1.version, source2.version].map((version) => version ?? 'without a version').join(' → ');
  const counts = levels.map((level) => `${countOf(diffs, level)} ${level}`).join(', ');
  const suggested =
    diffs.length > 0 && suggestedVersion !== undefined ? ` Suggested version: ${suggestedVersion}.` : '';
  return `${source2.id} ${versions}: ${counts}.${suggested}`;
}

/** GitHub-flavoured Markdown. What contracts say is data: nothing of it becomes a link, an image, a mention or a tag. */
export function markdownDifference(difference: MetadataDifference, issues: readonly Issue[]): string {
  const { diffs, source2 } = difference;
  const head = `### ${inMarkdown(source2.id)}: ${headline(diffs)}\n\n${inMarkdown(summary(difference))}\n`;
  const tables = levels.flatMap((level) => {
    const rows = diffs.filter((each) => each.level === level);
    if (rows.length === 0) return [];
    const body = rows.map((row) => `| ${inMarkdown(row.message)} | ${inMarkdown(row.coordinate ?? row.path)} |`);
    const table = ['| change | where |', '| --- | --- |', ...body].join('\n');
    const title = `${level} (${rows.length})`;
    return level === 'safe'
      ? [`<details><summary>${title}</summary>\n\n${table}\n\n</details>\n`]
      : [`**${title}**\n\n${table}\n`];
  });
  const found = issues.map(({ code, message, help }) => `- **${code}** ${inMarkdown(message)} ${inMarkdown(help)}`);
  return [head, ...tables, ...(found.length > 0 ? [`${found.join('\n')}\n`] : [])].join('\n');
}

function headline(diffs: readonly Diff[]): string {
  if (diffs.length === 0) return 'no difference';
  const count = countOf(diffs, 'breaking');
  return count > 0 ? plural(count, 'breaking change') : plural(diffs.length, 'change');
}

const countOf = (diffs: readonly Diff[], level: Level): number => diffs.filter((each) => each.level === level).length;
