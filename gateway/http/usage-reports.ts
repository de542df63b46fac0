/** Takes what gateways elsewhere, which follow this one's registry, have counted: `POST /usage/v1/<graph>`. */
import type { FastifyInstance } from 'fastify';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { largestReportBytes } from '../registry/operations/usage-batch.ts';
import { type AuthoriseArtefacts, tokenOf } from './artefact-access.ts';
import { refuse } from './faults.ts';
import { refuseEncodedBodies } from './json-body.ts';

export interface UsageReportsOptions {
  readonly authorise: AuthoriseArtefacts;
  /** @throws WeftError where it is not taken. @returns of how many requests nothing is kept. */
  readonly takeUsage: (report: string) => Promise<number>;
  /** What the graph is called in paths. */
  readonly graph?: string;
}

/** Another report is read meanwhile. */
const retrySeconds = 1;

export function serveUsageReports(
  server: FastifyInstance,
  { authorise, takeUsage, graph = 'weft' }: UsageReportsOptions,
): void {
  void server.register(async (scope) => {
    // It is parsed where it is judged, which is not in the thread that answers.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      async (_request: unknown, body: string) => body,
    );
    scope.post<{ Params: { graph: string }; Body: string }>('/usage/v1/:graph', {
      bodyLimit: largestReportBytes,
      onRequest: [
        refuseEncodedBodies,
        async (request) => void (await authorise(tokenOf(request), 'usage', request.headers.host)),
      ],
      async handler({ params, body }, reply) {
        if (params.graph !== graph) return refuse(reply, 'NOT_FOUND');
        try {
          return await reply.send({ dropped: await takeUsage(body) });
        } catch (error) {
          if (error instanceof WeftError && error.code === 'REGISTRY_BUSY')
            void reply.header('retry-after', retrySeconds);
          throw error;
        }
      },
    });
  });
}
