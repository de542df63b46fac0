/**
 * The connections to one origin: each answers one request at a time, and one that failed or was left is closed. (undici's
 * own Pool opens a new connection for each request that was taken back, which nothing then uses.)
 */
import { buildConnector, Client } from 'undici';
import type { AddressPolicy } from './address-ranges.ts';
import { allowedLookup, forbiddenHost } from './allowed-lookup.ts';

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

/** One for all origins: TLS sessions are resumed. */
const connectors = new WeakMap<AddressPolicy, buildConnector.connector>();
const connectAnywhere = buildConnector({ timeout: connectTimeoutMs });

/** Who waits knows how long (`Patience`): undici's own timers would only cost. */
const untimed = { headersTimeout: 0, bodyTimeout: 0 };

/** @param policy where connections may lead. */
export function createConnections(origin: string, policy: AddressPolicy | 'any'): Connections {
  const connect = policy === 'any' ? connectAnywhere : connectorWithin(policy);
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

function connectorWithin(policy: AddressPolicy): buildConnector.connector {
  const known = connectors.get(policy);
  if (known) return known;
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: allowedLookup(policy) });
  const connector: buildConnector.connector = (options, callback) => {
    const refused = forbiddenHost(options.hostname, policy);
    if (refused) callback(refused, null);
    else connect(options, callback);
  };
  connectors.set(policy, connector);
  return connector;
}
