/** The gateway's settings: environment and flags, read once. Everything below this file receives plain values. */
import * as z from 'zod';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { accessSettings, accessVariables } from './access-settings.ts';
import { auditSettings, auditVariables } from './audit-settings.ts';
import { checkIdentity, identitySettings, identityVariables } from './identity-settings.ts';
import { isLoopbackHost } from './registry/loopback-host.ts';
import { flag, httpUrl, names, share, whole } from './setting-kinds.ts';
import { addressKinds } from './transport/address-ranges.ts';

const addresses = ['public', ...addressKinds];
const addressList = new RegExp(`^(?:\\s*(?:${addresses.join('|')})\\s*(?:,|$))*$`);

const settings = z.strictObject({
  /** The mesh, in rover's format. */
  supergraph: z.string().min(1).default('./supergraph.yaml'),
  /**
   * The database of what was published, made where there is none; or the address of a gateway that has one, whose graph this
   * one then answers from. Without either, the mesh is what its files say.
   */
  registry: z.string().default(''),
  /**
   * For a mesh on one machine, and its developers: whoever reaches the gateway there may publish and decide, and what the
   * files of the mesh say counts when it starts.
   */
  registryOpen: flag('registryOpen'),
  /** What this gateway shows to another one's registry. */
  token: z.string().default(''),
  /** Where the last good graph of another gateway's registry is kept; beside the mesh file, where absent. */
  lastGood: z.string().default(''),
  /** Where others reach this gateway; its own address, where absent. Supergraphs name it as that of the catalog. */
  publicUrl: httpUrl('publicUrl'),
  /**
   * Kinds of addresses besides public ones that domains may publish and requests go to: `loopback`, `private`, `link-local`,
   * `metadata`, with commas; `public` for no others. Where absent: source-of.ts.
   */
  routingAddresses: z
    .string()
    .regex(addressList, `routingAddresses must be made of ${addresses.join(', ')}`)
    .default(''),
  /** Hosts that domains may publish, `orders.example.com` or `*.example.com`; all where absent. */
  routingHosts: names,
  /** A folder with policies of the mesh's own, and a file with waivers. */
  policies: z.string().default(''),
  waivers: z.string().default(''),
  ...identitySettings,
  ...accessSettings,
  ...auditSettings,
  /** Loopback unless told otherwise: unless tokens are asked for, nothing here knows who the caller is. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: whole('port', 0, 65_535).default(4000),
  /** How long a consumer waits for an answer at most, in milliseconds. */
  requestTimeoutMs: whole('requestTimeoutMs', 1, 600_000).default(5_000),
  /** How long one request to one subgraph may take, in milliseconds. */
  subgraphTimeoutMs: whole('subgraphTimeoutMs', 1, 600_000).default(3_000),
  /** What is read of one answer of a subgraph at most, in bytes, decompressed. */
  largestAnswerBytes: whole('largestAnswerBytes', 1_024, 1_073_741_824).default(10 * 1024 * 1024),
  /** Equal queries to a subgraph, with equal headers, that are under way at the same time are fetched once. */
  shareEqualFetches: flag('shareEqualFetches'),
  /** Equal queries of consumers, with equal headers for subgraphs, that are under way at the same time are answered once. */
  shareEqualQueries: flag('shareEqualQueries'),
  /** Cost of one operation at most (engine/demand/cost.ts). */
  maxCost: whole('maxCost', 1, 1_000_000_000).default(5_000),
  // The next two and `maxInFlight` are counted in each process: with `--workers N`, up to N times as much is let through.
  // A Nth for each would refuse what is within bounds: a connection stays with one worker, and an operation may cost more.
  /** Units of cost that one consumer may spend in a minute; 0: as many as it likes. */
  costPerMinute: whole('costPerMinute', 0, 1_000_000_000).default(0),
  /** Operations never seen before that one consumer may send in a second; it may save up two seconds' worth. */
  newOperationsPerSecond: whole('newOperationsPerSecond', 1, 1_000_000).default(50),
  /** Set by a proxy that can be trusted; without, a consumer is its address. Lower case. */
  principalHeader: z
    .string()
    .regex(/^[a-z0-9-]*$/, 'principalHeader must be the name of a header, in lower case')
    .default(''),
  /** Headers of consumers that subgraphs may see. */
  forwardHeaders: names,
  /** Headers of subgraphs that consumers may see; where several send one, the first that came. */
  responseHeaders: names,
  /** Labels of `@override(label:)` that are on. */
  overrideLabels: names,
  /** How subgraphs are subscribed at. `auto`: by server-sent events, and by WebSocket where those are not answered. */
  subscriptionProtocol: z
    .enum(['auto', 'sse', 'ws'], { error: 'subscriptionProtocol must be auto, sse or ws' })
    .default('auto'),
  /** Other sites whose pages may open streams, as `https://app.example.com`. */
  allowedOrigins: names,
  /** Errors of validation then suggest no names. */
  hideSchemaDetails: flag('hideSchemaDetails'),
  /** How late the event loop may be, on average, in milliseconds, before requests are refused. */
  maxLagMs: whole('maxLagMs', 1, 600_000).default(40),
  /** Requests being answered at the same time. */
  maxInFlight: whole('maxInFlight', 1, 100_000).default(1_000),
  /** For how long a gateway that is told to stop still takes requests, in milliseconds: 5,000 behind a load balancer. */
  drainDelayMs: whole('drainDelayMs', 0, 600_000).default(0),
  /** How long requests may take to finish then. */
  drainTimeoutMs: whole('drainTimeoutMs', 1, 600_000).default(20_000),
  /** The least that is logged. */
  logLevel: z
    .enum(['info', 'warn', 'error', 'silent'], { error: 'logLevel must be info, warn, error or silent' })
    .default('info'),
  /** `auto`: words on a terminal, JSON elsewhere. */
  logFormat: z.enum(['auto', 'json', 'text'], { error: 'logFormat must be auto, json or text' }).default('auto'),
  /** One line in the log for one request. */
  accessLog: flag('accessLog'),
  /** `/metrics`, for Prometheus. Whoever reaches the gateway can read it. With `--workers N`, what all of them have counted. */
  metrics: flag('metrics'),
  /** Where traces are sent, as OTLP over HTTP, for example `http://localhost:4318`. None are made without it. */
  otlpEndpoint: httpUrl('otlpEndpoint'),
  /** Share of the traces that is kept, from 0 to 1. */
  traceSampleRatio: share('traceSampleRatio').default(1),
  /** A consumer's `traceparent` is continued; it then decides whether its trace is kept. */
  continueTraces: flag('continueTraces', true),
  engine: z.enum(['weft', 'apollo'], { error: 'engine must be weft or apollo' }).default('weft'),
  /** What GraphiQL shows first: an operation that any mesh can answer, unless told otherwise. */
  defaultQuery: z.string().default(`{
  dataProducts {
    totalCount
    nodes { id name description owner { name } outputPorts { name graphqlTypes rowCount asOf } }
  }
}
`),
});

export type Config = Readonly<z.infer<typeof settings>>;
export type Flags = { readonly [Name in keyof z.input<typeof settings>]?: z.input<typeof settings>[Name] | undefined };

const variables: Readonly<Record<keyof Config, string>> = {
  supergraph: 'WEFT_SUPERGRAPH',
  registry: 'WEFT_REGISTRY',
  registryOpen: 'WEFT_REGISTRY_OPEN',
  token: 'WEFT_TOKEN',
  lastGood: 'WEFT_LAST_GOOD',
  publicUrl: 'WEFT_PUBLIC_URL',
  routingAddresses: 'WEFT_ROUTING_ADDRESSES',
  routingHosts: 'WEFT_ROUTING_HOSTS',
  policies: 'WEFT_POLICIES',
  waivers: 'WEFT_WAIVERS',
  ...identityVariables,
  ...accessVariables,
  ...auditVariables,
  host: 'WEFT_HOST',
  port: 'WEFT_PORT',
  requestTimeoutMs: 'WEFT_REQUEST_TIMEOUT_MS',
  subgraphTimeoutMs: 'WEFT_SUBGRAPH_TIMEOUT_MS',
  largestAnswerBytes: 'WEFT_LARGEST_ANSWER_BYTES',
  shareEqualFetches: 'WEFT_SHARE_EQUAL_FETCHES',
  shareEqualQueries: 'WEFT_SHARE_EQUAL_QUERIES',
  maxCost: 'WEFT_MAX_COST',
  costPerMinute: 'WEFT_COST_PER_MINUTE',
  newOperationsPerSecond: 'WEFT_NEW_OPERATIONS_PER_SECOND',
  principalHeader: 'WEFT_PRINCIPAL_HEADER',
  forwardHeaders: 'WEFT_FORWARD_HEADERS',
  responseHeaders: 'WEFT_RESPONSE_HEADERS',
  overrideLabels: 'WEFT_OVERRIDE_LABELS',
  subscriptionProtocol: 'WEFT_SUBSCRIPTION_PROTOCOL',
  allowedOrigins: 'WEFT_ALLOWED_ORIGINS',
  hideSchemaDetails: 'WEFT_HIDE_SCHEMA_DETAILS',
  maxLagMs: 'WEFT_MAX_LAG_MS',
  maxInFlight: 'WEFT_MAX_IN_FLIGHT',
  drainDelayMs: 'WEFT_DRAIN_DELAY_MS',
  drainTimeoutMs: 'WEFT_DRAIN_TIMEOUT_MS',
  logLevel: 'WEFT_LOG_LEVEL',
  logFormat: 'WEFT_LOG_FORMAT',
  accessLog: 'WEFT_ACCESS_LOG',
  metrics: 'WEFT_METRICS',
  otlpEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  traceSampleRatio: 'OTEL_TRACES_SAMPLER_ARG',
  continueTraces: 'WEFT_CONTINUE_TRACES',
  engine: 'WEFT_ENGINE',
  defaultQuery: 'WEFT_DEFAULT_QUERY',
};

/**
 * Flags win over the environment, the environment over the defaults; empty and absent are the same.
 * @throws WeftError CONFIG_INVALID that names each bad setting.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, flags: Flags = {}): Config {
  const given: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables)) {
    if (env[variable]) given[name] = env[variable];
  }
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined && value !== '') given[name] = value;
  }
  const read = settings.safeParse(given);
  if (!read.success) {
    const faults = read.error.issues.map((each) => `${each.message} (${each.path.join('.') || 'settings'})`);
    throw new WeftError('CONFIG_INVALID', `The gateway cannot start: ${faults.join('; ')}.`);
  }
  const { registryOpen, host } = read.data;
  if (registryOpen && !isLoopbackHost(host)) {
    const message = `The gateway cannot start: anybody who reaches ${host} could publish (registryOpen).`;
    const help = 'Leave out WEFT_REGISTRY_OPEN, and give the domains tokens: `weft token create`.';
    throw new WeftError('CONFIG_INVALID', message, { help });
  }
  if (read.data.accessPolicies !== '' && read.data.engine === 'apollo') {
    const message = 'The gateway cannot start: --engine apollo shows everybody everything (accessPolicies).';
    throw new WeftError('CONFIG_INVALID', message, {
      help: "Take Weft's own engine, or leave out WEFT_ACCESS_POLICIES.",
    });
  }
  if (read.data.readAudit !== '' && read.data.engine === 'apollo') {
    const message = 'The gateway cannot start: --engine apollo does not say who reads what (readAudit).';
    throw new WeftError('CONFIG_INVALID', message, { help: "Take Weft's own engine, or leave out WEFT_READ_AUDIT." });
  }
  checkIdentity(read.data, Object.keys(given), env.NODE_ENV === 'production');
  return Object.freeze(read.data);
}
