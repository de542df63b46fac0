/** Gateways that follow another one's registry report there what their consumers send. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/main.ts';
import { operationHash } from '../../gateway/registry/operations/operation-text.ts';
import type { UsedOperation } from '../../gateway/registry/operations/usage-batch.ts';
import { freePort, makeMesh, spawnWeft } from '../mesh.ts';
import { ask } from '../subgraph.ts';
import { type RegistryMesh, salesSdl, startRegistryMesh } from './mesh-with-registry.ts';

/** A gateway that follows the registry of another one, and what it logs. */
async function follow(mesh: RegistryMesh, { url = mesh.gateway.url, token = '' } = {}) {
  const log: string[] = [];
  const gateway = await startGateway(
    readConfig(
      {},
      {
        ...{ registry: url, token, port: 0 },
        lastGood: join(mesh.dir, 'followed.graph'),
        newOperationsPerSecond: 10_000,
      },
    ),
    (line) => log.push(line),
  );
  return {
    log,
    gateway,
    query: (query: string, client = '') =>
      ask(`${gateway.url}/graphql`, query, {}, undefined, { 'apollographql-client-name': client }),
  };
}

const operationStep = ({ report }: any) => report.steps.find(({ id }: any) => id === 'operations');
const withoutTotal = { name: 'sales', sdl: salesSdl.replace('total: Int', '') };

describe('what consumers send to a gateway that follows a registry', () => {
  test('keeps a field from being removed there, also what they sent while the registry was away', async () => {
    await using mesh = await startRegistryMesh({ port: await freePort() });
    const follower = await follow(mesh);
    expect((await follower.query('{ orders { total } }', 'dashboard')).data).toEqual({ orders: [{ total: 7 }] });
    await mesh.restart(async () => {
      expect((await follower.query('query Totals { orders { id total } }', 'billing')).errors).toBeUndefined();
      await follower.query('{ orders { note } }', 'notes');
    });
    await follower.gateway.close(); // At the latest then, what was counted is handed over.
    const removed = await mesh.publish(withoutTotal);
    expect(removed.outcome).toBe('REFUSED');
    const { issues } = operationStep(removed);
    expect(issues.map(({ code, coordinate }: any) => [code, coordinate])).toEqual([
      ['OPERATION_BROKEN', 'Order.total'],
    ]);
    expect(issues[0].message).toContain('dashboard');
    expect(issues[0].message).toContain('billing');
    expect(issues[0].message).not.toContain('notes');
  });

  test('is counted there together with what they send to others', async () => {
    await using mesh = await startRegistryMesh();
    const [first, second] = [await follow(mesh), await follow(mesh)];
    for (const { query } of [first, second, first]) await query('{ orders { id } }', 'app');
    await first.gateway.close();
    await second.gateway.close();
    const { data } = await mesh.ask('{ consumers(coordinate: "Order.id") { name callsPerDay } }');
    expect(data.consumers).toEqual([{ name: 'app', callsPerDay: 3 }]);
  });

  test('is reported by one that has no files of the mesh', async () => {
    await using mesh = await startRegistryMesh();
    await using nowhere = makeMesh();
    const { child, ended } = spawnWeft(['gateway', '--port', '0', '--json'], {
      cwd: nowhere.dir,
      env: { WEFT_REGISTRY: mesh.gateway.url },
    });
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const { url } = JSON.parse(String(printed)).data;
    expect((await ask(`${url}/graphql`, '{ orders { id } }')).data.orders).toHaveLength(1);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    const { data } = await mesh.ask('{ consumers(coordinate: "Order.id") { name } }');
    expect(data.consumers).toEqual([{ name: '' }]);
  });

  test('does not hold up a gateway that stops while its registry is away, which says what is lost', async () => {
    await using mesh = await startRegistryMesh({ port: await freePort() });
    const follower = await follow(mesh);
    await follower.query('{ orders { id } }', 'app');
    await mesh.restart(() => follower.gateway.close());
    expect(follower.log.filter((line) => line.includes('could not be recorded'))).toEqual([
      expect.stringContaining('ECONNREFUSED'),
    ]);
  });
});

describe('a report of usage', () => {
  let mesh: RegistryMesh;
  beforeAll(async () => {
    mesh = await startRegistryMesh();
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  const now = new Date();
  const dayFromNow = (days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString();
  const operationOf = (text: string): UsedOperation => ({
    hash: operationHash(text),
    name: null,
    text,
    coordinates: [],
  });
  const countOf = ({ hash }: { readonly hash: string }, at = now.toISOString()) => ({
    ...{
      day: at.slice(0, 10),
      client: 'app',
      clientVersion: '',
      operation: hash,
      requests: 2,
      errors: 0,
      lastSeen: at,
    },
  });
  const reportOf = (operation: UsedOperation) => ({
    ...{ sender: randomUUID(), number: 1, operations: [operation], counts: [countOf(operation)], dropped: 0 },
  });
  async function send(report: unknown, path = '/usage/v1/weft', headers: Record<string, string> = {}) {
    const response = await fetch(mesh.gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof report === 'string' ? report : JSON.stringify(report),
    });
    const body = await response.text();
    const { message = '', extensions } = (JSON.parse(body) as any).errors?.[0] ?? {};
    return { status: response.status, code: extensions?.code, message };
  }
  const callsOf = async (coordinate: string) => {
    const { data } = await mesh.ask('query ($c: String!) { consumers(coordinate: $c) { callsPerDay } }', {
      c: coordinate,
    });
    return data.consumers.map(({ callsPerDay }: any) => callsPerDay);
  };

  test('counts once, however often it comes', async () => {
    const first = reportOf(operationOf('{\n  orders {\n    id\n  }\n}'));
    const second = { ...first, number: 2, operations: [] };
    const nothing = { ...first, number: 3, operations: [], counts: [], dropped: 7 };
    for (const each of [first, first, second, second, first, nothing]) expect((await send(each)).status).toBe(200);
    expect(await callsOf('Order.id')).toEqual([4]);
  });

  test('leaves no values in the registry, and of an operation nothing but its text', async () => {
    const valid = operationOf('{ customers { n: name email } __type(name: "s3cret") { name } }');
    const stale = operationOf('query Stale { customers { age(in: "s3cret") } }');
    expect((await send(reportOf({ ...valid, name: 'Lie' }))).status).toBe(200);
    // What is not valid as things are, could not be broken: it is left out, and what comes with it is not.
    const both = reportOf(operationOf('{ orders { customer { email } } }'));
    const counts = [...both.counts, countOf(stale)];
    expect((await send({ ...both, operations: [...both.operations, stale], counts })).status).toBe(200);
    const { data } = await mesh.ask('{ recordedOperations(coordinate: "Customer.email") { name text } }');
    const texts = data.recordedOperations.map(({ name, text }: any) => [name, text.replace(/\s+/g, ' ')]);
    expect(texts.sort()).toEqual([
      [null, '{ customers { n: name email } __type(name: "") { name } }'],
      [null, '{ orders { customer { email } } }'],
    ]);
    expect(mesh.rows()).not.toMatch(/s3cret|Stale|Lie/);
    // What an operation uses is found here.
    expect(await callsOf('Customer.name')).toEqual([2]);
  });

  const good = reportOf(operationOf('{\n  orders {\n    note\n  }\n}'));
  const [operation] = good.operations as [UsedOperation];
  const [count] = good.counts as [ReturnType<typeof countOf>];
  const counts = (...changes: object[]) => ({
    ...good,
    counts: [count, ...changes.map((each) => ({ ...count, ...each }))],
  });
  const operations = (each: UsedOperation) => ({ ...good, operations: [operation, each] });

  test.each<[what: string, report: unknown]>([
    ['is no JSON', '{"sender":'],
    ['is nothing', 'null'],
    ['has more than there is to say', { ...good, variables: { secret: 1 } }],
    ['does not say who sends it', { ...good, sender: 'me' }],
    ['has no number', { ...good, number: 0 }],
    ['takes requests away', counts({ requests: -5 })],
    ['counts half requests', counts({ requests: 1.5 })],
    ['counts more than there can be', counts({ requests: 1e15 })],
    ['has more errors than requests', counts({ errors: 3 })],
    ['is of no day', counts({ day: '2026-02-31', lastSeen: '2026-02-31T00:00:00.000Z' })],
    ['is of a day to come', counts(countOf(operation, dayFromNow(2)))],
    ['is of a day long past', counts(countOf(operation, dayFromNow(-61)))],
    ['was seen last on another day', counts({ lastSeen: dayFromNow(-1) })],
    ['has a client that no gateway lets have its name', counts({ client: '\u001b[2J' })],
    [
      'has the name of another operation',
      { ...operations({ ...operationOf('{ customers { id } }'), hash: 'a'.repeat(64) }) },
    ],
    ['has an operation that cannot be parsed', operations(operationOf('{ orders { '))],
    ['has two operations in one', operations(operationOf('query A { orders { id } } query B { orders { id } }'))],
    ['has no operation in one', operations(operationOf('fragment F on Order { id }'))],
    [
      'has an operation that nobody would let in',
      operations(operationOf(`{ ${'orders { customer { '.repeat(20)} id ${'} } '.repeat(20)} }`)),
    ],
    ['has more words than are read', operations(operationOf(`{ ${'orders { id } '.repeat(2_000)} }`))],
    [
      'says that it uses what has no name',
      operations({ ...operationOf('{ orders { id } }'), coordinates: ['Order.total"; --'] }),
    ],
    ['has more counts than a gateway keeps', { ...good, counts: Array(20_001).fill(count) }],
  ])('that %s is refused whole', async (_, report) => {
    const before = mesh.rows();
    expect(await send(report)).toMatchObject({ status: 400, code: 'USAGE_INVALID' });
    expect(mesh.rows()).toBe(before);
  });

  test('that counts what nobody knows is asked for again', async () => {
    const before = mesh.rows();
    const unknown = operationOf('{ __typename }');
    expect(await send(counts(countOf(unknown)))).toMatchObject({ status: 409, code: 'USAGE_INCOMPLETE' });
    const many = Array.from({ length: 20_000 }, (_, at) => countOf({ hash: operationHash(String(at)) }));
    expect(await send({ ...good, counts: many })).toMatchObject({ status: 409, code: 'USAGE_INCOMPLETE' });
    expect(mesh.rows()).toBe(before);
  });

  test('that told of an operation of another graph is not asked for it again', async () => {
    const { sender, operations, counts: first } = reportOf(operationOf('query Later { orders { shipped } }'));
    const withId = reportOf(operationOf('query WithId { orders { id note } }'));
    const told = { sender, number: 1, operations: [...operations, ...withId.operations], counts: first, dropped: 0 };
    const next = { ...told, number: 2, operations: [], counts: [...first, ...withId.counts] };
    expect((await send({ ...told, counts: next.counts })).status).toBe(200);
    expect((await send(next)).status).toBe(200);
    expect(mesh.rows()).not.toContain('shipped');
    const { data } = await mesh.ask(
      '{ recordedOperations(coordinate: "Order.note") { name clients { callsPerDay } } }',
    );
    expect(data.recordedOperations).toContainEqual({ name: 'WithId', clients: [{ callsPerDay: 4 }] });
    // Another graph may have it: then it is asked for once more, and counted.
    const shipped = { name: 'sales', sdl: salesSdl.replace('total: Int', 'total: Int shipped: Boolean') };
    expect((await mesh.publish(shipped)).outcome).toBe('PUBLISHED');
    expect(await send({ ...next, number: 3 })).toMatchObject({ status: 409, code: 'USAGE_INCOMPLETE' });
    expect((await send({ ...told, number: 3 })).status).toBe(200);
    expect(await callsOf('Order.shipped')).toEqual([2]);
  });

  test('adds nothing to the registry that the graph does not have', async () => {
    const said = operationOf('query Said { orders { id customer { id } } }');
    const coordinates = ['Order.total', 'Order.made_up', 'MadeUp', 'MadeUp.id', '@made_up', 'Order.id(made_up:)'];
    expect((await send(reportOf({ ...said, coordinates }))).status).toBe(200);
    expect((await send(reportOf({ ...said, coordinates }))).status).toBe(200);
    expect(mesh.rows()).not.toMatch(/made_up|MadeUp/);
    const { data } = await mesh.ask('{ recordedOperations(coordinate: "Order.total") { name } }');
    expect(data.recordedOperations).toContainEqual({ name: 'Said' });
  });

  test('is bounded, JSON, and of this graph', async () => {
    expect(await send(' '.repeat(33 * 1024 * 1024))).toMatchObject({ status: 413 });
    expect(await send(good, '/usage/v1/loom')).toMatchObject({ status: 404 });
    expect(await send(good, undefined, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });

  test('takes a token for usage, which lets its bearer read and nothing else', async () => {
    const tokenFor = async (domains: readonly string[], actions: readonly string[]): Promise<string> => {
      const input = { name: actions.join(), domains, actions };
      const { data } = await mesh.ask('mutation ($input: TokenInput!) { createToken(input: $input) { token } }', {
        input,
      });
      return data.createToken.token;
    };
    const usage = await tokenFor(['*'], ['USAGE']);
    const closed = await startGateway(
      readConfig({}, { ...{ registry: join(mesh.dir, 'registry.db'), port: 0, logLevel: 'silent' } }),
    );
    const sendWith = async (token: string) =>
      (
        await fetch(`${closed.url}/usage/v1/weft`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify(reportOf(operation)),
        })
      ).status;
    expect(await sendWith('')).toBe(401);
    expect(await sendWith(await tokenFor(['*'], ['READ', 'PUBLISH', 'CHECK']))).toBe(403);
    const useless = await mesh.ask(
      'mutation { createToken(input: { name: "g", domains: ["sales"], actions: [READ, USAGE] }) { token } }',
    );
    expect(useless.errors?.[0].extensions.code).toBe('TOKEN_USELESS');
    expect(await sendWith(usage)).toBe(200);

    const reading = await follow(mesh, { url: closed.url, token: await tokenFor(['*'], ['READ']) });
    const follower = await follow(mesh, { url: closed.url, token: usage });
    for (const each of [reading, follower]) {
      expect((await each.query('query Mine { orders { id } }', 'app')).data.orders).toHaveLength(1);
      await each.gateway.close();
    }
    expect(reading.log.join()).toMatch(/REGISTRY_REFUSED .*for the action usage, and for all domains/);
    expect(follower.log.join()).not.toContain('could not be recorded');
    const authorization = { authorization: `Bearer ${usage}` };
    const publish = `mutation { publishSubgraph(input: { name: "x", sdl: "type Query { a: Int }" }) { outcome } }`;
    const { errors } = await ask(`${closed.url}/catalog`, publish, {}, undefined, authorization);
    expect(errors?.[0].extensions.code).toBe('TOKEN_NOT_ENOUGH');
    await closed.close();
  });

  test('of an open registry comes from nobody who calls it by another name', async () => {
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        const { port } = new URL(mesh.gateway.url);
        const headers = { host, 'content-type': 'application/json' };
        const asked = { port, host: '127.0.0.1', path: '/usage/v1/weft', method: 'POST', headers };
        const sent = request(asked, ({ statusCode }) => resolve(statusCode));
        sent.on('error', reject).end(JSON.stringify(good));
      });
    expect([await statusFor('localhost'), await statusFor('mesh.example.com')]).toEqual([200, 403]);
  });
});
