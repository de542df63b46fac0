/**
 * Domains publish while clients ask: no request fails, and no answer is of two graphs. WEFT_PUBLISHES says how many
 * publishes.
 *
 * Each publish gives its domain another address, and each subgraph answers with the number in the address that it was
 * asked at. The query goes to the first domain, to the second and back to the first: where it is answered from one graph,
 * the three numbers are those of one version.
 */

import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../../gateway/config.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { makeMesh, until } from '../mesh.ts';
import { ask } from '../subgraph.ts';
import { link, publishOperation } from './mesh-with-registry.ts';
import { startNumberedSubgraph } from './numbered-subgraph.ts';

const publishes = Number(process.env.WEFT_PUBLISHES ?? 20);
const clients = 8;

type Domain = 'first' | 'second';
/** The numbers in the addresses of both domains: what tells one version of the graph from another. */
type Version = Readonly<Record<Domain, number>>;

const sdlOf: Readonly<Record<Domain, (number: number) => string>> = {
  first: (number) => `${link}
    type Query { item: Item }
    type Item @key(fields: "id") { id: ID! first: Int ${added('first', number)} }
    type Again @key(fields: "id") { id: ID! back: Int }`,
  second: (number) => `${link}
    type Item @key(fields: "id") { id: ID! second: Int passed: Again ${added('second', number)} }
    type Again @key(fields: "id", resolvable: false) { id: ID! }`,
};

/** Each version has a field that the one before has not. */
const added = (domain: Domain, number: number): string =>
  Array.from({ length: number }, (_, at) => `${domain}${at}: Int`).join(' ');

test(`${publishes} publishes and a way back under load`, { timeout: 3_600_000 }, async () => {
  await using mesh = await startNumberedMesh();
  const { url } = mesh.gateway;
  const graphs: Version[] = [{ first: 0, second: 0 }];
  expect(await answerOf(`${url}/graphql`, 0)).toEqual(answered({ first: 0, second: 0 }));
  const load = startLoad(`${url}/graphql`);
  const isLive =
    ({ first, second }: Version) =>
    async (): Promise<boolean> =>
      JSON.stringify(await answerOf(`${url}/graphql`, 0)) === JSON.stringify(answered({ first, second }));
  for (let n = 0; n < publishes; n++) {
    const domain = n % 2 === 0 ? 'first' : 'second';
    const before = graphs.at(-1) as Version;
    const next = { ...before, [domain]: before[domain] + 1 };
    graphs.push(next);
    expect(await mesh.publish(domain, next[domain])).toMatchObject({ outcome: 'PUBLISHED', version: { id: n + 2 } });
    // As publishers come: some when the graph before is live, some while it is still being built.
    if (n % 3 !== 0) await until(isLive(next));
  }
  await until(isLive(graphs.at(-1) as Version));
  const back = await ask(`${url}/catalog`, 'mutation { rollback(to: 1) { outcome version { id } } }');
  expect(back.data.rollback).toEqual({ outcome: 'PUBLISHED', version: { id: publishes + 2 } });
  await until(isLive(graphs[0] as Version));

  const { answers } = await load.stop();
  const right = new Set(graphs.map((version) => JSON.stringify(answered(version))));
  expect(answers.filter((each) => !right.has(each))).toEqual([]);
  expect(answers.length).toBeGreaterThan(publishes * clients);
  // Not all of it came before, or after.
  expect(new Set(answers).size).toBeGreaterThan(publishes / 2);
  expect(mesh.log).toEqual([]);
  const verdict = await ask(`${url}/catalog`, '{ auditVerdict { entries brokenAt } }');
  expect(verdict.data.auditVerdict.brokenAt).toBeNull();
});

const answered = ({ first, second }: Version) => ({
  status: 200,
  data: { item: { first, second, passed: { back: first } } },
});

/** Half of the clients ask the same as the others, half something of their own. */
const answerOf = (url: string, client: number) =>
  ask(url, `query Client${client % (clients / 2)} { item { first second passed { back } } }`).catch(
    (error: unknown) => ({ status: 0, error: String(error) }),
  );

function startLoad(url: string) {
  let isStopped = false;
  const answers: string[] = [];
  const running = Array.from({ length: clients }, async (_, client) => {
    while (!isStopped) {
      answers.push(JSON.stringify(await answerOf(url, client)));
      // What composes is given the time that is left.
      await wait(5);
    }
  });
  return {
    async stop() {
      isStopped = true;
      await Promise.all(running);
      return { answers };
    },
  };
}

interface NumberedMesh extends AsyncDisposable {
  readonly gateway: Gateway;
  /** What the gateway warned of. */
  readonly log: readonly string[];
  publish(domain: Domain, number: number): Promise<unknown>;
}

async function startNumberedMesh(): Promise<NumberedMesh> {
  const types = { item: 'Item', passed: 'Again' };
  const subgraphs = { first: await startNumberedSubgraph(types), second: await startNumberedSubgraph(types, 5) };
  const mesh = makeMesh();
  const addressOf = (domain: Domain, number: number): string => `${subgraphs[domain].url}/${number}`;
  const entryOf = (domain: Domain) => ({
    routing_url: addressOf(domain, 0),
    schema: { sdl: sdlOf[domain](0) },
  });
  mesh.write({
    'supergraph.yaml': JSON.stringify({
      federation_version: '2',
      subgraphs: { first: entryOf('first'), second: entryOf('second') },
    }),
  });
  const log: string[] = [];
  const flags = {
    ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), registry: join(mesh.dir, 'registry.db') },
    ...{ registryOpen: true, routingAddresses: 'loopback', port: 0, newOperationsPerSecond: 10_000 },
  };
  const gateway = await startGateway(readConfig({}, flags), (line, fields) => {
    if (fields?.level) log.push(line);
  });
  return {
    gateway,
    log,
    async publish(domain, number) {
      const input = { name: domain, routingUrl: addressOf(domain, number), sdl: sdlOf[domain](number) };
      const { data, errors } = await ask(`${gateway.url}/catalog`, publishOperation, { input });
      return data?.publishSubgraph ?? errors;
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await Promise.all([subgraphs.first.close(), subgraphs.second.close()]);
      await mesh[Symbol.asyncDispose]();
    },
  };
}
