import {
  type ApolloServerPlugin,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { usesDefer } from '../engine/defer-directive.ts';
import type { Patch } from '../engine/engine.ts';
import type { LiveEngine } from '../engine/live-engine.ts';
import type { Log } from '../engine/log.ts';
import type { DoorContext } from './request-context.ts';
import { errorForConsumers } from './streams/streamed-answer.ts';

/**
 * `@defer`: an answer in parts, for clients that take one (`multipart/mixed`). For all others the same operation is
 * answered at once, as Incremental Delivery (GraphQL, draft) allows.
 */
export function deferPlugin(live: LiveEngine, log: Log): ApolloServerPlugin<DoorContext> {
  return {
    async requestDidStart({ request }) {
      const write = writerFor(request.http?.headers.get('accept') ?? '');
      return write && { responseForOperation: (context) => inParts(context, write) };
    },
  };

  async function inParts(
    { schema, document, source, operationName, request, contextValue }: Resolved,
    write: Writer,
  ): Promise<GraphQLResponse | null> {
    const engine = live.engineOf(schema);
    if (!engine.executeInParts || !usesDefer(document)) return null;
    const variables = request.variables ?? {};
    const operation = { source, name: operationName, variables };
    const context = { ...contextValue, operation };
    const asked = { document, source, operationName, variables, context };
    const { initial, patches } = await engine.executeInParts(asked);
    const formatted = errorForConsumers(contextValue.requestId, log);
    const errors = initial.errors && { errors: initial.errors.map(formatted) };
    const initialResult = { ...initial, ...errors, ...write.first, hasNext: true };
    const subsequentResults = parts(patches, write.patches(formatted));
    const body = { kind: 'incremental', initialResult, subsequentResults };
    // The types of Apollo Server are stricter than what it does: it writes both as they are.
    return { http: { status: undefined, headers: new HeaderMap() }, body } as unknown as GraphQLResponse;
  }
}

type Resolved = GraphQLRequestContextResponseForOperation<DoorContext>;

interface Part {
  readonly hasNext: boolean;
  readonly [key: string]: unknown;
}

async function* parts(patches: AsyncIterable<readonly Patch[]>, write: WritePatches): AsyncGenerator<Part, void, void> {
  for await (const several of patches) yield { ...write(several), hasNext: true };
  yield { hasNext: false };
}

interface Writer {
  /** What the first part says beside its data. */
  readonly first: Readonly<Record<string, unknown>>;
  patches(formatted: Format): WritePatches;
}

type Format = (error: GraphQLError) => GraphQLFormattedError;
type WritePatches = (patches: readonly Patch[]) => Readonly<Record<string, unknown>>;

/** The two forms that clients ask for, newest first. */
function writerFor(accept: string): Writer | undefined {
  if (/incrementalSpec=v0\.2/.test(accept)) return { first: { pending: [] }, patches: byId };
  if (/deferSpec=20220824/.test(accept)) return { first: {}, patches: inPlace };
  return undefined;
}

function inPlace(formatted: Format): WritePatches {
  return (several) => ({ incremental: several.map((patch) => ({ ...patch, ...errorsOf(patch, formatted) })) });
}

/** What comes is announced, given and completed at once: it is sent when it is whole. */
function byId(formatted: Format): WritePatches {
  let count = 0;
  return (several) => {
    const parts = several.map((patch) => ({ id: String(count++), patch, errors: errorsOf(patch, formatted) }));
    return {
      pending: parts.map(({ id, patch: { path, label } }) => ({ id, path, ...(label !== undefined && { label }) })),
      incremental: parts.flatMap(({ id, patch: { data }, errors }) => (data === null ? [] : [{ id, data, ...errors }])),
      completed: parts.map(({ id, patch: { data }, errors }) => (data === null ? { id, ...errors } : { id })),
    };
  };
}

const errorsOf = ({ errors }: Patch, formatted: Format) => (errors ? { errors: errors.map(formatted) } : {});
