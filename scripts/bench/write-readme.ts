/** Puts a whole run's tables and chart where people look: README.md, between its two markers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { chartOf } from './chart.ts';
import type { Report } from './report.ts';

const begin = '<!-- results -->';
const end = '<!-- end of results -->';

export function writeReadme(report: Report): void {
  const file = new URL('./README.md', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file.pathname} has lost its markers ${begin} and ${end}.`);
  writeFileSync(new URL('./chart.svg', import.meta.url), chartOf(report.rows));
  writeFileSync(file, `${text.slice(0, from)}${begin}\n\n${report.text}\n\n${text.slice(to)}`);
}
