/** Operations as consumers write them: aliases, arguments, variables, fragments, conditions, and mutations in order. */
import { describe, expect, test } from 'vitest';
import { answerText, preparedData } from '../../gateway/engine/answer.ts';
import { startGraph } from './graph.ts';

const echo = (_: unknown, args: object): string => JSON.stringify(args);

const parts = {
  shop: {
    sdl: `type Query { items(first: Int, filter: Filter): [Item] echo(text: String, list: [Int], filter: Filter, kind: Kind): String item: Item }
      input Filter { name: String = "any" not: Filter tags: [String!] kind: Kind } enum Kind { BIG SMALL }
      type Item @key(fields: "sku") { sku: ID! title(upper: Boolean = false): String }`,
    resolvers: {
      Query: {
        items: (_: unknown, { first = 2 }: any) => [...'abcd'].slice(0, first).map((sku) => ({ sku })),
        echo,
        item: () => ({ sku: 'a' }),
      },
      Item: { title: ({ sku }: any, { upper }: any) => (upper ? sku.toUpperCase() : sku) },
    },
  },
  stock: {
    sdl: 'type Item @key(fields: "sku") { sku: ID! left(at: String, days: [Int]): String }',
    resolvers: { Item: { left: ({ sku }: any, args: object) => `${sku} ${JSON.stringify(args)}` } },
  },
};

describe('aliases and arguments', () => {
  test('one field under several names, with different arguments', async () => {
    await using graph = await startGraph(parts);
    expect(
      (
        await graph.ask(
          '{ item { a: title b: title(upper: true) title c: title(upper: false) x: left(at: "here") y: left(at: "there") z: left } }',
        )
      ).data,
    ).toEqual({
      item: { a: 'a', b: 'A', title: 'a', c: 'a', x: 'a {"at":"here"}', y: 'a {"at":"there"}', z: 'a {}' },
    });
  });

  test('literals of every kind arrive as they were written', async () => {
    await using graph = await startGraph(parts);
    const { data } = await graph.ask(
      String.raw`{ a: echo(text: "quote \" back \\ line \n \u00e9", list: [1, 2], kind: BIG) b: echo(text: """block "x" """, filter: { name: null, not: { kind: SMALL, tags: [] } }) c: echo(text: null) }`,
    );
    expect(JSON.parse(data.a)).toEqual({ text: 'quote " back \\ line \n \u00e9', list: [1, 2], kind: 'BIG' });
    expect(JSON.parse(data.b)).toEqual({
      text: 'block "x" ',
      filter: { name: null, not: { name: 'any', kind: 'SMALL', tags: [] } },
    });
    expect(JSON.parse(data.c)).toEqual({ text: null });
  });

  test('aliases that are the names of other fields', async () => {
    await using graph = await startGraph(parts);
    expect(
      (await graph.ask('{ items: item { sku: title(upper: true) title: sku left: __typename x: left } }')).data,
    ).toEqual({
      items: { sku: 'A', title: 'a', left: 'Item', x: 'a {}' },
    });
  });
});

describe('introspection', () => {
  test('asked in several places is one field, with all that is asked of it', async () => {
    await using graph = await startGraph(parts);
    const { data } = await graph.ask(`query {
      __schema { queryType { name } } item { sku } ...More
      __schema @include(if: true) { mutationType { name } queryType { kind } } ... { t: __type(name: "Kind") { name } }
    }
    fragment More on Query { __schema { subscriptionType { name } } t: __type(name: "Kind") { kind } }`);
    expect(data).toEqual({
      __schema: { queryType: { name: 'Query', kind: 'OBJECT' }, mutationType: null, subscriptionType: null },
      item: { sku: 'a' },
      t: { name: 'Kind', kind: 'ENUM' },
    });
  });
});

describe('variables', () => {
  test('go to the subgraphs that use them, and to no other', async () => {
    await using graph = await startGraph(parts);
    const source =
      'query ($n: Int, $at: String, $days: [Int], $upper: Boolean) { items(first: $n) { title(upper: $upper) left(at: $at, days: $days) } }';
    const { data } = await graph.ask(source, { variables: { n: 1, at: 'x', days: [1, 2], upper: true } });
    expect(data).toEqual({ items: [{ title: 'A', left: 'a {"at":"x","days":[1,2]}' }] });
    const sent = graph.asked.map(({ variables: { representations: _, ...others } }) => Object.values(others));
    expect(sent[0]).toEqual(expect.arrayContaining([1, true]));
    expect(JSON.stringify(sent[0])).not.toContain('x');
    expect(JSON.stringify(sent[1])).not.toContain('true');
  });

  test('left out, null, and default are three things', async () => {
    await using graph = await startGraph(parts);
    const source =
      'query ($text: String, $list: [Int] = [4], $kind: Kind = BIG) { echo(text: $text, list: $list, kind: $kind) }';
    const answer = async (variables: object) =>
      JSON.parse((await graph.ask(source, { variables: { ...variables } })).data.echo);
    expect(await answer({})).toEqual({ list: [4], kind: 'BIG' });
    expect(await answer({ text: null, list: null, kind: null })).toEqual({ text: null, list: null, kind: null });
    expect(await answer({ text: 'x', list: 5, kind: 'SMALL' })).toEqual({ text: 'x', list: [5], kind: 'SMALL' });
  });

  test('within input objects and lists', async () => {
    await using graph = await startGraph(parts);
    const source =
      'query ($n: Int!, $name: String, $not: Filter) { echo(list: [1, $n], filter: { name: $name, not: $not }) }';
    const { data } = await graph.ask(source, { variables: { n: 2, not: { tags: ['a'] } } });
    expect(JSON.parse(data.echo)).toEqual({ list: [1, 2], filter: { name: 'any', not: { name: 'any', tags: ['a'] } } });
  });

  test('values that do not fit are refused before anybody is asked', async () => {
    await using graph = await startGraph(parts);
    const source = 'query ($n: Int!, $filter: Filter) { items(first: $n, filter: $filter) { sku } }';
    for (const variables of [
      {},
      { n: null },
      { n: 'one' },
      { n: 1, filter: { nam: 'x' } },
      { n: 1, filter: { kind: 'HUGE' } },
    ]) {
      const { data, errors } = await graph.ask(source, { variables });
      expect({ data, count: errors?.length }).toEqual({ data: undefined, count: 1 });
      expect(graph.asked).toEqual([]);
    }
  });

  test('one operation of several', async () => {
    await using graph = await startGraph(parts);
    const source =
      'query A { item { sku } } query B($n: Int) { items(first: $n) { ...F } } fragment F on Item { left }';
    expect((await graph.ask(source, { operationName: 'A' })).data).toEqual({ item: { sku: 'a' } });
    expect((await graph.ask(source, { operationName: 'B', variables: { n: 1 } })).data).toEqual({
      items: [{ left: 'a {}' }],
    });
  });
});

describe('@skip and @include', () => {
  const source = `query ($a: Boolean!, $b: Boolean = true) {
    item { sku ... @include(if: $a) { left title @skip(if: $b) } ...F @skip(if: $a) } items(first: 1) @skip(if: $b) { sku } __typename @include(if: $a) }
    fragment F on Item { t: title @include(if: $b) }`;

  test.each([
    [
      { a: true, b: true },
      { item: { sku: 'a', left: 'a {}' }, __typename: 'Query' },
    ],
    [
      { a: true, b: false },
      { item: { sku: 'a', left: 'a {}', title: 'a' }, items: [{ sku: 'a' }], __typename: 'Query' },
    ],
    [{ a: false, b: true }, { item: { sku: 'a', t: 'a' } }],
    [
      { a: false, b: false },
      { item: { sku: 'a' }, items: [{ sku: 'a' }] },
    ],
    [{ a: false }, { item: { sku: 'a', t: 'a' } }],
  ])('%j', async (variables, data) => {
    await using graph = await startGraph(parts);
    expect(await graph.ask(source, { variables })).toEqual({ data });
    expect(graph.asked.some(({ subgraph }) => subgraph === 'stock')).toBe(variables.a);
    expect(JSON.stringify(graph.asked)).not.toMatch(/@skip|@include/);
  });

  test('a subgraph of which everything is skipped is not asked', async () => {
    await using graph = await startGraph(parts);
    expect(await graph.ask('{ item @skip(if: true) { sku } echo @include(if: false) }')).toEqual({ data: {} });
    expect(graph.asked).toEqual([]);
  });

  test('a list of which everything is skipped still has its length', async () => {
    await using graph = await startGraph(parts);
    const source = 'query ($f: Boolean!, $t: Boolean!) { items @skip(if: $f) { sku @skip(if: $t) } }';
    expect(await graph.ask(source, { variables: { f: false, t: true } })).toEqual({ data: { items: [{}, {}] } });
  });

  test('the same field skipped here and kept there', async () => {
    await using graph = await startGraph(parts);
    expect((await graph.ask('{ item { sku @skip(if: true) title } item { sku } }')).data).toEqual({
      item: { title: 'a', sku: 'a' },
    });
  });
});

describe('fragments', () => {
  test('nested, repeated, and on the type itself', async () => {
    await using graph = await startGraph(parts);
    const source = `{ item { ...A ... on Item { ...B } ...A } } fragment A on Item { sku ...B } fragment B on Item { left ... { title } }`;
    expect(await graph.ask(source)).toEqual({ data: { item: { sku: 'a', left: 'a {}', title: 'a' } } });
  });

  test('arguments have no order: what differs only in it is one field', async () => {
    await using graph = await startGraph({
      shop: {
        sdl: `type Query { item(x: Int, at: At): Item } input At { a: Int b: Int } type Item { x: Int y: Int }`,
        resolvers: { Query: { item: (_: unknown, { x, at }: any) => ({ x, y: at.a - at.b }) } },
      },
    });
    const source = '{ item(x: 1, at: { a: 5, b: 2 }) { x } item(at: { b: 2, a: 5 }, x: 1) { y } }';
    expect(await graph.ask(source)).toEqual({ data: { item: { x: 1, y: 3 } } });
  });

  test('selections of one key are merged, wherever they stand', async () => {
    await using graph = await startGraph(parts);
    expect(await graph.ask('{ item { sku } ...Q item { title } } fragment Q on Query { item { left } }')).toEqual({
      data: { item: { sku: 'a', left: 'a {}', title: 'a' } },
    });
  });
});

describe('mutations', () => {
  const remembering = () => {
    const log: string[] = [];
    const note =
      (subgraph: string) =>
      (_: unknown, { text }: any) => {
        log.push(`${subgraph} ${text}`);
        return { id: String(log.length), log: log.join(', ') };
      };
    const sdl = (field: string) =>
      `type Query { ${field}: Int } type Mutation { ${field}(text: String): Entry ${field}Fails: Entry! }`;
    return {
      a: {
        sdl: `${sdl('a')} type Entry @key(fields: "id") { id: ID! log: String @shareable }`,
        resolvers: { Mutation: { a: note('a'), aFails: () => Promise.reject(new Error('No.')) } },
      },
      b: {
        sdl: `${sdl('b')} type Entry @key(fields: "id") { id: ID! log: String @shareable}`,
        resolvers: { Mutation: { b: note('b') } },
      },
      seen: {
        sdl: `type Entry @key(fields: "id") { id: ID! seen: String }`,
        resolvers: { Entry: { seen: () => log.join(', ') } },
      },
    };
  };

  test('run one after the other, in the order of the operation, whoever resolves them', async () => {
    await using graph = await startGraph(remembering);
    const { data, errors } = await graph.ask(
      'mutation { one: a(text: "1") { log } two: b(text: "2") { log } three: a(text: "3") { log } four: a(text: "4") { log } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      one: { log: 'a 1' },
      two: { log: 'a 1, b 2' },
      three: { log: 'a 1, b 2, a 3' },
      four: { log: 'a 1, b 2, a 3, a 4' },
    });
  });

  test('the same mutation twice happens twice', async () => {
    await using graph = await startGraph(remembering);
    expect(
      (await graph.ask('mutation { x: a(text: "s") { log } y: a(text: "s") { log } x: a(text: "s") { id } }')).data,
    ).toEqual({
      x: { log: 'a s', id: '1' },
      y: { log: 'a s, a s' },
    });
  });

  test('what they return is completed by other subgraphs', async () => {
    await using graph = await startGraph(remembering);
    const { data } = await graph.ask('mutation ($t: String) { a(text: $t) { id seen } }', { variables: { t: 'v' } });
    expect(data).toEqual({ a: { id: '1', seen: 'a v' } });
  });

  test('each is completed before the next one begins: it shows its own work, and no later one', async () => {
    await using graph = await startGraph(remembering);
    const { data } = await graph.ask(
      'mutation ($t: String) { one: a(text: "1") { seen } two: b(text: $t) { seen } three: b(text: "3") { seen } }',
      { variables: { t: '2' } },
    );
    expect(data).toEqual({ one: { seen: 'a 1' }, two: { seen: 'a 1, b 2' }, three: { seen: 'a 1, b 2, b 3' } });
  });

  test('one that fails is null, or all of the answer, with an error', async () => {
    await using graph = await startGraph(remembering);
    const { data, errors } = await graph.ask('mutation { a(text: "1") { id } aFails { id } }');
    expect(data).toBeNull();
    expect(errors).toContainEqual(expect.objectContaining({ message: 'No.', path: ['aFails'] }));
  });
});

describe('the text of an answer', () => {
  const answer = () => ({ data: preparedData('{"a":[1]}') });

  test('is what is sent, unless somebody has changed what it stands for', () => {
    const [sent, seen, changed] = [answer(), answer(), answer()];
    expect(answerText(sent)).toBe('{"data":{"a":[1]}}');
    expect([seen.data.a, answerText(seen)]).toEqual([[1], '{"data":{"a":[1]}}']);
    changed.data.a = 2;
    expect(answerText(changed)).toBe('{"data":{"a":2}}');
  });

  test('is not kept by whoever keeps the answer after it was sent', () => {
    const sent = answer();
    answerText(sent);
    expect(() => sent.data.a).toThrow('an answer that has been sent');
  });
});
