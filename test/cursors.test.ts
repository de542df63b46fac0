/** A cursor leads on from a row, and shows nothing of it: it is sealed for one list, in one order, with one filter. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { serveDomain } from '../subgraphs/kit/serve.ts';
import { sealedCursors } from '../subgraphs/kit/store/cursors.ts';
import { makeMesh, type TestMesh } from './mesh.ts';
import { type Answer, ask } from './subgraph.ts';

const key = Buffer.alloc(32, 7);
const position = fc
  .array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 })
  .map((all) => JSON.stringify(all));
const question = fc.record({ type: fc.string(), order: fc.array(fc.string()), where: fc.jsonValue() });

describe('a cursor', () => {
  const { seal, open } = sealedCursors(key, 'shop').of('question');

  test('opens where it was sealed', () => {
    fc.assert(
      fc.property(position, question, (text, asked) => {
        const here = sealedCursors(key, 'shop').of(asked);
        expect(sealedCursors(Buffer.from(key), 'shop').of(asked).open(here.seal(text))).toBe(text);
      }),
    );
  });

  test('shows neither a value, nor how long it is, nor whether two are the same', () => {
    const value = fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [cursor, another] = [seal(JSON.stringify(['text', one])), seal(JSON.stringify(['text', other]))];
        const bytes = Buffer.from(cursor, 'base64url');
        for (const encoding of ['utf8', 'latin1', 'base64', 'base64url', 'hex'] as const) {
          expect(bytes.toString('latin1')).not.toContain(Buffer.from(one).toString(encoding));
          expect(cursor).not.toContain(Buffer.from(one).toString(encoding));
        }
        expect(another.length).toBe(cursor.length);
        expect(seal(JSON.stringify(['text', one]))).not.toBe(cursor);
      }),
    );
  });

  test('that was changed in one bit, or cut, or spelled otherwise, does not open', () => {
    const sealed = seal('["text","a"]');
    const length = Buffer.from(sealed, 'base64url').length;
    fc.assert(
      fc.property(fc.nat(length * 8 - 1), fc.nat(length - 1), (bit, end) => {
        const bytes = Buffer.from(sealed, 'base64url');
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(open(bytes.toString('base64url'))).toBe(undefined);
        expect(open(Buffer.from(sealed, 'base64url').subarray(0, end).toString('base64url'))).toBe(undefined);
      }),
      { numRuns: 500 },
    );
    for (const text of [
      '',
      '💥',
      `${sealed}=`,
      ` ${sealed}`,
      `${sealed.slice(0, 5)}\n${sealed.slice(5)}`,
      '["text","a"]',
    ])
      expect(open(text)).toBe(undefined);
  });

  test('of another question, domain or key does not open; the keys of a filter may stand in any order', () => {
    const asked = { type: 'Order', where: { a: { eq: '1', ne: '2' }, b: [{ c: 1, d: 2n }] } };
    const same = { where: { b: [{ d: 2n, c: 1 }], a: { ne: '2', eq: '1' } }, type: 'Order' };
    const sealed = sealedCursors(key, 'shop').of(asked).seal('[]');
    expect(sealedCursors(key, 'shop').of(same).open(sealed)).toBe('[]');
    for (const other of [
      { ...asked, type: 'Line' },
      { ...asked, where: null },
      { ...asked, where: { a: { eq: '2' } } },
    ])
      expect(sealedCursors(key, 'shop').of(other).open(sealed)).toBe(undefined);
    expect(sealedCursors(key, 'depot').of(asked).open(sealed)).toBe(undefined);
    expect(sealedCursors(Buffer.alloc(32, 8), 'shop').of(asked).open(sealed)).toBe(undefined);
  });
});

const odps =
  'apiVersion: v1.0.0\nkind: DataProduct\nid: shop\nstatus: active\noutputPorts: [{ name: orders, version: 1.0.0, contractId: orders }]\n';
const odcs = `apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
${['orders', 'returns']
  .map(
    (name) => `  - name: ${name}
    properties:
    - { name: number, logicalType: string, primaryKey: true, classification: restricted }
    - { name: city, logicalType: string, classification: restricted }
`,
  )
  .join('')}`;
const rows = Array.from({ length: 6 }, (_, at) => JSON.stringify({ number: `secret-${at}`, city: `Hidden-${at % 2}` }));

async function shop(name = 'shop'): Promise<TestMesh> {
  const files = { 'shop.odps.yaml': odps, 'orders.odcs.yaml': odcs, 'orders.ndjson': rows.join('\n') };
  const all = { ...files, 'returns.ndjson': rows.join('\n') };
  const mesh = makeMesh(Object.fromEntries(Object.entries(all).map(([file, text]) => [`${name}/${file}`, text])));
  const query = () => Promise.reject(new Error('no gateway'));
  await runDomain(join(mesh.dir, name), { dataDir: mesh.dir, query });
  return mesh;
}

async function served<T>(
  mesh: TestMesh,
  use: (query: (text: string) => Promise<Answer>) => Promise<T>,
  { name = 'shop', cursorKey }: { name?: string; cursorKey?: string } = {},
): Promise<T> {
  const domain = await serveDomain(join(mesh.dir, name), { port: 0, dataDir: mesh.dir, cursorKey });
  try {
    return await use((text) => ask(`${domain.url}/graphql`, text));
  } finally {
    await domain.close();
  }
}

const page = (args: string, list = 'orders'): string =>
  `{ ${list}(${args}) { nodes { number } edges { cursor } pageInfo { startCursor endCursor hasNextPage } } }`;
const filter = 'where: { city: { eq: "Hidden-0" } }';
const order = 'orderBy: [{ field: city }]';

/** What a list answers that is asked to go on from a cursor: rows, or a code. */
async function goingOn(query: (text: string) => Promise<Answer>, args: string, after: string, list = 'orders') {
  const { data, errors } = await query(page(`first: 2, ${args} after: ${JSON.stringify(after)}`, list));
  return errors?.[0]?.extensions.code ?? data[list].nodes.map(({ number }: { number: string }) => number);
}

describe('a domain', () => {
  test('shows no value in the cursors of rows and pages, and goes on from them', async () => {
    await using mesh = await shop();
    await served(mesh, async (query) => {
      const { data } = await query(page(`first: 2, ${order}, ${filter}`));
      const { edges, pageInfo } = data.orders;
      for (const cursor of [...edges.map((edge: any) => edge.cursor), pageInfo.startCursor, pageInfo.endCursor]) {
        expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toMatch(/secret|Hidden|number|city|text/);
        expect(cursor).toHaveLength(edges[0].cursor.length);
      }
      expect(data.orders.nodes).toEqual([{ number: 'secret-0' }, { number: 'secret-2' }]);
      expect(await goingOn(query, `${order}, ${filter},`, pageInfo.endCursor)).toEqual(['secret-4']);
      expect(await goingOn(query, `${order}, ${filter},`, edges[0].cursor)).toEqual(['secret-2', 'secret-4']);
    });
  });

  test('does not go on from a cursor of another order, filter or list, nor from one that was changed', async () => {
    await using mesh = await shop();
    await served(mesh, async (query) => {
      const { data } = await query(page(`first: 2, ${order}, ${filter}`));
      const { endCursor } = data.orders.pageInfo;
      expect(await goingOn(query, `${filter},`, endCursor)).toBe('CURSOR_INVALID');
      expect(await goingOn(query, `orderBy: [{ field: city, direction: DESC }], ${filter},`, endCursor)).toBe(
        'CURSOR_INVALID',
      );
      expect(await goingOn(query, `${order},`, endCursor)).toBe('CURSOR_INVALID');
      expect(await goingOn(query, `${order}, ${filter.replace('0', '1')},`, endCursor)).toBe('CURSOR_INVALID');
      expect(await goingOn(query, `${order}, ${filter},`, endCursor, 'returns')).toBe('CURSOR_INVALID');
      const changed = `${endCursor[0] === 'A' ? 'B' : 'A'}${endCursor.slice(1)}`;
      expect(await goingOn(query, `${order}, ${filter},`, changed)).toBe('CURSOR_INVALID');
      const byHand = Buffer.from('["city+number+","text","Hidden-0","text","secret-0"]').toString('base64url');
      expect(await goingOn(query, `${order}, ${filter},`, byHand)).toBe('CURSOR_INVALID');
    });
  });

  test('goes on after a restart, by a key that only it can read; not by a new key', async () => {
    await using mesh = await shop();
    const first = (query: (text: string) => Promise<Answer>) => query(page('first: 2'));
    const { endCursor } = (await served(mesh, first)).data.orders.pageInfo;
    const file = join(mesh.dir, 'shop.cursor-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(mesh.dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await served(mesh, (query) => goingOn(query, '', endCursor))).toEqual(['secret-2', 'secret-3']);
    rmSync(file);
    expect(await served(mesh, (query) => goingOn(query, '', endCursor))).toBe('CURSOR_INVALID');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20));
    await expect(served(mesh, first)).rejects.toMatchObject({ code: 'CURSOR_KEY_INVALID' });
  });

  test('is served by several replicas that are given one key, which leads nowhere in another domain', async () => {
    await using mesh = await shop();
    await using replica = await shop();
    await using other = await shop('depot');
    const cursorKey = 'a key that is long enough for this';
    const first = (query: (text: string) => Promise<Answer>) => query(page('first: 2'));
    const { endCursor } = (await served(mesh, first, { cursorKey })).data.orders.pageInfo;
    const next = (query: (text: string) => Promise<Answer>) => goingOn(query, '', endCursor);
    expect(await served(replica, next, { cursorKey })).toEqual(['secret-2', 'secret-3']);
    expect(await served(replica, next)).toBe('CURSOR_INVALID');
    expect(await served(other, next, { name: 'depot', cursorKey })).toBe('CURSOR_INVALID');
    expect(() => statSync(join(mesh.dir, 'shop.cursor-key'))).toThrow('ENOENT');
    await expect(served(mesh, first, { cursorKey: 'short' })).rejects.toMatchObject({ code: 'CURSOR_KEY_INVALID' });
  });
});
