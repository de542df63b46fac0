/** A subgraph may answer with values that are nested as deeply as it likes: what is healthy arrives, and the rest is null. */

import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { answerText } from '../../gateway/engine/answer.ts';
import { createWeftEngine } from '../../gateway/engine/weft.ts';
import { compiledWorkings, interpretedWorkings, type Workings } from '../../gateway/engine/workings.ts';
import { compose, planningHere } from './graph.ts';

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

type Answering = (representations: readonly { id: string }[], query: string) => string;

/** Subgraphs that answer with text: what is nested so deeply, no JSON.stringify writes. */
async function ask(
  workings: Workings,
  query: string,
  subgraphs: Readonly<Record<string, { sdl: string; answer: Answering }>>,
) {
  const engine = await createWeftEngine({ createPlanner: planningHere(), workings })(compose(subgraphs), {
    fetchSubgraph: async ({ name }, { body }) => {
      const { query: asked, variables } = JSON.parse(body);
      const [representations = []] = Object.values<any>(variables);
      const text = subgraphs[name]?.answer(representations, asked) ?? '';
      return { data: JSON.parse(text), plain: true };
    },
    log: () => {},
  });
  const context = {};
  const result = await engine.execute({
    ...{ document: parse(query), source: query, operationName: null, variables: {}, context },
  });
  await engine.close();
  const errors = result.errors?.map((error) => error.toJSON());
  return JSON.parse(answerText({ ...result, errors }));
}

const entities = (list: readonly string[]): string => `{"_entities":[${list.join()}]}`;

const far = {
  sdl: 'type T @key(fields: "id") { id: ID! far: String }',
  answer: (representations: readonly { id: string }[]) =>
    entities(representations.map(({ id }) => `{"__k0":"${id}","far":"f${id}"}`)),
};

const notFitting = (path: readonly (string | number)[]) => ({
  ...{ message: expect.stringContaining('gave data that do not fit its schema'), path },
  extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'a' },
});

describe.each([
  ['the compiled form', compiledWorkings],
  ['the interpreter', interpretedWorkings],
])('%s', (_, workings) => {
  test('a value of a custom scalar', async () => {
    const a = {
      sdl: 'scalar JSON type Query { other: Int json: JSON }',
      answer: () => `{"other":1,"json":${deep}}`,
    };
    expect(await ask(workings, '{ other json }', { a })).toEqual({
      data: { other: 1, json: null },
      errors: [notFitting(['json'])],
    });
  });

  test('a list where an object is expected, whose fields another subgraph has', async () => {
    const a = {
      sdl: 'type Query { other: Int one: T all: [T] } type T @key(fields: "id") { id: ID! }',
      answer: () => `{"other":1,"one":${deep},"all":[{"__typename":"T","id":"1"},${deep},{"__typename":"T","id":"2"}]}`,
    };
    expect(await ask(workings, '{ one { far } other }', { a, b: far })).toEqual({
      ...{ data: { one: null, other: 1 }, errors: [notFitting(['one'])] },
    });
    expect(await ask(workings, '{ all { far } }', { a, b: far })).toEqual({
      ...{ data: { all: [{ far: 'f1' }, null, { far: 'f2' }] }, errors: [notFitting(['all', 1])] },
    });
  });

  test('a value that another subgraph has to be sent', async () => {
    const a = {
      sdl: 'scalar JSON type Query { all: [T] } type T @key(fields: "id") { id: ID! json: JSON }',
      answer: () => `{"all":[{"__typename":"T","id":"1","json":${deep}},{"__typename":"T","id":"2","json":[2]}]}`,
    };
    const b = {
      sdl: `scalar JSON type T @key(fields: "id") {
        id: ID! json: JSON @external far: String @requires(fields: "json") }`,
      answer: far.answer,
    };
    const { data, errors } = await ask(workings, '{ all { id far } }', { a, b });
    expect(data).toEqual({
      all: [
        { id: '1', far: null },
        { id: '2', far: 'f2' },
      ],
    });
    expect(errors).toMatchObject([{ path: ['all', 0, 'far'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE' } }]);
  });

  test('lists that two subgraphs give for one field', async () => {
    const sdl = (field: string) => `type Query { ${field === 'x' ? 'e: E' : 'no: Int'} }
      type E @key(fields: "id") { id: ID! list: [Pos] @shareable ${field}: Int } type Pos { ${field}: Int }`;
    const a = {
      sdl: sdl('x'),
      answer: () => `{"e":{"__typename":"E","id":"1","x":1,"list":${deep}}}`,
    };
    const b = { sdl: sdl('y'), answer: () => entities([`{"__k0":"1","y":2,"list":${deep}}`]) };
    const { data, errors } = await ask(workings, '{ e { x y list { x y } } }', { a, b });
    expect(data).toEqual({ e: { x: 1, y: 2, list: [null] } });
    expect(errors).toMatchObject([{ path: ['e', 'list', 0], extensions: { code: 'SUBGRAPH_BAD_RESPONSE' } }]);
  });

  test('a list where fields that cannot be asked for under one name are given their own', async () => {
    const a = {
      sdl: `type Query { all: [U] other: Int } union U = A | B
        type A @shareable { v: V! } type B @shareable { v: V } type V @shareable { n: Int }`,
      answer: (_: unknown, query: string) => {
        expect(query).toMatch(/\w+: ?v\b/);
        return `{"other":1,"all":${deep}}`;
      },
    };
    // It promises less: consumers see one type of the field.
    const less = { sdl: a.sdl.replace('all: [U] other: Int', 'less: [U]').replace('V!', 'V'), answer: () => '{}' };
    const query = '{ all { ... on A { v { n } } ... on B { v { n } } } other }';
    expect(await ask(workings, query, { a, less })).toEqual({
      ...{ data: { all: [null], other: 1 }, errors: [notFitting(['all', 0])] },
    });
  });
});
