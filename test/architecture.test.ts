/** The shape of the house (ARCHITECTURE.md). This list *is* the architecture; changing it is a visible diff. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

/** A file imports from its own folder or from a line below; siblings on one line do not know each other. */
const lines = [
  'scripts/',
  'gateway/main.ts gateway/config.ts gateway/access-settings.ts gateway/asked-operations.ts gateway/audit-settings.ts gateway/guarded-engine.ts gateway/audited-engine.ts gateway/held-agreements.ts gateway/readings.ts gateway/read-facts.ts gateway/setting-kinds.ts gateway/identity-settings.ts gateway/generation.ts gateway/engine-of.ts gateway/source-of.ts gateway/mesh-source.ts gateway/remote-source.ts gateway/reload.ts',
  'gateway/http/ gateway/web/',
  'gateway/catalog/',
  'gateway/registry/ gateway/identity/',
  'gateway/planner/ gateway/transport/ gateway/observability/ gateway/audit/',
  'gateway/governance/ gateway/engine/ gateway/processes/',
  'subgraphs/kit/',
  'subgraphs/kit/pipeline/',
  'subgraphs/kit/store/',
  'subgraphs/kit/contract/',
  'subgraphs/kit/errors/ subgraphs/kit/sqlite/',
];
const places = lines.flatMap((line, at) => line.split(' ').map((prefix) => ({ at, prefix })));
const pure = /^(?:subgraphs\/kit\/contract|gateway\/engine)\//;
const impure =
  /^(?:node:(?!assert|buffer|crypto|path|url|util).*|better-sqlite3|drizzle-orm\/(?!sqlite-core$).*|fastify|undici|piscina|subgraphs\/kit\/sqlite\/.*)$/;
const clock = /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\b(?:setTimeout|setInterval|fetch)\(/;
const elastic = /^@apollo\/(?:composition|gateway|query-planner|query-graphs|federation-internals)\b/;
const elasticHomes = ['gateway/registry/compose.ts', 'gateway/engine/apollo.ts', 'gateway/planner/apollo.ts'];

function violations(files: ReadonlyMap<string, string>, domains: readonly string[]): string[] {
  const placeOf = (file: string) => places.findLast(({ prefix }) => file.startsWith(prefix));
  const domainOf = (file: string) => domains.find((domain) => file.startsWith(`subgraphs/${domain}/`));
  // A domain may be called like a word of the model (`product`): as a string that says nothing, as a path it does.
  const words = new Set(files.get('subgraphs/kit/contract/model.ts')?.match(/\w+/g));
  const names = domains.filter((domain) => !words.has(domain)).join('|');
  const domainName = new RegExp(`['"\`](?:${names})['"\`]|subgraphs/(?:${domains.join('|')})\\b`);
  const found: string[] = [];
  for (const [file, content] of files) {
    const text = content.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/ .*$/gm, ''); // Comments may give examples.
    const blame = (broken: unknown, rule: string) => broken && found.push(`${file} ${rule}`);
    const here = placeOf(file);
    const own = domainOf(file);
    blame(/\/(?:index|utils?|helpers?|common)\.[a-z]+$/.test(file), 'is called after nothing that it does');
    blame(/^(?:gateway|subgraphs\/kit)\//.test(file) && domainName.test(text), 'names a domain');
    blame(pure.test(file) && clock.test(text), 'reads a clock or the network');
    for (const [, specifier = ''] of text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\bURL\()\s*['"]([^'"\n]+)['"]/g)) {
      const target = specifier.startsWith('.') ? join(dirname(file), specifier) : specifier;
      const there = placeOf(target);
      blame(own && target !== 'weft' && domainOf(target) !== own, `is a domain's, and imports ${specifier}`);
      blame(!own && domainOf(target), `imports the domain file ${target}`);
      blame(pure.test(file) && impure.test(target), `is pure, and imports ${target}`);
      blame(elastic.test(target) && !elasticHomes.includes(file), `imports ${target}, which is Elastic-2.0`);
      if (!here || !there || here.prefix === there.prefix || dirname(file) === dirname(target)) continue;
      blame(there.at <= here.at, `imports upwards or sideways: ${target}`);
      blame(/^gateway/.test(file) && /^subgraphs\/kit\/(?!contract|errors|sqlite)/.test(target), `imports ${target}`);
    }
  }
  return found;
}

test('the tree has the shape of the house', () => {
  const files = new Map<string, string>();
  for (const folder of ['gateway', 'subgraphs', 'scripts', 'test']) {
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, path);
      const isOurs = /\.(?:ts|mjs)$/.test(file) && !/^scripts\/bench\/|^test\/architecture/.test(file);
      if (isOurs) files.set(file, readFileSync(file, 'utf8'));
    }
  }
  expect(files.size).toBeGreaterThan(100);
  expect(violations(files, Object.keys(parse(readFileSync('supergraph.yaml', 'utf8')).subgraphs))).toEqual([]);
});

const planted = `
subgraphs/kit/store/a.ts         import { x } from '../pipeline/x.ts';
gateway/engine/a.ts              import type { x } from '../governance/x.ts';
gateway/http/a.ts                import { x } from '../../subgraphs/kit/store/x.ts';
subgraphs/kit/contract/a.ts      const now = Date.now();
gateway/engine/a.ts              const today = new Date();
gateway/engine/a.ts              await fetch(url);
subgraphs/kit/contract/a.ts      import { readFileSync } from 'node:fs';
subgraphs/kit/contract/lint/a.ts import Database from 'better-sqlite3';
gateway/catalog/a.ts             const first = 'sales';
subgraphs/kit/a.ts               const path = './subgraphs/sales/a.ts';
subgraphs/sales/a.ts             import { z } from 'zod';
subgraphs/sales/a.ts             import { x } from '../finance/x.ts';
scripts/a.ts                     const x = await import('../subgraphs/sales/x.ts');
gateway/http/utils.ts            export const x = 1;
gateway/http/a.ts                import { composeServices } from '@apollo/composition';`;

test.each(planted.trim().split('\n'))('seen red: %s', (line) => {
  const [, file = '', text = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
  expect(violations(new Map([[file, text]]), ['sales', 'finance'])).toHaveLength(1);
});
