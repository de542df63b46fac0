// @apollo/gateway in @apollo/server's own HTTP server, as its documentation sets it up, defaults everywhere.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';
const { ApolloGateway, RemoteGraphQLDataSource } = await import('@apollo/gateway');
const { ApolloServer } = await import('@apollo/server');
const { startStandaloneServer } = await import('@apollo/server/standalone');
const { port, supergraphSdl } = await import('./given.mjs');

class PassesTokenOn extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set('authorization', context.authorization);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl,
  buildService: ({ url }) => new PassesTokenOn({ url }),
  logger: { debug() {}, info() {}, warn: console.warn, error: console.error },
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port, host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
