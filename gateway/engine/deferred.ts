/** An answer in parts: first what is not deferred, then one patch for each object with a deferred fragment. */
import { GraphQLError } from 'graphql';
import { noAnswer, resultOf, tellReads, writeAnswer } from './answer-of-run.ts';
import type { Data } from './data.ts';
import type { IncrementalAnswer, Operation, Patch } from './engine.ts';
import { execute, type Run, type Surroundings } from './execute.ts';
import { own } from './fetch/own.ts';
import type { CompiledOperation } from './operation/compile.ts';
import type { ObjectShape } from './operation/shape.ts';
import { countersOf, type ShownObject } from './operation/shown.ts';
import type { Step } from './program.ts';
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
  const { step, later, shape } = compiled;
  if (step) await execute(step, run, around);
  const first = writeAnswer(run, compiled, operation, ownerOf);
  tellReads(operation.context, compiled, run.data, first);
  return { initial: resultOf(first), patches: patches() };

  async function* patches(): AsyncGenerator<readonly Patch[]> {
    if (first.text === 'null') return;
    const told = run.unplaced.length;
    if (later) await execute(later, run, around);
    const steps = [step, later].filter((each): each is Step => each !== undefined);
    const root = { data: run.data, given: JSON.parse(first.text), path: [], sources: [] };
    const introspected = compiled.introspection?.answer(operation.variables) ?? noAnswer;
    const found = [...patchesIn(shape, root, { program: { kind: 'Sequence', steps }, introspected, ownerOf })];
    const made = found.map(({ patch }) => patch);
    const elsewhere = run.unplaced
      .slice(told)
      .map(({ message, extensions }) => new GraphQLError(message, { extensions }));
    const [patch, ...others] = made;
    if (!patch) return;
    operation.context.onReads?.(countersOf(shape).later.count(found.map(({ shown }) => shown)));
    yield elsewhere.length === 0 ? made : [{ ...patch, errors: [...(patch.errors ?? []), ...elsewhere] }, ...others];
  }
}

/** A value of the data that the consumer may have been given. */
interface Place {
  readonly data: unknown;
  /** What the consumer has there: null also where the data hold more, but a null inside has reached it. */
  readonly given: unknown;
  readonly path: readonly (string | number)[];
  /** Keys from the root of the data. */
  readonly sources: readonly string[];
}

interface Known {
  /** All that was fetched. */
  readonly program: Step;
  /** By response key of the root. */
  readonly introspected: ReadonlyMap<string, string>;
  readonly ownerOf: WhoAnswers['ownerOf'];
}

/** A patch for every object that was given and has something deferred, and for what is deferred within that. */
function* patchesIn(
  shape: ObjectShape,
  { data, given, path, sources }: Place,
  known: Known,
): Generator<{ readonly patch: Patch; readonly shown: ShownObject }> {
  if (given === null || given === undefined) return;
  if (Array.isArray(given)) {
    for (const [at, element] of given.entries()) {
      const place = { data: (data as unknown[])[at], given: element, path: [...path, at], sources };
      yield* patchesIn(shape, place, known);
    }
    return;
  }
  const object = data as Data;
  const type = shape.only ?? (object.__typename as string);
  for (const { key, source, shape: below } of shape.types.get(type) ?? []) {
    if (!below) continue;
    const value = { data: own(object, source), given: own(given as Data, key) };
    yield* patchesIn(below, { ...value, path: [...path, key], sources: [...sources, source] }, known);
  }
  for (const deferred of shape.deferred?.get(type) ?? []) {
    const { text, errors } = interpret(deferred.shape, object, known.introspected, {
      ownerOf: known.ownerOf,
      subgraphOf: (further) => subgraphOf(known.program, [...sources, ...further]),
    });
    const patch = JSON.parse(text);
    yield {
      patch: { path, ...(deferred.label !== null && { label: deferred.label }), data: patch, ...placed(errors, path) },
      shown: { shape: deferred.shape, data, given: patch },
    };
    yield* patchesIn(deferred.shape, { data, given: patch, path, sources }, known);
  }
}

function placed(errors: readonly GraphQLError[], path: readonly (string | number)[]): { errors?: GraphQLError[] } {
  if (errors.length === 0) return {};
  const moved = errors.map(
    ({ message, path: below = [], extensions }) => new GraphQLError(message, { path: [...path, ...below], extensions }),
  );
  return { errors: moved };
}
