/** The two ends of a run: nothing fetched yet, and everything that could be. */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { preparedData } from './answer.ts';
import type { Operation, RequestContext } from './engine.ts';
import type { Run } from './execute.ts';
import type { CompiledOperation } from './operation/compile.ts';
import type { Compiled } from './operation/compiler.ts';
import type { Step } from './program.ts';
import { interpret, type Projected } from './project/interpret.ts';
import type { WhoAnswers } from './project/reports.ts';
import { subgraphOf } from './provider.ts';

export function startRun({ operation: { isRestricted }, variables }: Compiled, context: RequestContext): Run {
  return { data: {}, variables, context, isRestricted, plain: true, failed: false, unplaced: [], found: new Map() };
}

/** To an operation that asks nothing about the schema. */
export const noAnswer: ReadonlyMap<string, string> = new Map();

/** The consumer's answer. */
export function answerOf(...written: Parameters<typeof writeAnswer>): ExecutionResult {
  return resultOf(writeAnswer(...written));
}

export function resultOf({ text, errors }: Projected): ExecutionResult {
  return { data: text === 'null' ? null : preparedData(text), ...(errors.length > 0 && { errors }) };
}

/** Written by the generated projector, or read place by place where anything is wrong. */
export function writeAnswer(
  run: Run,
  { source, step, shape, project, introspection }: CompiledOperation,
  { variables }: Pick<Operation, 'variables'>,
  ownerOf: WhoAnswers['ownerOf'],
): Projected {
  const asExpected = run.failed ? undefined : project(run.data, run.plain);
  if (asExpected !== undefined) return { text: asExpected, errors: [] };
  const steps = [source, step].filter((each): each is Step => each !== undefined);
  const { text, errors } = interpret(shape, run.data, introspection?.answer(variables) ?? noAnswer, {
    ownerOf,
    subgraphOf: (sources) => subgraphOf({ kind: 'Sequence', steps }, sources),
  });
  const elsewhere = run.unplaced.map(({ message, extensions }) => new GraphQLError(message, { extensions }));
  return { text, errors: [...errors, ...elsewhere] };
}
