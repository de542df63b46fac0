/** `@shareable` and `@override`: one field in two subgraphs, for good or while it moves. */
import { describe, expect, test } from 'vitest';
import { compose, startGraph } from './graph.ts';

const person = 'type Person @key(fields: "id")';

describe('@shareable', () => {
  const parts = {
    a: {
      sdl: `type Query { people: [Person] now: Clock @shareable } ${person} { id: ID! name: String @shareable onlyA: String } type Clock @shareable { hour: Int zone: String }`,
      resolvers: {
        Query: { people: () => [{ id: '1', name: 'Ada', onlyA: 'a' }], now: () => ({ hour: 9, zone: 'UTC' }) },
      },
    },
    b: {
      sdl: `type Query { now: Clock @shareable } ${person} { id: ID! name: String @shareable onlyB: String } type Clock @shareable { hour: Int minute: Int @inaccessible }`,
      resolvers: { Person: { name: () => 'from b', onlyB: () => 'b' }, Query: { now: () => ({ hour: 9, minute: 1 }) } },
    },
  };

  test('is read from the subgraph that is asked anyway', async () => {
    await using graph = await startGraph(parts);
    expect((await graph.ask('{ people { name onlyA } }')).data).toEqual({ people: [{ name: 'Ada', onlyA: 'a' }] });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['a']);
    expect((await graph.ask('{ people { onlyB } }')).data).toEqual({ people: [{ onlyB: 'b' }] });
  });

  test('a value type that two subgraphs have in parts', async () => {
    await using graph = await startGraph(parts);
    expect((await graph.ask('{ now { hour zone } }')).data).toEqual({ now: { hour: 9, zone: 'UTC' } });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['a']);
  });

  test('a field without it in two subgraphs does not compose', () => {
    expect(() => compose({ a: { sdl: 'type Query { x: Int }' }, b: { sdl: 'type Query { x: Int }' } })).toThrow(
      /Non-shareable field "Query.x"/,
    );
  });
});

describe('@override', () => {
  const parts = (label = '') => ({
    old: {
      sdl: `type Query { people: [Person] } ${person} { id: ID! name: String level: Int }`,
      resolvers: { Query: { people: () => [{ id: '1', name: 'old name', level: 1 }] } },
    },
    young: {
      sdl: `${person} { id: ID! name: String @override(from: "old"${label && `, label: "${label}"`}) }`,
      resolvers: { Person: { name: () => 'new name' } },
    },
  });
  const operation = '{ people { name level } }';
  const answer = (name: string) => ({ data: { people: [{ name, level: 1 }] } });

  test('the new owner answers, though the old one still could', async () => {
    await using graph = await startGraph(parts());
    expect(await graph.ask(operation)).toEqual(answer('new name'));
    expect(graph.asked[0]?.query).not.toContain('name}');
  });

  test('also where the old one declares it for an interface, and leads to the object by a value', async () => {
    const { old, young } = parts();
    const sdl = `interface Named { name: String } type Query { people: [Person] }
      type Person implements Named @key(fields: "id") { id: ID! name: String! tie: Tie } type Tie { to: Person @shareable }`;
    const people = [{ id: '1', name: 'old name', tie: { to: { id: '2', name: 'old name' } } }];
    const resolvers = { Query: { people: () => people }, Named: { __resolveType: () => 'Person' } };
    const named = `interface Named { name: String } extend type Query { first: Named }
      type Person implements Named @key(fields: "id") { id: ID! name: String! @override(from: "old") }`;
    await using graph = await startGraph({
      old: { ...old, sdl, resolvers: { ...resolvers, Person: { tie: () => people[0]?.tie } } },
      young: {
        sdl: named,
        resolvers: { ...young.resolvers, Query: { first: () => ({ __typename: 'Person', id: '1' }) } },
      },
    });
    expect(await graph.ask('{ first { ... on Person { name tie { to { name } } } } }')).toEqual({
      data: { first: { name: 'new name', tie: { to: { name: 'new name' } } } },
    });
  });

  test('from a subgraph that is gone', async () => {
    await using graph = await startGraph({
      a: { sdl: `type Query { x: Int @override(from: "nobody") }`, resolvers: { Query: { x: () => 3 } } },
    });
    expect(await graph.ask('{ x }')).toEqual({ data: { x: 3 } });
  });

  test.each([
    [0, 'new name'],
    [39.9, 'new name'],
    [40, 'old name'],
    [100, 'old name'],
    [undefined, 'old name'],
  ])('by percentage: a request at %s of 100, with percent(40), gets the %s', async (percentage, name) => {
    await using graph = await startGraph(parts('percent(40)'));
    const context = percentage === undefined ? {} : { percentage };
    expect(await graph.ask(operation, { context })).toEqual(answer(name));
  });

  test('by label: whoever has it on gets the new owner, and nobody else', async () => {
    await using graph = await startGraph(parts('beta-names'));
    const names = async (...labels: string[]) =>
      (await graph.ask(operation, { context: { labels: new Set(labels) } })).data.people[0].name;
    expect(await names()).toBe('old name');
    expect(await names('beta-names')).toBe('new name');
    expect(await names('other', 'beta-names')).toBe('new name');
    expect(await names('beta-name', 'beta-names ')).toBe('old name');
    expect(await names()).toBe('old name');
  });

  test('a percentage and a label in one graph are decided apart', async () => {
    await using graph = await startGraph({
      old: {
        sdl: `type Query { a: String b: String c: String }`,
        resolvers: { Query: { a: () => 'old', b: () => 'old', c: () => 'old' } },
      },
      young: {
        sdl: `type Query { a: String @override(from: "old", label: "percent(10)") b: String @override(from: "old", label: "percent(50)")
          c: String @override(from: "old", label: "c-moves") }`,
        resolvers: { Query: { a: () => 'new', b: () => 'new', c: () => 'new' } },
      },
    });
    const owners = async (percentage: number, ...labels: string[]) =>
      Object.values((await graph.ask('{ a b c }', { context: { percentage, labels: new Set(labels) } })).data).join();
    expect(await owners(5)).toBe('new,new,old');
    expect(await owners(10)).toBe('old,new,old');
    expect(await owners(49.99, 'c-moves')).toBe('old,new,new');
    expect(await owners(50, 'c-moves')).toBe('old,old,new');
  });
});
