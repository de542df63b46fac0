/** The audit of reads as it is stored: one chain whoever writes it, and answers that are exact. */
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createAppend } from '../gateway/audit/append.ts';
import { openToRead, openToWrite } from '../gateway/audit/open-audit.ts';
import { hourMs, type Reading, type ReadRecord, termOf } from '../gateway/audit/read-record.ts';
import { startReadAudit } from '../gateway/audit/start-audit.ts';
import { verifyAudit } from '../gateway/audit/verify.ts';
import { whoRead } from '../gateway/audit/who-read.ts';
import { auditedEngine } from '../gateway/audited-engine.ts';
import type { Access } from '../gateway/engine/access.ts';
import type { EventStream, Operation } from '../gateway/engine/engine.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { fieldsIn, recordsIn } from './audited-gateway.ts';
import { compose, planningHere, subgraphsOf } from './federation/graph.ts';
import { makeMesh, until } from './mesh.ts';

const principals = ['ann', 'bob'].map((id) =>
  termOf(JSON.stringify({ id, kind: 'user', team: 'Sales', roles: [], attributes: {} })),
);
const decided = { policies: ['p'], contract: 'c@1.0.0' };
const field = (coordinate: string, effect: 'allow' | 'mask' | 'deny' = 'allow', of?: string) => ({
  ...{ coordinate, effect, ...decided },
  ...(of && { of }),
});
const readings: readonly Reading[] = [
  { groups: [[field('Query.a')], [field('A.x'), field('A.y', 'mask')]], inputs: [] },
  { groups: [[field('A.y', 'deny')], [field('B.z', 'allow', 'A.x')]], inputs: [{ ...field('AWhere.y'), of: 'A.y' }] },
  { groups: [[field('B.other')]], inputs: [] },
];
const operation = termOf('{ a { x } }');
const begin = Date.UTC(2026, 0, 1, 5);

const record = fc
  .record({
    at: fc.integer({ min: 0, max: 100 * hourMs }),
    who: fc.nat({ max: principals.length - 1 }),
    what: fc.nat({ max: readings.length - 1 }),
    purpose: fc.constantFrom('', 'marketing'),
    outcome: fc.constantFrom('answered' as const, 'refused' as const),
    rows: fc.array(fc.nat({ max: 9 }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ at, who, what, rows, ...rest }): ReadRecord => {
    const reading = readings[what] as Reading;
    return {
      ...rest,
      ...{ at: begin + at, operation, client: '', principal: principals[who] as ReadRecord['principal'] },
      ...{ reading: termOf(JSON.stringify(reading)), rows: rows.slice(0, reading.groups.length) },
    };
  });

describe('who read a field', () => {
  test('is what the records say, to the millisecond, in whatever batches and by whomever they were written', async () => {
    const edge = fc.option(fc.integer({ min: -1, max: 101 * hourMs }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { maxLength: 8 }), { maxLength: 6 }),
        fc.constantFrom('A.x', 'A.y', 'B.z', 'Query.a', 'C.none'),
        edge,
        edge,
        fc.constantFrom(undefined, 'ann'),
        async (batches, coordinate, from, to, principal) => {
          await using mesh = makeMesh();
          const file = join(mesh.dir, 'reads.db');
          const connections = [openToWrite(file), openToWrite(file)];
          const writers = connections.map(createAppend);
          for (const [at, batch] of batches.entries()) writers[at % 2]?.(batchOf(batch));
          const [since, until] = [from, to].map((each) => (each === undefined ? undefined : begin + each));
          const reader = openToRead(file);
          const found = whoRead(reader, { coordinates: [coordinate], since, until, principal });
          const inRange = ({ at }: ReadRecord) => at >= (since ?? 0) && at < (until ?? Number.MAX_SAFE_INTEGER);
          const expected = linesOf(batches.flat().filter(inRange), coordinate, principal);
          const lines = found.lines.map(
            ({ principal: who, purpose, coordinate: by, how, effect, outcome, reads, rows, first, last }) =>
              JSON.stringify([who, purpose, by, how, effect, outcome, reads, rows, first, last]),
          );
          expect(lines.sort()).toEqual(expected.sort());
          expect(await verifyAudit(reader)).toMatchObject({ entries: batches.flat().length, isSummedUp: true });
          for (const each of [...connections, reader]) each.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

const outcomeOf = (each: ReadRecord) => (each.outcome === 'answered' ? 0 : 1);

function batchOf(records: readonly ReadRecord[]) {
  return {
    terms: records.flatMap(({ principal, operation: text, reading }) => [
      { kind: 'principal' as const, ...principal },
      { kind: 'operation' as const, ...text },
      { kind: 'reading' as const, ...reading },
    ]),
    records: records.map((each) => ({
      ...each,
      ...{ principal: each.principal.digest, operation: each.operation.digest, reading: each.reading.digest },
      outcome: outcomeOf(each),
    })),
  };
}

/** The oracle: one record after the other. */
function linesOf(records: readonly ReadRecord[], asked: string, only: string | undefined): string[] {
  const lines = new Map<string, [reads: number, rows: number, first: number, last: number]>();
  for (const { principal, reading, purpose, outcome, rows, at } of records) {
    const { id } = JSON.parse(principal.text);
    if (only !== undefined && id !== only) continue;
    const { groups, inputs }: Reading = JSON.parse(reading.text);
    const shown = groups.flatMap((group, nth) =>
      group.map((each) => ({ ...each, how: 'shown', rows: rows[nth] ?? 0 })),
    );
    const used = inputs.map((each) => ({ ...each, how: 'input', rows: 0 }));
    for (const each of [...shown, ...used]) {
      if (each.of !== asked && (each.how === 'input' || each.coordinate !== asked)) continue;
      const key = JSON.stringify([id, purpose, each.coordinate, each.how, each.effect, outcome]);
      const [reads, all, first, last] = lines.get(key) ?? [0, 0, at, at];
      lines.set(key, [reads + 1, all + each.rows, Math.min(first, at), Math.max(last, at)]);
    }
  }
  return [...lines].map(([key, counted]) => JSON.stringify([...JSON.parse(key), ...counted]));
}

const some = (nth: number): ReadRecord => ({
  ...{ at: begin + nth, operation: termOf(`{ a${nth % 7} }`), client: '', purpose: '', outcome: 'answered' },
  ...{ principal: principals[nth % 2] as ReadRecord['principal'], rows: [1, 2] },
  reading: termOf(JSON.stringify(readings[0])),
});

describe('the chain', () => {
  test('is one, whichever processes write it at the same time', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'reads.db');
    const audits = await Promise.all([1, 2, 3].map(() => startReadAudit({ file, log: () => {} })));
    // Each goes on as soon as it has been answered.
    const writes = audits.map(async (audit, which) => {
      for (let nth = 0; nth < 100; nth++) await Promise.all([audit.record(some(which)), audit.record(some(nth))]);
    });
    await Promise.all(writes);
    expect(await audits[0]?.verify()).toMatchObject({ entries: 600, isSummedUp: true });
    expect(recordsIn(file).map(({ seq }) => seq)).toEqual(Array.from({ length: 600 }, (_, nth) => nth + 1));
    for (const audit of audits) await audit.close();
  });

  test('goes on when what writes it has ended, and refuses while it cannot', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'reads.db');
    const log: string[] = [];
    const audit = await startReadAudit({ file, log: (line) => log.push(line) });
    await audit.record(some(1));
    // As a disk that no longer gives what was written: SQLITE_CORRUPT.
    const other = new SQLite(file).unsafeMode();
    const root = other.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'record'").pluck().get();
    other.pragma('writable_schema = ON');
    const move = other.prepare("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'record'");
    move.run(9_999);
    other.pragma('schema_version = 100');
    await expect(audit.record(some(2))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    move.run(root);
    other.pragma('schema_version = 101');
    other.close();
    await until(() =>
      audit.record(some(3)).then(
        () => true,
        () => false,
      ),
    );
    expect(await audit.verify()).toMatchObject({ entries: 2, isSummedUp: true });
    expect(log.join('\n')).toMatch(/cannot be written/);
    await audit.close();
  });
});

const parts = {
  shop: {
    sdl: `type Query { order: Order orders: [Order] } type Order @key(fields: "id") { id: ID! total: Int secret: String }
      type Subscription { changed: Order renamed: Order }`,
    resolvers: { Query: { order: () => order, orders: () => [order, order] } },
  },
};
const order = { id: 'o1', total: 21, secret: 's3cret' };

const access: Access = {
  key: 'one',
  decide: (coordinate) =>
    ['Order.secret', 'Subscription.renamed'].includes(coordinate)
      ? { effect: 'deny', denial: { message: 'No.', extensions: { code: 'ACCESS_DENIED', coordinate } } }
      : { effect: 'allow' },
  refuses: () => undefined,
};

async function startEngine() {
  const events = [1, 2].map((total) => ({ data: { changed: { ...order, __typename: 'Order', total } } }));
  const stream = (): EventStream => ({
    async next() {
      const value = events.shift();
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    close: () => {},
  });
  const records: ReadRecord[] = [];
  let isThere = true;
  const made = await createWeftEngine({ createPlanner: planningHere() })(compose(parts), {
    fetchSubgraph: subgraphsOf(parts, []),
    subscribeSubgraph: async () => stream(),
    tellsTypes: true,
    log: () => {},
  });
  const engine = auditedEngine(made, {
    audit: {
      async record(read) {
        if (!isThere) throw new Error('no disk');
        records.push(read);
      },
    },
    facts: { isPlatform: () => false, givenAwayBy: () => undefined, isTelling: () => false, productOf: () => ({}) },
    now: () => 1,
  });
  const asker = { id: 'ann', kind: 'user', roles: [], attributes: {} };
  const operation = (source: string): Operation => ({
    ...{ document: parse(source), source, operationName: null, variables: {} },
    context: { access, asker } as Operation['context'],
  });
  const shown = () => records.map(({ reading, ...rest }) => fieldsIn({ ...rest, reading: JSON.parse(reading.text) }));
  return { engine, operation, shown, records, fail: () => (isThere = false) };
}

describe('each part of an answer', () => {
  const deferred = '{ orders { id ... @defer { total secret } } }';

  test('that comes later is a read of its own, on record before it comes', async () => {
    const { engine, operation, shown } = await startEngine();
    const answer = await engine.executeInParts?.(operation(deferred));
    expect(shown()).toEqual([['Query.orders allow 1', 'Order.id allow 2']]);
    for await (const [patch] of answer?.patches ?? []) {
      expect(patch?.data).toEqual({ total: 21, secret: null });
      expect(shown()[1]).toEqual(['Order.total allow 2', 'Order.secret deny 2']);
    }
    expect(shown()).toHaveLength(2);
    await engine.close();
  });

  test('stays where it is when it cannot be recorded', async () => {
    const { engine, operation, fail, records } = await startEngine();
    const answer = await engine.executeInParts?.(operation(deferred));
    fail();
    const unavailable = [{ extensions: { code: 'AUDIT_UNAVAILABLE' } }];
    for await (const patches of answer?.patches ?? []) {
      expect(patches).toMatchObject([0, 1].map((at) => ({ path: ['orders', at], data: null, errors: unavailable })));
    }
    expect((await engine.executeInParts?.(operation(deferred)))?.initial).toEqual({
      errors: [expect.objectContaining(unavailable[0] as object)],
    });
    expect(records).toHaveLength(1);
    await engine.close();
  });

  test('or event of a subscription is one, and so is a subscription that is refused', async () => {
    const { engine, operation, shown, records, fail } = await startEngine();
    const asked = operation('subscription { changed { total secret } }');
    const plan = await engine.planSubscription?.(asked, false);
    if (!plan || !('open' in plan)) throw new Error('It is planned.');
    expect(records).toEqual([]);
    const stream = await plan.open({});
    const next = async () => plan.answer((await stream.next()).value ?? {}, {});
    expect((await next()).data).toEqual({ changed: { total: 1, secret: null } });
    expect(shown()).toEqual([['Subscription.changed allow 1', 'Order.total allow 1', 'Order.secret deny 1']]);
    await engine.planSubscription?.(operation('subscription { renamed { id } }'), false);
    expect([records[1]?.outcome, shown()[1]]).toEqual(['refused', ['Subscription.renamed deny 0']]);
    fail();
    expect(await next()).toMatchObject({ errors: [{ extensions: { code: 'AUDIT_UNAVAILABLE' } }] });
    await engine.close();
  });
});
