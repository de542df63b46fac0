/**
 * Random schemas cut over subgraphs × random operations: each engine must answer as one GraphQL server over the same data
 * would. `seed` and the number of a pair are that pair: nothing else decides what it is.
 */
import { validate } from 'graphql';
import type { Difference } from './compare.ts';
import type { EngineUnderTest } from './engines.ts';
import { compose, type Graph, type RunningEngine, startEngine } from './graph.ts';
import type { Model } from './model.ts';
import { type Mode, modeOf, type Outcome, oracleAnswer, type Pair, runPair } from './pair.ts';
import { hash } from './random.ts';
import { randomModel } from './random-model.ts';
import { type RandomOperation, randomOperation } from './random-operation.ts';
import { shrinkModel } from './shrink-model.ts';
import { shrinkOperation } from './shrink-operation.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Numbers of the first pair, and of the one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly engines: readonly EngineUnderTest[];
  /** How many findings are made small, and how long that may take for each. The others are only counted. */
  readonly shrink: { readonly findings: number; readonly ms: number };
  readonly onProgress?: (report: FuzzReport) => void;
  readonly signal?: AbortSignal;
}

export interface FuzzReport {
  pairs: number;
  schemas: number;
  /** Random schemas that did not compose, and were replaced. */
  readonly discarded: string[];
  /** Numbers of pairs that no planner has a right plan for: an engine refuses them, as it is to. */
  readonly givenUp: number[];
  /** By the engine's name. */
  readonly engines: Record<string, EngineReport>;
}

export interface EngineReport {
  differences: number;
  /** Numbers of pairs by the kind of their difference. */
  readonly kinds: Record<string, number[]>;
  /** The first of each kind, made small. */
  readonly findings: Finding[];
}

export interface Finding extends Outcome {
  readonly difference: Difference;
  readonly engine: string;
  readonly mode: Mode;
  readonly pair: number;
  readonly subgraphs: readonly { readonly name: string; readonly sdl: string }[];
  readonly operation: Pick<RandomOperation, 'source' | 'variables'>;
}

export const operationsPerSchema = 50;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, from, to, engines, signal, onProgress } = options;
  const empty = (): EngineReport => ({ differences: 0, kinds: {}, findings: [] });
  const report: FuzzReport = {
    ...{ pairs: 0, schemas: 0, discarded: [], givenUp: [] },
    engines: Object.fromEntries(engines.map(({ name }) => [name, empty()])),
  };
  const begin = (first: number): Started => {
    const graph = graphOf(seed, Math.floor(first / operationsPerSchema), report);
    return { graph, running: startAll(graph, engines) };
  };
  let next = from < to ? begin(from) : undefined;
  for (let first = from; next; ) {
    const behind = Math.min(to, first - (first % operationsPerSchema) + operationsPerSchema);
    const { graph, running } = next;
    // Planners take a while to start: the next one does so meanwhile.
    next = behind < to && !signal?.aborted ? begin(behind) : undefined;
    const numbers = Array.from({ length: behind - first }, (_, at) => first + at);
    const pairs = numbers.map((number) => ({ number, ...pairOf(graph, seed, number) }));
    const differing = await differencesOf(graph, await running, pairs, report, signal);
    for (const { engine, pair, difference } of differing) {
      const found = report.engines[engine.name] ?? empty();
      const kind = `${difference.kind} (${pair.mode})`;
      const before = found.kinds[kind];
      found.differences++;
      found.kinds[kind] = [...(before ?? []), pair.number];
      if (!before && found.findings.length < options.shrink.findings) {
        found.findings.push(await smallestFinding(graph, engine, pair, difference, options.shrink.ms));
      }
    }
    report.pairs += pairs.length;
    report.schemas++;
    first = behind;
    onProgress?.(report);
    // The process may have been asked to stop.
    await new Promise(setImmediate);
  }
  return report;
}

const pairSeed = (seed: number, number: number): number => hash(seed, 'pair', number);

function graphOf(seed: number, schema: number, { discarded }: FuzzReport): Graph {
  for (let attempt = 0; ; attempt++) {
    const composed = compose(randomModel(hash(seed, 'schema', schema, attempt)));
    if ('graph' in composed) return composed.graph;
    discarded.push(composed.reason);
  }
}

function pairOf({ monolith, model }: Graph, seed: number, number: number): Pair {
  const own = pairSeed(seed, number);
  return { seed: own, mode: modeOf(own), operation: randomOperation(monolith.schema, model, own) };
}

interface Differing {
  readonly engine: EngineUnderTest;
  readonly pair: NumberedPair;
  readonly difference: Difference;
}

type NumberedPair = Pair & { readonly number: number };

interface Started {
  readonly graph: Graph;
  readonly running: Promise<{ readonly engine: EngineUnderTest; readonly started: RunningEngine }[]>;
}

const startAll = (graph: Graph, engines: readonly EngineUnderTest[]): Started['running'] =>
  Promise.all(engines.map(async (engine) => ({ engine, started: await startEngine(graph, engine.create) })));

/** Of each engine from the monolith, and of the variants of ours from each other. */
async function differencesOf(
  graph: Graph,
  running: Awaited<Started['running']>,
  pairs: readonly NumberedPair[],
  { givenUp }: FuzzReport,
  signal: AbortSignal | undefined,
): Promise<Differing[]> {
  const found: Differing[] = [];
  for (const pair of pairs) {
    if (signal?.aborted) break;
    const expected = await oracleAnswer(graph, pair);
    let first: { readonly name: string; readonly given: string } | undefined;
    for (const { engine, started } of running) {
      const { difference, given, givenUp: isGivenUp } = await runPair(graph, started, pair, expected);
      if (isGivenUp && givenUp.at(-1) !== pair.number) givenUp.push(pair.number);
      if (difference) found.push({ engine, pair, difference });
      if (!engine.isOurs) continue;
      const text = JSON.stringify(given);
      if (!difference && first && first.given !== text) {
        found.push({ engine, pair, difference: { kind: `not as ${first.name}`, detail: `${first.given}\n${text}` } });
      }
      first ??= { name: engine.name, given: text };
    }
  }
  await Promise.all(running.map(({ started }) => started.engine.close()));
  return found;
}

/** The operation first, then the schema, then the operation once more: it may now lose what made it valid. */
async function smallestFinding(
  graph: Graph,
  { name, create }: EngineUnderTest,
  pair: NumberedPair,
  difference: Difference,
  ms: number,
): Promise<Finding> {
  const end = Date.now() + ms;
  const shows = async (on: Graph, candidate: Pair): Promise<Outcome | undefined> => {
    if (Date.now() > end) return undefined;
    const running = await startEngine(on, create);
    try {
      const outcome = await runPair(on, running, candidate);
      return outcome.difference?.kind === difference.kind ? outcome : undefined;
    } finally {
      await running.engine.close();
    }
  };
  const smaller = async (on: Graph, operation: RandomOperation): Promise<RandomOperation> => {
    const running = await startEngine(on, create);
    try {
      return await shrinkOperation(on.monolith.schema, operation, async (candidate) => {
        if (Date.now() > end) return false;
        const outcome = await runPair(on, running, { ...pair, operation: candidate });
        return outcome.difference?.kind === difference.kind;
      });
    } finally {
      await running.engine.close();
    }
  };
  let operation = await smaller(graph, pair.operation);
  let smallest = graph;
  const stillShows = async (model: Model): Promise<boolean> => {
    const composed = composedOrNot(model);
    if (!composed || !canAnswer(composed, operation)) return false;
    if (!(await shows(composed, { ...pair, operation }))) return false;
    smallest = composed;
    return true;
  };
  await shrinkModel(graph.model, operation.source, stillShows, () => Date.now() > end);
  operation = await smaller(smallest, operation);
  const running = await startEngine(smallest, create);
  const outcome = await runPair(smallest, running, { ...pair, operation });
  await running.engine.close();
  const { sdls } = smallest.subgraphs;
  return {
    ...outcome,
    difference: outcome.difference ?? difference,
    engine: name,
    mode: pair.mode,
    pair: pair.number,
    subgraphs: sdls,
    operation,
  };
}

const canAnswer = ({ monolith: { schema } }: Graph, { document, source }: RandomOperation): boolean =>
  (!source.startsWith('mutation') || schema.getMutationType() != null) && validate(schema, document).length === 0;

function composedOrNot(model: Model): Graph | undefined {
  try {
    const composed = compose(model);
    return 'graph' in composed ? composed.graph : undefined;
  } catch {
    return undefined; // What is left is no schema at all.
  }
}
