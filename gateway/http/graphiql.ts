import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Everything is in the page, 9 MB of it. The browser is told so: whatever it holds may talk to this origin only. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves GraphiQL. The page is rendered and compressed once, at the first request, so that starting costs nothing. */
export function graphiqlHandler(defaultQuery: string) {
  let rendered: Promise<{ readonly html: Buffer; readonly gzipped: Buffer }> | undefined;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Buffer> => {
    rendered ??= render(defaultQuery);
    const { html, gzipped } = await rendered;
    const compressed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    void reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('vary', 'accept-encoding')
      .header('cache-control', 'no-cache');
    if (compressed) void reply.header('content-encoding', 'gzip');
    return compressed ? gzipped : html;
  };
}

async function render(defaultQuery: string) {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Weft',
    endpoint: '/graphql',
    // The page holds its options in a script element, which `</script>` in a string of the operation would end.
    defaultQuery: defaultQuery.replaceAll('</', '< /'),
  });
  const html = Buffer.from(page.trimStart());
  return { html, gzipped: await promisify(gzip)(html, { level: 6 }) };
}
