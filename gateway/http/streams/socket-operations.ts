/** What one WebSocket asks for: each operation is a request of its own, with an id, a place among those under way, and an end. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { codes } from '../../../subgraphs/kit/errors/codes.ts';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Principal } from '../../identity/principal.ts';
import type { Watch } from '../../observability/watch.ts';
import { authorizationOf } from '../askers.ts';
import { clientHeadersIn, clientOf } from '../client-name.ts';
import type { Overload } from '../overload.ts';
import { type Came, type DoorContext, purposeHeader } from '../request-context.ts';
import { clientClosed } from '../watched-requests.ts';
import { type Begun, type Operations, refusedWith } from './operations.ts';
import type { WebSocketConnectionOptions } from './web-socket-connection.ts';

export interface SocketOperationsOptions {
  readonly operations: Operations;
  readonly overload: Overload;
  readonly contextOfSocket: (came: Came, gone: AbortSignal, asker: Principal) => DoorContext;
  readonly identify: Identity['identify'];
  readonly watch?: Watch | undefined;
}

/** @param id of the request that opened it. */
export function socketOperations(
  request: IncomingMessage,
  id: string,
  { operations, overload, contextOfSocket, identify, watch }: SocketOperationsOptions,
): Pick<WebSocketConnectionOptions, 'connect' | 'begin'> {
  let asked = 0;
  return {
    async connect(params) {
      const asker = await askerIn(withSaid(request, params));
      return asker instanceof WeftError ? asker : undefined;
    },
    async begin(operation, params, gone) {
      asked += 1;
      const came = { id: `${id}-${asked}`, headers: withSaid(request, params), raw: request };
      const about = {
        requestId: came.id,
        method: 'WS',
        path: '/graphql',
        headers: came.headers,
        client: clientOf(came.headers),
        isGraphQL: true,
      };
      const observer = watch?.request(about);
      let status = 500;
      try {
        const begun = await begin(
          operation,
          (asker) => {
            const context = contextOfSocket(came, gone, asker);
            return observer ? { ...context, observer } : context;
          },
          came.headers,
        );
        status = begun.kind === 'refused' ? begun.status : 200;
        if (begun.kind === 'refused') observer?.answered(begun.errors.map(({ extensions }) => extensions?.code));
        return begun;
      } finally {
        // What is left is to send the answer, or the life of a stream.
        observer?.ended(gone.aborted ? clientClosed : status, undefined);
      }
    },
  };

  async function begin(
    operation: Parameters<Operations['begin']>[0],
    contextOf: (asker: Principal) => DoorContext,
    headers: IncomingHttpHeaders,
  ): Promise<Begun> {
    const leave = overload.enter(false);
    if (!leave) return refusedWith('OVERLOADED');
    try {
      // The token was good when the connection was opened, and may have ended since.
      const asker = await askerIn(headers);
      if (asker instanceof WeftError) return refusedFor(asker);
      return await operations.begin(operation, contextOf(asker), false);
    } finally {
      leave();
    }
  }

  async function askerIn({ authorization }: IncomingHttpHeaders): Promise<Principal | WeftError> {
    try {
      return await identify(authorization);
    } catch (error) {
      if (error instanceof WeftError) return error;
      throw error;
    }
  }
}

function refusedFor({ code, message }: WeftError): Begun {
  return { kind: 'refused', errors: [{ message, extensions: { code } }], status: codes[code].status };
}

/**
 * Pages cannot set headers of a WebSocket, so they send their credential, what they are called, and what for they ask, with
 * `connection_init`.
 * Nothing else is taken from there: a header may be one that a proxy in front vouches for.
 */
function withSaid(request: IncomingMessage, params: Readonly<Record<string, unknown>>): IncomingHttpHeaders {
  const { authorization, [purposeHeader]: purpose } = params;
  const shown = authorizationOf(request);
  return {
    ...clientHeadersIn(params),
    ...(typeof authorization === 'string' && { authorization }),
    ...(typeof purpose === 'string' && { [purposeHeader]: purpose }),
    ...request.headers,
    ...(shown !== undefined && { authorization: shown }),
  };
}
