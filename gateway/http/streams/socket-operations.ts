/** What one WebSocket asks for: each operation is a request of its own, with an id, a place among those under way, and an end. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Watch } from '../../observability/watch.ts';
import { clientHeadersIn } from '../client-name.ts';
import type { Overload } from '../overload.ts';
import type { Came, DoorContext } from '../request-context.ts';
import { clientClosed } from '../watched-requests.ts';
import { type Begun, type Operations, refusedWith } from './operations.ts';
import type { WebSocketConnectionOptions } from './web-socket-connection.ts';

export interface SocketOperationsOptions {
  readonly operations: Operations;
  readonly overload: Overload;
  readonly contextOfSocket: (came: Came, gone: AbortSignal) => DoorContext;
  readonly watch?: Watch | undefined;
}

/** @param id of the request that opened it. */
export function socketOperations(
  request: IncomingMessage,
  id: string,
  { operations, overload, contextOfSocket, watch }: SocketOperationsOptions,
): WebSocketConnectionOptions['begin'] {
  let asked = 0;
  return async (operation, params, gone) => {
    asked += 1;
    const came = { id: `${id}-${asked}`, headers: withSaid(request.headers, params), raw: request };
    const context = contextOfSocket(came, gone);
    const { client } = context;
    const about = {
      requestId: came.id,
      method: 'WS',
      path: '/graphql',
      headers: came.headers,
      client,
      isGraphQL: true,
    };
    const observer = watch?.request(about);
    let status = 500;
    try {
      const begun = await begin(operation, observer ? { ...context, observer } : context);
      status = begun.kind === 'refused' ? begun.status : 200;
      if (begun.kind === 'refused') observer?.answered(begun.errors.map(({ extensions }) => extensions?.code));
      return begun;
    } finally {
      // What is left is to send the answer, or the life of a stream.
      observer?.ended(gone.aborted ? clientClosed : status, undefined);
    }
  };

  async function begin(operation: Parameters<Operations['begin']>[0], context: DoorContext): Promise<Begun> {
    const leave = overload.enter(false);
    if (!leave) return refusedWith('OVERLOADED');
    try {
      return await operations.begin(operation, context, false);
    } finally {
      leave();
    }
  }
}

/**
 * Pages cannot set headers of a WebSocket, so they send their credential, and what they are called, with `connection_init`.
 * Nothing else is taken from there: a header may be one that a proxy in front vouches for.
 */
function withSaid(headers: IncomingHttpHeaders, params: Readonly<Record<string, unknown>>): IncomingHttpHeaders {
  const { authorization } = params;
  return { ...clientHeadersIn(params), ...(typeof authorization === 'string' && { authorization }), ...headers };
}
