/** Who is asking: what a token says is believed where its issuer has signed it for this gateway, and never otherwise. */
import fc from 'fast-check';
import { base64url, CompactSign, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { createIdentity } from '../gateway/identity/identity.ts';
import { anonymous } from '../gateway/identity/principal.ts';
import { createVerifiedTokens } from '../gateway/identity/verified-tokens.ts';
import {
  audience,
  epoch,
  issuerName,
  makeKey,
  type SigningKey,
  sign,
  startIssuer,
  type TestIssuer,
  type Who,
  whoAsks,
} from './issuer.ts';
import { freePort, until } from './mesh.ts';

let first: SigningKey;
let second: SigningKey;
let rsa: SigningKey;
beforeAll(async () => {
  [first, second, rsa] = await Promise.all([makeKey('first'), makeKey('second'), makeKey('rsa', 'RS256')]);
});

const alice = { id: `${issuerName}#alice`, kind: 'user', roles: [], attributes: {}, expiresAt: expect.any(Number) };
const refused = (message: RegExp) => ({ code: 'TOKEN_INVALID', message: expect.stringMatching(message) });

describe('a token of the issuer', () => {
  let issuer: TestIssuer;
  let who: Who;
  beforeAll(async () => {
    issuer = await startIssuer();
    const ed = await makeKey('ed', 'EdDSA');
    issuer.publish(first, rsa, ed, { jwk: 'no key' }, { jwk: { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' } });
    who = await whoAsks(issuer.url, {
      algorithms: ['ES256', 'RS256', 'EdDSA'],
      teamClaim: 'https://weft.example/team',
      rolesClaim: 'realm_access.roles',
      attributeClaims: ['region', 'level', 'isStaff', 'address.country', '__proto__', 'groups'],
    });
    expect(await who.ask(await sign(ed))).toEqual(alice);
    expect(await who.ask(await sign(rsa))).toEqual(alice);
  });
  afterAll(async () => {
    await who.identity.close();
    await issuer.close();
  });

  test('says who asks, in which team, with which roles, and what else was chosen', async () => {
    const claims = {
      'https://weft.example/team': 'Analytics',
      realm_access: { roles: ['reader', 'not governance', 'reader', 7, '', 'a\u0000b'] },
      ...{ region: 'EMEA', level: 3, isStaff: false, address: { country: 'CH' }, groups: ['x'], salary: 1 },
    };
    expect(await who.ask(await sign(first, claims))).toEqual({
      id: `${issuerName}#alice`,
      kind: 'user',
      team: 'Analytics',
      roles: ['reader', 'not governance'],
      attributes: { region: 'EMEA', level: '3', isStaff: 'false', 'address.country': 'CH' },
      expiresAt: (epoch + 310) * 1_000,
    });
  });

  test('of a service is its own subject', async () => {
    expect(await who.ask(await sign(first, { sub: 'loader', client_id: 'loader' }))).toMatchObject({ kind: 'service' });
    expect(await who.ask(await sign(first, { sub: 'bob', client_id: 'loader' }))).toMatchObject({ kind: 'user' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['a list', ['a']],
    ['an object', { a: 1 }],
    ['null', null],
    ['nothing inside', { roles: null }],
    ['an object inside', { roles: { admin: true } }],
    ['half a character', { roles: ['\ud800'] }],
  ] as never)('with %s where roles, teams or attributes should be says nothing there', async (_, value) => {
    const claims = { realm_access: value, 'https://weft.example/team': value, region: value, address: value };
    expect(await who.ask(await sign(first, claims))).toEqual(alice);
  });

  test('of one role may say it as a text, which is one whatever blanks are in it', async () => {
    const claims = { realm_access: { roles: 'not governance' } };
    expect(await who.ask(await sign(first, claims))).toMatchObject({ roles: ['not governance'] });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['of another issuer', { iss: 'https://evil.example' }, /^The token is of another issuer\.$/],
    ['of no issuer', { iss: undefined }, /another issuer/],
    ['of an issuer called almost so', { iss: `${issuerName}/` }, /another issuer/],
    ['of two issuers', { iss: [issuerName, 'https://evil.example'] }, /another issuer/],
    ['for another audience', { aud: 'crm' }, /for others/],
    ['for no audience', { aud: undefined }, /for others/],
    ['for an audience that is none', { aud: { weft: true } }, /for others/],
    ['expired', { exp: epoch - 10 }, /^The token has expired\.$/],
    ['without an end', { exp: undefined }, /when it ends/],
    ['with an end that is no number', { exp: '2099-01-01' }, /when it ends/],
    ['with null as its end', { exp: null }, /when it ends/],
    ['not yet valid', { nbf: epoch + 11 }, /not valid yet/],
    ['of nobody', { sub: undefined }, /whose it is/],
    ['of an empty name', { sub: '' }, /whose it is/],
    ['of a number', { sub: 7 }, /whose it is/],
    ['of a list', { sub: ['alice'] }, /whose it is/],
    ['of a name that is too long', { sub: 'a'.repeat(256) }, /whose it is/],
    ['of a name with a line break', { sub: 'alice\nbob' }, /whose it is/],
    ['of half a character', { sub: 'alice\ud800' }, /whose it is/],
    ['with too many roles', { realm_access: { roles: Array(101).fill('r') } }, /more than 100 roles/],
    ['with a role that is too long', { realm_access: { roles: ['r'.repeat(501)] } }, /longer than 500/],
    ['with an attribute that is too long', { region: 'r'.repeat(501) }, /longer than 500/],
  ])('%s is refused', async (_, claims, why) => {
    expect(await who.ask(await sign(first, claims))).toEqual(refused(why));
  });

  test.each<[string, Record<string, unknown>]>([
    ['for several, of which one is this gateway', { aud: ['crm', audience] }],
    ['that ended while clocks differ a little', { exp: epoch - 9 }],
    ['that begins while clocks differ a little', { nbf: epoch + 10 }],
  ])('%s is good', async (_, claims) => {
    expect(await who.ask(await sign(first, claims))).toEqual(alice);
  });

  test('is not believed without a signature, or with one that anybody can make', async () => {
    const claims = { iss: issuerName, aud: audience, sub: 'alice', exp: epoch + 300 };
    const unsigned = new UnsecuredJWT(claims).encode();
    const way = /signed in a way that this gateway does not take/;
    expect(await who.ask(unsigned)).toEqual(refused(/none that can be read|in a way/));
    expect(await who.ask(`${unsigned}AAAA`)).toEqual(refused(way));
    // The public key as the secret: what is known to all is then a signature (RFC 8725, 2.1).
    const secrets = [JSON.stringify(rsa.jwk), String(rsa.jwk.n), base64url.decode(String(rsa.jwk.n)), 'secret'];
    for (const secret of secrets) {
      const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
      for (const kid of ['rsa', 'shared']) {
        const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(bytes);
        expect(await who.ask(forged)).toEqual(refused(way));
      }
    }
    // Its own key, brought along (RFC 7515, 4.1.3), or under the name of one that is published.
    const other = await makeKey('first');
    expect(await who.ask(await sign(other, {}, { jwk: other.jwk }))).toEqual(refused(/not as its issuer signed it/));
    expect(await who.ask(await sign(other, {}, { kid: 'shared' }))).toEqual(refused(/none of the keys/));
    expect(await who.ask(await sign(first, {}, { kid: 'rsa' }))).toEqual(refused(/none of the keys/));
  });

  test('that asks for what is not understood is refused', async () => {
    expect(await who.ask(await sign(first, {}, { crit: ['b64'], b64: true }))).toEqual(alice);
    const [, payload, signature] = (await sign(first)).split('.');
    const header = base64url.encode(JSON.stringify({ alg: 'ES256', kid: 'first', crit: ['x'], x: 1 }));
    expect(await who.ask([header, payload, signature].join('.'))).toEqual(refused(/none that can be read/));
  });

  test('that is encrypted, compressed, or names where its key is to be found is refused, and nothing is fetched', async () => {
    const [, payload, signature] = (await sign(first)).split('.');
    const before = issuer.asked;
    const heads = [
      { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'c2FsdA', zip: 'DEF' },
      { alg: 'dir', enc: 'A256GCM', zip: 'DEF' },
      { alg: 'ES256', kid: '../../../../etc/passwd' },
      { alg: 'ES256', kid: "first' OR '1'='1" },
      { alg: 'ES256', kid: 'unknown', jku: issuer.url, x5u: issuer.url },
    ];
    for (const head of heads) {
      const header = base64url.encode(JSON.stringify(head));
      for (const parts of [
        [header, payload, signature],
        [header, 'a', 'a', payload, signature],
      ])
        expect(await who.ask(parts.join('.'))).toEqual(refused(/./));
    }
    expect(issuer.asked - before).toBeLessThanOrEqual(1);
  });

  test('says teams and roles as they are written: what looks like one is another', async () => {
    const claims = {
      'https://weft.example/team': 'M\u0430rketing',
      realm_access: { roles: ['governan\u0441e', 'GOVERNANCE'] },
    };
    expect(await who.ask(await sign(first, claims))).toMatchObject({
      team: 'M\u0430rketing',
      roles: ['governan\u0441e', 'GOVERNANCE'],
    });
  });

  test('cut off, put together anew, or of 100 KB is refused', async () => {
    const token = await sign(first);
    const [header, payload, signature] = token.split('.');
    const [, others] = (await sign(first, { sub: 'bob' })).split('.');
    for (const cut of [
      token.slice(0, -1),
      token.slice(0, 50),
      `${header}.${payload}`,
      `${header}.${payload}.`,
      'a',
      '..',
    ])
      expect(await who.ask(cut)).toEqual(refused(/./));
    expect(await who.ask([header, others, signature].join('.'))).toEqual(refused(/not as its issuer signed it/));
    expect(await who.ask(`${token}.${signature}.`)).toEqual(refused(/none that can be read/));
    expect(await who.ask('e'.repeat(100_000))).toEqual(refused(/longer than 16384 characters/));
    expect(await who.ask(await sign(first, { more: 'x'.repeat(100_000) }))).toEqual(refused(/longer than/));
    for (const payload of ['[]', '"alice"', 'null', '{"a":1', '']) {
      const signed = new CompactSign(new TextEncoder().encode(payload));
      const odd = await signed.setProtectedHeader({ alg: 'ES256', kid: 'first' }).sign(first.privateKey);
      expect(await who.ask(odd)).toEqual(refused(/none that can be read/));
    }
  });

  test('is shown as a bearer token, and in no other way', async () => {
    const token = await sign(first);
    const identify = async (authorization: string) => {
      try {
        return await who.identity.identify(authorization);
      } catch (error) {
        expect((error as Error).message).not.toContain(token.slice(10, 30));
        return (error as { code: string }).code;
      }
    };
    expect(await identify(`bearer   ${token}`)).toEqual(alice);
    for (const odd of ['', token, `Basic ${token}`, `Bearer ${token} x`, `Bearer ${token},`, 'Bearer', 'Bearer  '])
      expect(await identify(odd)).toBe('TOKEN_INVALID');
    expect(await identify('Bearer weft_0123456789ab_secret')).toBe('TOKEN_INVALID');
    expect(await who.identity.identify(undefined)).toBe(anonymous);
  });

  test('that was changed in any way is never taken for another', async () => {
    const token = await sign(first, { team: 'Analytics' });
    const character = fc.constantFrom(
      ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=~+/ \u00e9',
    );
    const change = fc.record({
      at: fc.nat(token.length),
      cut: fc.nat(3),
      put: fc.array(character, { maxLength: 3 }).map((all) => all.join('')),
    });
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const changed = all.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), token);
        fc.pre(changed !== token && changed.trim() !== token);
        expect(await who.ask(changed)).toEqual(refused(/./));
      }),
      { numRuns: 2_000 },
    );
  });

  test('has one way to be written: what base64url would leave out cannot be changed either', async () => {
    const token = await sign(first);
    expect(await who.ask(token)).toEqual(alice);
    const parts = token.split('.');
    for (const [at, part] of parts.entries()) {
      for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
        const changed = parts.with(at, part.slice(0, -1) + last).join('.');
        if (changed !== token) expect(await who.ask(changed)).toEqual(refused(/./));
      }
    }
  });

  test('whatever is signed never ends the gateway', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), async (one, other, third) => {
        const claims = {
          sub: one,
          realm_access: other,
          region: third,
          'https://weft.example/team': one,
          address: third,
        };
        const found = await who.ask(await sign(first, JSON.parse(JSON.stringify(claims))));
        expect(found.code ?? 'TOKEN_INVALID').toBe('TOKEN_INVALID');
        if (found.code === undefined) expect(found.id).toBe(`${issuerName}#${one}`);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a token that was verified', () => {
  test('is known at once, until it ends', async () => {
    const issuer = await startIssuer();
    issuer.publish(first);
    await using who = await whoAsks(issuer.url);
    const token = await sign(first, { exp: epoch + 60 });
    const principal = await who.ask(token);
    expect(principal).toEqual(alice);
    issuer.instead((response) => void response.destroy());
    expect(who.identity.identify(`Bearer ${token}`)).toBe(principal);
    who.clock.pass(69_999);
    expect(who.identity.identify(`Bearer ${token}`)).toBe(principal);
    who.clock.pass(1);
    expect(() => who.identity.identify(`Bearer ${token}`)).toThrow('The token has expired.');
    expect(await who.ask(token)).toEqual(refused(/expired/));
    expect(issuer.asked).toBe(1);
    await issuer.close();
  });

  test('has to be good still once its issuer publishes other keys', async () => {
    const issuer = await startIssuer();
    issuer.publish(first, second);
    await using who = await whoAsks(issuer.url);
    const long = { exp: epoch + 100_000 };
    const [ofFirst, ofSecond] = [await sign(first, long), await sign(second, long)];
    expect([await who.ask(ofFirst), await who.ask(ofSecond)]).toEqual([alice, alice]);
    issuer.publish(second);
    await who.pass(5 * 60_000);
    expect(await who.ask(ofFirst)).toEqual(refused(/none of the keys/));
    expect(await who.ask(ofSecond)).toEqual(alice);
    expect(who.identity.identify(`Bearer ${ofSecond}`)).toEqual(alice);
    issuer.publish();
    await who.pass(5 * 60_000);
    expect(await who.ask(ofSecond)).toEqual(refused(/none of the keys/));
    await issuer.close();
  });

  test('is forgotten before there are too many', () => {
    const keys = { find: () => Promise.reject(new Error()) };
    const kept = createVerifiedTokens({ entries: 2, characters: 1_000 });
    const token = (id: string) => ({ principal: { ...anonymous, id }, exp: 1, keys });
    for (const each of ['a', 'b']) kept.keep(each, token(each));
    kept.get('a');
    kept.keep('c', token('c'));
    expect(['a', 'b', 'c'].map((each) => kept.get(each)?.principal.id)).toEqual(['a', undefined, 'c']);
    kept.keep('large', token('x'.repeat(800)));
    expect(['a', 'c', 'large'].map((each) => kept.get(each)?.exp)).toEqual([undefined, 1, 1]);
    kept.keep('larger', token('x'.repeat(2_000)));
    expect(['c', 'large', 'larger'].map((each) => kept.get(each))).toEqual([undefined, undefined, undefined]);
  });
});

describe('the keys of the issuer', () => {
  test('are fetched ahead: nobody waits for new ones', async () => {
    const issuer = await startIssuer();
    issuer.publish(first);
    await using who = await whoAsks(issuer.url);
    issuer.publish(first, second);
    await who.pass(5 * 60_000);
    expect(issuer.asked).toBe(2);
    issuer.instead(() => {}); // It answers nobody any more.
    const long = { exp: epoch + 1_000 };
    expect(await who.ask(await sign(second, long))).toEqual(alice);
    expect(await who.ask(await sign(first, long))).toEqual(alice);
    expect(issuer.asked).toBe(2);
    // While they are fetched the next time, those known count.
    who.clock.pass(5 * 60_000);
    expect(await who.ask(await sign(first, { ...long, jti: 'another' }))).toEqual(alice);
    await issuer.close();
  });

  test('are fetched for one that is not known, once for all who wait, and not again for half a minute', async () => {
    const issuer = await startIssuer();
    issuer.publish(first);
    await using who = await whoAsks(issuer.url);
    const long = { exp: epoch + 1_000 };
    expect(await who.ask(await sign(second, long))).toEqual(refused(/none of the keys/));
    expect(issuer.asked).toBe(1);
    who.clock.pass(30_000);
    issuer.publish(first, second);
    const tokens = await Promise.all([1, 2, 3, 4].map((jti) => sign(second, { ...long, jti: `${jti}` })));
    expect(await Promise.all(tokens.map((token) => who.ask(token)))).toEqual([alice, alice, alice, alice]);
    expect(issuer.asked).toBe(2);
    const made = await makeKey('made up');
    for (const jti of 'abcdef') expect(await who.ask(await sign(made, { jti }))).toEqual(refused(/none of the keys/));
    expect(issuer.asked).toBe(2);
    who.clock.pass(30_000);
    expect(await who.ask(await sign(made))).toEqual(refused(/none of the keys/));
    expect(issuer.asked).toBe(3);
    await issuer.close();
  });

  test('are asked for again where the issuer is away when the gateway starts', async () => {
    const port = await freePort();
    await using who = await whoAsks(`http://127.0.0.1:${port}/keys`);
    const token = await sign(first, { exp: epoch + 1_000 });
    const away = { code: 'ISSUER_UNREACHABLE', message: 'The gateway has no keys to verify the token with.' };
    expect(await who.ask(token)).toEqual(away);
    expect(await who.identity.identify(undefined)).toBe(anonymous);
    for (const ms of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000]) {
      expect(who.clock.timers).toEqual([ms]);
      await who.pass(ms);
    }
    expect(who.clock.timers).toEqual([30_000]);
    const issuer = await startIssuer(port);
    issuer.publish(first);
    // Who comes while they are fetched, waits for them.
    who.clock.pass(30_000);
    expect(await who.ask(token)).toEqual(alice);
    expect(who.log).toEqual([
      expect.stringMatching(/^error ISSUER_UNREACHABLE {2}.*ECONNREFUSED.*tokens are refused until they are there/),
      expect.stringMatching(/^The issuer answers again/),
    ]);
    await issuer.close();
  });

  test('count for an hour while the issuer is away, and no longer', async () => {
    const issuer = await startIssuer();
    issuer.publish(first);
    await using who = await whoAsks(issuer.url);
    const token = await sign(first, { exp: epoch + 100_000 });
    issuer.instead((response) => void response.writeHead(500).end());
    await who.pass(5 * 60_000);
    await who.pass(54 * 60_000);
    expect(await who.ask(token)).toEqual(alice);
    await who.pass(60_000 - 1);
    expect(who.identity.identify(`Bearer ${token}`)).toEqual(alice);
    who.clock.pass(1);
    expect(await who.ask(token)).toMatchObject({ code: 'ISSUER_UNREACHABLE' });
    await who.settled();
    await who.pass(30_000);
    expect(who.log).toEqual([
      expect.stringMatching(/HTTP 500.*those known count for up to an hour/),
      expect.stringMatching(/HTTP 500.*tokens are refused until they are there/),
    ]);
    issuer.instead(undefined);
    await who.pass(30_000);
    expect(await who.ask(token)).toEqual(alice);
    await issuer.close();
  });

  test.each<[string, (response: import('node:http').ServerResponse) => void, RegExp]>([
    ['a redirect', (response) => void response.writeHead(302, { location: '/other' }).end(), /HTTP 302/],
    ['more than fits', (response) => void response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`), /larger than/],
    ['no JSON', (response) => void response.end('<html>token=hunter2</html>'), /it is no set of keys/],
    ['no set', (response) => void response.end('{"keys":{}}'), /it is no set of keys/],
    ['null', (response) => void response.end('null'), /it is no set of keys/],
    ['half of it', (response) => void response.writeHead(200, { 'content-length': 9 }).write('{'), /no answer in time/],
    ['nothing', () => {}, /no answer in time/],
  ])('stay as they are where it answers with %s', async (_, answer, why) => {
    const issuer = await startIssuer();
    issuer.publish(first);
    await using who = await whoAsks(issuer.url);
    issuer.instead(answer);
    who.clock.pass(5 * 60_000);
    await until(() => issuer.asked === 2);
    if (/in time/.test(why.source)) who.clock.pass(3_000);
    await who.settled();
    expect(await who.ask(await sign(first, { exp: epoch + 1_000 }))).toEqual(alice);
    expect(who.log).toEqual([expect.stringMatching(why)]);
    expect(who.log.join()).not.toContain('hunter2');
    await issuer.close();
  });

  test('that cannot be used are said in the log once', async () => {
    const issuer = await startIssuer();
    issuer.publish({ jwk: { ...first.jwk, y: first.jwk.x } }, { jwk: { ...second.jwk, d: second.jwk.x } });
    await using who = await whoAsks(issuer.url);
    for (const jti of 'abc') {
      expect(await who.ask(await sign(first, { jti }))).toEqual(refused(/a key that cannot be used/));
      expect(await who.ask(await sign(second, { jti }))).toEqual(refused(/a key that cannot be used/));
    }
    expect(who.log).toEqual([expect.stringMatching(/^A key of the issuer at .* cannot be used/)]);
    await issuer.close();
  });

  test('that no token names are found where only one fits', async () => {
    const issuer = await startIssuer();
    issuer.publish(first, rsa);
    await using who = await whoAsks(issuer.url);
    const token = await sign(first, {}, { kid: undefined });
    expect(await who.ask(token)).toEqual(alice);
    issuer.publish(first, second);
    await who.pass(5 * 60_000);
    expect(await who.ask(await sign(first, { exp: epoch + 1_000 }, { kid: undefined }))).toEqual(refused(/kid/));
    await issuer.close();
  });
});

describe('ready-made principals', () => {
  test('are there where they are on, and the log says what that means', () => {
    const log: string[] = [];
    const { identify } = createIdentity({ devPrincipals: true, log: (line) => log.push(line) });
    expect(log).toEqual([expect.stringMatching(/^For development only: .*dev-analyst, dev-marketer, dev-officer/)]);
    const named = (name: string) => identify(`Bearer ${name}`);
    const more = { kind: 'user', attributes: {} };
    expect(named('dev-analyst')).toEqual({ id: 'dev-analyst', team: 'Analytics', roles: [], ...more });
    expect(named('dev-marketer')).toEqual({ id: 'dev-marketer', team: 'Marketing', roles: [], ...more });
    expect(named('dev-officer')).toEqual({ id: 'dev-officer', team: 'Governance', roles: ['governance'], ...more });
    expect(identify(undefined)).toBe(anonymous);
    for (const other of ['dev-admin', 'DEV-ANALYST', '__proto__', 'a.b.c'])
      expect(() => named(other)).toThrow(expect.objectContaining({ code: 'TOKEN_INVALID' }));
  });

  test('are beside those of an issuer, who cannot name them', async () => {
    const issuer = await startIssuer();
    issuer.publish(first);
    await using who = await whoAsks(issuer.url, {}, { devPrincipals: true });
    expect(await who.ask('dev-officer')).toMatchObject({ roles: ['governance'] });
    expect((await who.ask(await sign(first, { sub: 'dev-officer' }))).id).toBe(`${issuerName}#dev-officer`);
    expect((await who.ask(await sign(first, { sub: 'anonymous' }))).id).not.toBe(anonymous.id);
    await issuer.close();
  });

  test('are not there unless they are on', async () => {
    const { identify } = createIdentity({ log: () => {} });
    expect(identify('Bearer dev-officer')).toBe(anonymous);
    expect(identify('whatever')).toBe(anonymous);
    const issuer = await startIssuer();
    await using who = await whoAsks(issuer.url);
    expect(await who.ask('dev-officer')).toMatchObject({ code: 'TOKEN_INVALID' });
    await issuer.close();
  });
});

describe('the settings', () => {
  const whole = {
    WEFT_JWT_ISSUER: issuerName,
    WEFT_JWT_AUDIENCE: 'weft',
    WEFT_JWKS_URL: 'https://login.example.com/keys',
  };
  const fault = (env: Record<string, string>) => {
    try {
      readConfig(env);
      return undefined;
    } catch (error) {
      const { code, message, help } = error as { code: string; message: string; help: string };
      return { code, text: `${message} ${help}` };
    }
  };

  test('are none to begin with', () => {
    expect(readConfig({})).toMatchObject({ jwtIssuer: '', jwtAudience: [], jwksUrl: '', devPrincipals: false });
    const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
    expect(readConfig(whole)).toMatchObject({
      jwtAlgorithms: algorithms,
      jwtTeamClaim: 'team',
      jwtRolesClaim: 'roles',
    });
    const more = { WEFT_JWT_ALGORITHMS: 'ES384, RS512', WEFT_JWT_ATTRIBUTE_CLAIMS: 'region,address.country' };
    expect(readConfig({ ...whole, ...more })).toMatchObject({
      jwtAlgorithms: ['ES384', 'RS512'],
      jwtAttributeClaims: ['region', 'address.country'],
    });
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['an issuer alone', { WEFT_JWT_ISSUER: issuerName }, /WEFT_JWT_AUDIENCE and WEFT_JWKS_URL is not set/],
    ['no audience', { ...whole, WEFT_JWT_AUDIENCE: ' , ' }, /but WEFT_JWT_AUDIENCE is not set/],
    ['keys alone', { WEFT_JWKS_URL: 'https://a.example/keys' }, /WEFT_JWT_ISSUER and WEFT_JWT_AUDIENCE/],
    ['a claim alone', { WEFT_JWT_TEAM_CLAIM: 'group' }, /WEFT_JWT_TEAM_CLAIM says .*WEFT_JWKS_URL is not set/],
    ['a shared secret', { ...whole, WEFT_JWT_ALGORITHMS: 'RS256,HS256' }, /jwtAlgorithms must be made of/],
    ['no signature', { ...whole, WEFT_JWT_ALGORITHMS: 'none' }, /jwtAlgorithms must be made of/],
    ['an address that is none', { ...whole, WEFT_JWKS_URL: 'file:///etc/keys' }, /Invalid URL \(jwksUrl\)/],
    ['an issuer with a #', { ...whole, WEFT_JWT_ISSUER: 'https://a.example/#x' }, /without blanks and #/],
    ['known tokens in production', { WEFT_DEV_PRINCIPALS: 'true', NODE_ENV: 'production' }, /in production/],
    ['known tokens for all', { WEFT_DEV_PRINCIPALS: 'true', WEFT_HOST: '0.0.0.0' }, /whoever reaches 0\.0\.0\.0/],
  ])('with %s do not start a gateway', (_, env, why) => {
    expect(fault(env)).toEqual({ code: 'CONFIG_INVALID', text: expect.stringMatching(why) });
  });

  test('let developers be somebody on their own machine', () => {
    expect(fault({ WEFT_DEV_PRINCIPALS: 'true' })).toBeUndefined();
    expect(fault({ WEFT_DEV_PRINCIPALS: 'true', NODE_ENV: 'test', WEFT_HOST: '::1' })).toBeUndefined();
    expect(fault({ NODE_ENV: 'production', ...whole })).toBeUndefined();
  });
});
