/**
 * Whatever is done to a registry, in whatever order, with crashes in between: it says and does what a model of a hundred lines
 * does. WEFT_MODEL_RUNS says how many sequences are tried, WEFT_MODEL_SEED which.
 */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeMesh } from '../mesh.ts';
import { beginnings, commands, shapes } from './mesh-commands.ts';
import { domains, emptyModel, type Name, type Shape } from './mesh-model.ts';
import { openHere, type RegistryHere } from './registry-here.ts';
import { publicationFrom } from './shape-sdl.ts';
import { by } from './versions.ts';

const runs = Number(process.env.WEFT_MODEL_RUNS ?? 15);
const seed = Number(process.env.WEFT_MODEL_SEED ?? Date.now() % 1_000_000);
process.stdout.write(`model of the registry: seed ${seed}\n`);

test(`${runs} sequences of commands leave what the model says`, { timeout: 3_600_000 }, async () => {
  await using mesh = makeMesh();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(beginnings, fc.noBias(commands(30)), async (beginning, sequence) => {
      const file = join(mesh.dir, `${run++}.db`);
      const real = { file, registry: await openHere(file), crashed: [] as RegistryHere[] };
      try {
        const model = emptyModel();
        for (const first of beginning) await first.run(model, real);
        await fc.asyncModelRun(() => ({ model, real }), sequence);
      } finally {
        for (const { database } of [real.registry, ...real.crashed]) database.connection.close();
      }
    }),
    { numRuns: runs, seed },
  );
});

test('the order in which domains publish makes no difference', { timeout: 3_600_000 }, async () => {
  await using mesh = makeMesh();
  let run = 0;
  const apart = fc.tuple(shapes, shapes, shapes).map((all) => all.map((shape): Shape => ({ ...shape, addsTo: [] })));
  const order = fc.shuffledSubarray([...domains], { minLength: 3 });
  await fc.assert(
    fc.asyncProperty(apart, order, async (all, names) => {
      const publishedIn = async (given: readonly Name[]) => {
        const registry = await openHere(join(mesh.dir, `${run++}.db`));
        try {
          for (const name of given) {
            const shape = all[domains.indexOf(name)] as Shape;
            expect(await registry.publish(publicationFrom(name, shape), by)).toMatchObject({ outcome: 'PUBLISHED' });
          }
          const { supergraphSdl, owners, published } = registry.refresh() ?? {};
          return [supergraphSdl, new Map([...(owners ?? [])].sort()), published];
        } finally {
          registry.database.connection.close();
        }
      };
      expect(await publishedIn(names)).toEqual(await publishedIn(domains));
    }),
    { numRuns: Math.ceil(runs / 5), seed },
  );
});
