/** The two ends of a run: nothing fetched yet, and everything that could be. */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { preparedData } from './answer.ts';
import type { Data } from './data.ts';
import type { Operation, RequestContext } from './engine.ts';
import type { Run } from './execute.ts';
import type { CompiledOperation } from './operation/compile.ts';
import type { Compiled } from './operation/compiler.ts';
import { countersOf } from './operation/shown.ts';
import type { Step } from './program.ts';
import { interpret, type Projected } from './project/interpret.ts';
import type { WhoAnswers } from './project/reports.ts';
import { subgraphOf } from './provider.ts';

export function startRun({ operation: { access }, variables }: Compiled, context: RequestContext): Run {
  return { data: {}, variables, context, access, plain: true, failed: false, unplaced: [], found: new Map() };
}

/** To an operation that asks nothing about the schema. */
export const noAnswer: ReadonlyMap<string, string> = new Map();

export function resultOf({ text, errors }: Projected): ExecutionResult {
  return { data: text === 'null' ? null : preparedData(text), ...(errors.length > 0 && { errors }) };
}

/** Tells who keeps account what an answer shows: all that was fetched, unless something went wrong. */
export function tellReads(
  { onReads }: Pick<RequestContext, 'onReads'>,
  { shape }: Pick<CompiledOperation, 'shape'>,
  data: Data,
  { text, errors }: Projected,
): void {
  if (!onReads) return;
  const given = errors.length === 0 ? undefined : JSON.parse(text);
  onReads(countersOf(shape).whole.count([{ shape, data, given }]));
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
