import { readFile } from 'node:fs/promises';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { judge } from '../governance/judge.ts';
import { loadPolicies } from '../governance/load-policies.ts';
import { policies } from '../governance/policies/policies.ts';
import { readWaivers } from '../governance/waivers.ts';
import type { JudgePolicies } from './checks/policies.ts';

export interface PolicySettings {
  /** A folder with policies of the mesh's own. */
  readonly folder?: string | undefined;
  /** A file with waivers; it need not be there. */
  readonly waiversFile?: string | undefined;
}

/**
 * Every mesh's policies, and its own. These are read once, since they are code; waivers whenever something is judged. What
 * is wrong with either is said with each judgement: nothing passes that could not be judged.
 */
export async function policyJudge({ folder, waiversFile }: PolicySettings, now: () => number): Promise<JudgePolicies> {
  const loaded = folder === undefined ? { policies: [], issues: [] } : await loadPolicies(folder, policies);
  const all = [...policies, ...loaded.policies];
  return async (subject) => {
    const { waivers, issues } = await waiversIn(waiversFile);
    const today = new Date(now()).toISOString().slice(0, 10);
    const verdict = judge(subject, all, waivers, today);
    return [...loaded.issues, ...issues, ...verdict.issues, ...verdict.waived.map((each): Issue => each.issue)];
  };
}

async function waiversIn(file: string | undefined): Promise<ReturnType<typeof readWaivers>> {
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? { waivers: [], issues: [] } : readWaivers(text, file ?? '');
}
