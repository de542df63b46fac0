/** Several publish at the same time: in one process, and in two. */
import { expect } from 'vitest';
import type { PublishResult } from '../../gateway/registry/publish-result.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { currentOf, judge, type Name, type Shape } from './mesh-model.ts';
import { type Command, command, expectOutcome } from './model-command.ts';
import { openHere } from './registry-here.ts';
import { publicationFrom } from './shape-sdl.ts';
import { by } from './versions.ts';

export interface Change {
  readonly name: Name;
  readonly shape: Shape;
}

/** All at once: as if they had come one after the other, in the order that they were sent in. */
export function publishTogether(all: readonly Change[]): Command {
  return command(
    `publish together ${all.map(({ name, shape }) => said(name, shape)).join(' and ')}`,
    async (...given) => {
      const [model, { registry }] = given;
      const results = all.map(({ name, shape }) => registry.publish(publicationFrom(name, shape), by));
      for (const [at, { name, shape }] of all.entries()) {
        await expectOutcome(model, name, shape, () => results[at] as Promise<PublishResult>);
      }
    },
  );
}

/** Each with its own connection. Whoever comes second may be told that its base is stale; nothing is lost, and nothing mixed. */
export function publishFromTwoProcesses(both: readonly [Change, Change]): Command {
  const text = both.map(({ name, shape }) => said(name, shape)).join(' and ');
  return command(`publish from two processes ${text}`, async (model, { registry, file }) => {
    const other = await openHere(file);
    try {
      const sent = [registry, other].map(async ({ publish: send }, at) => {
        const { name, shape } = both[at] as Change;
        const result = await send(publicationFrom(name, shape), by).catch((error: unknown) => {
          if (error instanceof WeftError && error.code === 'STALE_BASE') return undefined;
          throw error;
        });
        return { name, shape, result };
      });
      const [before, ...done] = [currentOf(model), ...(await Promise.all(sent))];
      const inOrder = done.sort((one, two) => (one.result?.version?.id ?? 0) - (two.result?.version?.id ?? 0));
      for (const { name, shape, result } of inOrder.filter((each) => each.result?.outcome === 'PUBLISHED')) {
        await expectOutcome(model, name, shape, async () => result as PublishResult);
      }
      for (const { name, shape, result } of inOrder.filter((each) => each.result?.outcome === 'REFUSED')) {
        const seen = [before, ...model.versions.slice(-2)];
        expect(seen.some((graph) => 'refusedBy' in judge({ ...model, versions: [graph] }, name, shape))).toBe(true);
        expect(result?.version?.id ?? 0).toBeLessThanOrEqual(model.versions.length);
      }
      // One of them was first.
      expect(done.some(({ result }) => result !== undefined)).toBe(true);
    } finally {
      other.database.connection.close();
    }
  });
}

export const said = (name: Name, { fields, addsTo, isEnding }: Shape): string =>
  JSON.stringify({ name, ...fields, addsTo: addsTo.join(' '), isEnding });
