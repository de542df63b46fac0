/** Equal queries of consumers that are under way at the same time, where sharing is on. */
import { parse } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import { answerText } from '../gateway/engine/answer.ts';
import type { Engine, RequestContext, SubgraphResponse } from '../gateway/engine/engine.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { compose, planningHere } from './federation/graph.ts';

const supergraph = compose({
  books: {
    sdl: `
    type Query { count(of: String): Int moved: Int }
    type Mutation { add: Int }`,
  },
  shop: { sdl: 'type Query { moved: Int @override(from: "books", label: "percent(50)") }' },
});

/** What a subgraph was asked, until it answers. */
interface Held {
  readonly context: RequestContext;
  answer(response: SubgraphResponse): void;
  fail(error: Error): void;
}

let engine: Engine | undefined;
afterEach(() => engine?.close());

async function startSharing() {
  const held: Held[] = [];
  engine = await createWeftEngine({ createPlanner: planningHere(), shareEqual: true })(supergraph, {
    fetchSubgraph: (_subgraph, _request, context) =>
      new Promise((answer, fail) => {
        held.push({ context, answer, fail });
      }),
    log: () => {},
  });
  const ask = async (
    source: string,
    context: RequestContext = {},
    variables: Readonly<Record<string, unknown>> = {},
  ) => {
    const document = parse(source);
    const { data, errors } = await (engine as Engine).execute({
      ...{ document, source, operationName: null, variables, context },
    });
    return JSON.parse(answerText({ data, ...(errors && { errors: errors.map((each) => each.toJSON()) }) }));
  };
  return { ask, held };
}

/** Compiling and planning take many turns of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
/** An operation that is compiled reaches its subgraphs, or joins another, within one turn. */
const aTurn = () => new Promise(setImmediate);

const query = '{ count }';

describe('equal queries', () => {
  test('are answered once, and each consumer gets the whole answer', async () => {
    const { ask, held } = await startSharing();
    const first = ask(query);
    await until(() => held.length === 1);
    const others = [ask(query), ask(query)];
    await aTurn();
    expect(held).toHaveLength(1);
    held[0]?.answer({ data: { count: 3 } });
    expect(await Promise.all([first, ...others])).toEqual(Array(3).fill({ data: { count: 3 } }));
    const later = ask(query);
    await until(() => held.length === 2);
    held[1]?.answer({ data: { count: 4 } });
    expect(await later).toEqual({ data: { count: 4 } });
  });

  test('fail for all of them', async () => {
    const { ask, held } = await startSharing();
    const asking = [ask(query), ask(query)];
    await until(() => held.length === 1);
    held[0]?.fail(new Error('a bug'));
    for (const { data, errors } of await Promise.all(asking)) {
      expect(data).toEqual({ count: null });
      expect(errors).toMatchObject([{ path: ['count'], extensions: { code: 'SUBGRAPH_ERROR' } }]);
    }
  });

  test('are not equal with other variables, headers or words, where a field has moved for one of them, and if they change something', async () => {
    const { ask, held } = await startSharing();
    const of = 'query ($of: String) { count(of: $of) }';
    const asking = [
      ask(of, {}, { of: 'a' }),
      ask(of, {}, { of: 'b' }),
      ask(of, { headers: { authorization: 'Bearer a' } }, { of: 'a' }),
      ask('query { count(of: "a") }'),
      ask('{ moved }', { percentage: 10 }),
      ask('{ moved }', { percentage: 90 }),
      ask('mutation { add }'),
      ask('mutation { add }'),
    ];
    await until(() => held.length === asking.length);
    for (const each of held) each.answer({ data: { count: 1, moved: 1, add: 1 } });
    await Promise.all(asking);
  });

  test('go on while somebody waits, and are given up with the last one', async () => {
    const { ask, held } = await startSharing();
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const asking = [ask(query, { signal: first.signal }), ask(query, { signal: second.signal })];
    await until(() => held.length === 1);
    await aTurn();
    first.abort();
    expect(held[0]?.context.signal?.aborted).toBe(false);
    second.abort();
    expect(held[0]?.context.signal?.aborted).toBe(true);
    const again = ask(query, { signal: third.signal });
    await until(() => held.length === 2);
    held[0]?.answer({ data: { count: 1 } });
    held[1]?.answer({ data: { count: 2 } });
    expect(await again).toEqual({ data: { count: 2 } });
    await Promise.all(asking);
  });

  test('give their headers to each of them, whoever comes when', async () => {
    const { ask, held } = await startSharing();
    const told: string[] = [];
    const listening = (name: string): RequestContext => ({
      onHeaders: (headers) => void told.push(`${name} ${headers.age}`),
    });
    const gone = new AbortController();
    const asking = [ask(query, listening('first')), ask(query, { ...listening('gone'), signal: gone.signal })];
    await until(() => held.length === 1);
    await aTurn();
    held[0]?.context.onHeaders?.({ age: '1' });
    gone.abort();
    asking.push(ask(query, listening('late')));
    await aTurn();
    held[0]?.context.onHeaders?.({ age: '2' });
    held[0]?.answer({ data: { count: 1 } });
    await Promise.all(asking);
    expect(told).toEqual(['first 1', 'gone 1', 'late 1', 'first 2', 'late 2']);
  });
});
