import { expect, test } from 'vitest';
import { createTurns } from '../../gateway/registry/turns.ts';

test('one thing is done after the other, whatever comes of it, and only so many wait', async () => {
  const inTurn = createTurns(3);
  const done: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      done.push(`begin ${name}`);
      await new Promise(setImmediate);
      done.push(`end ${name}`);
      if (fails) throw new Error(name);
      return name;
    };
  const all = [inTurn(work('a')), inTurn(work('b', true)), inTurn(work('c')), inTurn(work('d'))];
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  await expect(all[3]).rejects.toMatchObject({ code: 'REGISTRY_BUSY' });
  expect(done).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  expect(await inTurn(work('e'))).toBe('e');
});
