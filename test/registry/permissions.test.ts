/** What one domain allows another means what it meant when it was given: by whom, for what, and no longer than it is so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  approvals,
  decideApproval,
  digestOfWanted,
  requestApprovals,
  useApprovals,
} from '../../gateway/registry/store/approvals.ts';
import { auditEntries } from '../../gateway/registry/store/audit.ts';
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

test('a type that is back with its owner has to be opened again', async () => {
  const registry = await openHere(':memory:');
  await passedOn(registry);
  expect(await registry.rollback(2, by)).toMatchObject({ outcome: 'PUBLISHED' });
  expect(registry.refresh()?.owners.get('Order')).toBe('sales');
  const given = { type: 'Order', domain: 'risk', owner: 'sales' };
  expect(revokeGrant(registry.database, given, by)).toBe(false);
  const adding = part('risk', order('score: Int'));
  expect(await registry.publish(adding, by)).toMatchObject({ outcome: 'REFUSED' });
  grant(registry.database, given, by);
  await publish(registry, adding);
  registry.database.connection.close();
});

describe('a domain that leaves the graph', () => {
  const leaving = endedPart('risk').sdl.replace(/ type Order.*/, '');
  const given = { type: 'Order', domain: 'risk', owner: 'sales' };
  const taking = part('risk', order('total: Int @override(from: "sales")'));

  async function opened(): Promise<RegistryHere> {
    const registry = await openHere(':memory:');
    await publish(registry, part('sales', order('total: Int')), { ...part('risk', ''), sdl: leaving });
    grant(registry.database, given, by);
    await registry.publish(taking, { ...by, requestsApproval: true });
    return registry;
  }

  test.each([
    ['since it is deleted', (registry: RegistryHere) => registry.remove('risk', by)],
    ['since the graph goes back', (registry: RegistryHere) => registry.rollback(1, by)],
  ])('%s takes along what it was allowed, and what it has asked for', async (_, leave) => {
    const registry = await opened();
    const { database } = registry;
    expect(await leave(registry)).toMatchObject({ outcome: 'PUBLISHED' });
    expect(contributions(database, registry.refresh()?.owners ?? new Map())).toEqual([]);
    expect(approvals(database, {}, { first: 9 }).map(({ status }) => status)).toEqual(['refused']);
    const because = 'risk has left the graph';
    expect(auditEntries(database, { first: 3 }).slice(1)).toMatchObject([
      { action: 'ownership.refuse', actor: by.actor, subject: 'Order.total', details: { domain: 'risk', because } },
      { action: 'ownership.revoke', actor: by.actor, subject: 'Order', details: { from: 'risk', because } },
    ]);
    // A domain of the same name is another one.
    expect(await registry.publish(part('risk', order('score: Int')), by)).toMatchObject({ outcome: 'REFUSED' });
    database.connection.close();
  });

  test('is allowed what it was where it is still to come', async () => {
    const registry = await openHere(':memory:');
    await publish(registry, part('sales', order('total: Int')));
    grant(registry.database, given, by);
    await publish(registry, part('trade', ''), part('risk', order('score: Int')));
    registry.database.connection.close();
  });
});

test('there is nothing to be opened where everybody may add fields', () => {
  const database = openDatabase(':memory:');
  const open = () => grant(database, { type: 'Query', domain: 'risk', owner: 'catalog' }, by);
  expect(open).toThrow(expect.objectContaining({ code: 'TYPE_OPEN_TO_ALL' }));
  database.connection.close();
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
  await expect(registry.publish(adding, by)).rejects.toMatchObject({ code: 'PERMISSION_WITHDRAWN' });
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

test('what was agreed before it was known by whom: a grant is of whoever owns the type, approvals are for nothing', async () => {
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
  const asked = old.prepare(
    "INSERT INTO approval (digest, coordinate, changes, domain, owner, status, requested_by, requested_at) VALUES ('', 'Order.total', '[]', 'risk', 'trade', ?, '', '')",
  );
  for (const status of ['requested', 'approved', 'refused', 'used']) asked.run(status);
  old.close();
  const database = openDatabase(file);
  const grants = database.connection.prepare('SELECT type, domain, owner FROM contribution ORDER BY id').all();
  expect(grants).toEqual([
    { type: 'Order', domain: 'risk', owner: 'trade' },
    { type: 'Gone', domain: 'risk', owner: '' },
  ]);
  const decided = approvals(database, {}, { first: 9 }).map(({ status, decidedBy }) => `${status} by ${decidedBy}`);
  const ended = 'refused by weft, brought up to date';
  expect(decided).toEqual(['used by null', 'refused by null', ended, ended]);
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
  const withdrawn = expect.objectContaining({ code: 'PERMISSION_WITHDRAWN' });
  const [{ id } = { id: 0 }] = requestApprovals(database, 'risk', [wanted], by);
  expect(use).toThrow(withdrawn);
  decideApproval(database, id, 'approved', by, ownerOf);
  use();
  expect(approvals(database, {}, { first: 9 })).toMatchObject([{ id, status: 'used' }]);
  expect(use).toThrow(withdrawn);
  database.connection.close();
});

test('an approval can be taken back until it is used, and is none then', () => {
  const database = openDatabase(':memory:');
  const decide = (id: number, status: 'approved' | 'refused') =>
    decideApproval(database, id, status, by, () => 'sales');
  const decided = expect.objectContaining({ code: 'APPROVAL_DECIDED' });
  const use = () => useApprovals(database, 'risk', [wanted]);
  const request = () => requestApprovals(database, 'risk', [wanted], by)[0]?.id ?? 0;
  const first = request();
  decide(first, 'approved');
  expect(() => decide(first, 'approved')).toThrow(decided);
  expect(decide(first, 'refused')).toMatchObject({ status: 'refused' });
  expect(use).toThrow(expect.objectContaining({ code: 'PERMISSION_WITHDRAWN' }));
  expect(() => decide(first, 'approved')).toThrow(decided);
  const second = request();
  expect(second).not.toBe(first);
  decide(second, 'approved');
  use();
  expect(() => decide(second, 'refused')).toThrow(decided);
  const actions = auditEntries(database, { first: 9 }).map(({ action }) => action.slice('ownership.'.length));
  expect(actions).toEqual(['approve', 'request', 'refuse', 'approve', 'request']);
  database.connection.close();
});

test('who asks for more than anybody could read is told so; who has asked before is found behind a thousand others', () => {
  const database = openDatabase(':memory:');
  const some = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      ...wanted,
      coordinate: `Order.f${n}`,
      changes: [{ ...wanted.changes[0], coordinate: `Order.f${n}` }],
    }));
  const [{ id } = { id: 0 }] = requestApprovals(database, 'trade', [wanted], by);
  for (const domain of ['risk', 'shops', 'web']) requestApprovals(database, domain, some(500), by);
  const before = approvals(database, {}, { first: 9_999 });
  const more = () => requestApprovals(database, 'risk', [wanted], by);
  expect(more).toThrow(expect.objectContaining({ code: 'REQUESTS_TOO_MANY' }));
  expect(approvals(database, {}, { first: 9_999 })).toEqual(before);
  // What was asked for already is no more.
  expect(requestApprovals(database, 'risk', some(500), by)).toHaveLength(500);
  expect(approvals(database, { domain: 'trade' }, { first: 1 })).toMatchObject([{ id }]);
  expect(approvals(database, {}, { first: 9, before: id + 2 }).map((each) => each.id)).toEqual([id + 1, id]);
  decideApproval(database, id + 1, 'refused', by, () => 'sales');
  more();
  database.connection.close();
});

test('who no longer owns what is asked for does not decide about it, and what it had approved is at an end', async () => {
  const registry = await openHere(':memory:');
  const { database } = registry;
  await publish(registry, part('sales', order('total: Int')), part('risk', ''));
  const taking = part('risk', order('total: Int @override(from: "sales")'));
  const asking = { ...by, requestsApproval: true };
  expect(await registry.publish(taking, asking)).toMatchObject({ outcome: 'REFUSED' });
  const [{ id } = { id: 0 }] = approvals(database, { status: 'requested' }, { first: 1 });
  const decide = () => decideApproval(database, id, 'approved', by, () => 'trade');
  expect(decide).toThrow(expect.objectContaining({ code: 'APPROVAL_OUTDATED' }));
  decideApproval(database, id, 'approved', by, () => 'sales');
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
  // Nor when it owns it again.
  expect(approvals(database, {}, { first: 9 })).toMatchObject([{ id, status: 'refused' }]);
  registry.database.connection.close();
});
