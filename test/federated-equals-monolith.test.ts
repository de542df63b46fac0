/**
 * Random schemas, cut over two to six subgraphs, × random operations: a federated graph answers as the one GraphQL server
 * would that it stands for. `npm run fuzz` runs many more; a finding is repeated by its seed and number.
 */
import {
  type ExecutionResult,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import type { CreateEngine, Engine } from '../gateway/engine/engine.ts';
import { compare, compareWhatIsLeft } from './fuzz/compare.ts';
import { type EngineUnderTest, engines } from './fuzz/engines.ts';
import { findingText } from './fuzz/finding-text.ts';
import { fuzz } from './fuzz/fuzz.ts';
import { compose, startEngine } from './fuzz/graph.ts';
import { randomModel } from './fuzz/random-model.ts';
import { canonical } from './fuzz/world.ts';

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 1e9));
const pairs = 1_500;
const shrink = { findings: 3, ms: 10_000 };
const listed = { findings: 0, ms: 0 };
process.removeAllListeners('warning'); // Engines warn of faults that are part of the test.
process.stdout.write(`fuzz seed ${seed}: FUZZ_SEED=${seed} repeats this run\n`);

const ours = engines.filter(({ isOurs }) => isOurs);
const others = engines.filter(({ isOurs }) => !isOurs);

describe('any schema, cut over subgraphs in any way', () => {
  test('is answered as the monolith answers', async () => {
    const report = await fuzz({ seed, from: 0, to: pairs, engines: ours, shrink });
    const found = Object.values(report.engines);
    const texts = found.flatMap(({ findings }) => findings.map((finding) => findingText(finding, seed)));
    expect(texts.join('\n')).toBe('');
    expect(found.map(({ differences }) => differences)).toEqual(ours.map(() => 0));
    expect(report.pairs).toBe(pairs);
    // What no planner plans rightly is refused; it is rare, but the operations of one schema often have it in common.
    process.stdout.write(`given up by all planners: ${report.givenUp.length} of ${report.pairs} pairs\n`);
    expect(report.givenUp.length).toBeLessThanOrEqual(pairs / 200);
    // What does not compose was not tested.
    expect(report.discarded.length).toBeLessThanOrEqual(report.schemas / 5);
  });

  test.each(others.map((engine) => [engine.name, engine] as const))(
    '%s: its differences are listed',
    async (_, engine) => {
      const report = await fuzz({ seed, from: 0, to: 500, engines: [engine], shrink: listed });
      const { differences, kinds } = report.engines[engine.name] ?? {};
      process.stdout.write(`${engine.name}: ${differences} differences in ${report.pairs} pairs\n`);
      for (const [kind, { length }] of Object.entries(kinds ?? {})) process.stdout.write(`  ${length} × ${kind}\n`);
    },
  );

  test('is served as the schema of the monolith', async () => {
    for (let n = 0; n < 10; n++) {
      const composed = compose(randomModel(seed + n));
      if (!('graph' in composed)) continue;
      const running = await Promise.all(ours.map(({ create }) => startEngine(composed.graph, create)));
      for (const { engine } of running) {
        const wanted = outline(composed.graph.monolith.schema);
        // What only hidden fields mention stays in a composed schema; a field of it would be seen to differ.
        const served = Object.entries(outline(engine.schema)).filter(
          ([name, [kind = '']]) => name in wanted || /Object|Interface|Union/.test(kind.replace('InputObject', '')),
        );
        expect(Object.fromEntries(served)).toEqual(wanted);
        await engine.close();
      }
    }
  });
});

describe('what the fuzzer would see', () => {
  test.each<[string, (result: ExecutionResult) => ExecutionResult]>([
    [
      'a number that is off by one',
      (result) =>
        changed(result, (text) => text.replace(/(\d)([,}\]])/, (_, digit, end) => `${(Number(digit) + 1) % 10}${end}`)),
    ],
    ['a value that is lost', (result) => changed(result, (text) => text.replace(/"text \d+"/, 'null'))],
    ['another order of keys', (result) => ({ ...result, data: reversed(result.data) as Record<string, unknown> })],
    ['errors that are dropped', ({ data }) => ({ ...(data !== undefined && { data }) })],
    [
      'an error out of nothing',
      (result) => ({ ...result, errors: [...(result.errors ?? []), { message: 'No.' }] as never }),
    ],
  ])('%s', async (_, spoil) => {
    const report = await fuzz({ seed: 1, from: 0, to: 50, engines: [spoiled(spoil)], shrink: listed });
    expect(report.engines.spoiled?.differences).toBeGreaterThan(0);
  });

  test('null without an error, where a subgraph fails', () => {
    const expected = { data: { a: { b: [1, 2] }, c: null } };
    const error = (...path: (string | number)[]) => [{ message: 'No.', path }];
    expect(compareWhatIsLeft(expected, { data: { a: { b: [1, 2] }, c: null } })).toBeUndefined();
    expect(compareWhatIsLeft(expected, { data: { a: null, c: null }, errors: error('a', 'b', 0) })).toBeUndefined();
    expect(
      compareWhatIsLeft(expected, { data: { a: { b: [1, null] }, c: null }, errors: error('a', 'b', 0) }),
    ).toBeUndefined();
    expect(compareWhatIsLeft(expected, { data: { a: null, c: null } })?.kind).toBe('null without an error');
    expect(compareWhatIsLeft(expected, { data: { a: null, c: null }, errors: error('c') })?.kind).toBe(
      'null without an error',
    );
    expect(compareWhatIsLeft(expected, { data: { a: { b: [1] }, c: null }, errors: error('a') })?.kind).toBe(
      'length of a list',
    );
    expect(compareWhatIsLeft(expected, { data: { a: { b: [1, 2] }, c: 3 } })?.kind).toBe('value where there is null');
  });

  test('an error at the wrong place', () => {
    const expected = {
      data: { list: [{ a: null }, { a: 1 }] },
      errors: [{ message: 'a fails', path: ['list', 0, 'a'] }],
    } as never;
    const given = (...path: (string | number)[]) =>
      compare(expected, { data: { list: [{ a: null }, { a: 1 }] }, errors: [{ message: 'a fails', path }] })?.kind;
    expect(given('list', 0, 'a')).toBeUndefined();
    expect(given('list', 1, 'a')).toBe('error at the wrong place');
    expect(given('list')).toBe('error at the wrong place');
  });
});

function spoiled(spoil: (result: ExecutionResult) => ExecutionResult): EngineUnderTest {
  const [engine] = engines;
  if (!engine) throw new Error('No engine.');
  const create: CreateEngine = async (supergraph, options) => {
    const sound = await engine.create(supergraph, options);
    const execute: Engine['execute'] = async (operation) => spoil(await sound.execute(operation));
    return { schema: sound.schema, execute, close: () => sound.close() };
  };
  return { name: 'spoiled', isOurs: false, create };
}

/** graphql-js cannot print defaults that are objects of a custom scalar. */
function outline(schema: GraphQLSchema): Record<string, string[]> {
  const input = (each: { name: string; type: unknown; defaultValue?: unknown }) =>
    `${each.name}: ${each.type} = ${canonical(each.defaultValue)}`;
  // Which scalars of the language there are says nothing: `@defer` brings two.
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  return Object.fromEntries(
    types.map((type) => {
      const lines: string[] = [];
      if (isObjectType(type) || isInterfaceType(type)) {
        lines.push(...type.getInterfaces().map(({ name }) => `implements ${name}`));
        for (const field of Object.values(type.getFields())) {
          lines.push(`${field.name}(${field.args.map(input).sort().join()}): ${field.type}`);
        }
      }
      if (isInputObjectType(type)) lines.push(...Object.values(type.getFields()).map(input));
      if (isEnumType(type)) lines.push(...type.getValues().map(({ name }) => name));
      if (isUnionType(type)) lines.push(...type.getTypes().map(({ name }) => name));
      return [type.name, [type.constructor.name, ...lines.sort()]];
    }),
  );
}

const changed = (result: ExecutionResult, change: (text: string) => string): ExecutionResult => ({
  ...result,
  data: JSON.parse(change(JSON.stringify(result.data ?? null))),
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}
