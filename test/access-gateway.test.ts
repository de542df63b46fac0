/** The same question, asked by others and for other purposes, has other answers: as policies say. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { makeMesh, root } from './mesh.ts';
import { subscribe } from './streaming-gateway.ts';
import { ask, startSubgraph } from './subgraph.ts';

const sdl = `${schemaHead}
  type Query { customers(where: CustomerWhere): [Customer] }
  input CustomerWhere {
    name: String @classified(level: "restricted", categories: ["name"], of: "Customer.name")
    segment: String @classified(level: "internal", of: "Customer.segment")
  }
  type Orders { totalCount: Int }
  type Customer @key(fields: "id") {
    id: ID! @classified(level: "confidential", categories: ["identifier"])
    name: String @owner(team: "Customer Care", product: "customers.register") @classified(level: "restricted", categories: ["name"])
    segment: String @classified(level: "internal")
    rank: Int @classified(level: "internal")
    rating: Int @classified(level: "internal")
    income: Int @classified(level: "confidential", categories: ["financial"])
    orders: Orders @classified(level: "confidential", categories: ["identifier"], of: "Order.customerId")
  }`;
const customer = { id: 'c1', name: 'Ada', segment: 'Consumer', income: 1234 };
const served = {
  ...{ ...customer, orders: { totalCount: 3 } },
  rank() {
    throw new GraphQLError('Ada has no rank.', { extensions: { code: 'NO_RANK' } });
  },
  rating() {
    throw new Error('SELECT rating WHERE name = Ada');
  },
};
const question = '{ customers { id name segment income } }';
const policies = Object.fromEntries(
  ['access.cedar', 'on-this-machine.cedar', 'purposes.yaml'].map((name) => [
    name,
    readFileSync(join(root, 'gateway/policies', name), 'utf8'),
  ]),
);

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function start(files: Readonly<Record<string, string>> = policies, settings: Record<string, unknown> = {}) {
  const customers = await startSubgraph(sdl, { resolvers: { Query: { customers: () => [served] } } });
  const inFolder = Object.entries(files).map(([name, text]) => [`access/${name}`, text] as const);
  const mesh = makeMesh({
    'customers.graphql': sdl,
    'supergraph.yaml': JSON.stringify({
      subgraphs: { customers: { routing_url: customers.url, schema: { file: './customers.graphql' } } },
    }),
    ...Object.fromEntries(inFolder),
  });
  const log: string[] = [];
  const config = readConfig(
    {},
    {
      ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, devPrincipals: true },
      ...{ accessPolicies: join(mesh.dir, 'access'), maskSecret: 'one secret for all of these tests', ...settings },
    },
  );
  open.push(mesh, { [Symbol.asyncDispose]: () => customers.close() });
  const gateway = await startGateway(config, (line) => log.push(line));
  open.push({ [Symbol.asyncDispose]: () => gateway.close() });
  const headersOf = (who?: string, purpose?: string) => ({
    ...(who && { authorization: `Bearer dev-${who}` }),
    ...(purpose && { 'weft-purpose': purpose }),
  });
  return {
    gateway,
    log,
    write: (name: string, text: string) => writeFileSync(join(mesh.dir, 'access', name), text),
    remove: (name: string) => rmSync(join(mesh.dir, 'access', name)),
    ask: (who?: string, purpose?: string, query = question) =>
      ask(`${gateway.url}/graphql`, query, {}, undefined, headersOf(who, purpose)),
    headersOf,
  };
}

describe('one question', () => {
  test('has three answers for three people, and others for another purpose', async () => {
    const mesh = await start();
    const rowFor = async (who?: string, purpose?: string) => (await mesh.ask(who, purpose)).data.customers[0];
    const hidden = {
      id: expect.stringMatching(/^[\w-]{22}$/),
      name: expect.any(String),
      segment: 'Consumer',
      income: null,
    };
    const analyst = await rowFor('analyst', 'reporting');
    expect(analyst).toEqual(hidden);
    expect(JSON.stringify(analyst)).not.toMatch(/Ada|c1|1234/);
    expect(await rowFor('analyst', 'marketing')).toEqual(analyst);
    expect(await rowFor('marketer', 'reporting')).toEqual(analyst);
    const campaign = { ...customer, income: null };
    expect(await rowFor('marketer', 'marketing')).toEqual(campaign);
    expect(await rowFor('marketer', 'direct-marketing')).toEqual(campaign);
    expect(await rowFor('marketer', 'no such purpose')).toEqual(analyst);
    expect(await rowFor('officer')).toEqual(customer);
    // Who develops on this machine.
    expect(await rowFor()).toEqual(customer);
  });

  test('of somebody who shows nothing is answered with what is for everybody, where nothing else is said', async () => {
    const { 'on-this-machine.cedar': _, ...others } = policies;
    const mesh = await start(others);
    const { data, errors } = await mesh.ask(
      undefined,
      undefined,
      '{ customers { segment name } dataProducts { totalCount } }',
    );
    expect(data).toEqual({ customers: [{ segment: null, name: null }], dataProducts: { totalCount: 0 } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['ACCESS_DENIED', 'ACCESS_DENIED']);
    expect(errors?.[1]).toMatchObject({
      message: expect.stringMatching(
        /customers\.register.*Customer Care decides.*weft access request customers\.register/,
      ),
      path: ['customers', 0, 'name'],
      extensions: { coordinate: 'Customer.name', product: 'customers.register', policies: [] },
    });
  });

  test('tells nobody by a filter what it does not show, and leads on where only a key is masked', async () => {
    const mesh = await start();
    const filtered = (by: string) => `{ customers(where: { ${by} }) { segment orders { totalCount } } }`;
    const refused = await mesh.ask('analyst', undefined, filtered('name: "Ada"'));
    expect(refused).toMatchObject({
      errors: [
        { message: expect.stringMatching(/^Customer\.name is shown masked/), extensions: { code: 'ACCESS_DENIED' } },
      ],
    });
    const answered = { customers: [{ segment: 'Consumer', orders: { totalCount: 3 } }] };
    expect((await mesh.ask('analyst', undefined, filtered('segment: "Consumer"'))).data).toEqual(answered);
    expect((await mesh.ask('marketer', 'marketing', filtered('name: "Ada"'))).data).toEqual(answered);
  });

  test('tells nobody what it does not show by what the subgraph says, and the log tells nobody at all', async () => {
    const mesh = await start();
    const failures = async (who: string, query: string) => (await mesh.ask(who, undefined, query)).errors;
    expect(await failures('officer', '{ customers { name rank } }')).toMatchObject([
      { message: 'Ada has no rank.', path: ['customers', 0, 'rank'], extensions: { code: 'NO_RANK' } },
    ]);
    expect(await failures('analyst', '{ customers { name rank rating } }')).toMatchObject([
      { message: expect.stringContaining('restricted'), extensions: { code: 'NO_RANK' } },
      { message: expect.stringContaining('restricted'), extensions: { code: 'SUBGRAPH_ERROR' } },
    ]);
    expect(mesh.log.join('\n')).toContain('subgraph customers: an error without a code');
    expect(mesh.log.join('\n')).not.toContain('Ada');
  });

  test('is answered by purpose over a WebSocket, too', async () => {
    const mesh = await start();
    const client = subscribe(mesh.gateway, 'ws', question, { headers: mesh.headersOf('marketer', 'marketing') });
    expect((await client.next()).data.customers).toEqual([{ ...customer, income: null }]);
    await client.leave();
  });
});

describe('policies', () => {
  test('that are changed hold from the next question on, once they are read again', async () => {
    const mesh = await start();
    expect((await mesh.ask()).data.customers).toEqual([customer]);
    mesh.remove('on-this-machine.cedar');
    expect(await mesh.gateway.reload()).toMatchObject({ changed: true });
    expect((await mesh.ask()).data).toEqual({ customers: [null] });
    expect(await mesh.gateway.reload()).toMatchObject({ changed: false });
  });

  test('with a fault in one of them leave all as they were, and that is said', async () => {
    const mesh = await start();
    mesh.write(
      'more.cedar',
      '@id("more") permit (principal, action == Weft::Action::"read", resource) when { resource.size > 1 };',
    );
    expect(await mesh.gateway.reload()).toMatchObject({ changed: false });
    expect(mesh.log.join('\n')).toMatch(/more\.cedar:1:81 error ACCESS_POLICY_INVALID/);
    expect((await mesh.ask('analyst')).data.customers[0].income).toBeNull();
  });

  test('that cannot be used at all are nothing to start with', async () => {
    await expect(start({ 'access.cedar': 'permit (principal' })).rejects.toMatchObject({
      code: 'ACCESS_POLICY_INVALID',
    });
    const nothing = await start({ 'purposes.yaml': 'purposes: {}' });
    expect((await nothing.ask('officer')).data).toEqual({ customers: null });
  });

  test('are not left to an engine that knows none', () => {
    expect(() => readConfig({}, { accessPolicies: 'access', engine: 'apollo' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
