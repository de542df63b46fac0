/** What the registry has acknowledged is there, whatever happens; and what is there is what was acknowledged. */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { describe, expect, test } from 'vitest';
import { auditEntries, verifyAudit } from '../../gateway/registry/store/audit.ts';
import { contributions, grant, revokeGrant } from '../../gateway/registry/store/contributions.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import * as tables from '../../gateway/registry/store/tables.ts';
import { createToken, findToken, revokeToken, tokenRecords } from '../../gateway/registry/store/tokens.ts';
import { commitVersion, currentId, readVersion, versionRecords } from '../../gateway/registry/store/versions.ts';
import { SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { makeMesh } from '../mesh.ts';
import { by, newVersion, publicationOf } from './versions.ts';

describe('a version', () => {
  test('is read back as it was committed, by another process, too', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const first = openDatabase(file);
    const sales = { ...publicationOf('sales', 1), files: [{ path: 'orders.odcs.yaml', text: 'id: öüß 😀\n' }] };
    const made = newVersion({ published: [sales, publicationOf('finance', 7)], owners: new Map([['Order', 'sales']]) });
    const { id } = commitVersion(first, made);
    first.connection.close();
    const again = openDatabase(file);
    expect(currentId(again)).toBe(id);
    const read = readVersion(again, id);
    expect([...read.published.keys()]).toEqual(['finance', 'sales']);
    expect(read.published.get('sales')).toEqual(sales);
    expect(read.supergraphSdl).toBe(made.supergraphSdl);
    expect(read.owners).toEqual(made.owners);
    expect(read.record).toMatchObject({ base: null, action: 'publish', domain: 'sales', actor: by.actor });
    again.connection.close();
  });

  test('is refused where another one has become current', async () => {
    const database = openDatabase(':memory:');
    const { id } = commitVersion(database, newVersion({}));
    commitVersion(database, newVersion({ base: id }));
    const before = versionRecords(database, { first: 10 });
    const stale = () => commitVersion(database, newVersion({ base: id, supergraphSdl: 'type Stale' }));
    expect(stale).toThrow(expect.objectContaining({ code: 'STALE_BASE' }));
    expect(versionRecords(database, { first: 10 })).toEqual(before);
    expect(database.connection.prepare('SELECT count(*) FROM artefact WHERE text = ?').pluck().get('type Stale')).toBe(
      0,
    );
    expect(before.map(({ base }) => base)).toEqual([id, null]);
  });

  test('that fails leaves nothing of itself behind', () => {
    const database = openDatabase(':memory:');
    const rows = () =>
      database.connection
        .prepare(
          'SELECT (SELECT count(*) FROM artefact) + (SELECT count(*) FROM version) + (SELECT count(*) FROM audit)',
        )
        .pluck()
        .get();
    const before = rows();
    const failing = () => {
      throw new Error('What belongs to it fails.');
    };
    expect(() => commitVersion(database, newVersion({}), failing)).toThrow('What belongs to it fails.');
    expect([rows(), currentId(database)]).toEqual([before, undefined]);
  });

  test('stores equal texts once', () => {
    const database = openDatabase(':memory:');
    const count = () => database.connection.prepare('SELECT count(*) FROM artefact').pluck().get();
    const { id } = commitVersion(database, newVersion({}));
    const before = count();
    commitVersion(database, newVersion({ base: id }));
    expect(count()).toBe(before);
  });

  test('of which the disk has changed one bit is not served', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const marked = newVersion({ supergraphSdl: `type Query { marker: Int } # ${'x'.repeat(200)}` });
    const database = openDatabase(file);
    const { id } = commitVersion(database, marked);
    database.connection.close();
    const bytes = readFileSync(file);
    const at = bytes.indexOf('marker: Int');
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(file, bytes);
    const damaged = openDatabase(file);
    expect(() => readVersion(damaged, id)).toThrow(expect.objectContaining({ code: 'ARTEFACT_DAMAGED' }));
    expect(versionRecords(damaged, { first: 1 })).toHaveLength(1);
    damaged.connection.close();
  });
});

describe('the audit log', () => {
  function filled() {
    const database = openDatabase(':memory:');
    let base: number | undefined;
    for (let n = 0; n < 5; n++) base = commitVersion(database, newVersion({ base, supergraphSdl: `# ${n}` })).id;
    return database;
  }

  test('says who did what, newest first, page by page', () => {
    const database = filled();
    const page = auditEntries(database, { first: 2 });
    expect(page.map(({ seq, action, subject, actor }) => [seq, action, subject, actor])).toEqual([
      [5, 'publish', 'sales', by.actor],
      [4, 'publish', 'sales', by.actor],
    ]);
    expect(auditEntries(database, { first: 9, before: 4 }).map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(page[0]?.details).toMatchObject({ version: 5 });
    expect(verifyAudit(database)).toEqual({ entries: 5, head: page[0]?.hash });
  });

  test.each([
    ['an entry is changed', "UPDATE audit SET actor = 'somebody else' WHERE seq = 3", 3],
    ['details are changed', "UPDATE audit SET details = replace(details, '3', '4') WHERE seq = 3", 3],
    ['an entry is taken out', 'DELETE FROM audit WHERE seq = 3', 3],
    ['the first is taken out', 'DELETE FROM audit WHERE seq = 1', 1],
    [
      'two change places',
      'UPDATE audit SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3); UPDATE audit SET seq = -seq WHERE seq < 0',
      2,
    ],
    ['one is put in with a hash of its own', "UPDATE audit SET actor = 'x', hash = hash || '0' WHERE seq = 4", 4],
  ])('shows that %s', (_, statement, brokenAt) => {
    const database = filled();
    database.connection.exec(statement);
    expect(verifyAudit(database)).toMatchObject({ brokenAt });
  });
});

describe('a token', () => {
  const made = {
    ...{ name: 'ci of sales', domains: ['sales'], actions: ['check', 'publish'] as const },
    ...{ expiresAt: '2027-01-01T00:00:00.000Z', ...by },
  };
  const [before, after] = ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'];

  test('is known while it is in force, and stored as a hash only', () => {
    const database = openDatabase(':memory:');
    const { token, record } = createToken(database, made);
    expect(findToken(database, token, before)).toEqual(record);
    expect(findToken(database, token, after)).toBeUndefined();
    const stored = JSON.stringify(database.connection.prepare('SELECT * FROM token, audit').all());
    expect(stored).toContain('ci of sales');
    expect(stored).not.toContain(token.slice(-32));
    expect(tokenRecords(database)).toEqual([record]);
  });

  test('of another secret, of another id, and half of one are unknown', () => {
    const database = openDatabase(':memory:');
    const [{ token }, other] = [createToken(database, made), createToken(database, { ...made, name: 'another' })];
    const swapped = `${token.slice(0, 18)}${other.token.slice(18)}`;
    for (const wrong of [swapped, token.slice(0, -1), `${token}a`, '', 'weft_', token.toUpperCase()]) {
      expect(findToken(database, wrong, before)).toBeUndefined();
    }
  });

  test('that is revoked is no longer known', () => {
    const database = openDatabase(':memory:');
    const { token, record } = createToken(database, made);
    revokeToken(database, record.id, by);
    expect(findToken(database, token, before)).toBeUndefined();
    expect(auditEntries(database, { first: 1 })).toMatchObject([{ action: 'token.revoke', subject: record.id }]);
    expect(() => revokeToken(database, 'none', by)).toThrow(expect.objectContaining({ code: 'TOKEN_UNKNOWN' }));
  });
});

test('a type is opened for another domain once, until it is closed', () => {
  const database = openDatabase(':memory:');
  const given = { type: 'Order', domain: 'finance', owner: 'sales' };
  const owners = new Map([['Order', 'sales']]);
  grant(database, given, by);
  grant(database, given, by);
  expect(contributions(database, owners)).toMatchObject([given]);
  expect(revokeGrant(database, given, by)).toBe(true);
  expect(revokeGrant(database, given, by)).toBe(false);
  expect(contributions(database, owners)).toEqual([]);
  grant(database, given, by);
  expect(contributions(database, owners)).toMatchObject([given]);
  expect(auditEntries(database, { first: 9 }).map(({ action }) => action)).toEqual([
    ...['ownership.grant', 'ownership.revoke', 'ownership.grant'],
  ]);
});

describe('the file', () => {
  test('may be a link', async () => {
    await using mesh = makeMesh();
    const [file, link] = [join(mesh.dir, 'registry.db'), join(mesh.dir, 'link.db')];
    symlinkSync(file, link);
    const database = openDatabase(link);
    commitVersion(database, newVersion({}));
    database.connection.close();
    expect(currentId(openDatabase(file))).toBe(1);
  });

  test('can be read while another process writes, from the beginning', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const { connection } = openDatabase(file);
    connection.exec('BEGIN IMMEDIATE');
    expect(currentId(openDatabase(file))).toBeUndefined();
    connection.close();
  });

  test('has the tables that the code knows', () => {
    const { connection } = openDatabase(':memory:');
    for (const table of Object.values(tables)) {
      const { name, columns } = getTableConfig(table);
      const found = connection.prepare(`SELECT name, type, "notnull", pk FROM pragma_table_info(?)`).all(name) as {
        readonly name: string;
        readonly type: string;
        readonly notnull: number;
        readonly pk: number;
      }[];
      expect(found.map((each) => [each.name, each.type.toLowerCase(), each.notnull === 1])).toEqual(
        columns.map((column) => [column.name, column.getSQLType(), column.notNull]),
      );
    }
  });

  test.each([
    [
      'is no database',
      (file: string) => writeFileSync(file, 'no database, but a text of some length'.repeat(99)),
      'REGISTRY_UNREADABLE',
    ],
    [
      'was written by a newer Weft',
      (file: string) => {
        const { connection } = openDatabase(file);
        connection.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9e15)");
        connection.close();
      },
      'REGISTRY_NEWER',
    ],
  ])('that %s is refused, and stays as it is', async (_, write, code) => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    write(file);
    const before = readFileSync(file);
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('waits for the disk at each commit', async () => {
    await using mesh = makeMesh();
    const { connection } = openDatabase(join(mesh.dir, 'registry.db'));
    const settings = ['journal_mode', 'synchronous', 'trusted_schema', 'foreign_keys'];
    expect(settings.map((name) => connection.pragma(name, { simple: true }))).toEqual(['wal', 2, 0, 1]);
    connection.close();
  });

  test('that another process is writing to is waited for, not for ever', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const [one, other] = [openDatabase(file), openDatabase(file)];
    one.connection.exec('BEGIN IMMEDIATE');
    other.connection.pragma('busy_timeout = 20');
    expect(() => commitVersion(other, newVersion({}))).toThrow(expect.objectContaining({ code: 'REGISTRY_LOCKED' }));
    one.connection.exec('ROLLBACK');
    expect(commitVersion(other, newVersion({})).id).toBe(1);
    one.connection.close();
    other.connection.close();
  });

  test('is made once, however many processes open it at the same time', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const { connection } = openDatabase(file);
    const other = openDatabase(file);
    const made = 'SELECT count(*) = count(DISTINCT created_at) FROM __drizzle_migrations';
    expect(other.connection.prepare(made).pluck().get()).toBe(1);
    connection.close();
    other.connection.close();
    expect(new SQLite(file, { readonly: true }).pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
