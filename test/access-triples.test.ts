/**
 * What is compiled, shared and kept is what Cedar says when it is asked about each asker, field and purpose alone, knowing
 * everything. `npm run triples` compares a million, in several processes.
 */
import { expect, test } from 'vitest';
import { compareTriples, failed, masksByStrictness } from './access-triples.ts';

const triples = Number(process.env.WEFT_ACCESS_TRIPLES ?? 3000);
const seed = Number(process.env.WEFT_ACCESS_SEED ?? Date.now() % 2 ** 31);

test(`${triples} triples: as Cedar says of each alone (seed ${seed})`, async () => {
  const path = process.env.WEFT_ACCESS_PATH;
  const { triples: compared, effects } = await compareTriples(triples, seed, path === undefined ? {} : { path });
  process.stdout.write(`seed ${seed}: ${compared} compared ${JSON.stringify(effects)}\n`);
  if (triples < 1000) return;
  // A comparison in which everything is denied compares nothing.
  for (const kind of ['allow', 'deny', 'forbid', failed, ...masksByStrictness.map((mask) => `mask ${mask}`)]) {
    expect(effects[kind], kind).toBeGreaterThan(0);
  }
}, 3_600_000);
