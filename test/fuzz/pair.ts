/** One pair of schema and operation: what the monolith answers, what the engine answers, and how these differ. */
import type { ExecutionResult } from 'graphql';
import { answerText } from '../../gateway/engine/answer.ts';
import { type Answer, compare, compareWhatIsLeft, type Difference } from './compare.ts';
import { failingFetch } from './faults.ts';
import type { Graph, RunningEngine } from './graph.ts';
import { hash } from './random.ts';
import type { RandomOperation } from './random-operation.ts';
import type { Asked } from './subgraphs.ts';

/** `well`: nothing fails. `errors`: some fields fail, in the monolith as well. `faults`: subgraphs fail, only there. */
export type Mode = 'well' | 'errors' | 'faults';

export interface Pair {
  readonly seed: number;
  readonly mode: Mode;
  readonly operation: RandomOperation;
}

export interface Outcome {
  readonly expected: Answer;
  readonly given: Answer;
  readonly asked: readonly Asked[];
  readonly difference?: Difference;
  /** No planner has a plan, and says so itself. */
  readonly givenUp?: true;
}

const modes: readonly Mode[] = ['well', 'well', 'errors', 'errors', 'faults'];

export const modeOf = (seed: number): Mode => modes[hash(seed, 'mode') % modes.length] ?? 'well';

/** Long for an answer that needs no network: whoever has not given it by then hangs. */
const patienceMs = 30_000;

/** What the monolith answers. */
export function oracleAnswer({ monolith }: Graph, pair: Pair): Promise<ExecutionResult> {
  const { document, variables } = pair.operation;
  return monolith.answer(document, variables, howOf(pair));
}

/** Half of the faults hit subgraphs whose own fields fail as well. */
const howOf = ({ mode, seed }: Pair) => ({
  failing: mode === 'errors' || (mode === 'faults' && seed % 2 === 0),
  counting: mode !== 'faults',
});

/** @param known what the monolith answers, where somebody has asked before. */
export async function runPair(
  graph: Graph,
  running: RunningEngine,
  pair: Pair,
  known?: ExecutionResult,
): Promise<Outcome> {
  const { subgraphs } = graph;
  const { seed, mode, operation } = pair;
  const { document, source, variables } = operation;
  const expected = known ?? (await oracleAnswer(graph, pair));
  const asked: Asked[] = [];
  subgraphs.begin(howOf(pair), asked);
  running.use(mode === 'faults' ? failingFetch(subgraphs.fetch, seed) : subgraphs.fetch);
  const shown: Answer = JSON.parse(JSON.stringify(expected));
  const request = { document, source, variables, operationName: null, context: {} };
  try {
    const answer = await withPatience(running.engine.execute(request));
    const given: Answer = JSON.parse(answerText(answer as Parameters<typeof answerText>[0]));
    if (isRefused(given)) return { expected: shown, given, asked, givenUp: true };
    const difference = (mode === 'faults' ? compareWhatIsLeft : compare)(expected, given);
    return { expected: shown, given, asked, ...(difference && { difference }) };
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const kind = `the engine throws ${detail.slice(0, 40).replace(/\d+/g, 'N')}`;
    return { expected: shown, given: {}, asked, difference: { kind, detail } };
  }
}

/** As a whole, since no planner has a right plan for it. What is answered all the same has to be right. */
const isRefused = ({ data, errors = [] }: Answer): boolean =>
  data === undefined && errors.length === 1 && errors[0]?.extensions?.code === 'PLAN_FAILED';

async function withPatience<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${patienceMs} ms.`)), patienceMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
