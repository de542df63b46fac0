/** One measurement: a fresh process of one target, its answers compared, warmed up, put under load, and counted. */
import type { ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, askOnce, freePort } from './ask.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { expectedAnswer } from './mesh/merged.ts';
import { busyMs, cores, nextMessage, startNode, stop, untilIdle, usageOf } from './processes.ts';
import type { Scenario } from './scenarios.ts';
import type { SubgraphCounts } from './subgraph-server.ts';
import type { Given, Target } from './targets.ts';

export interface Bench {
  readonly subgraphs: ChildProcess;
  readonly load: ChildProcess;
  readonly given: Omit<Given, 'port'>;
}

export interface Order {
  readonly target: Target;
  readonly scenario: Scenario;
  /** For V8, the same for every target: `--max-semi-space-size=64`, or nothing. */
  readonly nodeOptions: string;
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface Measurement {
  /** User and system time of the whole process, from the first request until it rests, per request. */
  readonly cpuMs: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Bytes, at the end. */
  readonly rss: number;
  /** Requests to subgraphs per request. */
  readonly fetches: number;
  /** Share of the gateway's core that others used meanwhile, 0 to 1: above 0.05 the rates say little. */
  readonly foreign: number;
  /** Share of the other core that was busy: near 1 it may have held the gateway up. */
  readonly otherCore: number;
}

export interface Refused {
  /** Why it was not measured. */
  readonly refused: string;
}

/** @returns why not, where the target does not start, answers differently or did not do what the scenario is about. */
export async function measure(bench: Bench, order: Order): Promise<Measurement | Refused> {
  const { target, scenario, nodeOptions } = order;
  const port = await freePort();
  const { args, env } = target.start({ ...bench.given, port });
  const child = startNode(args, { core: cores.gateway, env: { ...env, NODE_OPTIONS: nodeOptions } });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-2_000);
  });
  try {
    if (!(await isUp(child, port, scenario))) return { refused: `it does not start: ${reasonIn(said)}` };
    const asked = await askAll(port, scenario);
    const wrong = asked.find(({ same }) => !same);
    if (wrong) return { refused: `it answers differently: ${wrong.difference}` };
    return await underLoad(bench, order, { child, port, asked });
  } finally {
    await stop(child);
  }
}

async function underLoad(
  { subgraphs, load }: Bench,
  { scenario, connections, warmUpSeconds, seconds }: Order,
  { child, port, asked }: { child: ChildProcess; port: number; asked: readonly Asked[] },
): Promise<Measurement | Refused> {
  const pid = child.pid ?? 0;
  const push = async (time: number): Promise<LoadResult> => {
    const order: LoadOrder = {
      port,
      bodies: asked.map(({ body }) => body),
      lengths: asked.map(({ length }) => length),
      connections,
      seconds: time,
      ownToken: scenario.ownToken,
    };
    load.send(order);
    return nextMessage<LoadResult>(load);
  };
  const countsUntilNow = async (): Promise<SubgraphCounts> => {
    subgraphs.send({ watchTokens: scenario.ownToken });
    return nextMessage<SubgraphCounts>(subgraphs);
  };

  const once = async (): Promise<readonly [Measurement, LoadResult, SubgraphCounts]> => {
    const before = await untilIdle(pid);
    await countsUntilNow();
    const busyBefore = [busyMs(cores.gateway), busyMs(cores.rest)] as const;
    const began = performance.now();
    const result = await push(seconds);
    const wall = performance.now() - began;
    const busy = [busyMs(cores.gateway) - busyBefore[0], busyMs(cores.rest) - busyBefore[1]] as const;
    const used = usageOf(pid).cpuMs - before.cpuMs;
    const after = await untilIdle(pid);
    const counts = await countsUntilNow();
    const measurement = {
      cpuMs: (after.cpuMs - before.cpuMs) / result.answered,
      perSecond: result.perSecond,
      p50: result.p50,
      p99: result.p99,
      rss: after.rss,
      fetches: counts.fetches / result.answered,
      foreign: Math.max(0, busy[0] - used) / wall,
      otherCore: Math.min(1, busy[1] / wall),
    };
    return [measurement, result, counts];
  };

  await push(warmUpSeconds);
  let [measurement, result, counts] = await once();
  // Some targets put together what waits at the same time, and so ask something new even now and then.
  for (let more = 0; counts.misses > 0 && more < 3; more++) [measurement, result, counts] = await once();

  if (result.failed > 0) return { refused: `${result.failed} requests failed: ${result.firstFailure}` };
  if (counts.misses > 0) return { refused: `${counts.misses} fetches that the subgraphs had not seen before` };
  if (scenario.ownToken && counts.tokens !== result.answered && counts.fetches > 0) {
    return { refused: `${counts.tokens} of ${result.answered} tokens reached the subgraphs` };
  }
  const again = await askAll(port, scenario);
  if (again.some(({ same }) => !same)) return { refused: 'after the load it answers differently' };
  return measurement;
}

const patienceMs = 60_000;

async function isUp(child: ChildProcess, port: number, { requests }: Scenario): Promise<boolean> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until && child.exitCode === null) {
    const answer = await askOnce(port, JSON.stringify(requests[0])).catch(() => undefined);
    if (answer?.status === 200) return true;
    await sleep(50);
  }
  return false;
}

/** Twice, so that the subgraphs have learned all that they will be asked. */
async function askAll(port: number, scenario: Scenario): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const request of [...scenario.requests, ...scenario.requests]) {
    const body = JSON.stringify(request);
    const answer = await askOnce(port, body);
    asked.push(compare(body, answer, expectedAnswer(request)));
  }
  return asked.slice(scenario.requests.length);
}

/** Byte by byte; Apollo Server ends its answers with a newline, which is none of the answer. */
function compare(body: string, answer: { readonly text: string; readonly length: number }, expected: string): Asked {
  const text = answer.text.trimEnd();
  if (text === expected) return { body, length: answer.length, same: true, difference: '' };
  const at = [...text].findIndex((char, index) => char !== expected[index]);
  const difference = `…${text.slice(Math.max(0, at - 30), at + 60)}…`;
  return { body, length: answer.length, same: false, difference };
}

const reasonIn = (said: string): string => {
  const lines = said.trim().split('\n');
  return (
    (lines.find((line) => /error|[A-Z]+_[A-Z]+/i.test(line)) ?? lines.at(-1))?.trim().slice(0, 200) || 'it says nothing'
  );
};
