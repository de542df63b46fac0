/** An answer in parts: first what is not deferred, then one patch for each object with a deferred fragment. */
import { GraphQLError } from 'graphql';
import { answerOf } from './answer-of-run.ts';
import type { Data } from './data.ts';
import type { IncrementalAnswer, Operation, Patch } from './engine.ts';
import { execute, type Run, type Surroundings } from './execute.ts';
import { Failure } from './failure.ts';
import { own } from './fetch/own.ts';
import type { CompiledOperation } from './operation/compile.ts';
import type { ObjectShape } from './operation/shape.ts';
import { interpret } from './project/interpret.ts';
import type { WhoAnswers } from './project/reports.ts';
import { subgraphOf } from './provider.ts';

export async function answerInParts(
  run: Run,
  compiled: CompiledOperation,
  operation: Operation,
  around: Surroundings,
  ownerOf: WhoAnswers['ownerOf'],
): Promise<IncrementalAnswer> {
  const { step, later } = compiled;
  if (step) await execute(step, run, around);
  const initial = answerOf(run, compiled, operation, ownerOf);
  return { initial, patches: patches() };

  async function* patches(): AsyncGenerator<readonly Patch[]> {
    if (initial.data === null || initial.data === undefined) return;
    const told = run.unplaced.length;
    if (later) await execute(later, run, around);
    const who = { ownerOf, subgraphOf: (sources: readonly string[]) => later && subgraphOf(later, sources) };
    const made = [...deferredIn(compiled.shape, run.data, [])].map(({ label, shape, data, path }): Patch => {
      const { text, errors } = interpret(shape, data, new Map(), who);
      return { path, ...(label !== null && { label }), data: JSON.parse(text), ...placed(errors, path) };
    });
    const elsewhere = run.unplaced
      .slice(told)
      .map(({ message, extensions }) => new GraphQLError(message, { extensions }));
    const [first, ...others] = made;
    if (!first) return;
    yield elsewhere.length === 0 ? made : [{ ...first, errors: [...(first.errors ?? []), ...elsewhere] }, ...others];
  }
}

interface Place {
  readonly label: string | null;
  readonly shape: ObjectShape;
  readonly data: Data;
  readonly path: readonly (string | number)[];
}

/** Every object that was given and has something deferred, and what is deferred within that. */
function* deferredIn(shape: ObjectShape, data: Data, path: readonly (string | number)[]): Generator<Place> {
  const type = shape.only ?? (data.__typename as string);
  for (const { key, source, shape: below } of shape.types.get(type) ?? []) {
    if (below) yield* deferredAt(below, own(data, source), [...path, key]);
  }
  for (const deferred of shape.deferred?.get(type) ?? []) {
    yield { ...deferred, data, path };
    yield* deferredIn(deferred.shape, data, path);
  }
}

function* deferredAt(shape: ObjectShape, value: unknown, path: readonly (string | number)[]): Generator<Place> {
  if (typeof value !== 'object' || value === null || value instanceof Failure) return;
  if (!Array.isArray(value)) yield* deferredIn(shape, value as Data, path);
  else for (const [at, element] of value.entries()) yield* deferredAt(shape, element, [...path, at]);
}

function placed(errors: readonly GraphQLError[], path: readonly (string | number)[]): { errors?: GraphQLError[] } {
  if (errors.length === 0) return {};
  const moved = errors.map(
    ({ message, path: below = [], extensions }) => new GraphQLError(message, { path: [...path, ...below], extensions }),
  );
  return { errors: moved };
}
