/** What a plan makes certain of the objects at the end of a way: that they are found already, and which of them are one. */
import { describe, expect, test } from 'vitest';
import { type AskedEntities, entityWays } from '../gateway/engine/entity-ways.ts';
import type { RepresentationField } from '../gateway/engine/fetch/representation.ts';
import { selectionOf } from '../gateway/engine/fetch/selection.ts';
import type { PlanPath } from '../gateway/engine/plan.ts';

const item: PlanPath = ['orders', '@', 'item'];
const root = (operation: string) => ({ selection: selectionOf(operation), entities: [] });
const ofItems = root('{ orders { item { __typename sku } } }');

/** A fetch of entities by `sku`. */
const at = (
  paths: readonly PlanPath[],
  fields: string,
  sent: readonly Partial<RepresentationField>[] = [{ name: 'sku' }],
) => ({ selection: selectionOf('{ _entities { __typename } }'), entities: [entities(paths, fields, sent)] });

const entities = (
  paths: readonly PlanPath[],
  fields: string,
  sent: readonly Partial<RepresentationField>[],
): AskedEntities => ({
  paths,
  selection: selectionOf(fields),
  representation: new Map([['Item', sent.map(({ name = '', ...more }) => ({ name, source: name, ...more }))]]),
});

const nothing = { keptAs: undefined, unites: false };

describe('objects that one answer brings to one place', () => {
  test('are found once for all fetches, and are one where all that is known of them is sent', () => {
    const facts = entityWays([ofItems, at([item], '{ title }'), at([item], '{ price }')])(item);
    expect(facts).toEqual({ keptAs: 0, unites: true });
  });

  test('are one for the only fetch that is about them, and kept for nobody', () => {
    expect(entityWays([ofItems, at([item], '{ title }')])(item)).toEqual({ keptAs: undefined, unites: true });
  });

  test('are looked for at each place of a fetch by itself', () => {
    const more: PlanPath = ['best', 'item'];
    const wayOf = entityWays([
      ofItems,
      root('{ best { item { __typename sku } } }'),
      at([item, more], '{ title }'),
      at([item, more], '{ price }'),
    ]);
    expect([item, more].map(wayOf)).toEqual([
      { keptAs: 0, unites: true },
      { keptAs: 1, unites: true },
    ]);
  });

  test('stay as many as they are where more is known of them than what is sent', () => {
    const titled = root('{ orders { item { __typename sku title } } }');
    const filled = root('{ orders { item { __typename sku parts { __typename id } } } }');
    for (const source of [titled, filled]) {
      expect(entityWays([source, at([item], '{ price }'), at([item], '{ weight }')])(item)).toEqual({
        keptAs: 0,
        unites: false,
      });
    }
  });

  test.each([
    ['another value', { name: 'sku', constant: 'Item' }],
    ['only a part', { name: 'sku', fields: [] }],
    ['nothing for some types', { name: 'sku', onlyOf: new Set(['Item']) }],
    ['nothing where it is missing', { name: 'sku', optional: true as const }],
  ])('stay as many as they are where %s is sent', (_, field) => {
    expect(entityWays([ofItems, at([item], '{ price }', [field])])(item)).toEqual(nothing);
  });

  test('stay as many as they are where one of the fetches is sent less of them', () => {
    const both = root('{ orders { item { __typename sku code } } }');
    const sent = [{ name: 'sku' }, { name: 'code' }];
    const facts = entityWays([both, at([item], '{ price }', sent), at([item], '{ weight }')])(item);
    expect(facts).toEqual({ keptAs: 0, unites: false });
  });
});

describe('nothing is certain', () => {
  test('where two fetches bring the objects', () => {
    const orders: PlanPath = ['orders', '@'];
    const again = at([orders], '{ item { __typename sku } }', [{ name: 'id' }]);
    expect(entityWays([ofItems, again, at([item], '{ title }'), at([item], '{ price }')])(item)).toEqual(nothing);
  });

  test('where a fetch brings the same objects to two places, or into what stands at two places', () => {
    const [mine, yours]: PlanPath[] = [
      ['mine', '@'],
      ['yours', '@'],
    ];
    const carts = root('{ mine { __typename id } yours { __typename id } }');
    const both = at([mine as PlanPath, yours as PlanPath], '{ lines { __typename id item { __typename sku } } }', [
      { name: 'id' },
    ]);
    const inMine: PlanPath = ['mine', '@', 'lines', '@', 'item'];
    expect(entityWays([carts, both, at([inMine], '{ title }')])(inMine)).toEqual(nothing);

    const lines: PlanPath = ['mine', '@', 'lines', '@'];
    const gift = at([lines], '{ gift { __typename sku } }', [{ name: 'id' }]);
    const gifts: PlanPath = [...lines, 'gift'];
    expect(entityWays([carts, both, gift, at([gifts], '{ title }')])(gifts)).toEqual(nothing);
  });

  test('where ways lead to objects of some types only', () => {
    const ofType = (types: string[]): PlanPath => [...item, { types }];
    const wayOf = entityWays([ofItems, at([ofType(['Item'])], '{ title }'), at([item], '{ price }')]);
    expect([item, ofType(['Item'])].map(wayOf)).toEqual([nothing, nothing]);
    const alike = entityWays([ofItems, at([ofType(['Item'])], '{ title }'), at([ofType(['Item'])], '{ price }')]);
    expect(alike(ofType(['Item']))).toEqual({ keptAs: 0, unites: true });
  });

  test('where nobody brings them', () => {
    expect(entityWays([at([item], '{ title }'), at([item], '{ price }')])(item)).toEqual(nothing);
  });
});
