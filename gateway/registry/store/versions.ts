/** The versions of the graph, each immutable, and which of them is current. */
import { and, desc, eq, gt, lt, max } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import { readCatalogSdl } from '../catalog-sdl.ts';
import { artefactOf, keepArtefact, parsed } from './artefacts.ts';
import { record } from './audit.ts';
import { endAgreementsOf } from './decide-agreements.ts';
import { endPermissions } from './end-permissions.ts';
import { keepManifest, manifestOf, namesIn, numberIn, type Published } from './manifest.ts';
import type { RegistryDatabase } from './open.ts';
import { version } from './tables.ts';
import { inTransaction } from './transaction.ts';

export type VersionAction = 'seed' | 'publish' | 'delete' | 'rollback' | 'upgrade';

/** What there is to know of a version without reading it. */
export interface VersionRecord {
  readonly id: number;
  readonly base: number | null;
  readonly action: VersionAction;
  readonly domain: string | null;
  readonly actor: string;
  readonly origin: Readonly<Record<string, string>>;
  readonly createdAt: string;
  /** SHA-256 of the supergraph. */
  readonly digest: string;
}

/** The mesh as one version has it. */
export interface MeshVersion {
  readonly record: VersionRecord;
  readonly published: ReadonlyMap<string, Published>;
  readonly supergraphSdl: string;
  /** The domain that owns a coordinate. */
  readonly owners: ReadonlyMap<string, string>;
  /** Whether it was composed with the catalog of this Weft. */
  readonly isOfThisWeft: boolean;
}

export interface NewVersion {
  /** The version that it was made from: that must still be the current one. */
  readonly base: number | undefined;
  readonly action: VersionAction;
  readonly domain?: string;
  readonly published: Iterable<Published>;
  readonly supergraphSdl: string;
  readonly owners: ReadonlyMap<string, string>;
  readonly actor: string;
  /** Who built it, from which commit, as CI says it. */
  readonly origin: Readonly<Record<string, string>>;
  readonly at: string;
  /** For the audit log, with what is known of the version itself. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * One transaction: artefacts, version, audit, and the end of agreements that have lost their ground.
 * @param withinTransaction does what else becomes true with the version; where it throws, nothing does.
 * @throws WeftError STALE_BASE where another version has become current, and what `inTransaction` throws.
 */
export function commitVersion(
  database: RegistryDatabase,
  made: NewVersion,
  withinTransaction: () => void = () => {},
): VersionRecord {
  return inTransaction(database.connection, () => {
    const current = currentId(database);
    if (current !== made.base) {
      const says = `The graph is at version ${current ?? 'none'} by now, and this was checked against ${made.base ?? 'none'}.`;
      throw new WeftError('STALE_BASE', says);
    }
    const { action, domain, actor, at: createdAt, details } = made;
    const row = {
      ...{ base: made.base ?? null, action, domain: domain ?? null, actor, createdAt },
      manifest: keepManifest(database, made.published),
      supergraph: keepArtefact(database, made.supergraphSdl),
      ownership: keepArtefact(database, JSON.stringify([...made.owners].sort())),
      origin: JSON.stringify(made.origin),
      catalog: keepArtefact(database, readCatalogSdl()),
    };
    const stored = database.rows.insert(version).values(row).returning().get();
    withinTransaction();
    const left = domainsThatLeft(database, row);
    endPermissions(database, { owners: made.owners, left }, { actor, at: createdAt });
    endAgreementsOf(database, left, { actor, at: createdAt });
    record(database, {
      ...{ at: createdAt, actor, action, subject: domain ?? 'mesh' },
      details: { version: stored.id, manifest: row.manifest, supergraph: row.supergraph, ...details },
    });
    return recordOf(stored);
  });
}

function domainsThatLeft(
  database: RegistryDatabase,
  { base, manifest }: Pick<typeof version.$inferSelect, 'base' | 'manifest'>,
): ReadonlySet<string> {
  const of = version.manifest;
  const before =
    base === null ? undefined : database.rows.select({ of }).from(version).where(eq(version.id, base)).get();
  const left = new Set(before ? namesIn(database, before.of) : []);
  for (const name of namesIn(database, manifest)) left.delete(name);
  return left;
}

export function currentId({ rows }: RegistryDatabase): number | undefined {
  return (
    rows
      .select({ id: max(version.id) })
      .from(version)
      .get()?.id ?? undefined
  );
}

/** @throws WeftError VERSION_UNKNOWN, ARTEFACT_DAMAGED */
export function readVersion(database: RegistryDatabase, id: number): MeshVersion {
  const row = database.rows.select().from(version).where(eq(version.id, id)).get();
  if (!row) throw new WeftError('VERSION_UNKNOWN', `The graph has no version ${id}.`);
  return {
    record: recordOf(row),
    published: manifestOf(database, row.manifest),
    supergraphSdl: artefactOf(database, row.supergraph),
    owners: new Map(JSON.parse(artefactOf(database, row.ownership)) as [string, string][]),
    isOfThisWeft: row.catalog === digestOf(readCatalogSdl()),
  };
}

/** The newest version that was made in one way. @throws WeftError ARTEFACT_DAMAGED */
export function newestOf(database: RegistryDatabase, action: VersionAction): MeshVersion | undefined {
  const row = database.rows
    .select({ id: max(version.id) })
    .from(version)
    .where(eq(version.action, action))
    .get();
  return row?.id == null ? undefined : readVersion(database, row.id);
}

/**
 * The highest number that a publication of a domain has had; 0 where it has had none. After going back, the current one has
 * a lower one. Numbers are given by its own publishes, each a higher one, and by seeds.
 * @throws WeftError ARTEFACT_DAMAGED
 */
export function lastNumberOf(database: RegistryDatabase, domain: string): number {
  const { rows } = database;
  const own = and(eq(version.action, 'publish'), eq(version.domain, domain));
  const last = rows.select().from(version).where(own).orderBy(desc(version.id)).limit(1).get();
  const seeds = rows
    .selectDistinct({ manifest: version.manifest })
    .from(version)
    .where(and(eq(version.action, 'seed'), gt(version.id, last?.id ?? 0)))
    .all();
  return Math.max(
    0,
    ...[...seeds, ...(last ? [last] : [])].map(({ manifest }) => numberIn(database, manifest, domain)),
  );
}

/** Newest first. */
export function versionRecords({ rows }: RegistryDatabase, page: { first: number; before?: number }): VersionRecord[] {
  return rows
    .select()
    .from(version)
    .where(page.before === undefined ? undefined : lt(version.id, page.before))
    .orderBy(desc(version.id))
    .limit(page.first)
    .all()
    .map(recordOf);
}

function recordOf(row: typeof version.$inferSelect): VersionRecord {
  const { id, base, action, domain, actor, createdAt, supergraph: digest } = row;
  return {
    ...{ id, base, domain, actor, createdAt, digest },
    action: action as VersionAction,
    origin: parsed(row.origin, `the origin of version ${id}`),
  };
}
