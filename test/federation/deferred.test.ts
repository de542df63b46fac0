/** `@defer` as the engine answers it: which patches there are, what is in them, and whom their errors name. */
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { answerText } from '../../gateway/engine/answer.ts';
import { createWeftEngine } from '../../gateway/engine/weft.ts';
import { compiledWorkings, interpretedWorkings, type Workings } from '../../gateway/engine/workings.ts';
import { type Asked, compose, type Part, planningHere, subgraphsOf } from './graph.ts';

interface InParts {
  readonly initial: any;
  readonly patches: any[];
  readonly asked: readonly Asked[];
}

/** By both forms of the engine, whose answers must be the same. */
async function ask(parts: Readonly<Record<string, Part>>, source: string): Promise<InParts> {
  const answer = await answered(parts, source, compiledWorkings);
  expect(await answered(parts, source, interpretedWorkings)).toEqual(answer);
  return answer;
}

async function answered(parts: Readonly<Record<string, Part>>, source: string, workings: Workings): Promise<InParts> {
  const asked: Asked[] = [];
  const create = createWeftEngine({ createPlanner: planningHere(), workings });
  const engine = await create(compose(parts), { fetchSubgraph: subgraphsOf(parts, asked), log: () => {} });
  const document = parse(source);
  expect(validate(engine.schema, document)).toEqual([]);
  const operation = { document, source, operationName: null, variables: {}, context: {} };
  const inParts = await engine.executeInParts?.(operation);
  if (!inParts) throw new Error('The engine answers in parts.');
  const { data, errors } = inParts.initial;
  const initial = JSON.parse(answerText({ data, errors: errors?.map((error) => error.toJSON()) }));
  const patches: any[] = [];
  for await (const several of inParts.patches) patches.push(...JSON.parse(JSON.stringify(several)));
  await engine.close();
  return { initial, patches, asked };
}

test('what is asked about the schema may come later, too', async () => {
  const { initial, patches } = await ask(
    { one: { sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } } },
    '{ a ... @defer { __schema { queryType { name } } ... @defer { __type(name: "Query") { kind } } } }',
  );
  expect(initial).toEqual({ data: { a: 1 } });
  expect(patches).toEqual([
    { path: [], data: { __schema: { queryType: { name: 'Query' } } } },
    { path: [], data: { __type: { kind: 'OBJECT' } } },
  ]);
});

describe('a fragment for one type', () => {
  const search: Part = {
    sdl: 'type Query { search: [U!]! } union U = P | Q type P { p: Int } type Q { q: Int n: N } type N { v: Int }',
    resolvers: {
      Query: {
        search: () => [
          { __typename: 'Q', q: 2, n: { v: 3 } },
          { __typename: 'P', p: 1 },
        ],
      },
    },
  };

  test('gives patches for objects of that type, also where nothing else is asked', async () => {
    const { initial, patches } = await ask(
      { search },
      '{ search { ... on P @defer { p } ... on Q @defer(label: "q") { q n { v } } } }',
    );
    expect(initial).toEqual({ data: { search: [{}, {}] } });
    expect(patches).toEqual([
      { path: ['search', 0], label: 'q', data: { q: 2, n: { v: 3 } } },
      { path: ['search', 1], data: { p: 1 } },
    ]);
  });

  test('and none for the others', async () => {
    const { patches } = await ask({ search }, '{ search { ... on P @defer { p } } }');
    expect(patches).toEqual([{ path: ['search', 1], data: { p: 1 } }]);
  });
});

describe('what a null took with it', () => {
  const parts: Readonly<Record<string, Part>> = {
    a: {
      sdl: `type Query { e: E list: [E] other: Int } type E @key(fields: "id") { id: ID! req: String! in: In }
        type In { v: Int! inner: In req: Int! }`,
      resolvers: {
        Query: { e: () => ({ id: '1' }), list: () => [{ id: '1' }, { id: '2' }], other: () => 1 },
        E: { req: ({ id }: any) => id.replace('1', 'none'), in: () => ({ v: 1, inner: { v: 2 } }) },
      },
      spoil: (answer) => JSON.parse(JSON.stringify(answer).replaceAll('"none"', 'null')),
    },
    b: {
      sdl: 'type E @key(fields: "id") { id: ID! extra: String must: Int! }',
      resolvers: { E: { extra: ({ id }: any) => `x${id}`, must: () => null } },
    },
  };

  test('in the first part has no patches', async () => {
    const { initial, patches } = await ask(
      parts,
      '{ e { id req ... @defer { extra } } list { id r: req ... @defer { extra in { v ... @defer { inner { v } } } } } }',
    );
    expect(initial.data).toEqual({ e: null, list: [null, { id: '2', r: '2' }] });
    expect(patches).toEqual([
      { path: ['list', 1], data: { extra: 'x2', in: { v: 1 } } },
      { path: ['list', 1, 'in'], data: { inner: { v: 2 } } },
    ]);
  });

  test('in a patch has none within', async () => {
    const { patches } = await ask(parts, '{ e { id ... @defer { must in { v ... @defer { inner { v } } } } } }');
    expect(patches).toMatchObject([{ path: ['e'], data: null }]);
    const inside = await ask(parts, '{ e { id ... @defer { in { req ... @defer { inner { v } } } } } }');
    expect(inside.patches).toMatchObject([{ path: ['e'], data: { in: null } }]);
  });
});

test('an error in a patch names the subgraph that was asked for it', async () => {
  const { initial, patches } = await ask(
    {
      a: {
        sdl: 'type Query { b: E far: String } type E @key(fields: "id") { id: ID! }',
        resolvers: { Query: { b: () => ({ id: '1' }), far: () => 'here' } },
      },
      b: {
        sdl: 'type E @key(fields: "id") { id: ID! far: String }',
        spoil: (answer) => {
          for (const entity of answer.data._entities) delete entity.far;
          return answer;
        },
      },
    },
    '{ far b { id ... @defer { far } } }',
  );
  expect(initial).toEqual({ data: { far: 'here', b: { id: '1' } } });
  expect(patches).toEqual([
    {
      ...{ path: ['b'], data: { far: null } },
      errors: [
        {
          message: 'Subgraph `b` gave no value for E.far.',
          path: ['b', 'far'],
          extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'b' },
        },
      ],
    },
  ]);
});

test('an error in a patch names the subgraph that gave it with the first part', async () => {
  const { patches } = await ask(
    {
      a: {
        sdl: 'type Query { e: E } type E @key(fields: "id") { id: ID! near: Int }',
        resolvers: { Query: { e: () => ({ id: '1', near: 1 }) } },
        spoil: (answer) => JSON.parse(JSON.stringify(answer).replace('"near":1', '"near":"much"')),
      },
      b: { sdl: 'type E @key(fields: "id") { id: ID! far: String }', resolvers: { E: { far: () => 'there' } } },
    },
    '{ e { id ... @defer { near far } } }',
  );
  expect(patches).toMatchObject([
    {
      ...{ path: ['e'], data: { near: null, far: 'there' } },
      errors: [{ path: ['e', 'near'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'a' } }],
    },
  ]);
});

test('root fields of a mutation are executed in their order, deferred or not; what is below them may come later', async () => {
  const part = (field: string): string =>
    `type Query { q${field}: Int } type Mutation { ${field}: T } type T @key(fields: "id") { id: ID! }`;
  const resolvers = (field: string) => ({ Mutation: { [field]: () => ({ id: field }) } });
  const { initial, patches, asked } = await ask(
    {
      a: { sdl: part('a'), resolvers: resolvers('a') },
      b: { sdl: part('b'), resolvers: resolvers('b') },
      c: { sdl: 'type T @key(fields: "id") { id: ID! far: String }', resolvers: { T: { far: ({ id }: any) => id } } },
    },
    'mutation { ... @defer { a { id ... @defer { far } } } b { id } }',
  );
  expect(initial).toEqual({ data: { a: { id: 'a' }, b: { id: 'b' } } });
  expect(patches).toEqual([{ path: ['a'], data: { far: 'a' } }]);
  expect(asked.map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'c']);
});
