/**
 * What the registry gives to gateways, its own and those of others, at the paths of Hive's CDN and by Apollo's Uplink:
 * `GET /artifacts/v1/<graph>/{supergraph,sdl,services,metadata,bundle}` and `POST /uplink`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Artefact, Artefacts } from '../registry/delivery/artefact.ts';
import { type AuthoriseArtefacts, tokenOf } from './artefact-access.ts';
import { isArtefactKind, type Representation, representationOf } from './artefact-kinds.ts';
import { refuse } from './faults.ts';
import { refuseEncodedBodies } from './json-body.ts';
import { createLongPoll, secondsToWait } from './long-poll.ts';
import { uplinkHandler } from './uplink.ts';

export interface ArtefactsOptions {
  readonly artefacts: Artefacts;
  readonly authorise: AuthoriseArtefacts;
  /** What the graph is called in paths, and in Apollo's graph refs (`weft` or `weft@current`). */
  readonly graph?: string;
  /** Between two requests of those who cannot wait at the registry. */
  readonly pollSeconds?: number;
  /** Of one request: proxies take a minute of silence for a failure. */
  readonly longestWaitSeconds?: number;
  /** Requests at the same time. Others are answered at once. */
  readonly mostWaiting?: number;
}

export function serveArtefacts(server: FastifyInstance, options: ArtefactsOptions): void {
  const { artefacts, authorise, graph = 'weft', pollSeconds = 10, longestWaitSeconds = 30 } = options;
  const poll = createLongPoll(options.mostWaiting ?? 1_000);
  server.addHook('preClose', async () => poll.close());

  server.get<{ Params: { graph: string; kind: string } }>('/artifacts/v1/:graph/:kind', async (request, reply) => {
    await authorise(tokenOf(request), 'read', request.headers.host);
    const { graph: asked, kind } = request.params;
    if (asked !== graph || !isArtefactKind(kind)) return refuse(reply, 'NOT_FOUND');

    const seconds = Math.min(secondsToWait(request), longestWaitSeconds);
    const hasNews = (): boolean => {
      const current = artefacts.current();
      return current !== undefined && !isKnown(request, representationOf(current, kind));
    };
    if (seconds > 0) {
      void reply.header('preference-applied', `wait=${seconds}`);
      await poll.wait(reply.raw, seconds, async (signal) => {
        while (!hasNews() && !signal.aborted) await artefacts.changed(artefacts.current()?.id, signal);
      });
    }
    const current = artefacts.current();
    if (!current) return refuse(reply.header('retry-after', pollSeconds), 'NOTHING_PUBLISHED');
    return give(request, reply, current, representationOf(current, kind));
  });

  const onUplink = uplinkHandler({ ...options, graph, pollSeconds });
  server.post('/uplink', { onRequest: refuseEncodedBodies }, onUplink);
}

function give(
  request: FastifyRequest,
  reply: FastifyReply,
  { id }: Artefact,
  representation: Representation,
): FastifyReply {
  const { type, bytes, etag, digest } = representation;
  void reply.headers({
    etag,
    'x-hive-schema-version-id': id,
    // For whoever showed the token, and asked about again each time.
    'cache-control': 'private, no-cache',
    vary: 'authorization, x-hive-cdn-key',
  });
  if (isKnown(request, representation)) return reply.code(304).send();
  return reply.headers({ 'repr-digest': digest, 'x-content-type-options': 'nosniff' }).type(type).send(bytes);
}

/** RFC 9110, 13.1.2: compared weakly. */
function isKnown({ headers }: FastifyRequest, { etag }: Representation): boolean {
  const known = headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return known !== undefined && (known.includes(etag) || known.includes('*'));
}
