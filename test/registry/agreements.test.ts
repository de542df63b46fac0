/** What one domain allows another means what it meant when it was given: by whom, for what, and no longer than it is so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  approvals,
  decideApproval,
  digestOfWanted,
  requestApprovals,
  useApprovals,
} from '../../gateway/registry/store/approvals.ts';
import { contributions, grant, revokeGrant } from '../../gateway/registry/store/contributions.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { commitVersion } from '../../gateway/registry/store/versions.ts';
import { SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { makeMesh, root } from '../mesh.ts';
import { endedPart, messagesOf, order, part, publish, seed } from './order-parts.ts';
import { openHere, type RegistryHere } from './registry-here.ts';
import { by, newVersion } from './versions.ts';

/** Sales has opened Order for risk, has gone, and trade has an Order of its own. */
async function passedOn(registry: RegistryHere): Promise<void> {
  await publish(registry, part('sales', order('total: Int')), part('risk', ''));
  grant(registry.database, { type: 'Order', domain: 'risk', owner: 'sales' }, by);
  await publish(registry, endedPart('sales'));
  expect(await registry.remove('sales', by)).toMatchObject({ outcome: 'PUBLISHED' });
  await publish(registry, part('trade', order('sum: Int')));
}

test('a type that belongs to another domain is not open to whom the one before had opened it', async () => {
  const registry = await openHere(':memory:');
  await passedOn(registry);
  const adding = part('risk', order('score: Int'));
  const refused = await registry.publish(adding, by);
  expect(refused.outcome).toBe('REFUSED');
  expect(messagesOf(refused)).toEqual(['Order belongs to trade (trade); risk would add the field Order.score.']);
  const { owners = new Map() } = registry.refresh() ?? {};
  expect(contributions(registry.database, owners)).toEqual([]);
  grant(registry.database, { type: 'Order', domain: 'risk', owner: 'trade' }, by);
  await publish(registry, adding);
  registry.database.connection.close();
});

test('a type that is back with its owner is open to whom that one had opened it, until it is closed', async () => {
  const registry = await openHere(':memory:');
  await passedOn(registry);
  expect(await registry.rollback(2, by)).toMatchObject({ outcome: 'PUBLISHED' });
  await publish(registry, part('risk', order('score: Int')));
  expect(revokeGrant(registry.database, { type: 'Order', domain: 'risk', owner: 'trade' }, by)).toBe(false);
  expect(revokeGrant(registry.database, { type: 'Order', domain: 'risk', owner: 'sales' }, by)).toBe(true);
  expect(await registry.publish(part('risk', order('score: Int more: Int')), by)).toMatchObject({ outcome: 'REFUSED' });
  registry.database.connection.close();
});

test('a type that its owner closes while a field for it is judged gets no field', async () => {
  await using mesh = makeMesh();
  const file = join(mesh.dir, 'registry.db');
  const other = openDatabase(file);
  const given = { type: 'Order', domain: 'risk', owner: 'sales' };
  let whileJudged = (): void => {};
  const registry = await openHere(file, {
    judgePolicies: async () => {
      whileJudged();
      return [];
    },
  });
  await publish(registry, part('sales', order('total: Int')));
  grant(other, given, by);
  const adding = part('risk', order('score: Int'));
  let rows = '';
  whileJudged = () => {
    revokeGrant(other, given, by);
    rows = registry.rows();
  };
  await expect(registry.publish(adding, by)).rejects.toMatchObject({ code: 'AGREEMENT_WITHDRAWN' });
  expect(registry.rows()).toBe(rows);
  whileJudged = () => {};
  expect(await registry.publish(adding, by)).toMatchObject({ outcome: 'REFUSED' });
  other.connection.close();
  registry.database.connection.close();
});

test('a domain that goes on as it is may have been refused more: reading the files again allows nothing', async () => {
  const registry = await openHere(':memory:');
  const files = (sdl: string) => [part('sales', order('total: Int')), part('trade', sdl)];
  await seed(registry, files(order('score: Int')));
  const given = { type: 'Order', domain: 'trade', owner: 'sales' };
  const inForce = () => contributions(registry.database, registry.refresh()?.owners ?? new Map());
  expect(inForce()).toMatchObject([given]);
  expect(revokeGrant(registry.database, given, by)).toBe(true);
  await seed(registry, files(order('"How risky." score: Int')));
  expect(registry.refresh()?.record).toMatchObject({ id: 2, action: 'seed' });
  expect(inForce()).toEqual([]);
  registry.database.connection.close();
});

test('what was granted before it was known by whom is of whoever owns the type', async () => {
  await using mesh = makeMesh();
  const file = join(mesh.dir, 'registry.db');
  const old = new SQLite(file);
  old.exec(readFileSync(join(root, 'gateway/registry/store/migrations/0000_begin.sql'), 'utf8'));
  old.exec('CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)');
  old.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('', 1795392000000)");
  const artefact = old.prepare('INSERT INTO artefact (digest, text) VALUES (?, ?)');
  artefact.run('old', '[["Order","sales"]]');
  artefact.run('new', '[["Customer","crm"],["Order","trade"]]');
  const version = old.prepare(
    "INSERT INTO version (action, manifest, supergraph, ownership, actor, origin, created_at) VALUES ('publish', 'old', 'old', ?, '', '{}', '')",
  );
  version.run('old');
  version.run('new');
  const given = old.prepare("INSERT INTO contribution (type, domain, actor, created_at) VALUES (?, ?, '', '')");
  given.run('Order', 'risk');
  given.run('Gone', 'risk');
  old.close();
  const database = openDatabase(file);
  const grants = database.connection.prepare('SELECT type, domain, owner FROM contribution ORDER BY id').all();
  expect(grants).toEqual([
    { type: 'Order', domain: 'risk', owner: 'trade' },
    { type: 'Gone', domain: 'risk', owner: '' },
  ]);
  database.connection.close();
});

const wanted = {
  coordinate: 'Order.total',
  owner: 'sales',
  changes: [
    { coordinate: 'Order.total', aspect: 'required by', after: 'Order.score', subgraph: 'risk', within: 'Order' },
  ],
} as const;

test.each([
  ['another owner', { ...wanted, owner: 'trade' }],
  ['another classification', { ...wanted, changes: [{ ...wanted.changes[0], level: 'confidential' }] }],
  ['another set of fields', { ...wanted, changes: [{ ...wanted.changes[0], within: 'Item' }] }],
  ['more', { ...wanted, changes: [...wanted.changes, ...wanted.changes] }],
] as const)('an approval is not for %s', (_, other) => {
  expect(digestOfWanted('risk', other)).not.toBe(digestOfWanted('risk', wanted));
});

test('an approval that was used, or is none any more, is not used', () => {
  const database = openDatabase(':memory:');
  const ownerOf = () => 'sales';
  const use = () => useApprovals(database, 'risk', [wanted]);
  const withdrawn = expect.objectContaining({ code: 'AGREEMENT_WITHDRAWN' });
  const [{ id } = { id: 0 }] = requestApprovals(database, 'risk', [wanted], by);
  expect(use).toThrow(withdrawn);
  decideApproval(database, id, 'approved', by, ownerOf);
  use();
  expect(approvals(database, {}, ownerOf)).toMatchObject([{ id, status: 'used' }]);
  expect(use).toThrow(withdrawn);
  database.connection.close();
});

test('who no longer owns what is asked for does not decide about it, and what it had approved is not used', async () => {
  const registry = await openHere(':memory:');
  const { database } = registry;
  await publish(registry, part('sales', order('total: Int')), part('risk', ''));
  const taking = part('risk', order('total: Int @override(from: "sales")'));
  const asking = { ...by, requestsApproval: true };
  expect(await registry.publish(taking, asking)).toMatchObject({ outcome: 'REFUSED' });
  const ofSales = () => 'sales';
  const [{ id } = { id: 0 }] = approvals(database, { status: 'requested' }, ofSales);
  const byTrade = (coordinate: string) => (coordinate === 'Order.total' ? 'trade' : undefined);
  expect(approvals(database, {}, byTrade)).toEqual([]);
  const decide = () => decideApproval(database, id, 'approved', by, byTrade);
  expect(decide).toThrow(expect.objectContaining({ code: 'APPROVAL_OUTDATED' }));
  decideApproval(database, id, 'approved', by, ofSales);
  const current = registry.refresh();
  expect(current?.owners.get('Order.total')).toBe('sales');
  // As if it had passed to another domain.
  commitVersion(
    database,
    newVersion({
      ...{ base: current?.record.id, supergraphSdl: current?.supergraphSdl ?? '' },
      published: current?.published.values() ?? [],
      owners: new Map([...(current?.owners ?? []), ['Order.total', 'trade']]),
    }),
  );
  const refused = await registry.publish(taking, by);
  expect(messagesOf(refused)).toEqual([expect.stringMatching(/^Order\.total belongs to trade /)]);
  registry.database.connection.close();
});
