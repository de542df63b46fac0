/**
 * A gateway with all that could tell of data switched on (policies, identity, audit, registry, access log, metrics, traces,
 * signed contexts, sharing), over a random graph whose every value is a token. Its subgraphs fail as they like, and quote values.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { createLog } from '../gateway/observability/log.ts';
import { contextHeader } from '../subgraphs/kit/contract/signed-context.ts';
import { contextVerifier } from '../subgraphs/kit/verify-context.ts';
import { classifiedSdl, policiesByRank } from './classified-model.ts';
import type { Graph } from './fuzz/graph.ts';
import { isLeaf, type Model, placeIn } from './fuzz/model.ts';
import { type Random, randomOf } from './fuzz/random.ts';
import { fieldValue, population, requiredOf } from './fuzz/world.ts';
import { audience, issuerName, makeKey, sign, startIssuer } from './issuer.ts';
import { makeMesh } from './mesh.ts';
import { tokensIn } from './token-values.ts';
import { startCollector } from './watched-mesh.ts';

export interface TokenMesh {
  readonly url: string;
  /** Of somebody with this role; nothing for whoever shows nothing. */
  headersFor(role: string | undefined): Promise<Record<string, string>>;
  /** All tokens that subgraphs have sent. */
  readonly sent: ReadonlySet<string>;
  /** Those that errors of a subgraph have quoted. */
  readonly quoted: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many requests were not signed as they must be. */
  readonly unsigned: number;
  /** Ends it. What was written anywhere but into answers, by where. */
  end(): Promise<ReadonlyMap<string, string>>;
}

const gatewaySecret = 'a secret of the gateway and its subgraphs';

export async function startTokenMesh({ model, subgraphs }: Graph, seed: number): Promise<TokenMesh> {
  const random = randomOf(seed, 'failures');
  const sent = new Set<string>();
  const quoted = new Map<string, Set<string>>();
  let unsigned = 0;
  subgraphs.begin({ failing: true, counting: false });
  const verify = new Map(
    subgraphs.sdls.map(({ name }) => [name, contextVerifier({ secret: gatewaySecret, subgraph: name })]),
  );
  const server = createServer(async (request, response) => {
    const name = decodeURIComponent(request.url?.slice(1) ?? '');
    const body = await text(request);
    try {
      verify.get(name)?.(String(request.headers[contextHeader]), body);
    } catch {
      unsigned += 1;
    }
    const subgraph = model.subgraphs.indexOf(name);
    const quotes = (): string => {
      const said = `It fails beside ${valueIn(model, subgraph, random)} and ${[...tokensIn(body)].slice(0, 3).join()}.`;
      const known = quoted.get(name) ?? new Set();
      quoted.set(name, known);
      for (const token of tokensIn(said)) known.add(token);
      return said;
    };
    const answer = await subgraphs.fetch({ name, url: '' }, { kind: 'query', body }, {});
    const { status, sends } = failingAnswer(JSON.parse(JSON.stringify(answer)), quotes, random);
    for (const token of tokensIn(sends)) sent.add(token);
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-row': [...tokensIn(sends)][0] ?? '' })
      .end(sends);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [collector, issuer, key] = [await startCollector(), await startIssuer(), await makeKey('one')];
  issuer.publish(key);
  const file = (name: string): string => `${name}.graphql`;
  const mesh = makeMesh({
    ...Object.fromEntries(
      subgraphs.sdls.map(({ name, sdl }) => [file(name), classifiedSdl(model, model.subgraphs.indexOf(name), sdl)]),
    ),
    'supergraph.yaml': JSON.stringify({
      subgraphs: Object.fromEntries(
        subgraphs.sdls.map(({ name }) => [
          name,
          { routing_url: `http://127.0.0.1:${port}/${encodeURIComponent(name)}`, schema: { file: `./${file(name)}` } },
        ]),
      ),
    }),
    'access/access.cedar': policiesByRank,
    'access/purposes.yaml': 'purposes: { study: { title: A study } }',
  });
  const lines: string[] = [];
  const config = readConfig(
    {},
    {
      ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, accessPolicies: join(mesh.dir, 'access') },
      ...{ registry: join(mesh.dir, 'registry.db'), registryOpen: true, readAudit: join(mesh.dir, 'reads.db') },
      ...{ jwtIssuer: issuerName, jwtAudience: audience, jwksUrl: issuer.url, gatewaySecret },
      ...{ maskSecret: 'one secret for all of these tests', metrics: true, accessLog: true },
      ...{ otlpEndpoint: collector.url, shareEqualFetches: true, shareEqualQueries: true },
      ...{ maxCost: 1_000_000, newOperationsPerSecond: 100_000, maxLagMs: 600_000, requestTimeoutMs: 60_000 },
    },
  );
  const gateway = await startGateway(
    config,
    createLog({ level: 'info', format: 'json' }, (line) => lines.push(line)),
  );
  if (!gateway.hasGraph) throw new Error(JSON.stringify(gateway.issues, null, 1));
  const exp = Math.floor(Date.now() / 1_000) + 3_000;
  const tokens = new Map<string, string>();
  return {
    url: gateway.url,
    async headersFor(role) {
      if (role === undefined) return {};
      const token = tokens.get(role) ?? (await sign(key, { sub: `person-${role}`, roles: [role], exp }));
      tokens.set(role, token);
      return { authorization: `Bearer ${token}`, 'apollographql-client-name': `client-${role}` };
    },
    sent,
    quoted,
    get unsigned() {
      return unsigned;
    },
    async end() {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      await gateway.close();
      const databases = readdirSync(mesh.dir).filter((name) => /\.db/.test(name));
      const written = databases.map((name) => [name, readFileSync(join(mesh.dir, name)).toString('latin1')] as const);
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await Promise.all([collector.close(), issuer.close(), mesh[Symbol.asyncDispose]()]);
      return new Map([['log', lines.join('\n')], ['metrics', metrics], ['traces', collector.text()], ...written]);
    },
  };
}

type Json = any;

/** What the subgraph answers, or would if all were well. */
function failingAnswer(answer: Json, quotes: () => string, random: Random): { status: number; sends: string } {
  const { data, errors = [] } = answer;
  const code = () => random.pick([undefined, 'NO_SUCH_ROW', 'INTERNAL_SERVER_ERROR', quotes()]);
  const error = (path?: unknown) => ({
    message: quotes(),
    ...(path !== undefined && { path }),
    extensions: { code: code(), more: quotes() },
  });
  const told = errors.map(({ path }: Json) => error(path));
  const whole = (body: object) => ({ status: 200, sends: JSON.stringify(body) });
  const way = random.int(100);
  if (way < 2) return { status: 500, sends: quotes() };
  if (way < 4) return { status: 200, sends: `{"data":${JSON.stringify(quotes())}` };
  if (way < 10) return whole({ data: null, errors: [error()] });
  if (way < 14) return whole({ data, errors: [...told, error()] });
  const [key = ''] = Object.keys(data ?? {});
  if (way < 22 && data) return whole({ data: { ...data, [key]: null }, errors: [...told, error([key])] });
  if (way < 24 && data) return whole({ data: { ...data, [key]: { odd: quotes() } } });
  const [first] = Array.isArray(data?.[key]) ? data[key] : [];
  if (way < 35 && first) {
    const [inner = ''] = Object.keys(first).filter((each) => each !== '__typename');
    const broken = { ...first, [inner]: null };
    return whole({
      data: { ...data, [key]: [broken, ...data[key].slice(1)] },
      errors: [...told, error([key, 0, inner])],
    });
  }
  return whole({ ...(data !== undefined && { data }), ...(told.length > 0 && { errors: told }) });
}

/** Of any row that the subgraph has. */
function valueIn(model: Model, subgraph: number, random: Random): string {
  const fields = model.objects.flatMap((object) =>
    object.fields
      .filter((field) => placeIn(field, subgraph) && isLeaf(model, field.type))
      .map((field) => [object.name, field] as const),
  );
  if (fields.length === 0) return '';
  const [__typename, field] = random.pick(fields);
  const ref = { __typename, id: random.int(population) };
  const world = { model, failing: false, counting: false, counter: 0 };
  return JSON.stringify(fieldValue(world, ref, field, {}, requiredOf(world, ref, field)) ?? '');
}
