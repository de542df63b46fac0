import { buildSchema } from 'graphql';

/** The part of Apollo's Uplink that its clients ask, under their names. What is of no use here is not there. */
export const uplinkSchema = buildSchema(`
  type Query {
    routerConfig(ref: String!, apiKey: String!, ifAfterId: ID): RouterConfigResponse!
    routerEntitlements(ref: String!, apiKey: String!, ifAfterId: ID): RouterEntitlementsResponse!
    persistedQueries(ref: String!, apiKey: String!, ifAfterId: ID): PersistedQueriesResponse!
  }
  union RouterConfigResponse = RouterConfigResult | Unchanged | FetchError
  union RouterEntitlementsResponse = RouterEntitlementsResult | Unchanged | FetchError
  union PersistedQueriesResponse = PersistedQueriesResult | Unchanged | FetchError
  type RouterConfigResult {
    id: ID!
    supergraphSDL: String!
    minDelaySeconds: Float!
    "For whoever runs the client."
    messages: [Message!]!
  }
  type RouterEntitlementsResult {
    id: ID!
    minDelaySeconds: Float!
    "None: a router then runs without its commercial features."
    entitlement: RouterEntitlement
  }
  type PersistedQueriesResult {
    id: ID!
    minDelaySeconds: Float!
    "None: there is no list of persisted queries."
    chunks: [PersistedQueriesChunk!]
  }
  type Unchanged {
    id: ID!
    minDelaySeconds: Float!
  }
  type FetchError {
    code: FetchErrorCode!
    message: String!
    minDelaySeconds: Float!
  }
  enum FetchErrorCode {
    AUTHENTICATION_FAILED
    ACCESS_DENIED
    UNKNOWN_REF
    RETRY_LATER
    NOT_IMPLEMENTED_ON_THIS_INSTANCE
  }
  type Message {
    level: MessageLevel!
    body: String!
  }
  enum MessageLevel {
    ERROR
    WARN
    INFO
  }
  type RouterEntitlement {
    jwt: String!
    subject: String!
    audience: [RouterEntitlementAudience!]!
    warnAt: Timestamp
    haltAt: Timestamp
    throughputLimit: RateLimit
  }
  enum RouterEntitlementAudience {
    SELF_HOSTED
    CLOUD
  }
  type RateLimit {
    count: Long!
    durationMs: Long!
  }
  type PersistedQueriesChunk {
    id: ID!
    urls: [String!]!
  }
  scalar Timestamp
  scalar Long
`);
