/** The catalog of a newer Weft becomes part of the graph, and nobody who publishes is asked about it. */
import { expect, test } from 'vitest';
import { readCatalogSdl } from '../../gateway/registry/catalog-sdl.ts';
import { composeWithApollo } from '../../gateway/registry/compose.ts';
import type { Publication } from '../../gateway/registry/publication.ts';
import { commitVersion, versionRecords } from '../../gateway/registry/store/versions.ts';
import { SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { startRegistryMesh } from './mesh-with-registry.ts';
import { messagesOf, order, part, publish } from './order-parts.ts';
import { catalogUrl, failedSteps, openHere, type RegistryHere } from './registry-here.ts';
import { by, newVersion } from './versions.ts';

/** A catalog that said something else of its fields, and did not have all of them. */
const olderCatalog = readCatalogSdl()
  .replace(/"All domains of the mesh[^"]*"\s+domains: \[DataDomain!\]/, '')
  .replace(/"The products of this page\."/, '"A page of products."');

/** As an older Weft has left it. */
function commitOlder(registry: RegistryHere, ...publications: readonly Publication[]): void {
  const subgraphs = publications.map(({ routingUrl: url, ...each }) => ({ ...each, url }));
  const composed = composeWithApollo([{ name: 'catalog', url: catalogUrl, sdl: olderCatalog }, ...subgraphs]);
  const supergraphSdl = 'supergraphSdl' in composed ? composed.supergraphSdl : '';
  expect(supergraphSdl).toContain('A page of products.');
  const current = registry.refresh();
  const published = publications.map((each) => ({ ...each, version: 1 }));
  const owners = new Map([...(current?.owners ?? []), ['Order', 'sales'], ['Query.sales', 'sales']]);
  owners.delete('Query.domains');
  const { id } = commitVersion(
    registry.database,
    newVersion({ base: current?.record.id, published, supergraphSdl, owners }),
  );
  registry.database.connection.prepare('UPDATE version SET catalog = NULL WHERE id = ?').run(id);
}

const sales = part('sales', order('total: Int'));
test('is a version of its own, made once; who publishes then answers for its own only', async () => {
  const registry = await openHere(':memory:');
  await publish(registry, sales);
  commitOlder(registry, sales);
  const adding = part('risk', 'type Risk { a: Int }');
  const blamed = await registry.check('risk', adding);
  expect([failedSteps(blamed), blamed.changed.includes('Query.domains')]).toEqual([['ownership'], true]);
  expect(await registry.upgrade()).toEqual([]);
  expect(await registry.upgrade()).toEqual([]);
  const [made, older] = versionRecords(registry.database, { first: 9 });
  expect(made).toMatchObject({ id: 3, base: 2, action: 'upgrade', actor: 'weft', domain: null });
  expect(made?.digest).not.toBe(older?.digest);
  expect(registry.refresh()?.owners.get('Query.domains')).toBe('catalog');
  const added = await registry.publish(adding, by);
  expect([added.outcome, added.changed]).toEqual(['PUBLISHED', ['Query', 'Query.risk', 'Risk', 'Risk.a']]);
  registry.database.connection.close();
});

test('is part of what a graph goes back to', async () => {
  const registry = await openHere(':memory:');
  commitOlder(registry, sales);
  expect(await registry.upgrade()).toEqual([]);
  await publish(registry, part('sales', order('total: Int more: Int')));
  expect(await registry.rollback(1, by)).toMatchObject({ outcome: 'PUBLISHED' });
  const digests = versionRecords(registry.database, { first: 9 }).map(({ digest }) => digest);
  expect(digests[0]).toBe(digests[2]);
  const again = await registry.publish(part('sales', order('total: Int most: Int')), by);
  expect([messagesOf(again), again.changed]).toEqual([[], ['Order.most']]);
  registry.database.connection.close();
});

test('that does not compose with the domains leaves the graph as it is, and says why', async () => {
  const registry = await openHere(':memory:');
  const clashing = part('sales', 'extend type Query { domains: Int }');
  commitOlder(registry, clashing);
  const before = registry.rows();
  const issues = await registry.upgrade();
  expect(issues[0]).toMatchObject({ code: 'COMPOSITION_FAILED', severity: 'error', coordinate: 'Query.domains' });
  expect(issues[0]?.message).toMatch(/^With the catalog of this Weft: .*domains/s);
  expect(registry.rows()).toBe(before);
  const back = await registry.rollback(1, by);
  expect([back.outcome, failedSteps(back)]).toEqual(['REFUSED', ['composition']]);
  registry.database.connection.close();
});

test('is taken up when a gateway starts', async () => {
  await using mesh = await startRegistryMesh();
  const database = new SQLite(`${mesh.dir}/registry.db`);
  database.exec('UPDATE version SET catalog = NULL');
  database.close();
  await mesh.restart();
  const { data } = await mesh.ask('{ graphVersion { id action actor } }');
  expect(data.graphVersion).toEqual({ id: 2, action: 'UPGRADE', actor: 'weft' });
  expect((await mesh.query('{ domains { name } }')).data.domains).toHaveLength(2);
});
