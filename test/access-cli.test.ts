/** `weft access`, as people use it: somebody asks for a product, its owner approves, queries show more, until it is revoked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AgreedMesh, startAgreedMesh, type Who } from './agreed-mesh.ts';
import { root, weft } from './mesh.ts';

const ann: Who = { sub: 'ann', team: 'Analytics' };
const joe: Who = { sub: 'joe', team: 'Customer Care' };
const eve: Who = { sub: 'eve', team: 'Marketing' };

let mesh: AgreedMesh;
beforeAll(async () => {
  mesh = await startAgreedMesh();
});
afterAll(() => mesh[Symbol.asyncDispose]());

/** With a token in the environment, where whoever works on a machine would have it. */
const as = async (who: Who | undefined, ...args: string[]) =>
  weft([...args, '--gateway', mesh.gateway.url], {
    cwd: root,
    ...(who && { env: { WEFT_TOKEN: await mesh.tokenOf(who) } }),
  });
const dataOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).data;
const product = ['access', 'request', 'care.customers', '--role', 'reader'];

async function nameFor(who: Who, purpose: string): Promise<unknown> {
  const token = await mesh.tokenOf(who);
  const { stdout } = await as(undefined, 'query', '{ customer { name } }', '--token', token, '--purpose', purpose);
  return JSON.parse(stdout).data.customer.name;
}

test('from the request to the end', async () => {
  expect(await nameFor(ann, 'research')).toBeNull();
  const requested = await as(ann, ...product, '--purpose', 'research', '--usage', 'The yearly report');
  expect(requested).toMatchObject({ code: 0 });
  const [, id = ''] =
    /^agreement (\d+): Analytics reads care\.customers for research as reader, until /.exec(requested.stdout) ?? [];
  expect(requested.stderr).toContain(
    `requested: waits for Customer Care\nOne of them approves it with \`weft access approve ${id}\`.`,
  );
  expect(await nameFor(ann, 'research')).toBeNull();

  const waiting = await as(joe, 'access', 'list', '--status', 'requested');
  expect(waiting.stdout).toMatch(
    new RegExp(`^${id}\\s+requested\\s+care\\.customers\\s+research\\s+Analytics\\s+Customer Care`, 'm'),
  );
  expect(await as(eve, 'access', 'approve', id)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('AGREEMENT_NOT_YOURS'),
  });

  const approved = await as(joe, 'access', 'approve', id, '--json');
  expect(approved.code).toBe(0);
  expect(dataOf(approved)).toMatchObject({
    id: Number(id),
    status: 'APPROVED',
    consumer: { team: 'Analytics' },
    roles: ['reader'],
  });
  // A study is a kind of research; marketing is none, and others have not asked.
  expect(await nameFor(ann, 'study')).toBe('Ada');
  expect([await nameFor(ann, 'marketing'), await nameFor(eve, 'research')]).toEqual([null, null]);
  const listed = dataOf(await as(ann, 'access', 'list', '--team', 'Analytics', '--json'));
  expect(listed).toMatchObject([{ id: Number(id), status: 'APPROVED', usage: 'The yearly report' }]);

  expect((await as(joe, 'access', 'reassess', id)).stderr).toContain('It is to be looked at again on 20');
  const revoked = await as(joe, 'access', 'revoke', id, '--because', 'The report is out');
  expect(revoked).toMatchObject({ code: 0, stderr: expect.stringContaining('revoked: The report is out') });
  expect(await nameFor(ann, 'research')).toBeNull();
  expect((await as(ann, 'access', 'list')).stderr).toBe('0 agreements\n');
});

test('what is refused is in force for nobody', async () => {
  const { id } = dataOf(await as(eve, ...product, '--purpose', 'research', '--only-me', '--json'));
  const refused = dataOf(await as(joe, 'access', 'refuse', String(id), '--because', 'Ask for less', '--json'));
  expect(refused).toMatchObject({ status: 'REJECTED', because: 'Ask for less' });
  expect(await nameFor(eve, 'research')).toBeNull();
  const again = await as(joe, 'access', 'approve', String(id));
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('AGREEMENT_DECIDED') });
});

test('purposes are listed with what they are kinds of', async () => {
  const { stdout } = await as(undefined, 'access', 'purposes');
  expect(stdout).toMatch(/^study\s+One study\s+research$/m);
  expect(dataOf(await as(undefined, 'access', 'purposes', '--json'))).toHaveLength(3);
});

describe('what cannot be asked for is said', () => {
  test.each([
    [['care.customer', '--purpose', 'research'], 'care.customers'],
    [['care.customers', '--purpose', 'reserach'], 'research'],
    [['care.customers', '--purpose', 'research', '--role', 'raeder'], 'reader'],
    [['care.customers', '--purpose', 'research', '--role', 'reader', '--until', '2020-01-01'], '2020-01-01 is over'],
    [['care.customers'], '--purpose'],
  ])('%j', async (args, meant) => {
    const { code, stdout, stderr } = await as(ann, 'access', 'request', ...args);
    expect({ isOne: code === 1 || code === 2, stdout }).toEqual({ isOne: true, stdout: '' });
    expect(stderr).toContain(meant);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('by somebody who shows no token', async () => {
    const { code, stderr } = await as(undefined, ...product, '--purpose', 'research');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^[A-Z_]+ {2}/) });
  });
});
