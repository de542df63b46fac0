/**
 * The access policies of a mesh: every `*.cedar` of a folder, and the purposes in `purposes.yaml` beside them. A folder with
 * any fault gives nothing at all: half of the policies could be the half that forbids nothing.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue, type Place } from '../../../subgraphs/kit/errors/issue.ts';
import { type Cedar, loadCedar, type PolicyJson } from './cedar.ts';
import { cedarSchema } from './cedar-schema.ts';
import { aboutOf, minimumGroupOf, policyFaults, type ReadPolicy } from './policy-faults.ts';
import { policyTexts } from './policy-text.ts';
import { type Purposes, readPurposes } from './purposes.ts';

/** Valid against the schema; it never changes. Plain data, since it is sent to other threads. */
export interface AccessPolicies {
  readonly policies: readonly AccessPolicy[];
  readonly purposes: Purposes;
  /** Attributes of principals that policies may look at. */
  readonly attributes: readonly string[];
}

export interface AccessPolicy {
  readonly id: string;
  readonly text: string;
  readonly json: PolicyJson;
  /** Of a permit of `readMasked`. */
  readonly mask: string | undefined;
  /** Of a permit of `readSummary`. */
  readonly minimumGroup: number | undefined;
  readonly about: 'fields' | 'rows' | 'all';
  readonly place: Place;
}

export interface ReadAccessOptions {
  /** Attributes of principals, by name. */
  readonly attributes: readonly string[];
  readonly isMask: (text: string) => boolean;
}

/** `access` is absent where anything is wrong. Never throws for what it reads. */
export async function readAccessPolicies(
  folder: string,
  options: ReadAccessOptions,
): Promise<{ readonly access?: AccessPolicies; readonly issues: readonly Issue[] }> {
  try {
    const names = (await readdir(folder)).filter(isPolicyFile).sort();
    const files = await Promise.all(
      names.map(async (name) => [join(folder, name), await readFile(join(folder, name), 'utf8')] as const),
    );
    return parseAccessPolicies(await loadCedar(), files, options);
  } catch (error) {
    const message = `The access policies cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { issues: [issue('ACCESS_POLICY_INVALID', message, { place: { file: folder, line: 1, column: 1 } })] };
  }
}

/** By its name: whether it says anything of access. */
export const isPolicyFile = (name: string): boolean => /\.cedar$|^purposes\.yaml$/.test(name);

/** @param files with their texts; `…/purposes.yaml` is that, all others are policies */
export function parseAccessPolicies(
  cedar: Cedar,
  files: readonly (readonly [file: string, text: string])[],
  { attributes, isMask }: ReadAccessOptions,
): { readonly access?: AccessPolicies; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const read: ReadPolicy[] = [];
  let purposes: Purposes = new Map();
  for (const [file, text] of files) {
    if (/(?:^|[/\\])purposes\.yaml$/.test(file)) {
      const found = readPurposes(text, file);
      ({ purposes } = found);
      issues.push(...found.issues);
      continue;
    }
    const { policies, faults } = policyTexts(cedar, text, file);
    issues.push(...faults.map(({ message, ...details }) => issue('ACCESS_POLICY_INVALID', message, present(details))));
    for (const each of policies) {
      const answer = cedar.policyToJson(each.text);
      if (answer.type === 'success') read.push({ ...each, json: answer.json, id: answer.json.annotations?.id });
      else issues.push(issue('ACCESS_POLICY_INVALID', 'The policy cannot be read.', { place: each.place }));
    }
  }
  issues.push(...policyFaults(cedar, read, { schema: cedarSchema(attributes), purposes, isMask }));
  if (issues.length > 0) return { issues };
  const policies = read.map(({ id = '', text, json, place }) => ({
    ...{ id, text, json, mask: json.annotations?.mask, about: aboutOf(json), place },
    minimumGroup: minimumGroupOf(json),
  }));
  return { access: { policies, purposes, attributes }, issues };
}

const present = <Details extends { readonly help?: string | undefined }>({ help, ...details }: Details) => ({
  ...details,
  ...(help !== undefined && { help }),
});
