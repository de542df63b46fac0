/** What composes is composed by a second library, too: where the two disagree, whoever publishes is told. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ComposedSubgraph, composeWithApollo, withCatalog } from '../gateway/registry/compose.ts';
import { graphChanges } from '../gateway/registry/graph-changes.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import type { CheckReport } from '../gateway/registry/publish-result.ts';
import { opinionOn } from '../gateway/registry/read-graph.ts';
import { secondOpinion } from '../gateway/registry/second-opinion.ts';
import { randomModel } from './fuzz/random-model.ts';
import { subgraphSdl } from './fuzz/sdl.ts';
import { makeMesh } from './mesh.ts';
import { catalogUrl, openHere } from './registry/registry-here.ts';

const link = (version: string, ...names: string[]): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v${version}", import: ${JSON.stringify(names)})\n`;

const subgraphs = (...sdls: string[]): ComposedSubgraph[] =>
  sdls.map((sdl, at) => ({ name: `domain${at}`, url: `http://127.0.0.1:1/${at}`, sdl }));

function composed(all: readonly ComposedSubgraph[]): string {
  const made = composeWithApollo(all);
  if ('supergraphSdl' in made) return made.supergraphSdl;
  throw new Error(JSON.stringify(made.issues));
}

const orders = `${link('2.9', '@key')}
type Query { orders: [Order] }
type Order @key(fields: "id") { id: ID! total: Int }`;

/** The second library does not know `@inaccessible` by another name, and would show everybody what is hidden. */
const hidden = `${link('2.9', '@key')}
extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hush", for: SECURITY)
directive @hush on FIELD_DEFINITION
type Query { shown: Int secret: Int @hush }`;

const media = `${link('2.9', '@key')} type Query { media: [Media] } interface Media @key(fields: "id") { id: ID! }
  type Book implements Media @key(fields: "id") { id: ID! }`;
/** Of a field that two interface objects share, the second library says that it is not shared. */
const rated = `${link('2.9', '@key', '@interfaceObject', '@shareable')}
  type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int @shareable }`;

describe('a second composer', () => {
  test('agrees about random graphs', () => {
    // Of the graph of seed 1, the second library loses a `@provides` of a root field.
    for (let seed = 2; seed <= 41; seed++) {
      const model = randomModel(seed);
      const all = model.subgraphs.map((name, at) => ({ name, url: `http://${name}`, sdl: subgraphSdl(model, at) }));
      expect(secondOpinion(all, composed(all)), `seed ${seed}`).toEqual({ kind: 'agrees' });
    }
  });

  test.each([
    ['a type', orders.replace('total: Int', 'total: String')],
    ['a nullability', orders.replace('[Order]', '[Order!]')],
    ['a field', orders.replace('total: Int', 'total: Int tax: Int')],
    ['a key', orders.replace('{ id: ID! total', '@key(fields: "total") { id: ID! total')],
    ['a deprecation', orders.replace('total: Int', 'total: Int @deprecated(reason: "no")')],
  ])('names the coordinates where it makes something else: %s', (_, sdl) => {
    const first = composed(subgraphs(sdl));
    const second = composed(subgraphs(orders));
    const coordinates = [...new Set(graphChanges(second, first).map(({ coordinate }) => coordinate))];
    expect(coordinates.length).toBeGreaterThan(0);
    expect(secondOpinion(subgraphs(orders), first)).toEqual({ kind: 'differs', coordinates });
  });

  test('may find that descriptions are others, which changes no answer', () => {
    const described = composed(subgraphs(orders.replace('total:', '"Of all items." total:')));
    expect(secondOpinion(subgraphs(orders), described)).toEqual({ kind: 'agrees' });
  });

  test('says why it refuses', () => {
    const sales = orders.replace('id: ID!', 'id: ID! tax: Int');
    const shared = subgraphs(sales, `${link('2.9', '@key')} type Order @key(fields: "id") { id: ID! tax: Int }`);
    expect(secondOpinion(shared, composed(subgraphs(sales)))).toEqual({
      kind: 'refuses',
      reasons: [expect.stringMatching(/^INVALID_FIELD_SHARING: .*"Order.tax"/)],
    });
  });

  test('has no opinion on what it does not know', () => {
    const newer = subgraphs(orders.replace('v2.9', 'v2.12'));
    expect(secondOpinion(newer, composed(newer))).toEqual({ kind: 'none' });
  });
});

describe('whoever takes too long for an opinion', () => {
  test('is stopped', async () => {
    const asked = opinionOn([], composed(subgraphs(orders)), { catalogUrl, timeoutMs: 1 });
    await expect(asked).rejects.toThrow('did not end within 0.001 s');
  });
});

describe('who publishes', () => {
  const publication = (name: string, sdl: string) => ({
    ...{ name, routingUrl: `http://127.0.0.1:9000/${name}`, sdl, files: [] },
  });
  const opinionIn = ({ steps }: CheckReport) => steps.find(({ id }) => id === 'second-opinion');

  test('is warned where the two disagree about what changes, and only then', async () => {
    await using registry = await seeded({ sales: orders, stock: hidden });
    const other = await registry.publish(publication('sales', orders.replace('total:', 'tax: Int total:')), by);
    expect(other.outcome).toBe('PUBLISHED');
    expect(opinionIn(other)).toMatchObject({ outcome: 'PASSED', issues: [] });
    const more = await registry.publish(publication('stock', hidden.replace('shown:', 'also: Int @hush shown:')), by);
    expect(more.outcome).toBe('PUBLISHED');
    expect(opinionIn(more)).toMatchObject({
      outcome: 'WARNING',
      issues: [{ code: 'COMPOSITION_DISPUTED', severity: 'warning', coordinate: 'Query.also' }],
    });
  });

  test('is warned where only the second one finds that something changes', async () => {
    const known = `${link('2.9', '@key', '@inaccessible')} type Query { shown: Int secret: Int @inaccessible }`;
    await using registry = await seeded({ sales: orders, stock: known });
    const report = await registry.check('stock', publication('stock', hidden));
    expect(report).toMatchObject({ isAccepted: true, changed: [] });
    expect(opinionIn(report)?.issues).toMatchObject([{ code: 'COMPOSITION_DISPUTED', coordinate: 'Query.secret' }]);
  });

  test('is told why the other one refuses', async () => {
    await using registry = await seeded({ media, ratings: rated });
    const report = await registry.check('reviews', publication('reviews', rated));
    expect(opinionIn(report)?.issues).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/refuses these subgraphs: INVALID_FIELD_SHARING/) }),
    ]);
  });

  test('is not told what the other one refuses of others', async () => {
    await using registry = await seeded({ media, ratings: rated, reviews: rated });
    const report = await registry.check('sales', publication('sales', orders));
    expect(opinionIn(report)).toMatchObject({ outcome: 'PASSED', issues: [] });
  });
});

const by = { actor: 'somebody' };

/** A registry that begins with these schemas. */
async function seeded(sdls: Readonly<Record<string, string>>) {
  const names = Object.keys(sdls);
  const lines = names.map((name) => `  ${name}: { routing_url: "http://127.0.0.1:9000", schema: { file: ${name} } }`);
  const folder = makeMesh({ 'supergraph.yaml': ['federation_version: 2', 'subgraphs:', ...lines].join('\n'), ...sdls });
  const registry = await openHere(join(folder.dir, 'registry.db'));
  const { mesh } = await readMesh(join(folder.dir, 'supergraph.yaml'), {});
  await registry.seed(mesh, composed(withCatalog(mesh.subgraphs, catalogUrl)), by);
  return {
    ...registry,
    async [Symbol.asyncDispose]() {
      registry.database.connection.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
