/** What may not be read is in no part of an answer, no event, and in nobody else's answer. */
import { GraphQLError, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Access } from '../gateway/engine/access.ts';
import type { EventStream, Operation } from '../gateway/engine/engine.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { compose, planningHere, subgraphsOf } from './federation/graph.ts';

const parts = {
  shop: {
    sdl: `type Query { order: Order } type Order @key(fields: "id") { id: ID! total: Int secret: String }
      type Subscription { changed: Order renamed: Order }`,
    resolvers: {
      Query: { order: () => ({ id: 'o1', total: 21, secret: 's3cret' }) },
      Order: { __resolveReference: ({ id }: any) => ({ id, total: 21, secret: 's3cret' }) },
    },
  },
};

const denying = (...denied: readonly string[]): Access => ({
  key: denied.join(),
  decide: (coordinate) =>
    denied.includes(coordinate)
      ? { effect: 'deny', denial: { message: `No ${coordinate}.`, extensions: { code: 'ACCESS_DENIED' } } }
      : { effect: 'allow' },
  refuses: () => undefined,
});

async function startEngine(more: object = {}, of: Parameters<typeof compose>[0] = parts) {
  const create = createWeftEngine({ createPlanner: planningHere(), ...more });
  const events = [{ data: { changed: { __typename: 'Order', id: 'o1', total: 21, secret: 's3cret' } } }];
  const stream = (): EventStream => ({
    async next() {
      const value = events.shift();
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    close: () => {},
  });
  const engine = await create(compose(of), {
    fetchSubgraph: subgraphsOf(of, []),
    subscribeSubgraph: async () => stream(),
    log: () => {},
  });
  const operation = (source: string, access?: Access): Operation => ({
    ...{ document: parse(source), source, operationName: null, variables: {} },
    context: access ? { access } : {},
  });
  return { engine, operation };
}

test('a deferred part has no denied field either', async () => {
  const { engine, operation } = await startEngine();
  const asked = operation('{ order { id ... @defer { total secret } } }', denying('Order.secret'));
  const answer = await engine.executeInParts?.(asked);
  const patches = [];
  for await (const each of answer?.patches ?? []) patches.push(...each);
  expect(patches).toMatchObject([
    { path: ['order'], data: { total: 21, secret: null }, errors: [{ message: 'No Order.secret.' }] },
  ]);
  await engine.close();
});

test('an event has none, and nobody subscribes at a field that is denied', async () => {
  const { engine, operation } = await startEngine();
  const refused = await engine.planSubscription?.(
    operation('subscription { changed { id } }', denying('Subscription.changed')),
    false,
  );
  expect(refused).toMatchObject({ message: 'No Subscription.changed.', extensions: { code: 'ACCESS_DENIED' } });
  const asked = operation('subscription { changed { total secret } }', denying('Order.secret'));
  const plan = await engine.planSubscription?.(asked, false);
  if (!plan || !('open' in plan)) throw new Error('It is planned.');
  const { value } = await (await plan.open({})).next();
  const { data, errors } = await plan.answer(value ?? {}, asked.context);
  expect(data).toEqual({ changed: { total: 21, secret: null } });
  expect(errors).toMatchObject([{ message: 'No Order.secret.', path: ['changed', 'secret'] }]);
  await engine.close();
});

test('of equal queries that are answered once, each asker gets what it may read, a thousand times', async () => {
  const { engine, operation } = await startEngine({ shareEqual: true });
  const source = '{ order { id secret } }';
  const askers = [undefined, denying('Order.secret'), denying('Order.id', 'Order.secret')];
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, at) => engine.execute(operation(source, askers[at % askers.length]))),
  );
  for (const [at, { data }] of answers.entries()) {
    const { order } = JSON.parse(JSON.stringify(data));
    expect(order?.secret ?? null).toBe(at % askers.length === 0 ? 's3cret' : null);
  }
  await engine.close();
});

describe('what a subgraph says of a failure', () => {
  const failing = {
    shop: {
      sdl: parts.shop.sdl,
      resolvers: {
        Query: {
          order: () => ({
            id: 'o1',
            secret: 's3cret',
            total() {
              throw new GraphQLError('No total beside s3cret.', { extensions: { code: 's3cret', more: 's3cret' } });
            },
          }),
        },
      },
    },
  };
  const masking: Access = {
    ...denying(),
    key: 'masking',
    decide: (coordinate) =>
      coordinate === 'Order.secret'
        ? { effect: 'mask', mask: { name: 'constant', apply: () => '*' }, denial: { message: 'No.', extensions: {} } }
        : { effect: 'allow' },
  };

  test('is passed on, but not to somebody who may not read all that the subgraph has as it is, asked for or not', async () => {
    const { engine, operation } = await startEngine({}, failing);
    const told = async (source: string, access?: Access) =>
      JSON.parse(JSON.stringify(await engine.execute(operation(source, access))));
    const open = await told('{ order { secret total } }');
    expect(open.errors).toMatchObject([{ message: 'No total beside s3cret.', path: ['order', 'total'] }]);
    expect((await told('{ order { id total } }', denying('Order.other'))).errors).toMatchObject(open.errors);
    for (const source of [
      '{ order { secret total } }',
      '{ order { ...F total } } fragment F on Order { s: secret }',
      '{ order { id total } }',
    ]) {
      const masked = await told(source, masking);
      expect(JSON.stringify(masked)).not.toContain('s3cret');
      expect(masked.errors).toMatchObject([
        {
          message: expect.stringContaining('is restricted'),
          path: ['order', 'total'],
          extensions: { code: 'SUBGRAPH_ERROR' },
        },
      ]);
    }
    await engine.close();
  });
});
