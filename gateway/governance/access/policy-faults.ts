/** What is wrong with policies that can be read: ids, masks, purposes, and whatever the schema does not have. */
import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { smallestGroup } from '../../../subgraphs/kit/contract/minimum-groups.ts';
import type { Code } from '../../../subgraphs/kit/errors/codes.ts';
import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { nearest } from '../../../subgraphs/kit/errors/nearest.ts';
import { kebabCase } from '../kebab-case.ts';
import { type Action, type Cedar, type PolicyJson, rowAction } from './cedar.ts';
import { namedEntities } from './looked-at.ts';
import { faultOf, type PolicyText, placeIn } from './policy-text.ts';
import type { Purposes } from './purposes.ts';

export interface ReadPolicy extends PolicyText {
  readonly json: PolicyJson;
  readonly id: string | undefined;
}

export interface PolicyRules {
  readonly schema: SchemaJson<string>;
  readonly purposes: Purposes;
  readonly isMask: (text: string) => boolean;
}

export function policyFaults(cedar: Cedar, policies: readonly ReadPolicy[], rules: PolicyRules): Issue[] {
  const first = new Map<string, ReadPolicy>();
  return policies.flatMap((policy) => {
    const { id, json } = policy;
    const idFault = faultOfId(id, first);
    if (id !== undefined && !first.has(id)) first.set(id, policy);
    const own = [
      ...maskFaults(json, rules.isMask),
      ...groupFaults(json),
      ...purposeFaults(json, rules.purposes),
      ...rowFaults(json),
    ];
    const at = (code: Code, message: string): Issue => issue(code, message, { place: policy.place });
    return [
      ...(idFault === undefined ? [] : [at('ACCESS_POLICY_ID', idFault)]),
      ...own.map((message) => at('ACCESS_POLICY_INVALID', id === undefined ? message : `${id}: ${message}`)),
      // What a row has, the graph says: those are validated with it (row-rules.ts).
      ...(aboutOf(json) === 'rows' ? [] : validationFaults(cedar, policy, rules.schema)),
    ];
  });
}

function faultOfId(id: string | undefined, first: ReadonlyMap<string, ReadPolicy>): string | undefined {
  if (id === undefined) return 'The policy has no id.';
  if (!kebabCase.test(id) || id.length > 100) {
    return `${JSON.stringify(id.slice(0, 100))} is no id in kebab-case.`;
  }
  const other = first.get(id)?.place;
  return other && `${id} is the id of the policy at ${other.file}:${other.line}, too.`;
}

function* maskFaults(json: PolicyJson, isMask: (text: string) => boolean): Generator<string> {
  const mask = json.annotations?.mask;
  const mayMask = json.effect === 'permit' && mayBeAbout(json, 'readMasked');
  if (mayMask && mask === undefined) {
    yield 'It permits readMasked without saying how: add @mask("…"), or name the action: action == Weft::Action::"read".';
  }
  if (mask === undefined) return;
  if (!mayMask) yield '@mask is of permits of readMasked only; here it would do nothing.';
  else if (!isMask(mask)) yield `${JSON.stringify(mask)} is no mask that Weft has.`;
}

function* groupFaults(json: PolicyJson): Generator<string> {
  const written = json.annotations?.minimumGroup;
  const maySummarise = json.effect === 'permit' && mayBeAbout(json, 'readSummary');
  if (maySummarise && written === undefined) {
    yield 'It permits readSummary without saying of how many rows at once: add @minimumGroup("10"), or name the action: action == Weft::Action::"read".';
  }
  if (written === undefined) return;
  if (!maySummarise) yield '@minimumGroup is of permits of readSummary only; here it would do nothing.';
  else if (minimumGroupOf(json) === undefined) {
    yield `${JSON.stringify(written)} is no size of a group: write a whole number from ${smallestGroup} on, as @minimumGroup("10").`;
  }
}

/** Undefined where it is not said, or what is said is none. */
export function minimumGroupOf({ annotations }: PolicyJson): number | undefined {
  const written = annotations?.minimumGroup ?? '';
  return /^[1-9]\d{0,8}$/.test(written) && Number(written) >= smallestGroup ? Number(written) : undefined;
}

/** By the action that the head of the policy names. */
function mayBeAbout({ action }: PolicyJson, named: Action): boolean {
  return action.op === 'All' || namedEntities(action, 'Action').has(named);
}

/** Fields and rows have nothing in common that one policy could look at. */
function rowFaults({ action }: PolicyJson): string[] {
  const named = namedEntities(action, 'Action');
  return named.has(rowAction) && named.size > 1 ? [`${rowAction} is of rows, and goes with no other action.`] : [];
}

/** What a policy is about, by its head: fields, rows, or, where it names no action, both. */
export function aboutOf({ action }: PolicyJson): 'fields' | 'rows' | 'all' {
  if (action.op === 'All') return 'all';
  return namedEntities(action, 'Action').has(rowAction) ? 'rows' : 'fields';
}

/** A policy for a purpose that nobody can state forbids nothing, whatever it seems to say. */
function purposeFaults(json: PolicyJson, purposes: Purposes): string[] {
  return [...namedEntities(json, 'Purpose')].flatMap((named) => {
    if (purposes.has(named)) return [];
    const meant = nearest(named, purposes.keys());
    return `purposes.yaml has no ${JSON.stringify(named)}.${meant ? ` Is ${meant} meant?` : ''}`;
  });
}

/** Warnings as well: what can never apply, or reads like something else, is a mistake. */
export function validationFaults(
  cedar: Cedar,
  { text, place: begin, id = '?' }: Pick<ReadPolicy, 'text' | 'place' | 'id'>,
  schema: SchemaJson<string>,
  { warnings = true } = {},
): Issue[] {
  const policies = { staticPolicies: { [id]: text } };
  const answer = cedar.validate({ validationSettings: { mode: 'strict' }, schema, policies });
  const found =
    answer.type === 'failure'
      ? answer.errors
      : [...answer.validationErrors, ...(warnings ? answer.validationWarnings : [])].map(({ error }) => error);
  return found.map((error) => {
    const { message, place, help } = faultOf(error, (offset) => placeIn({ text, place: begin }, offset));
    const said = message.replace(/^for policy `[^`]*`, /, '');
    const wanted = help?.replace(/^for policy `[^`]*`, /, '');
    return issue('ACCESS_POLICY_INVALID', `${id}: ${said}`, { place, ...(wanted !== undefined && { help: wanted }) });
  });
}
