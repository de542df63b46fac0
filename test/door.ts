/** The gateway's door over a graph in this process: real ports and requests, and no subgraph behind them. */
import { buildSchema, type ExecutionResult, execute } from 'graphql';
import { createCatalog } from '../gateway/catalog/catalog.ts';
import type { Engine, Operation } from '../gateway/engine/engine.ts';
import { createLiveEngine } from '../gateway/engine/live-engine.ts';
import { type ServerOptions, startServer } from '../gateway/http/server.ts';
import { eventText } from '../gateway/observability/log-lines.ts';
import type { Mesh } from '../gateway/registry/mesh.ts';
import type { Answer } from './subgraph.ts';

export interface Door {
  readonly url: string;
  readonly log: readonly string[];
  /** Operations that reached the engine. */
  readonly executed: readonly Operation[];
  post(
    body: unknown,
    headers?: Readonly<Record<string, string>>,
    path?: string,
  ): Promise<Answer & { headers: Headers }>;
  ask(query: string, variables?: Record<string, unknown>, path?: string): Promise<Answer & { headers: Headers }>;
  close(): Promise<void>;
}

export interface DoorOptions extends Partial<ServerOptions> {
  /** Instead of the one in this process; undefined: there is no graph. */
  readonly engine?: Engine | undefined;
  readonly sdl?: string;
  readonly rootValue?: Readonly<Record<string, any>>;
}

const nowhere = { file: '', line: 1, column: 1 };
const mesh: Mesh = { file: '', federation: { version: '', place: nowhere }, subgraphs: [], complete: true };

export async function openDoor(options: DoorOptions = {}): Promise<Door> {
  const { sdl = 'type Query { hello: String }', rootValue, engine, ...more } = options;
  const schema = buildSchema(sdl);
  const log: string[] = [];
  const executed: Operation[] = [];
  const catalog = await createCatalog({
    mesh,
    facts: undefined,
    apiSchema: () => undefined,
    fetchObservation: async () => undefined,
  });
  const own: Engine = {
    schema,
    async execute(operation): Promise<ExecutionResult> {
      executed.push(operation);
      const { document, operationName, variables, context } = operation;
      return execute({
        schema,
        document,
        operationName,
        variableValues: variables,
        rootValue,
        contextValue: context,
      });
    },
    async close() {},
  };
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    issues: () => [],
    defaultQuery: '{ __typename }',
    log: (message, about) => log.push(eventText(message, about)),
    graph: createLiveEngine('engine' in options ? engine : own, { patience: async () => {} }),
    catalog: createLiveEngine(catalog, { patience: async () => {} }),
    // Whatever else this machine is busy with; `probe: undefined` is the real one.
    probe: { lagMs: () => 0, heapShare: () => 0, close: () => {} },
    ...more,
  });
  const post: Door['post'] = async (body, headers = {}, path = '/graphql') => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
    });
    const answer = (await response.json()) as Omit<Answer, 'status'>;
    return { status: response.status, headers: response.headers, ...answer };
  };
  return {
    url: server.url,
    log,
    executed,
    post,
    ask: (query, variables = {}, path = '/graphql') => post({ query, variables }, {}, path),
    async close() {
      await server.close();
      await catalog.close();
    },
  };
}
