/** The gateway: reads the mesh, composes it, and answers for it. The only file that wires. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Issue } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { accessReaderOf } from './access-settings.ts';
import { askedOperations } from './asked-operations.ts';
import { auditingOf } from './audit-settings.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Config } from './config.ts';
import { noCosts } from './engine/demand/cost-model.ts';
import type { CreateEngine, FetchSubgraph } from './engine/engine.ts';
import type { Log } from './engine/log.ts';
import { engineOf } from './engine-of.ts';
import { createGeneration, type Generation, type GenerationParts } from './generation.ts';
import { startServer } from './http/server.ts';
import { attributesOf, identityOf } from './identity-settings.ts';
import { createLog } from './observability/log.ts';
import type { Counted, PrintAll } from './observability/metrics.ts';
import { observedFetch } from './observability/observed-fetch.ts';
import { startWatch, type WatchSettings } from './observability/start-watch.ts';
import { startUsage } from './registry/operations/start-usage.ts';
import type { ReadGraph } from './registry/read-graph.ts';
import { catalogName } from './registry/supergraph-file.ts';
import { createLiveGraph, type Reloaded } from './reload.ts';
import { addressesOf, sourceOf } from './source-of.ts';
import { withErrorsForConsumers } from './transport/errors-for-consumers.ts';
import { createGetJson } from './transport/get-json.ts';
import { createHttpClient } from './transport/http-client.ts';
import { requestSigner } from './transport/request-signer.ts';
import { createSubgraphStreams } from './transport/streams/subgraph-streams.ts';
import { createSubgraphFetch } from './transport/subgraphs.ts';

export interface Gateway {
  /** For example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** What is wrong with the mesh as it was read last. */
  readonly issues: readonly Issue[];
  /** Whether `/graphql` answers: the mesh composes, or has composed. */
  readonly hasGraph: boolean;
  /**
   * Reads the mesh again and, if it has changed and composes, answers from it: new requests at once, while those that run
   * end on the graph that they began with. Otherwise the graph from before goes on answering, and the issues say why.
   */
  reload(): Promise<Reloaded>;
  /** What this process has counted; nothing unless `metrics` is on. */
  counted(): Promise<Counted>;
  /** Lets running requests finish, then stops. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  /** Instead of the one that the configuration names. */
  readonly createEngine?: CreateEngine;
  /** Whether it does not start without a graph. */
  readonly needsGraph?: boolean;
  /** What `/metrics` answers where this is one process of several. */
  readonly printAllMetrics?: PrintAll;
}

/**
 * A mesh that does not compose still starts: `/catalog` and `/health` answer, `/graphql` says 503 and why. Only a mesh
 * file that cannot be read at all leaves nothing to serve.
 * @throws WeftError MESH_FILE_INVALID and GRAPH_UNAVAILABLE with the issues, PORT_IN_USE.
 */
export async function startGateway(
  config: Config,
  log: Log = createLog({ level: config.logLevel, format: config.logFormat }),
  { createEngine, needsGraph = false, printAllMetrics }: GatewayOptions = {},
): Promise<Gateway> {
  const source = await sourceOf(config, log);
  const { registry } = source;
  const access = accessReaderOf(config, source, log);
  const { read } = access ?? source;
  const firstRead = await read().catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  const { mesh, issues } = firstRead;
  if (mesh.subgraphs.length === 0 && issues.some(isOfMeshFile)) {
    await source.close();
    throw new WeftError('MESH_FILE_INVALID', `${config.supergraph} gives no subgraph to start with.`, { issues });
  }
  const auditing = await auditingOf(config, log).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  const addresses = addressesOf(config);
  const http = createHttpClient({ largestAnswerBytes: config.largestAnswerBytes, addresses });
  const sign = requestSigner(config.gatewaySecret);
  const askSubgraph = createSubgraphFetch({
    http,
    sign,
    timeoutMs: config.subgraphTimeoutMs,
    shareEqual: config.shareEqualFetches,
    responseHeaders: config.responseHeaders.map((name) => name.toLowerCase()),
    log,
    quotes: !access,
  });
  const watch = await startWatch(watchSettings(config), {
    log,
    teamOf: (subgraph) => live.current.catalog.teamOf(subgraph),
    conditionOf: askSubgraph.conditionOf,
    printAll: printAllMetrics,
  });
  const parts: GenerationParts = {
    createEngine: createEngine ?? (await engineOf(config)),
    engineOptions: {
      log,
      tellsTypes: auditing !== undefined,
      takesPurpose: access !== undefined,
      subscribeSubgraph: createSubgraphStreams({
        log,
        sign,
        quotes: !access,
        protocol: config.subscriptionProtocol,
        addresses,
      }),
    },
    fetchWith: (catalog) => {
      const ask = withCatalog(askSubgraph, catalog, log);
      return watch ? observedFetch(ask) : ask;
    },
    // A catalog query would rather show nothing than wait.
    fetchObservation: createGetJson(http, 1_000),
    registry,
    access,
    auditing: auditing?.auditing,
    dataReads: auditing?.audit,
    whatIf: (found) => ({
      policies: access?.policiesOf(found),
      attributes: attributesOf(config),
      isSigned: config.gatewaySecret !== '',
      asked: auditing && askedOperations(auditing.audit, source.agreements),
    }),
  };
  const create = (found: ReadGraph): Promise<Generation> => createGeneration(found, parts);
  const live = createLiveGraph({
    first: await create(firstRead),
    read,
    create,
    log,
    // No request takes longer than its deadline; a little more lets its answer be written.
    patience: (signal) => wait(config.requestTimeoutMs + 1_000, undefined, { signal, ref: false }),
  });
  const identity = identityOf(config, log, source.consumerTokens);
  const counting = source.addUsage && startUsage(source.addUsage, log);
  const closeOthers = async (): Promise<void> => {
    await live.close();
    await counting?.stop();
    await source.close();
    await auditing?.audit.close();
    await http.close();
    await identity.close();
    await watch?.close();
  };
  if (needsGraph && !live.current.graph) {
    const issues = live.issues();
    await closeOthers();
    throw new WeftError('GRAPH_UNAVAILABLE', 'The mesh does not compose.', { issues });
  }
  const server = await startServer({
    host: config.host,
    port: config.port,
    graph: live.graph,
    catalog: live.catalog,
    issues: live.issues,
    defaultQuery: config.defaultQuery,
    costModelOf: (schema) => live.costModelOf(schema) ?? noCosts,
    costPerMinute: config.costPerMinute,
    demandLimits: { cost: config.maxCost },
    doorLimits: { lagMs: config.maxLagMs, inFlight: config.maxInFlight },
    requests: {
      timeoutMs: config.requestTimeoutMs,
      forwardHeaders: config.forwardHeaders.map((name) => name.toLowerCase()),
      labels: new Set(config.overrideLabels),
      ...(config.principalHeader && { principalHeader: config.principalHeader }),
    },
    identity,
    hideSchemaDetails: config.hideSchemaDetails,
    usage: counting?.usage,
    delivery: source.delivery,
    streams: { allowedOrigins: new Set(config.allowedOrigins), onAccessChange: source.agreements?.onChange },
    drain: { delayMs: config.drainDelayMs, timeoutMs: config.drainTimeoutMs },
    log,
    watch,
  }).catch(async (error: unknown) => {
    await closeOthers();
    throw error;
  });
  source.follow(() =>
    live.reload().catch((error: Error) => {
      log(error.stack ?? error.message, { level: 'error' });
      return { changed: false, issues: live.issues() };
    }),
  );
  return {
    url: server.url,
    get issues() {
      return live.issues();
    },
    get hasGraph() {
      return live.current.graph !== undefined;
    },
    reload: live.reload,
    counted: async () => (await watch?.metrics?.counted()) ?? [],
    async close() {
      await server.close();
      await closeOthers();
    },
  };
}

/** Where there is no subgraph, the only document that was read is the mesh file. */
const isOfMeshFile = ({ code }: Issue): boolean => code === 'MESH_FILE_INVALID' || code.startsWith('DOCUMENT_');

function watchSettings(config: Config): WatchSettings {
  const { metrics, accessLog, otlpEndpoint: endpoint, traceSampleRatio: sampleRatio, continueTraces } = config;
  return { metrics, accessLog, traces: endpoint === '' ? undefined : { endpoint, sampleRatio, continueTraces } };
}

/** The catalog is a subgraph without a socket. */
function withCatalog(ask: FetchSubgraph, catalog: Catalog, log: Log): FetchSubgraph {
  return async (subgraph, request, context) =>
    subgraph.name === catalogName
      ? withErrorsForConsumers(catalogName, await catalog.ask(request, context), {
          log,
          requestId: context.requestId,
          quotes: true,
        })
      : ask(subgraph, request, context);
}
