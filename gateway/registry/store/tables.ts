/**
 * The registry's tables. What was published is immutable and named by its content: versions refer to artefacts by their
 * SHA-256, and the newest version is the current one. The statements that make the tables are in `migrations/`; a test holds
 * both against each other.
 */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Any text that was published or made of what was: SDL, contracts, manifests, supergraphs. */
export const artefact = sqliteTable('artefact', {
  /** SHA-256 of the text as UTF-8, in hexadecimal digits. */
  digest: text().primaryKey(),
  text: text().notNull(),
});

/** A version of the graph. The one with the greatest number is current: to go back is to make one that is as before. */
export const version = sqliteTable('version', {
  id: integer().primaryKey({ autoIncrement: true }),
  /** The version that was current before. */
  base: integer(),
  /** `seed`, `publish`, `delete`, `rollback` or `upgrade`. */
  action: text().notNull(),
  /** The domain that was published; absent where the mesh as a whole was. */
  domain: text(),
  /** Artefact: which publications it is made of (manifest.ts). */
  manifest: text().notNull(),
  /** Artefact: what they compose to. */
  supergraph: text().notNull(),
  /** Artefact: who owns which coordinate. */
  ownership: text().notNull(),
  actor: text().notNull(),
  /** JSON: who built it, from which commit. */
  origin: text().notNull(),
  createdAt: text('created_at').notNull(),
  /** Artefact: the catalog's schema that it was composed with; absent where that was not recorded yet. */
  catalog: text(),
});

/** Who may add fields of its own to a type that another domain owns. */
export const contribution = sqliteTable('contribution', {
  id: integer().primaryKey({ autoIncrement: true }),
  /** Coordinate of the type. */
  type: text().notNull(),
  /** The domain that may. */
  domain: text().notNull(),
  actor: text().notNull(),
  createdAt: text('created_at').notNull(),
  revokedAt: text('revoked_at'),
  /** The domain that allowed it: in force only while it owns the type. */
  owner: text().notNull(),
});

/** That a domain may change one coordinate that another owns: as it was approved, and not otherwise. */
export const approval = sqliteTable('approval', {
  id: integer().primaryKey({ autoIncrement: true }),
  /** Of the domain and of all that would change. */
  digest: text().notNull(),
  coordinate: text().notNull(),
  /** JSON: what would change of it. */
  changes: text().notNull(),
  /** The domain that wants to make it. */
  domain: text().notNull(),
  /** The domain that owns the coordinate. */
  owner: text().notNull(),
  /** `requested`, `approved`, `refused` or `used`. */
  status: text().notNull(),
  requestedBy: text('requested_by').notNull(),
  requestedAt: text('requested_at').notNull(),
  decidedBy: text('decided_by'),
  decidedAt: text('decided_at'),
});

/** Who may read what, for which purpose, until when (governance/agreements/agreement.ts). */
export const agreement = sqliteTable('agreement', {
  id: integer().primaryKey({ autoIncrement: true }),
  /** Greater than that of all that changed before: whoever follows them sees by one number whether any did. */
  revision: integer().notNull(),
  product: text().notNull(),
  port: text(),
  domain: text().notNull(),
  /** The consumer: one of both. */
  team: text(),
  user: text(),
  purpose: text().notNull(),
  usage: text(),
  /** JSON: names. */
  roles: text().notNull(),
  /** JSON: who has to approve it, and who has. */
  steps: text().notNull(),
  /** `requested`, `approved`, `rejected` or `revoked`. */
  status: text().notNull(),
  requestedBy: text('requested_by').notNull(),
  requestedAt: text('requested_at').notNull(),
  startsAt: text('starts_at'),
  endsAt: text('ends_at').notNull(),
  reassessAt: text('reassess_at'),
  endedBy: text('ended_by'),
  endedAt: text('ended_at'),
  because: text(),
});

export const token = sqliteTable('token', {
  /** The part of the token that is no secret. */
  id: text().primaryKey(),
  /** SHA-256 of the secret part. */
  hash: text().notNull(),
  name: text().notNull(),
  /** JSON: names of domains, or `["*"]`. */
  domains: text().notNull(),
  /** JSON: actions. */
  actions: text().notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: text('created_at').notNull(),
  expiresAt: text('expires_at').notNull(),
  revokedAt: text('revoked_at'),
});

/** By which somebody asks at the graph. */
export const consumerToken = sqliteTable('consumer_token', {
  /** The part of the token that is no secret. */
  id: text().primaryKey(),
  /** Greater than that of all that changed before, as of agreements. */
  revision: integer().notNull(),
  /** SHA-256 of the secret part. */
  hash: text().notNull(),
  name: text().notNull(),
  team: text(),
  /** JSON: names. */
  roles: text().notNull(),
  /** JSON: values by names. */
  attributes: text().notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: text('created_at').notNull(),
  expiresAt: text('expires_at').notNull(),
  revokedAt: text('revoked_at'),
});

/** Each row holds the hash of the one before: what was written cannot be changed unnoticed. */
export const audit = sqliteTable('audit', {
  seq: integer().primaryKey({ autoIncrement: true }),
  at: text().notNull(),
  actor: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
  /** JSON. */
  details: text().notNull(),
  hash: text().notNull(),
});

/** An operation that consumers send, without the values of its literals. */
export const operation = sqliteTable('operation', {
  hash: text().primaryKey(),
  name: text(),
  text: text().notNull(),
  /** JSON: the coordinates that it uses. */
  coordinates: text().notNull(),
  /** Who sent it first: the room that it takes is of that client's share. */
  client: text().notNull(),
  /** Characters of the text and the coordinates. */
  size: integer().notNull(),
});

/** Who counts usage, and what was taken from it last: what comes twice counts once. */
export const usageSender = sqliteTable('usage_sender', {
  /** A UUID that the process gave itself. */
  id: text().primaryKey(),
  /** Number of its last batch. */
  batch: integer().notNull(),
  /** When that came, in UTC. */
  day: text().notNull(),
});

/** How often a client sent an operation on one day. */
export const usage = sqliteTable(
  'usage',
  {
    /** In UTC: `2026-11-23`. */
    day: text().notNull(),
    client: text().notNull(),
    clientVersion: text('client_version').notNull(),
    operation: text().notNull(),
    requests: integer().notNull(),
    errors: integer().notNull(),
    lastSeen: text('last_seen').notNull(),
  },
  (row) => [primaryKey({ columns: [row.day, row.client, row.clientVersion, row.operation] })],
);
