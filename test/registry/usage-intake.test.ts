/** However much one gateway reports, the registry goes on doing all else. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createUsageReports } from '../../gateway/registry/delivery/report-usage.ts';
import { operationHash } from '../../gateway/registry/operations/operation-text.ts';
import type { UsageBatch } from '../../gateway/registry/operations/usage-batch.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { createUsageIntake } from '../../gateway/registry/usage-intake.ts';

const schema = buildSchema('type Query { a(x: Int): Int b: Query }');

function batchOf(texts: readonly string[]): UsageBatch {
  const at = new Date().toISOString();
  const operations = texts.map((text) => ({ hash: operationHash(text), name: null, text, coordinates: [] }));
  const counts = operations.map(({ hash: operation }) => ({
    ...{ day: at.slice(0, 10), client: 'app', clientVersion: '', operation, requests: 1, errors: 0, lastSeen: at },
  }));
  return { sender: randomUUID(), number: 1, operations, counts, dropped: 0 };
}

test('a large report is read in parts, and by itself', async () => {
  const intake = createUsageIntake(openDatabase(':memory:'), async () => schema, Date.now);
  const wide = (name: number): string => `query Q${name} { ${'a b { a } '.repeat(10)} }`;
  const large = batchOf(Array.from({ length: 3_000 }, (_, at) => wide(at)));
  let others = 0;
  let isRead = false;
  const reading = intake.report(JSON.stringify(large)).finally(() => {
    isRead = true;
  });
  await expect(intake.report(JSON.stringify(batchOf(['{ a }'])))).rejects.toMatchObject({ code: 'REGISTRY_BUSY' });
  while (!isRead) {
    await new Promise(setImmediate);
    others += 1;
  }
  expect(await reading).toBe(0);
  expect(others).toBeGreaterThan(10);
  expect(await intake.report(JSON.stringify(batchOf(['{ a }'])))).toBe(0);
});

test('a report of more text than a gateway counts is refused', async () => {
  const intake = createUsageIntake(openDatabase(':memory:'), async () => schema, Date.now);
  const texts = Array.from({ length: 1_000 }, (_, at) => `query Q${at} { a }${' '.repeat(5_000)}`);
  await expect(intake.report(JSON.stringify(batchOf(texts)))).rejects.toMatchObject({ code: 'USAGE_INVALID' });
});

test('a gateway that finds the registry busy reports the same a little later', async () => {
  const statuses = [503, 200];
  const came: string[] = [];
  const server = createServer(async (request, response) => {
    came.push((await request.setEncoding('utf8').toArray()).join(''));
    response.writeHead(statuses.shift() ?? 500, { 'retry-after': '1' }).end('{"dropped":3}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reports = createUsageReports({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const batch = batchOf(['{ a }']);
  expect(await reports.report(batch)).toBe(3);
  expect(came).toEqual([JSON.stringify(batch), JSON.stringify(batch)]);
  await reports.close();
  server.close();
});
