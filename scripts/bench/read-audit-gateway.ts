/** A gateway that records reads, beside one that does not: the same questions of the same people, in turn. */
import { join } from 'node:path';
import { openToRead } from '../../gateway/audit/open-audit.ts';
import { askOnce, freePort } from './ask.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { writeMesh } from './mesh-on-disk.ts';
import { nextMessage, startNode, startOurs, stop, untilIdle } from './processes.ts';
import { scenario } from './scenarios.ts';
import type { SubgraphsReady } from './subgraph-server.ts';

interface GatewayRuns {
  readonly dir: string;
  readonly runs: number;
  readonly seconds: number;
}

interface Measured {
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const connections = 50;
const token = 'Bearer dev-officer';

/** Medians, and the ratios of each pair of runs: the machine's moods touch both of a pair. */
export async function measureGateways({ dir, runs, seconds }: GatewayRuns) {
  const subgraphs = startOurs(new URL('./subgraph-server.ts', import.meta.url));
  const load = startOurs(new URL('./load.ts', import.meta.url));
  try {
    const [{ urls }] = await Promise.all([nextMessage<SubgraphsReady>(subgraphs), nextMessage(load)]);
    const { mesh } = writeMesh(dir, urls);
    const found: Record<string, unknown> = {};
    for (const name of ['small', 'big'] as const) {
      const [query] = scenario(name).requests;
      const body = JSON.stringify(query);
      const off: Measured[] = [];
      const on: Measured[] = [];
      for (let run = 0; run < runs; run++) {
        off.push(await measured(''));
        on.push(await measured(join(dir, `reads-${name}-${run}.db`)));
      }
      found[name] = {
        off: mediansOf(off),
        on: mediansOf(on),
        onToOff: mediansOf(on.map((each, at) => ratio(each, off[at]))),
      };
      async function measured(readAudit: string): Promise<Measured> {
        const port = await freePort();
        const child = startNode(
          [weftBin, 'gateway', '--supergraph', `${mesh}/supergraph.yaml`, '--port', String(port)],
          {
            core: 0,
            env: {
              ...patience,
              WEFT_DEV_PRINCIPALS: 'true',
              WEFT_READ_AUDIT: readAudit,
              NODE_OPTIONS: '--max-semi-space-size=64',
            },
          },
        );
        try {
          return await underLoad(port, child.pid ?? 0, body, readAudit);
        } finally {
          await stop(child);
        }
      }
    }
    return found;
  } finally {
    await Promise.all([stop(subgraphs), stop(load)]);
  }

  async function underLoad(port: number, pid: number, body: string, readAudit: string): Promise<Measured> {
    while ((await askOnce(port, body).catch(() => undefined))?.status !== 200)
      await new Promise((done) => setTimeout(done, 100));
    const { length } = await askOnce(port, body);
    const push = async (time: number): Promise<LoadResult> => {
      const order: LoadOrder = {
        port,
        bodies: [body],
        lengths: [length],
        connections,
        seconds: time,
        ownToken: false,
        token,
      };
      load.send(order);
      return nextMessage<LoadResult>(load);
    };
    await push(3);
    const before = await untilIdle(pid);
    const { answered, failed, firstFailure, perSecond, p50, p99 } = await push(seconds);
    if (failed > 0) throw new Error(`${failed} requests failed: ${firstFailure}`);
    if (readAudit !== '' && recordsIn(readAudit) < answered) throw new Error('Not every answer is on record.');
    const after = await untilIdle(pid);
    return { cpuMs: (after.cpuMs - before.cpuMs) / answered, perSecond, p50, p99 };
  }
}

function recordsIn(file: string): number {
  const connection = openToRead(file);
  try {
    return Number(connection.prepare('SELECT max(seq) FROM record').pluck().get());
  } finally {
    connection.close();
  }
}

const weftBin = new URL('../weft.mjs', import.meta.url).pathname;

const patience = { WEFT_MAX_LAG_MS: '60000', WEFT_REQUEST_TIMEOUT_MS: '60000', WEFT_SUBGRAPH_TIMEOUT_MS: '60000' };

const names = ['cpuMs', 'perSecond', 'p50', 'p99'] as const;

const ratio = (one: Measured, other: Measured | undefined): Measured =>
  Object.fromEntries(names.map((name) => [name, one[name] / (other?.[name] ?? Number.NaN)])) as unknown as Measured;

function mediansOf(all: readonly Measured[]): Measured {
  const median = (name: (typeof names)[number]): number => {
    const inOrder = all.map((each) => each[name]).sort((one, other) => one - other);
    return Number((inOrder[Math.floor(inOrder.length / 2)] ?? Number.NaN).toPrecision(3));
  };
  return Object.fromEntries(names.map((name) => [name, median(name)])) as unknown as Measured;
}
