/** Domain teams publish: what is accepted is part of the graph at once, what is not changes nothing. */
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/main.ts';
import { type MeshSubgraph, readMesh } from '../../gateway/registry/mesh.ts';
import { publicationOf } from '../../gateway/registry/publication.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { dayBefore } from '../../gateway/registry/store/usage-days.ts';
import { root, until } from '../mesh.ts';
import { ask } from '../subgraph.ts';
import {
  customersSdl,
  link,
  publishOperation,
  type RegistryMesh,
  salesSdl,
  startRegistryMesh,
} from './mesh-with-registry.ts';

const codesOf = (result: any): string[] =>
  (result.report ?? result).steps.flatMap((step: any) => step.issues.map(({ code }: any) => code));

describe('a registry', () => {
  let mesh: RegistryMesh;
  beforeAll(async () => {
    mesh = await startRegistryMesh();
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  test('begins with what supergraph.yaml says', async () => {
    const { data } = await mesh.ask('{ graphVersions { id action isCurrent } subgraphs { name version team } }');
    expect(data).toEqual({
      graphVersions: [{ id: 1, action: 'SEED', isCurrent: true }],
      subgraphs: [
        { name: 'customers', version: 1, team: 'customers' },
        { name: 'sales', version: 1, team: 'sales' },
      ],
    });
    expect((await mesh.query('{ orders { total customer { name } } }')).data).toEqual({
      orders: [{ total: 7, customer: { name: 'Ada' } }],
    });
  });

  test('is nothing that consumers of the graph can reach', async () => {
    const { data } = await mesh.query('{ __schema { mutationType { name } types { name } } }');
    expect(data.__schema.mutationType).toBeNull();
    expect(JSON.stringify(data)).not.toContain('PublishResult');
  });

  test('checks without writing a byte', async () => {
    const before = mesh.rows();
    const report = await mesh.check({ name: 'sales', sdl: salesSdl.replace('total: Int', 'total: Int tax: Int') });
    expect(report).toMatchObject({ isAccepted: true, base: 1, changed: ['Order.tax'] });
    expect(mesh.rows()).toBe(before);
  });

  test('refuses what does not compose, and every table stays as it is', async () => {
    const before = mesh.rows();
    const broken = { name: 'sales', sdl: salesSdl.replace('orders: [Order]', 'orders: [Missing]') };
    const result = await mesh.publish(broken);
    expect(result.outcome).toBe('REFUSED');
    expect(codesOf(result)).toContain('COMPOSITION_FAILED');
    expect(result.report.steps.find(({ id }: any) => id === 'operations').outcome).toBe('SKIPPED');
    expect(mesh.rows()).toBe(before);
    expect((await mesh.query('{ orders { id } }')).data.orders).toHaveLength(1);
  });

  test('makes no version of what is published already', async () => {
    const before = mesh.rows();
    expect(await mesh.publish({ name: 'sales', sdl: salesSdl })).toMatchObject({
      outcome: 'UNCHANGED',
      version: { id: 1 },
    });
    expect(mesh.rows()).toBe(before);
  });

  test('takes up what is accepted, and goes back with one request', async () => {
    const published = await mesh.publish({ name: 'sales', sdl: salesSdl.replace('note:', 'extra: Int note:') });
    expect(published).toMatchObject({ outcome: 'PUBLISHED', version: { id: 2, action: 'PUBLISH', domain: 'sales' } });
    // Whoever has published something can ask for it.
    expect((await mesh.query('{ orders { extra } }')).status).toBe(200);
    const back = await mesh.ask('mutation { rollback(to: 1) { outcome version { id action } } }');
    expect(back.data.rollback).toEqual({ outcome: 'PUBLISHED', version: { id: 3, action: 'ROLLBACK' } });
    expect((await mesh.query('{ orders { extra } }')).status).toBe(400);
    const { data } = await mesh.ask(
      '{ graphVersion { id digest changes(since: 1) { coordinate } } first: graphVersion(id: 1) { digest } }',
    );
    expect(data.graphVersion).toEqual({ id: 3, digest: data.first.digest, changes: [] });
  });

  test('adds a domain, and takes it out again', async () => {
    const has = async (field: string): Promise<boolean> => {
      const { data } = await mesh.query('{ __schema { queryType { fields(includeDeprecated: true) { name } } } }');
      return data.__schema.queryType.fields.some(({ name }: any) => name === field);
    };
    const sdl = `${link} type Query { hello: String }`;
    expect(await mesh.publish({ name: 'greetings', sdl })).toMatchObject({ outcome: 'PUBLISHED' });
    await until(() => has('hello'));
    const remove =
      'mutation { deleteSubgraph(name: "greetings") { outcome report { steps { issues { code coordinate } } } } }';
    const first = (await mesh.ask(remove)).data.deleteSubgraph;
    expect([first.outcome, codesOf(first)]).toEqual(['REFUSED', expect.arrayContaining(['POLICY_VIOLATION'])]);
    const deprecated = sdl.replace('hello: String', 'hello: String @deprecated(reason: "Nobody greets any more.")');
    expect(await mesh.publish({ name: 'greetings', sdl: deprecated })).toMatchObject({ outcome: 'PUBLISHED' });
    expect((await mesh.ask(remove)).data.deleteSubgraph.outcome).toBe('PUBLISHED');
    await until(async () => !(await has('hello')));
    const again = await mesh.ask('mutation { deleteSubgraph(name: "greetings") { outcome } }');
    expect(again.errors?.[0].extensions.code).toBe('SUBGRAPH_UNKNOWN');
  });

  test('tells a publisher who was checked against an older graph', async () => {
    const { data } = await mesh.ask('{ graphVersion { id } }');
    const sdl = salesSdl.replace('note:', 'late: Int note:');
    const stale = await mesh.publish({ name: 'sales', sdl }, { base: data.graphVersion.id - 1 });
    expect(stale.extensions.code).toBe('STALE_BASE');
    expect(await mesh.publish({ name: 'sales', sdl }, { base: data.graphVersion.id })).toMatchObject({
      outcome: 'PUBLISHED',
    });
  });

  test('keeps all of it over a restart, and the audit log says who did what', async () => {
    const before = await mesh.ask('{ graphVersions { id digest } audit { seq hash } }');
    await mesh.restart();
    const after = await mesh.ask(
      '{ graphVersions { id digest } audit { seq hash } auditVerdict { entries brokenAt } }',
    );
    expect(after.data).toMatchObject(before.data);
    expect(after.data.auditVerdict).toEqual({ entries: before.data.audit.length, brokenAt: null });
    expect((await mesh.query('{ orders { late } }')).status).toBe(200);
  });
});

describe('another domain', () => {
  let mesh: RegistryMesh;
  beforeAll(async () => {
    mesh = await startRegistryMesh();
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  const order = (fields: string) =>
    `${link} type Query { evil: Int } type Order @key(fields: "id") { id: ID! ${fields} }`;

  test.each([
    ['takes a field over', order('total: Int @override(from: "sales")'), 'Order.total'],
    [
      'takes half of its requests over',
      order('total: Int @override(from: "sales", label: "percent(50)")'),
      'Order.total',
    ],
    ['adds a field', order('score: Int'), 'Order.score'],
    ['hides a key', order('').replace('id: ID!', 'id: ID! @inaccessible'), 'Order.id'],
    ['tags a field', order('').replace('id: ID!', 'id: ID! @tag(name: "public")'), 'Order.id'],
  ])('%s of sales: refused, with its owner, and nothing is stored', async (_, sdl, coordinate) => {
    const before = mesh.rows();
    const result = await mesh.publish({ name: 'evil', sdl });
    expect(result.outcome).toBe('REFUSED');
    const issues = result.report.steps.flatMap((step: any) => step.issues);
    expect(issues).toContainEqual(
      expect.objectContaining({ code: 'OWNERSHIP_VIOLATION', coordinate, message: expect.stringContaining('sales') }),
    );
    expect(mesh.rows()).toBe(before);
  });

  test('may add a field where the owner opens the type, until it is closed', async () => {
    const grant = await mesh.ask('mutation { grantContribution(type: "Order", to: "risk") { type domain } }');
    expect(grant.data.grantContribution).toEqual({ type: 'Order', domain: 'risk' });
    const sdl = order('score: Int').replace('evil', 'risks');
    expect(await mesh.publish({ name: 'risk', sdl })).toMatchObject({ outcome: 'PUBLISHED' });
    const { data } = await mesh.ask('{ owners(type: "Order") { coordinate domain } }');
    expect(data.owners).toContainEqual({ coordinate: 'Order.score', domain: 'risk' });
    await mesh.ask('mutation { revokeContribution(type: "Order", from: "risk") }');
    const more = await mesh.publish({ name: 'risk', sdl: sdl.replace('score: Int', 'score: Int band: Int') });
    expect(codesOf(more)).toContain('OWNERSHIP_VIOLATION');
    const same = await mesh.publish({ name: 'risk', sdl: sdl.replace('score: Int', '"How risky it is." score: Int') });
    expect(same.outcome).toBe('PUBLISHED');
  });

  test('may make just the change that the owner approves, once', async () => {
    const taking = { name: 'taker', sdl: order('note: String @override(from: "sales")').replace('evil', 'takes') };
    const asked = await mesh.publish(taking, { requestApproval: true });
    expect(asked.outcome).toBe('REFUSED');
    const waiting = await mesh.ask('{ approvals(owner: "sales", status: REQUESTED) { id coordinate domain } }');
    expect(waiting.data.approvals.length).toBeGreaterThan(0);
    for (const { id, coordinate, domain } of waiting.data.approvals) {
      expect([coordinate, domain]).toEqual(['Order.note', 'taker']);
      await mesh.ask(`mutation { decideApproval(id: ${id}, approve: true) { status } }`);
    }
    const other = {
      ...taking,
      sdl: taking.sdl.replace('@override(from: "sales")', '@override(from: "sales", label: "percent(9)")'),
    };
    expect((await mesh.publish(other)).outcome).toBe('REFUSED');
    expect((await mesh.publish(taking)).outcome).toBe('PUBLISHED');
    const used = await mesh.ask('{ approvals(owner: "sales", status: USED) { id } }');
    expect(used.data.approvals).toHaveLength(waiting.data.approvals.length);
    const decide = async (id: number) =>
      (await mesh.ask(`mutation { decideApproval(id: ${id}, approve: false) { status } }`)).errors?.[0].extensions.code;
    expect(await decide(used.data.approvals[0].id)).toBe('APPROVAL_DECIDED');
    expect(await decide(999)).toBe('APPROVAL_UNKNOWN');
  });
});

describe('a domain with contracts', () => {
  test('says by their versions what changes, and by their status that they end', async () => {
    await using mesh = await startRegistryMesh();
    const { mesh: repository } = await readMesh(`${root}/supergraph.yaml`);
    const product = repository.subgraphs.find(({ name }) => name === 'product');
    const publication = publicationOf(product as MeshSubgraph);
    expect(await mesh.publish(publication)).toMatchObject({ outcome: 'PUBLISHED' });
    const edited = (change: (text: string) => string) => ({
      ...publication,
      files: publication.files.map(({ path, text }) => ({ path, text: /odcs/.test(path) ? change(text) : text })),
    });
    const untold = await mesh.check(edited((text) => text.replace('status: active', 'status: deprecated')));
    expect(codesOf(untold)).toContain('CONTRACT_BREAKING_CHANGE');
    const [{ id, version }] = untold.suggestedVersions;
    expect([id, version]).toEqual([product?.domain?.contracts[0]?.id, '2.0.0']);
    const drifted = await mesh.check({ ...publication, sdl: publication.sdl.replace('name: String!', 'name: String') });
    expect(codesOf(drifted)).toContain('CONTRACT_SDL_DRIFT');
    const gone = await mesh.check({ ...publication, files: [] });
    expect(codesOf(gone)).toContain('CONTRACT_GONE');
  });
});

test('of 20 publishers at once, each is in the graph, as if they had come one after the other', async () => {
  await using mesh = await startRegistryMesh();
  const names = Array.from({ length: 20 }, (_, n) => `domain${n}`);
  const results = await Promise.all(
    names.map((name) => mesh.publish({ name, sdl: `${link} type Query { of_${name}: Int }` })),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(names.map(() => 'PUBLISHED'));
  expect(results.map(({ version }) => version.id).sort((a, b) => a - b)).toEqual(names.map((_, n) => n + 2));
  const { data } = await mesh.ask('{ subgraphs { name } graphVersions(first: 30) { id base } }');
  expect(data.subgraphs.map(({ name }: any) => name)).toEqual(['customers', 'sales', ...names].sort());
  expect(data.graphVersions.every(({ id, base }: any) => base === (id === 1 ? null : id - 1))).toBe(true);
});

describe('what consumers send', () => {
  test('is not taken for nothing where it was never recorded: a removal says that nobody knows', async () => {
    await using mesh = await startRegistryMesh();
    const operationsOf = async (sdl: string) => {
      const { steps } = await mesh.check({ name: 'sales', sdl });
      return steps.find(({ id }: any) => id === 'operations');
    };
    const removed = await operationsOf(salesSdl.replace('total: Int', '').replace('note: String', ''));
    const since = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
    expect(removed).toMatchObject({
      outcome: 'WARNING',
      issues: [
        {
          code: 'USAGE_UNKNOWN',
          severity: 'warning',
          message: `Order.total is gone (and 1 more of the kind), and whom that breaks is not known: no operation has been recorded since ${since}.`,
          help: expect.stringContaining('Ask your consumers'),
        },
      ],
    });
    const retyped = await operationsOf(salesSdl.replace('total: Int', 'total: String'));
    expect(retyped.issues).toMatchObject([{ code: 'USAGE_UNKNOWN', message: expect.stringMatching(/Order\.total/) }]);
    const harmless = [
      salesSdl,
      salesSdl.replace('note: String', 'note: String @deprecated(reason: "Nobody writes any.") tax(in: String): Float'),
    ];
    for (const sdl of harmless) expect(await operationsOf(sdl)).toMatchObject({ outcome: 'PASSED', issues: [] });
    // What somebody has sent once says little about what nobody sends.
    await mesh.query('{ customers { name } }');
    await mesh.restart();
    const today = new Date().toISOString().slice(0, 10);
    const unsure = await operationsOf(salesSdl.replace('total: Int', ''));
    expect(unsure.issues.map(({ message }: any) => message)).toEqual([
      `Order.total is gone, and whom that breaks is not known: operations have been recorded on 1 day only, since ${today}.`,
    ]);
    // After a week, silence means that nobody reads it.
    await mesh.restart(async () => {
      const database = openDatabase(join(mesh.dir, 'registry.db'));
      const add = database.connection.prepare(
        'INSERT INTO usage SELECT ?, client, client_version, operation, requests, errors, last_seen FROM usage WHERE day = ?',
      );
      for (let days = 1; days < 7; days++) add.run(dayBefore(Date.now(), days), today);
      database.connection.close();
    });
    expect(await operationsOf(salesSdl.replace('total: Int', ''))).toMatchObject({ outcome: 'PASSED', issues: [] });
  });

  test('keeps a field from being removed, and names exactly who reads it', async () => {
    await using mesh = await startRegistryMesh();
    const send = (client: string, query: string) =>
      mesh.query(query, { 'apollographql-client-name': client, 'apollographql-client-version': '1' });
    await send('dashboard', '{ orders { total } }');
    await send('billing', 'query Totals { orders { id total } }');
    await send('notes', '{ orders { note } }');
    await mesh.restart(); // Counted is what was flushed: at the latest when a gateway ends.
    const removed = await mesh.publish({ name: 'sales', sdl: salesSdl.replace('total: Int', '') });
    expect(removed.outcome).toBe('REFUSED');
    const issues = removed.report.steps.find(({ id }: any) => id === 'operations').issues;
    expect(issues.map(({ code, coordinate }: any) => [code, coordinate])).toEqual([
      ['OPERATION_BROKEN', 'Order.total'],
    ]);
    expect(issues[0].message).toContain('dashboard');
    expect(issues[0].message).toContain('billing');
    expect(issues[0].message).not.toContain('notes');
    const consumers = await mesh.ask(
      '{ consumers(coordinate: "Order.total") { name } unusedFields(domain: "customers") }',
    );
    expect(consumers.data.consumers.map(({ name }: any) => name).sort()).toEqual(['billing', 'dashboard']);
    expect(consumers.data.unusedFields).toContain('Customer.email');
    // Nobody is known to read it.
    const unused = { name: 'customers', sdl: customersSdl.replace('email: String', '') };
    const { outcome, report } = await mesh.publish(unused);
    expect([outcome, codesOf({ report })]).toEqual(['REFUSED', ['POLICY_VIOLATION', 'USAGE_UNKNOWN']]);
  });
});

describe('a publication', () => {
  test.each([
    ['has a name that no mesh file could have', { name: 'a b' }, 'DOMAIN_NAME_INVALID'],
    ['differs from another only in its case', { name: 'Sales' }, 'DOMAIN_NAME_INVALID'],
    ['takes the name of the catalog', { name: 'catalog' }, 'DOMAIN_NAME_INVALID'],
    ['has a file with a path', { files: [{ path: '../x.odps.yaml', text: '' }] }, 'PUBLICATION_FILE_INVALID'],
    ['has a file that nobody would read', { files: [{ path: 'notes.txt', text: '' }] }, 'PUBLICATION_FILE_INVALID'],
    ['is nested too deep', { sdl: `type Query { a: ${'['.repeat(200)}Int${']'.repeat(200)} }` }, 'SCHEMA_TOO_DEEP'],
    ['leads into the network of the cloud', { routingUrl: 'http://169.254.169.254/' }, 'ROUTING_URL_REFUSED'],
  ])('that %s is refused', async (_, given, code) => {
    await using mesh = await startRegistryMesh();
    const result = await mesh.publish({ name: 'new', sdl: 'type Query { a: Int }', ...given });
    expect([result.outcome, codesOf(result)]).toEqual(['REFUSED', [code]]);
  });

  test('of a megabyte and more is read', async () => {
    await using mesh = await startRegistryMesh();
    const fields = Array.from({ length: 9_000 }, (_, n) => `"${'A field of many. '.repeat(8)}" f${n}: Int`).join(' ');
    expect(
      await mesh.publish({ name: 'large', sdl: `type Query { large: Large } type Large { ${fields} }` }),
    ).toMatchObject({
      outcome: 'PUBLISHED',
    });
  });
});

test('an open registry answers no page that calls it by another name', async () => {
  await using mesh = await startRegistryMesh();
  const { port } = new URL(mesh.gateway.url);
  const asked = (host: string, path: string, body?: object) =>
    new Promise<string>((resolve, reject) => {
      const headers = { host, 'content-type': 'application/json' };
      const asking = { port, host: '127.0.0.1', path, method: body ? 'POST' : 'GET', headers };
      const sent = request(asking, (response) => {
        text(response).then(resolve, reject);
      });
      sent.once('error', reject).end(body && JSON.stringify(body));
    });
  const here = `localhost:${port}`;
  const subgraphs = { query: '{ subgraphs { name } }' };
  const uplink = { query: '{ routerConfig(ref: "weft", apiKey: "") { ... on FetchError { code message } } }' };
  const refused = 'The registry is open to this machine only, and not to evil.example.';
  expect(await asked('evil.example', '/catalog', subgraphs)).toContain(refused);
  expect(JSON.parse(await asked(here, '/catalog', subgraphs)).data.subgraphs).toHaveLength(2);
  expect(await asked('evil.example', '/artifacts/v1/weft/metadata')).toContain(refused);
  expect(await asked(here, '/artifacts/v1/weft/metadata')).not.toContain(refused);
  expect(await asked('evil.example', '/uplink', uplink)).toContain(refused);
  expect(await asked(here, '/uplink', uplink)).not.toContain(refused);
  expect(await asked('evil.example', '/usage/v1/weft', {})).toContain(refused);
});

describe('with tokens', () => {
  test('nobody decides about what is not its own', async () => {
    await using mesh = await startRegistryMesh();
    const tokenFor = async (domain: string): Promise<string> => {
      const { data } = await mesh.ask(
        `mutation { createToken(input: { name: "of ${domain}", domains: ["${domain}"], actions: [PUBLISH, OWNERSHIP, ADMIN] }) { token } }`,
      );
      return data.createToken.token;
    };
    const [mallory, sales] = [await tokenFor('mallory'), await tokenFor('sales')];
    await using closed = await startRegistryMesh({ registry: `${mesh.dir}/registry.db`, registryOpen: false });
    const codeOf = async (bearer: string, query: string, variables = {}) =>
      (await closed.ask(query, variables, { authorization: `Bearer ${bearer}` })).errors?.[0].extensions.code;
    const taking = `${link} type Query { m: Int } type Order @key(fields: "id") { id: ID! total: Int @override(from: "sales") }`;
    const input = { name: 'mallory', sdl: taking, routingUrl: 'http://127.0.0.1:1' };
    await closed.ask(publishOperation, { input, requestApproval: true }, { authorization: `Bearer ${mallory}` });
    const { data } = await closed.ask('{ approvals { id } }', {}, { authorization: `Bearer ${mallory}` });
    const [{ id }] = data.approvals;
    expect(await codeOf(mallory, `mutation { decideApproval(id: ${id}, approve: true) { id } }`)).toBe(
      'TOKEN_NOT_ENOUGH',
    );
    expect(await codeOf(mallory, 'mutation { decideApproval(id: 999, approve: true) { id } }')).toBe(
      'APPROVAL_UNKNOWN',
    );
    expect(await codeOf(mallory, 'mutation { grantContribution(type: "Order", to: "mallory") { type } }')).toBe(
      'TOKEN_NOT_ENOUGH',
    );
    expect(await codeOf(mallory, 'mutation { grantContribution(type: "Invoice", to: "mallory") { type } }')).toBe(
      'TYPE_UNKNOWN',
    );
    expect(await codeOf(mallory, 'mutation { rollback(to: 1) { outcome } }')).toBe('TOKEN_NOT_ENOUGH');
    expect(await codeOf(sales, `mutation { decideApproval(id: ${id}, approve: true) { id } }`)).toBeUndefined();
  });

  test('each domain publishes its own, and nobody without one', async () => {
    await using mesh = await startRegistryMesh();
    const made =
      await mesh.ask(`mutation { createToken(input: { name: "sales ci", domains: ["sales"], actions: [CHECK, PUBLISH] }) {
      token record { id name domains actions } } }`);
    const { token } = made.data.createToken;
    expect(made.data.createToken.record).toMatchObject({
      name: 'sales ci',
      domains: ['sales'],
      actions: ['CHECK', 'PUBLISH'],
    });
    await using closed = await startRegistryMesh({ registry: `${mesh.dir}/registry.db`, registryOpen: false });
    const codeOf = async (query: string, bearer?: string) =>
      (await closed.ask(query, {}, bearer ? { authorization: `Bearer ${bearer}` } : {})).errors?.[0].extensions.code;
    const publish = (name: string) =>
      `mutation { publishSubgraph(input: { name: "${name}", sdl: "type Query { a: Int }", routingUrl: "http://127.0.0.1:1" }) { outcome } }`;
    expect(await codeOf(publish('sales'))).toBe('TOKEN_MISSING');
    expect(await codeOf(publish('sales'), `${token}x`)).toBe('TOKEN_MISSING');
    expect(await codeOf(publish('customers'), token)).toBe('TOKEN_NOT_ENOUGH');
    expect(await codeOf('{ tokens { id } }', token)).toBe('TOKEN_NOT_ENOUGH');
    expect(await codeOf('mutation { rollback(to: 1) { outcome } }', token)).toBe('TOKEN_NOT_ENOUGH');
    expect(await codeOf('{ graphVersion { id } }', token)).toBeUndefined();
    expect(await codeOf(publish('sales'), token)).toBeUndefined();
    expect(await codeOf('{ dataProducts { totalCount } }')).toBeUndefined();
  });
});

describe('a gateway elsewhere', () => {
  test('answers from the registry of another, follows it, and starts from what it had while that is away', async () => {
    await using mesh = await startRegistryMesh();
    const lastGood = `${mesh.dir}/elsewhere/last-good.graph`;
    const start = () =>
      startGateway(
        readConfig(
          {},
          { registry: mesh.gateway.url, lastGood, port: 0, logLevel: 'silent', supergraph: '/nowhere.yaml' },
        ),
      );
    const follower = await start();
    const query = '{ orders { total customer { name } } }';
    const answer = { orders: [{ total: 7, customer: { name: 'Ada' } }] };
    expect((await ask(`${follower.url}/graphql`, query)).data).toEqual(answer);
    expect((await ask(`${follower.url}/catalog`, '{ domains { name } }')).data.domains).toHaveLength(2);
    await mesh.publish({ name: 'sales', sdl: salesSdl.replace('note:', 'extra: Int note:') });
    await until(async () => (await ask(`${follower.url}/graphql`, '{ orders { extra } }')).status === 200);
    await follower.close();
    await mesh.gateway.close();
    const alone = await start();
    expect((await ask(`${alone.url}/graphql`, query)).data).toEqual(answer);
    expect((await ask(`${alone.url}/graphql`, '{ orders { extra } }')).status).toBe(200);
    await alone.close();
  });
});
