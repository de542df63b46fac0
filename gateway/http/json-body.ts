/** JSON in UTF-8 and nothing else is read as a request's body (GraphQL over HTTP, "Request"; RFC 8259, 8.1). */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

export function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
        throw new WeftError('MEDIA_TYPE_UNSUPPORTED', 'JSON is read in UTF-8 only.');
      }
      if (!isUtf8(body)) throw new WeftError('REQUEST_INVALID', 'The body is not UTF-8.');
      try {
        return JSON.parse(body.toString('utf8')) as unknown;
      } catch {
        // What the parser says would repeat what was sent.
        throw new WeftError('REQUEST_INVALID', 'The body is not JSON.');
      }
    },
  );
}

/** A compressed body would have to be inflated before its size is known. */
export async function refuseEncodedBodies(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  void reply.header('accept-encoding', 'identity');
  throw new WeftError('MEDIA_TYPE_UNSUPPORTED', 'Compressed bodies are not read.');
}
