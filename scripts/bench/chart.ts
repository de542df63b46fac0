/** The big operation's CPU time as bars, in one SVG that suits light and dark pages. */
import type { Row } from './report.ts';

const width = 760;
const labelWidth = 330;
const barHeight = 20;
const gap = 10;
const top = 64;

export function chartOf(rows: readonly Row[]): string {
  const bars = rows
    .filter((row) => row.scenario === 'big' && row.nodeOptions !== '' && row.cpuMs !== undefined)
    .toSorted((a, b) => (a.cpuMs ?? 0) - (b.cpuMs ?? 0));
  const most = Math.max(...bars.map(({ cpuMs }) => cpuMs ?? 0));
  const room = width - labelWidth - 130;
  const height = top + bars.length * (barHeight + gap) + 16;
  const drawn = bars.map((row, at) => bar(row, top + at * (barHeight + gap), ((row.cpuMs ?? 0) / most) * room));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">CPU milliseconds per request, the big operation</title>
<style>
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .head { font-size: 16px; font-weight: 600; }
  .soft { fill: #59636e; }
  .number { font-variant-numeric: tabular-nums; }
  .peer { fill: #8c959f; }
  .shares { fill: #c8ced5; }
  .weft { fill: #0a7d5a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .soft { fill: #9198a1; }
    .peer { fill: #767e88; }
    .shares { fill: #464d56; }
    .weft { fill: #2fbf91; }
  }
</style>
<text class="head" x="0" y="20">CPU milliseconds per request</text>
<text class="soft" x="0" y="42">87 KB from four subgraphs. Shorter is better; ×: times less than @apollo/gateway. Pale: sharing identical fetches.</text>
${drawn.join('\n')}
</svg>
`;
}

function bar({ target, title, shares, cpuMs = 0, fewerThanBaseline }: Row, y: number, length: number): string {
  const kind = target === 'weft' || target === 'weft-sharing' ? 'weft' : shares ? 'shares' : 'peer';
  const middle = y + barHeight / 2 + 4.5;
  const ratio = fewerThanBaseline && fewerThanBaseline > 1.05 ? ` · ${fewerThanBaseline.toFixed(1)}×` : '';
  const drawn = Math.max(2, length);
  return [
    `<text x="${labelWidth - 12}" y="${middle}" text-anchor="end">${escaped(short(title))}</text>`,
    `<rect class="${kind}" x="${labelWidth}" y="${y}" width="${drawn.toFixed(1)}" height="${barHeight}" rx="3"/>`,
    `<text class="number" x="${(labelWidth + drawn + 8).toFixed(1)}" y="${middle}">${cpuMs < 1 ? cpuMs.toFixed(3) : cpuMs.toFixed(2)}<tspan class="soft">${ratio}</tspan></text>`,
  ].join('\n');
}

/** A table has room for versions and remarks, a label beside a bar has not. */
const short = (title: string): string =>
  title.replaceAll(/`| identical fetches| \(its default\)|(?: runtime)? \d+\.\d+\.\d+/g, '');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
