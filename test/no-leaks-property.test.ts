/**
 * Random graphs, classifications, operations and failures, asked by several people at once through all of the gateway: no
 * value is in any byte of an answer to somebody whom resolvers would not show it, nor in anything else that is written.
 */

import { expect, test } from 'vitest';
import { accessUpTo, heldBy, sensitivity } from './classified-model.ts';
import { compose, type Graph } from './fuzz/graph.ts';
import { type Monolith, monolithOf } from './fuzz/monolith.ts';
import { hash } from './fuzz/random.ts';
import { randomModel } from './fuzz/random-model.ts';
import { randomOperation } from './fuzz/random-operation.ts';
import { startTokenMesh, type TokenMesh } from './token-mesh.ts';
import { type Asking, askedTokensIn, tokensIn, tokenValue, withTokens } from './token-values.ts';

const seed = Number(process.env.WEFT_LEAKS_SEED ?? Math.floor(Math.random() * 1e9));
const schemas = Number(process.env.WEFT_LEAKS_SCHEMAS ?? 2);
const operations = Number(process.env.WEFT_LEAKS_OPERATIONS ?? 24);
process.stdout.write(`leaks seed ${seed}: WEFT_LEAKS_SEED=${seed} repeats this run\n`);

const people = [undefined, 'r1', 'r2', 'r3'].map((role, rank) => ({ role, rank }));
const ways = [
  'application/json',
  'application/json',
  'text/event-stream',
  'multipart/mixed; deferSpec=20220824, application/json',
  'multipart/mixed; incrementalSpec=v0.2, application/json',
];

test('no value is where whoever may not read it could see it', { timeout: 3_600_000 }, async () => {
  const counts = {
    operations: 0,
    answers: 0,
    shown: 0,
    withheld: 0,
    sent: 0,
    asked: 0,
    errors: 0,
    quotes: 0,
    bytes: 0,
  };
  for (let nth = 0, made = 0; made < schemas; nth++) {
    const composed = compose({ ...randomModel(seed + nth), scalarValue: tokenValue });
    if (!('graph' in composed)) continue;
    made += 1;
    const { graph } = composed;
    const known = knownOf(graph);
    const mesh = await startTokenMesh(graph, seed + nth);
    const given = new Set<string>();
    for (let at = 0; at < operations; at += 3) {
      const several = [0, 1, 2].map((more) => askingOf(graph, hash(seed, nth, at + more)));
      await Promise.all(several.map((asking, more) => ask(known, mesh, asking, `${nth}/${at + more}`)));
      for (const { source, variables } of several)
        for (const token of askedTokensIn(source + JSON.stringify(variables))) given.add(token);
    }
    expect(mesh.unsigned).toBe(0);
    const written = await mesh.end();
    for (const [where, text] of written) {
      const about = `seed ${seed}, schema ${nth}, ${where}`;
      expect([
        about,
        [...tokensIn(text)]
          .filter((token) => token.startsWith('zq') || mesh.sent.has(token))
          .map((token) => near(text, token)),
      ]).toEqual([about, []]);
      expect([about, [...askedTokensIn(text)].map((token) => near(text, token))]).toEqual([about, []]);
      counts.bytes += text.length;
    }
    expect([...written.keys()]).toEqual(expect.arrayContaining(['reads.db', 'registry.db']));
    for (const text of written.values()) expect(text.length).toBeGreaterThan(1_000);
    expect(written.get('log')).toContain('"POST /graphql');
    counts.sent += mesh.sent.size;
    counts.asked += given.size;
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  const all = schemas * operations;
  expect(counts.answers).toBe(all * people.length);
  for (const count of [counts.shown, counts.withheld, counts.sent, counts.quotes])
    expect(count).toBeGreaterThan(all / 4);
  expect(counts.asked).toBeGreaterThan(0);

  async function ask(known: Known, mesh: TokenMesh, asking: Asking & { accept: string }, which: string): Promise<void> {
    const { oracle, of, held } = known;
    const { source, document, variables, accept } = asking;
    const readBy = async (rank: number, isNamed: boolean) => {
      const answer = await oracle.answer(
        document,
        variables,
        { failing: false, counting: false },
        accessUpTo(rank, isNamed, of),
      );
      return tokensIn(JSON.stringify(answer.data ?? null));
    };
    const everything = await readBy(3, true);
    counts.operations += 1;
    await Promise.all(
      people.map(async ({ role, rank }) => {
        const response = await fetch(`${mesh.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept, ...(await mesh.headersFor(role)) },
          body: JSON.stringify({ query: deferring(asking), variables }),
        });
        const text = `${JSON.stringify([...response.headers])}\n${await response.text()}`;
        const readable = await readBy(rank, role !== undefined);
        const access = accessUpTo(rank, role !== undefined, of);
        const quotes = [...held]
          .filter(([, coordinates]) => coordinates.every((each) => access.decide(each).effect === 'allow'))
          .flatMap(([subgraph]) => [...(mesh.quoted.get(subgraph) ?? [])]);
        const allowed = new Set([...readable, ...quotes]);
        const found = [...tokensIn(text)];
        const leaked = found.filter((token) => !allowed.has(token));
        const about = `seed ${seed}, ${which}, ${role}: ${source} ${JSON.stringify(variables)}`;
        expect([about, leaked, leaked.length > 0 ? text : '']).toEqual([about, [], '']);
        const own = askedTokensIn(source + JSON.stringify(variables));
        expect([about, [...askedTokensIn(text)].filter((token) => !own.has(token))]).toEqual([about, []]);
        counts.answers += 1;
        counts.shown += found.filter((token) => readable.has(token)).length;
        counts.withheld += [...everything].filter((token) => !allowed.has(token)).length;
        counts.errors += text.includes('"errors"') ? 1 : 0;
        counts.quotes += text.includes('failed on this field') ? 1 : 0;
      }),
    );
  }
});

interface Known {
  /** Each resolver asks whether what it gives may be read. How far a null spreads is another question, so none does. */
  readonly oracle: Monolith;
  readonly of: ReturnType<typeof sensitivity>;
  /** Coordinates by subgraph. */
  readonly held: ReadonlyMap<string, readonly string[]>;
}

const knownOf = ({ model }: Graph): Known => ({
  oracle: monolithOf(model, { nullable: true }),
  of: sensitivity(model),
  held: new Map(model.subgraphs.map((name, subgraph) => [name, heldBy(model, subgraph)])),
});

function askingOf({ model, monolith }: Graph, of: number): Asking & { accept: string } {
  return { ...withTokens(randomOperation(monolith.schema, model, of), of), accept: ways[of % ways.length] as string };
}

/** Whoever takes an answer in parts asks for some: what fragments of its own bring. */
function deferring({ source, accept }: Asking & { accept: string }): string {
  if (!accept.startsWith('multipart')) return source;
  return source.replace(/\.\.\. on (\w+) \{/g, '... on $1 @defer {');
}

const near = (text: string, token: string): string => {
  const at = text.indexOf(token);
  return text.slice(Math.max(0, at - 200), at + 100);
};
