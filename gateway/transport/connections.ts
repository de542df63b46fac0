/**
 * The connections to one origin: each answers one request at a time, and one that failed or was left is closed. (undici's
 * own Pool opens a new connection for each request that was taken back, which nothing then uses.)
 */
import { buildConnector, Client } from 'undici';

export interface Connections {
  take(): Client;
  /** After a whole answer. */
  giveBack(client: Client): void;
  /** After anything else. */
  drop(client: Client): void;
  close(): Promise<void>;
}

/** Counted on a coarse clock of undici's: it may be a second. */
const connectTimeoutMs = 500;

/** One for all: TLS sessions are resumed. */
const connect = buildConnector({ timeout: connectTimeoutMs });

/** Who waits knows how long (`Patience`): undici's own timers would only cost. */
const untimed = { headersTimeout: 0, bodyTimeout: 0 };

export function createConnections(origin: string): Connections {
  const all = new Set<Client>();
  /** The last one used comes first: the others fall idle, and undici closes what is idle for four seconds. */
  const free: Client[] = [];
  return {
    take() {
      const client = free.pop() ?? new Client(origin, { connect, ...untimed });
      all.add(client);
      return client;
    },
    giveBack: (client) => void free.push(client),
    drop(client) {
      all.delete(client);
      void client.destroy();
    },
    close: async () => {
      await Promise.all([...all].map((client) => client.destroy()));
    },
  };
}
