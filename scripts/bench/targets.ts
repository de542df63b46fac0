/** What is compared, and how each is started. */
import { fileURLToPath } from 'node:url';
import type { ScenarioName } from './scenarios.ts';

export interface Target {
  readonly name: string;
  /** As the table calls it. */
  readonly title: string;
  /** Absent: all. */
  readonly scenarios?: readonly ScenarioName[];
  /** It may answer requests that are under way at the same time together, so its figures say less about its own speed. */
  readonly shares?: true;
  /** Arguments of `node`. */
  start(given: Given): { readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> };
}

export interface Given {
  readonly port: number;
  /** The composed supergraph. */
  readonly supergraph: string;
  /** A folder with supergraph.yaml and the subgraphs' SDL: what Weft is started from. */
  readonly mesh: string;
  /** The right answers as a file of `[body, answer]` pairs. */
  readonly answers: string;
  readonly urls: Readonly<Record<string, string>>;
}

export const baseline = 'apollo-gateway';
export const yardstick = 'by-hand';

/**
 * Weft's defaults but for two: subgraphs see the token, as in the peers, and nothing is given up or turned away because
 * fifty clients keep the core busy all the time, as they are meant to. The checks themselves stay on.
 */
const weftSettings = {
  WEFT_FORWARD_HEADERS: 'authorization',
  WEFT_MAX_LAG_MS: '60000',
  WEFT_REQUEST_TIMEOUT_MS: '60000',
  WEFT_SUBGRAPH_TIMEOUT_MS: '60000',
};

const weftBin = fileURLToPath(new URL('../weft.mjs', import.meta.url));

const weft = (
  name: string,
  title: string,
  env: Readonly<Record<string, string>>,
  more: Partial<Target> = {},
): Target => ({
  name,
  title,
  start: ({ port, mesh }) => ({
    args: [weftBin, 'gateway', '--supergraph', `${mesh}/supergraph.yaml`, '--port', String(port)],
    env: { ...weftSettings, ...env },
  }),
  ...more,
});

const peer = (name: string, title: string, more: Partial<Target> = {}): Target => ({
  name,
  title,
  start: (given) => ({
    args: [fileURLToPath(new URL(`./targets/${name}.mjs`, import.meta.url)), JSON.stringify(given)],
  }),
  ...more,
});

export const targets: readonly Target[] = [
  weft('weft', 'Weft', { WEFT_ENGINE: 'weft' }),
  weft('weft-sharing', 'Weft, sharing identical fetches', { WEFT_SHARE_EQUAL_FETCHES: 'true' }, { shares: true }),
  weft('weft-apollo', 'Weft, `--engine apollo`', { WEFT_ENGINE: 'apollo' }),
  peer('apollo-gateway', '@apollo/gateway 2.14.4 in @apollo/server 5.5.1'),
  peer('hive-js', 'Hive Gateway runtime 2.12.1, JS planner'),
  peer('hive-js-sharing', 'Hive Gateway, JS planner, sharing identical fetches (its default)', { shares: true }),
  peer('hive-rust', 'Hive Gateway runtime 2.12.1, Rust planner'),
  peer('hive-rust-sharing', 'Hive Gateway, Rust planner, sharing identical fetches (its default)', { shares: true }),
  peer('mercurius', 'Mercurius gateway 5.2.0, jit'),
  peer('by-hand', 'written by hand for this one operation', { scenarios: ['big', 'token'] }),
  peer('floor', 'node:http with the answer in memory'),
];
