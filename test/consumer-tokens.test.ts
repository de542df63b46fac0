/** Tokens that the registry makes for consumers: who asks, where there is no issuer, until they end or are revoked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../gateway/engine/digest.ts';
import { holdConsumerTokens } from '../gateway/identity/consumer-tokens.ts';
import { createIdentity } from '../gateway/identity/identity.ts';
import type { Gateway } from '../gateway/main.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { type AgreedMesh, startAgreedMesh } from './agreed-mesh.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { makeKey, sign, startIssuer, whoAsks } from './issuer.ts';
import { root, until, weft } from './mesh.ts';
import { startStreamingGateway, subscribe, withLink } from './streaming-gateway.ts';
import { ask } from './subgraph.ts';

const policies = `
@id("europeans") permit (principal, action == Weft::Action::"read", resource)
when { principal has region && principal.region == "eu" && principal.kind == "service" };`;

/** Nobody has an identity provider here. */
const small = { jwtIssuer: '', jwtAudience: '', jwksUrl: '', consumerAttributes: 'region' };

let mesh: AgreedMesh;
beforeAll(async () => {
  mesh = await startAgreedMesh(small, policies);
});
afterAll(() => mesh[Symbol.asyncDispose]());

const made = `mutation ($input: ConsumerTokenInput!) { createConsumerToken(input: $input) {
  token record { id name team roles attributes { name value } createdBy expiresAt revokedAt } } }`;

/** @returns what was made, or the error */
async function create(input: Record<string, unknown>): Promise<any> {
  const { data, errors } = await mesh.catalog(undefined, made, { input: { name: 'reports', ...input } });
  return data?.createConsumerToken ?? errors?.[0];
}

const revoke = (id: string) => mesh.catalog(undefined, 'mutation ($id: ID!) { revokeToken(id: $id) }', { id });

const statusOf = async (token: string, gateway: Gateway = mesh.gateway, path = '/graphql') => {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  const { errors } = (await response.json()) as { errors?: any[] };
  return [response.status, errors?.[0].extensions.code];
};

const ofConsumer = `weftc_0123456789ab_${'s'.repeat(32)}`;
const said = { id: '0123456789ab', hash: digestOf('s'.repeat(32)), team: null, roles: [], attributes: {} };

const good = [200, undefined];
const refused = [401, 'TOKEN_INVALID'];

describe('a consumer’s token', () => {
  test('says who asks: team, roles and attributes, as a service', async () => {
    const { token, record } = await create({ team: 'Analytics', attributes: [{ name: 'region', value: 'eu' }] });
    expect(token).toMatch(/^weftc_[0-9a-f]{12}_[\w-]{32}$/);
    expect(record).toMatchObject({
      ...{ id: token.slice(6, 18), name: 'reports', team: 'Analytics', roles: [], revokedAt: null },
      attributes: [{ name: 'region', value: 'eu' }],
    });
    expect((await mesh.query(token, undefined)).data).toEqual({ customer: { id: 'c1', name: 'Ada' } });
    const other = await create({ team: 'Analytics', attributes: [{ name: 'region', value: 'us' }] });
    expect((await mesh.query(other.token, undefined)).data.customer.name).toBeNull();
    expect((await mesh.query(undefined, undefined)).data.customer).toBeNull();
  });

  test('asks for access, which its team then has', async () => {
    const { token } = await create({ team: 'Newcomers' });
    expect(await mesh.nameFor(token, 'research')).toBeNull();
    const wanted = { product: 'care.customers', purpose: 'research', roles: ['reader'] };
    const { id, consumer } = await mesh.request(token, wanted);
    expect(consumer).toEqual({ team: 'Newcomers', user: null });
    await mesh.approve((await create({ team: 'Customer Care' })).token, id);
    expect(await mesh.nameFor(token, 'research')).toBe('Ada');
    const own = await mesh.request(token, { ...wanted, onlyMe: true });
    expect(own.consumer.user).toBe(`token ${token.slice(6, 18)}`);
  });

  test('is refused from when it was revoked, and is nobody anonymous', async () => {
    const { token, record } = await create({});
    expect(await statusOf(token)).toEqual(good);
    expect((await revoke(record.id)).data).toEqual({ revokeToken: true });
    expect(await statusOf(token)).toEqual(refused);
    expect(await statusOf(token, mesh.gateway, '/catalog')).toEqual(refused);
    // As often as one likes.
    expect((await revoke(record.id)).data).toEqual({ revokeToken: true });
    expect((await revoke('0123456789ab')).errors?.[0]?.extensions?.code).toBe('TOKEN_UNKNOWN');
  });

  test('ends by itself', async () => {
    const { token } = await create({});
    const { token: over } = await create({ days: 0 });
    expect(await statusOf(over)).toEqual(refused);
    const endsAt = endSoon(token, 400);
    expect(await statusOf(token)).toEqual(good);
    await until(async () => (await statusOf(token))[0] === 401);
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
  });

  test('is known, and revoked, at other gateways of the registry', async () => {
    const other = await mesh.another();
    const { token, record } = await create({});
    await until(async () => (await statusOf(token, other))[0] === 200);
    await revoke(record.id);
    await until(async () => (await statusOf(token, other))[0] === 401);
    expect(await statusOf(token, other)).toEqual(refused);
  });

  test('is none with another secret, another id, or another prefix', async () => {
    const [{ token }, other] = [await create({}), await create({})];
    const swapped = `${token.slice(0, 19)}${other.token.slice(19)}`;
    const wrong = [swapped, token.slice(0, -1), `${token}a`, 'weftc_', token.replace('weftc_', 'weft_')];
    for (const each of [...wrong, token.toUpperCase(), `weftc_0123456789ab_${token.slice(19)}`]) {
      expect([each, ...(await statusOf(each))]).toEqual([each, ...refused]);
    }
    // A scheme is written as one likes.
    const headers = { authorization: `bEARER  ${token}` };
    expect((await ask(`${mesh.gateway.url}/graphql`, '{ __typename }', {}, undefined, headers)).errors).toBeUndefined();
  });

  test('is kept as a hash, listed without its secret, and in the audit log', async () => {
    const { token, record } = await create({ name: 'crm sync', team: 'Marketing', roles: ['a', 'b', 'a'] });
    await revoke(record.id);
    const { data } = await mesh.catalog(
      undefined,
      '{ consumerTokens { id name team roles revokedAt } audit(first: 2) { action subject details } auditVerdict { brokenAt } }',
    );
    expect(data.consumerTokens.find(({ id }: any) => id === record.id)).toEqual({
      ...{ id: record.id, name: 'crm sync', team: 'Marketing', roles: ['a', 'b'], revokedAt: expect.any(String) },
    });
    expect(data.audit).toMatchObject([
      { action: 'token.revoke', subject: record.id },
      { action: 'token.create-consumer', subject: record.id },
    ]);
    expect(data.auditVerdict).toEqual({ brokenAt: null });
    const database = new SQLite(mesh.registryFile, { readonly: true });
    const rows = JSON.stringify([
      ...database.prepare('SELECT * FROM consumer_token').all(),
      ...database.prepare('SELECT * FROM audit').all(),
    ]);
    database.close();
    expect(rows).toContain(digestOf(token.slice(19)));
    expect(rows).not.toContain(token.slice(19));
  });

  test.each([
    [{ name: ' ' }, 'A name is empty'],
    [{ team: '' }, 'A team is empty'],
    [{ roles: ['a\nb'] }, 'A role'],
    [{ roles: Array.from({ length: 101 }, (_, at) => `r${at}`) }, 'more than 100'],
    [{ attributes: [{ name: 'region', value: 'x'.repeat(501) }] }, 'region'],
  ])('that says what nobody could use is refused: %j', async (input, message) => {
    expect(await create(input)).toMatchObject({
      message: expect.stringContaining(message),
      extensions: { code: 'CONSUMER_TOKEN_INVALID' },
    });
  });
});

describe('a stream', () => {
  test.each(['sse', 'ws'] as const)('over %s ends within a second of the revocation, with words', async (client) => {
    const region = [{ name: 'region', value: 'eu' }];
    const [one, other] = [await create({ attributes: region }), await create({ attributes: region })];
    const [stream, stays] = [
      await mesh.subscribe(one.token, 'x', client),
      await mesh.subscribe(other.token, 'x', client),
    ];
    const both = [stream.next(), stays.next()];
    await publishUntilAnswered(Promise.all(both));
    expect(await Promise.all(both)).toEqual([
      { data: { renamed: { name: 'Grace' } } },
      { data: { renamed: { name: 'Grace' } } },
    ]);
    const at = Date.now();
    // Nobody has an event for it meanwhile.
    const rest = stream.rest();
    await revoke(one.record.id);
    expect(await rest).toMatchObject([{ errors: [{ extensions: { code: 'TOKEN_INVALID' } }] }]);
    expect(Date.now() - at).toBeLessThan(1_000);
    const next = stays.next();
    await publishUntilAnswered(next);
    expect(await next).toEqual({ data: { renamed: { name: 'Grace' } } });
    await stays.leave();
  });

  test('ends when the token does, with nobody asking', async () => {
    const sdl = withLink('type Query { a: Int } type Subscription { renamed: Int }');
    const events = await startEventSubgraph(sdl, 'sse');
    const tokens = holdConsumerTokens();
    const identity = createIdentity({ consumerTokens: tokens, log: () => {} });
    const gateway = await startStreamingGateway(
      { events: { sdl, url: events.url } },
      { identity, transport: { protocol: 'sse' } },
    );
    const endsAt = Date.now() + 400;
    tokens.hold([{ ...said, expiresAt: new Date(endsAt).toISOString() }]);
    const headers = { authorization: `Bearer ${ofConsumer}` };
    const stream = subscribe(gateway, 'sse', 'subscription { renamed }', { headers });
    expect(await stream.rest()).toMatchObject([{ errors: [{ extensions: { code: 'TOKEN_INVALID' } }] }]);
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
    await gateway.close();
    await events.close();
  });

  test('of a token of an issuer ends with it, too', async () => {
    const key = await makeKey('one');
    const issuer = await startIssuer();
    issuer.publish(key);
    const who = await whoAsks(issuer.url, {});
    const asker = await who.identity.identify(`Bearer ${await sign(key)}`);
    let ended = 0;
    who.identity.whileInForce(asker, () => (ended += 1));
    const stop = who.identity.whileInForce(asker, () => (ended += 100));
    who.clock.pass(309_000);
    expect(ended).toBe(0);
    stop();
    who.clock.pass(1_000);
    expect(ended).toBe(1);
    await expect((async () => who.identity.identify(`Bearer ${await sign(key)}`))()).rejects.toThrow('expired');
    await who.identity.close();
    await issuer.close();
  });
});

describe('tokens for one thing are none for another', () => {
  test('a token of the registry does not ask, and one of a consumer does not publish', async () => {
    await using strict = await startAgreedMesh({ ...small });
    const created = await strict.catalog(undefined, made, { input: { name: 'reports' } });
    const { token } = created.data.createConsumerToken;
    const admin = (
      await strict.catalog(
        undefined,
        'mutation { createToken(input: { name: "ci", domains: ["*"], actions: [ADMIN, USAGE] }) { token } }',
      )
    ).data.createToken.token;
    const closed = await strict.another({ registryOpen: false });
    expect(await statusOf(admin, closed)).toEqual(refused);
    const at = (who: string, query: string) =>
      ask(`${closed.url}/catalog`, query, {}, undefined, { authorization: `Bearer ${who}` });
    expect((await at(admin, '{ consumerTokens { id } }')).errors).toBeUndefined();
    for (const query of [
      '{ tokens { id } }',
      'mutation { createConsumerToken(input: { name: "more" }) { token } }',
      'mutation { rollback(to: 1) { outcome } }',
      '{ graphVersion { id } }',
    ]) {
      const { errors } = await at(token, query);
      expect([query, errors]).toMatchObject([
        query,
        [
          {
            message: expect.stringContaining('A token of a consumer says who asks'),
            extensions: { code: 'TOKEN_MISSING' },
          },
        ],
      ]);
    }
    const bundle = await fetch(`${closed.url}/artifacts/v1/weft/bundle`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(bundle.status).toBe(401);
  });

  test('what else is shown means nothing while nobody has made one, and is refused then', () => {
    const tokens = holdConsumerTokens();
    const identity = createIdentity({ consumerTokens: tokens, log: () => {} });
    const ofRegistry = `Bearer weft_0123456789ab_${'s'.repeat(32)}`;
    for (const shown of [undefined, 'Basic YTpi', ofRegistry]) {
      expect(identity.identify(shown)).toMatchObject({ kind: 'anonymous' });
    }
    expect(() => identity.identify(`Bearer ${ofConsumer}`)).toThrow('none that the registry has made');
    tokens.hold([{ ...said, expiresAt: '2999-01-01T00:00:00.000Z' }]);
    const asker = identity.identify(`Bearer ${ofConsumer}`);
    expect(asker).toMatchObject({ id: 'token 0123456789ab', kind: 'service' });
    tokens.hold([{ ...said, expiresAt: '2999-01-01T00:00:00.000Z' }]);
    expect(identity.identify(`Bearer ${ofConsumer}`)).toBe(asker);
    expect(() => identity.identify(ofRegistry)).toThrow('at /catalog only');
    expect(identity.identify('Basic YTpi')).toMatchObject({ kind: 'anonymous' });
  });
});

test('the command makes them, lists them with the others, and ends them', async () => {
  const at = (...args: string[]) => weft(['token', ...args, '--gateway', mesh.gateway.url], { cwd: root });
  const created = await at(
    ...[
      'create-consumer',
      'crm',
      '--team',
      'Marketing',
      '--role',
      'reader',
      'writer',
      '--attribute',
      'region=eu',
      '--days',
      '3',
    ],
  );
  expect(created).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('asks as Marketing, reader, writer, region=eu'),
  });
  const token = created.stdout.trim();
  expect(await statusOf(token)).toEqual(good);
  await at('create', 'ci', '--domain', 'care', '--action', 'check');
  const listed = await at('list');
  expect(listed.stdout).toMatch(new RegExp(`${token.slice(6, 18)} +crm +Marketing, reader, writer, region=eu`));
  expect(listed.stdout).toMatch(/ci +care +check/);
  expect(listed.stdout).not.toContain(token.slice(19));
  const queried = await weft(['query', '{ customer { name } }', '--gateway', mesh.gateway.url, '--token', token], {
    cwd: root,
  });
  expect(JSON.parse(queried.stdout)).toEqual({ data: { customer: { name: 'Ada' } } });
  expect(await at('revoke', token)).toMatchObject({ code: 0 });
  expect(await statusOf(token)).toEqual(refused);
  expect(await at('create-consumer', 'crm', '--attribute', 'region')).toMatchObject({ code: 2 });
});

async function publishUntilAnswered(next: Promise<unknown>): Promise<void> {
  let isAnswered = false;
  void next.finally(() => (isAnswered = true));
  // What is published while the stream is opened is for nobody.
  while (!isAnswered) {
    await mesh.publish({ id: 'c1', name: 'Grace' });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @returns when */
function endSoon(token: string, ms: number): number {
  const at = Date.now() + ms;
  const database = new SQLite(mesh.registryFile);
  database.exec(
    `UPDATE consumer_token SET expires_at = '${new Date(at).toISOString()}',
       revision = (SELECT max(revision) + 1 FROM consumer_token) WHERE id = '${token.slice(6, 18)}'`,
  );
  database.close();
  return at;
}
