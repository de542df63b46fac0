/** The table of codes: what a user can meet is explained, raised somewhere, and tested somewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apolloCodes, type CodeExplanation, codes } from '../subgraphs/kit/errors/codes.ts';
import { root, weft } from './mesh.ts';

const table: [string, CodeExplanation][] = Object.entries(codes);

test.each([...table, ...Object.entries(apolloCodes)])(
  '%s says what happened and what to do',
  (code, { summary, fix, status }) => {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z0-9]+)*$/);
    expect(summary).toMatch(/^\S.{10,}\.$/s);
    expect(fix).toMatch(/^\S.{10,}\.$/s);
    // Apollo asks with 200 for the text of a persisted operation.
    expect(status).toBeGreaterThanOrEqual(code in apolloCodes ? 200 : 400);
    expect(status).toBeLessThan(600);
  },
);

test('weft explain prints every code, and each alone', async () => {
  const all = await weft(['explain', '--json'], { cwd: root });
  expect(JSON.parse(all.stdout).data).toEqual({ ...codes, ...apolloCodes });
  for (const [code, { summary, fix }] of table.slice(0, 3)) {
    const one = await weft(['explain', code], { cwd: root });
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toBe(`${code}\n\n${summary}\n\nWhat to do: ${fix}\n`);
  }
  const foreign = await weft(['explain', 'graphql_parse_failed'], { cwd: root });
  expect(foreign.stdout).toMatch(/^GRAPHQL_PARSE_FAILED {2}\(a code of Apollo Server\)\n/);
});

test('every code is raised by the source', () => {
  const source = textOf(['gateway', 'subgraphs/kit', 'scripts'], /codes\.ts$/);
  expect(table.map(([code]) => code).filter((code) => !source.includes(`'${code}'`))).toEqual([]);
});

test('every code has a test', () => {
  const tests = textOf(['test'], /codes\.test\.ts$/);
  expect(table.map(([code]) => code).filter((code) => !new RegExp(`\\b${code}\\b`).test(tests))).toEqual([]);
});

function textOf(folders: readonly string[], except: RegExp): string {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
  );
  return files
    .filter((file) => file.endsWith('.ts') && !except.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}
