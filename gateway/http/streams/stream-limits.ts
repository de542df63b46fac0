/** What streams of consumers may take. Sizes in bytes, times in milliseconds. */
export interface StreamLimits {
  readonly webSockets: number;
  /** Responses of server-sent events. */
  readonly eventStreams: number;
  readonly operationsPerWebSocket: number;
  readonly messageBytes: number;
  /** For a client to say what the protocol begins with. */
  readonly initMs: number;
  /** Between two signs of life. Who shows none until the next is gone. */
  readonly heartbeatMs: number;
  /** For a client to take the goodbye of a gateway that stops. */
  readonly goodbyeMs: number;
}

const defaults: StreamLimits = {
  webSockets: 1_024,
  eventStreams: 1_024,
  operationsPerWebSocket: 100,
  messageBytes: 1024 * 1024,
  initMs: 3_000,
  heartbeatMs: 12_000,
  goodbyeMs: 1_000,
};

export const streamLimitsOf = (given: Partial<StreamLimits> | undefined): StreamLimits => ({ ...defaults, ...given });
