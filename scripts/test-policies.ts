/** A folder of access policies, held against the examples beside it, on the graph that the files of a mesh compose to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccessExample, readAccessExamples } from '../gateway/governance/access/access-examples.ts';
import { maskOf } from '../gateway/governance/access/masks.ts';
import { type AccessPolicies, readAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { composeMesh } from '../gateway/registry/compose.ts';
import { judgedGraph } from '../gateway/registry/judged-graph.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import { type Issue, isError, issue } from '../subgraphs/kit/errors/issue.ts';
import { judgeExamples } from './judge-examples.ts';

export interface TestedPolicies {
  readonly examples: number;
  readonly decisions: number;
  /** Ids of policies that decided none of them. */
  readonly untested: readonly string[];
  readonly issues: readonly Issue[];
}

export async function testPolicies(
  folder: string,
  meshFile: string,
  attributes: readonly string[],
): Promise<TestedPolicies> {
  const isMask = (text: string): boolean => maskOf(text, 'any') !== undefined;
  const { access, issues } = await readAccessPolicies(folder, { attributes, isMask });
  if (!access) return { examples: 0, decisions: 0, untested: [], issues };
  const { examples, faults } = examplesIn(folder, access, isMask);
  const { mesh, issues: ofMesh } = await readMesh(meshFile);
  const composed = composeMesh(mesh);
  if (!('supergraphSdl' in composed)) {
    const found = [...faults, ...ofMesh.filter(isError), ...composed.issues];
    return { examples: examples.length, decisions: 0, untested: [], issues: found };
  }
  const graph = await judgedGraph(mesh, composed.supergraphSdl);
  // As a gateway with a secret: without, whoever may not read all rows is shown none.
  const { decides, issues: ofRows } = await graph.deciding(access, true);
  if (!decides) return { examples: examples.length, decisions: 0, untested: [], issues: [...faults, ...ofRows] };
  const judged = judgeExamples(examples, decides, graph);
  const untested = access.policies.filter(({ id }) => !judged.deciding.has(id));
  return {
    examples: examples.length,
    decisions: judged.decisions,
    untested: untested.map(({ id }) => id),
    issues: [
      ...faults,
      ...ofRows,
      ...judged.issues,
      ...untested.map(({ id, place }) =>
        issue('ACCESS_POLICY_UNTESTED', `${id} decides none of the examples.`, { severity: 'warning', place }),
      ),
    ],
  };
}

function examplesIn(
  folder: string,
  { purposes, policies, attributes }: AccessPolicies,
  isMask: (text: string) => boolean,
) {
  const words = {
    purposes: new Set(purposes.keys()),
    policies: new Set(policies.map(({ id }) => id)),
    ...{ attributes: new Set(attributes), isMask },
  };
  const examples: AccessExample[] = [];
  const faults: Issue[] = [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.tests.yaml'));
  for (const name of names.sort()) {
    const file = join(folder, name);
    const read = readAccessExamples(readFileSync(file, 'utf8'), file, words);
    examples.push(...read.examples);
    faults.push(...read.issues);
  }
  return { examples, faults };
}
