/** What the gateway's door lets in, and when it closes. Sizes in bytes, times in milliseconds. */
export interface DoorLimits {
  readonly bodyBytes: number;
  /** For a client to send the headers, and the whole request. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** By default, enough for all that may be under way at once, and a reserve. */
  readonly sockets: number;
  /** Requests being answered, by `/graphql` and `/catalog` together. */
  readonly inFlight: number;
  /** How late the event loop may be, on average over the last moments. */
  readonly lagMs: number;
  /** With fewer requests under way, a late loop has another cause, and refusing one of them would change nothing. */
  readonly crowd: number;
  /** Of the heap that the process may have. */
  readonly heapShare: number;
}

const defaults: Omit<DoorLimits, 'sockets'> = {
  bodyBytes: 1024 * 1024,
  headersMs: 5_000,
  requestMs: 10_000,
  inFlight: 1_000,
  lagMs: 40,
  crowd: 16,
  heapShare: 0.9,
};

/** For health, and for connections that are kept between requests: Node drops all that are beyond its limit. */
const reserve = 1_024;

/** @param streams that may be open at once, each on a socket of its own and in flight no more */
export function doorLimitsOf(given: Partial<DoorLimits>, streams: number): DoorLimits {
  const limits = { ...defaults, ...given };
  return { sockets: limits.inFlight + streams + reserve, ...limits };
}
