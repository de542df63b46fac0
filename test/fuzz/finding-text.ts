/** A finding as somebody needs it who wants to understand it: schemas, operation, both answers, and how to repeat it. */
import type { Finding } from './fuzz.ts';

export function findingText(finding: Finding, seed: number): string {
  const { engine, mode, pair, difference, subgraphs, operation, expected, given, asked } = finding;
  return [
    `## ${engine}: ${difference.kind} (${mode})`,
    difference.detail,
    `Repeat: npm run fuzz -- --engine ${engine} --pair ${seed}:${pair}`,
    ...subgraphs.map(({ name, sdl }) => `### subgraph ${name}\n\`\`\`graphql\n${sdl}\n\`\`\``),
    `### operation\n\`\`\`graphql\n${operation.source}\n\`\`\``,
    `variables ${JSON.stringify(operation.variables)}`,
    `expected  ${JSON.stringify(expected)}`,
    `given     ${JSON.stringify(given)}`,
    '### asked of subgraphs',
    ...asked.map(
      ({ subgraph, query, variables, response }) =>
        `- ${subgraph}: \`${query}\` ${JSON.stringify(variables)}\n  → ${JSON.stringify(response)}`,
    ),
    ...(mode === 'faults' ? ['Some of these answers were then spoiled on their way: see test/fuzz/faults.ts.'] : []),
    '',
  ].join('\n\n');
}
