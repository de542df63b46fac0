/** A registry in this process, over a planner without a process: quick to open, and easily let down. */

import type { Standards } from '../../gateway/registry/checks/candidate.ts';
import { policyJudge } from '../../gateway/registry/policy-judge.ts';
import type { PublishResult } from '../../gateway/registry/publish-result.ts';
import { createPublishing } from '../../gateway/registry/publishing.ts';
import { openDatabase, type RegistryDatabase } from '../../gateway/registry/store/open.ts';
import { planningHere } from '../federation/graph.ts';

export const catalogUrl = 'http://127.0.0.1:4000/catalog';

export interface RegistryHere extends ReturnType<typeof createPublishing> {
  readonly database: RegistryDatabase;
  /** All rows of all tables. */
  rows(): string;
}

/** @param given what it judges by otherwise */
export async function openHere(file: string, given: Partial<Standards> = {}): Promise<RegistryHere> {
  const database = openDatabase(file);
  const publishing = createPublishing(database, { ...(await standards()), ...given }, () => {});
  return { ...publishing, database, rows: () => rowsOf(database) };
}

/** Ids of the steps that failed. */
export const failedSteps = ({ steps }: Pick<PublishResult, 'steps'>): string[] =>
  steps.filter(({ outcome }) => outcome === 'FAILED').map(({ id }) => id);

const standards = async (): Promise<Standards> => ({
  routingUrls: { addresses: new Set(['loopback']) },
  judgePolicies: await policyJudge({}, Date.now),
  createPlanner: planningHere(),
  catalogUrl,
  timeoutMs: 60_000,
  heapLimitMb: 1_024,
  now: Date.now,
});

function rowsOf({ connection }: RegistryDatabase): string {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
  return JSON.stringify(tables.map((name) => [name, connection.prepare(`SELECT * FROM "${name}"`).all()]));
}
