/** One domain as a subgraph: GraphQL at /graphql, what it observes of its own products at /observability, /health. */
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApolloServer } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { DrizzleQueryError } from 'drizzle-orm';
import { fastify } from 'fastify';
import { type GraphQLFormattedError, type GraphQLSchema, parse } from 'graphql';
import { contextDoor, largestHeaderBytes, type Shown } from './context-door.ts';
import type { DomainObservation } from './contract/observation.ts';
import { printSdl } from './contract/sdl.ts';
import { type DomainFolder, loadDomain } from './domain-folder.ts';
import { isError } from './errors/issue.ts';
import { portInUse } from './errors/port-in-use.ts';
import { invariant, WeftError } from './errors/weft-error.ts';
import { type RequestContext, type Resolvers, resolversOf } from './resolvers.ts';
import { cursorKey } from './store/cursor-key.ts';
import { sealedCursors } from './store/cursors.ts';
import { ensureTables, openDatabase } from './store/database.ts';
import { countFilterUse } from './store/filter-use.ts';
import { openReaders } from './store/readers.ts';
import { openRows, type Rows } from './store/rows.ts';
import { observeDomain } from './store/runs.ts';
import { servedTypes } from './store/served.ts';

const filterUseFlushMs = 30_000;

export interface ServeOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly dataDir: string;
  /** What cursors are sealed with where several processes serve the domain; else a key is made, and kept beside the data. */
  readonly cursorKey?: string | undefined;
  /** What the mesh calls it; as its folder, where absent. */
  readonly subgraph?: string | undefined;
  /** By what it knows the gateway, which it then answers alone. Without, it answers everybody. */
  readonly gatewaySecret?: string | undefined;
  /** With a secret, too, it answers everybody who shows nothing. */
  readonly open?: boolean | undefined;
  /** What clients are not told: failures behind a masked answer. */
  readonly log?: (where: string, error: unknown) => void;
  /** Told each SQL statement that is run for a query, without its values. */
  readonly onStatement?: ((sql: string) => void) | undefined;
}

export interface ServedDomain {
  readonly url: string;
  /** SQL statements run for queries so far. */
  readonly statements: () => number;
  close(): Promise<void>;
}

/** @throws {WeftError} DOMAIN_INVALID, with the issues, where the contracts are wrong. */
export async function serveDomain(dir: string, options: ServeOptions): Promise<ServedDomain> {
  const folder = await loadDomain(dir);
  const wrong = folder.issues.filter(isError);
  if (wrong.length > 0)
    throw new WeftError('DOMAIN_INVALID', `${folder.domain.name} cannot be served.`, { issues: wrong });
  const schema = await schemaOf(folder);

  const { subgraph = folder.domain.name, gatewaySecret: secret, open } = options;
  const door = contextDoor({ subgraph, secret, open });

  const store = openStore(folder, options);
  const types = new Map(folder.graph.types.map((type) => [type.name, type]));
  const type: RequestContext['type'] = (name) => {
    const found = types.get(name);
    invariant(found, `${name} is a row type of ${folder.domain.name}`);
    return found;
  };

  const app = fastify({ bodyLimit: 10 * 1024 * 1024, http: { maxHeaderSize: largestHeaderBytes } });
  const server = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    plugins: [fastifyApolloDrainPlugin(app), ApolloServerPluginInlineTraceDisabled()],
    formatError: (formatted, error) => toClient(formatted, error, options.log),
  });
  await server.start();
  await app.register(async (scope) => {
    const shownTo = door(scope);
    await scope.register(fastifyApollo(server), {
      path: '/graphql',
      context: async (request, reply) => ({ rows: store.rows(goneSignal(reply.raw), shownTo(request)), type }),
    });
  });
  app.get('/observability', () => store.observe());
  app.get('/health', () => ({ status: 'up', domain: folder.domain.name }));
  const close = async (): Promise<void> => {
    await app.close();
    await server.stop();
    await store.close();
  };
  const url = await app
    .listen({ host: '127.0.0.1', port: options.port })
    .catch(async (error: NodeJS.ErrnoException) => {
      await close();
      return portInUse(options.port)(error);
    });
  return { url, statements: store.statements, close };
}

function openStore({ domain, graph }: DomainFolder, { dataDir, cursorKey: given, onStatement }: ServeOptions) {
  const file = join(dataDir, `${domain.name}.sqlite`);
  const key = cursorKey(join(dataDir, `${domain.name}.cursor-key`), given);
  const cursors = sealedCursors(key, domain.name);
  const database = openDatabase(file);
  ensureTables(database, domain);
  // From here on this thread only reads run records and adds counts: it must never wait for a load that is writing.
  database.pragma('busy_timeout = 0');
  const use = countFilterUse(database);
  const flushing = setInterval(use.flush, filterUseFlushMs).unref();
  const readers = openReaders(file, { onStatement });
  const served = servedTypes(database, graph);
  return {
    rows: (signal: AbortSignal, { rows: conditions = {}, minimumGroups = {} }: Shown): Rows =>
      openRows({ ...readers.open(signal), served, cursors, use, conditions, minimumGroups }),
    observe: (): DomainObservation => observeDomain(database, domain),
    statements: readers.statements,
    close: async (): Promise<void> => {
      await readers.close();
      clearInterval(flushing);
      use.flush();
      database.close();
    },
  };
}

async function schemaOf(folder: DomainFolder): Promise<GraphQLSchema> {
  const typeDefs = parse(printSdl(folder.graph, folder.additions));
  const resolvers = await allResolvers(folder);
  try {
    return buildSubgraphSchema([{ typeDefs, resolvers }]);
  } catch (cause) {
    // What is derived is sound; what the domain adds may name types or fields that do not exist.
    const help = `Correct schema.graphql or resolvers.ts in ${folder.dir}.`;
    throw new WeftError('DOMAIN_INVALID', `${folder.domain.name}: ${(cause as Error).message}`, { cause, help });
  }
}

/** The derived resolvers, with those of the domain's own `resolvers.ts` on top. */
async function allResolvers({ graph, dir, files }: DomainFolder): Promise<Resolvers> {
  const resolvers = resolversOf(graph);
  if (!files.includes('resolvers.ts')) return resolvers;
  const own = (await import(pathToFileURL(join(dir, 'resolvers.ts')).href)) as { default: Resolvers };
  for (const [name, fields] of Object.entries(own.default))
    resolvers[name] = { ...resolvers[name], ...fields } as Resolvers[string];
  return resolvers;
}

/** Aborted when the client hangs up before it has its answer: what it asked for is not read to the end. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** What a client did wrong is told to it, with its code; everything else is masked here and told to the log. */
function toClient(formatted: GraphQLFormattedError, error: unknown, log: ServeOptions['log']): GraphQLFormattedError {
  const thrown = unwrapResolverError(error);
  // Drizzle wraps what the store throws, and adds the statement with its parameters: values, which no log should have.
  const failure = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
  if (failure instanceof WeftError && failure.code !== 'READ_FAILED') {
    return { ...formatted, message: `${failure.message} ${failure.help}`, extensions: { code: failure.code } };
  }
  if (thrown === error) return formatted; // GraphQL's own: syntax, validation, variables.
  log?.(formatted.path?.join('.') ?? 'request', failure);
  return { ...formatted, message: 'The domain could not answer.', extensions: { code: 'READ_FAILED' } };
}
