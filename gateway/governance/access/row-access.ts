/**
 * Which rows one class of askers may read. Cedar works out all that does not hang on the row (partial evaluation); what is left
 * of its policies becomes a condition. Rows are shown as Cedar decides: what nothing permits, or anything forbids, is not.
 */
import {
  innerOf,
  isWithinBounds,
  type RowCondition,
  type RowConditions,
} from '../../../subgraphs/kit/contract/row-condition.ts';
import { type Cedar, type EntityJson, type PolicyJson, rowAction, uid } from './cedar.ts';
import type { Question } from './preparsed.ts';
import { allOf, anyOf, not, rowExpression } from './row-expression.ts';
import type { RowRules } from './row-rules.ts';
import type { RowType } from './row-types.ts';

export interface RowDeciding {
  readonly cedar: Cedar;
  readonly rules: RowRules;
  /** Subgraphs can trust what they are told. */
  readonly isSigned: boolean;
}

export interface RowAsker {
  readonly principal: EntityJson;
  readonly purposes: readonly EntityJson[];
  /** Of a question about rows of a type. */
  readonly contextOf: (type: RowType) => Question['context'];
  /** That something could not be decided, and why. */
  readonly say: (subject: string, reason: string) => void;
}

/** As text: what a header holds, with some room. */
const mostCharacters = 32_000;

/** Undefined for a subgraph that has rows which whoever asks may not read, and could not leave them out. Never throws. */
export function rowAccess(
  { cedar, rules, isSigned }: RowDeciding,
  { principal, purposes, contextOf, say }: RowAsker,
): (subgraph: string) => RowConditions | undefined {
  const residuals = new Map<string, readonly PolicyJson[]>();
  const ofType = new Map<RowType, RowCondition>();
  const ofSubgraph = new Map<string, RowConditions | undefined>();

  return (subgraph) => {
    if (!ofSubgraph.has(subgraph)) ofSubgraph.set(subgraph, conditionsIn(subgraph));
    return ofSubgraph.get(subgraph);
  };

  function conditionsIn(subgraph: string): RowConditions | undefined {
    const found: [string, RowCondition][] = [];
    for (const type of rules.types.values()) {
      const here = type.subgraphs.find(({ name }) => name === subgraph);
      const condition = here ? conditionOn(type) : true;
      if (condition === true) continue;
      if (!isSigned || !here?.filtersRows) return undefined;
      found.push([type.name, condition]);
    }
    const conditions = Object.fromEntries(found);
    if (JSON.stringify(conditions).length <= mostCharacters) return conditions;
    say(subgraph, 'rows: the conditions on its types are too long to be sent with a request');
    return undefined;
  }

  function conditionOn(type: RowType): RowCondition {
    const known = ofType.get(type);
    if (known !== undefined) return known;
    const condition = decided(type);
    ofType.set(type, condition);
    return condition;
  }

  function decided(type: RowType): RowCondition {
    try {
      const policies = residualOf(contextOf(type));
      const ofEffect = (effect: PolicyJson['effect']): RowCondition =>
        anyOf(policies.filter((each) => each.effect === effect).map((each) => left(each, type)));
      const condition = allOf([ofEffect('permit'), not(ofEffect('forbid'))]);
      if (!isWithinBounds(condition)) throw new Error('rows: the condition on them is too large');
      return allOf([...presenceOf(type, condition), condition]);
    } catch (error) {
      say(`rows of ${type.name}`, error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** What Cedar leaves of each policy, where it knows everything but the row. */
  function residualOf(context: Question['context']): readonly PolicyJson[] {
    const text = JSON.stringify(context);
    const known = residuals.get(text);
    if (known) return known;
    const answer = cedar.isAuthorizedPartial({
      principal: principal.uid,
      action: uid('Action', rowAction),
      resource: null,
      context,
      policies: { staticPolicies: rules.policies },
      entities: [principal, ...purposes],
    });
    const warnings = answer.warnings.map(({ message }) => message);
    if (answer.type === 'failure') {
      throw new Error([...answer.errors.map(({ message }) => message), ...warnings].join('; '));
    }
    const { errored, residuals: found } = answer.response;
    // A policy that fails may have been one that forbids.
    if (errored.length > 0) throw new Error(`${errored.join(', ')}: could not be evaluated`);
    if (warnings.length > 0) throw new Error(warnings.join('; '));
    // Cedar has them in no order; equal conditions are equal texts.
    const policies = Object.keys(found)
      .sort()
      .flatMap((id) => found[id] ?? []);
    residuals.set(text, policies);
    return policies;
  }
}

function left({ conditions }: PolicyJson, type: RowType): RowCondition {
  let all: RowCondition = true;
  for (const { kind, body } of conditions) {
    // As Cedar does: what comes later is not looked at where it does not matter.
    if (all === false) return false;
    const holds = rowExpression(body, type, true);
    all = allOf([all, kind === 'when' ? holds : not(holds)]);
  }
  return all;
}

/** A row without a value that its contract requires is none that Cedar would decide about: whatever policies look at, is there. */
function presenceOf({ attributes }: RowType, condition: RowCondition): RowCondition[] {
  const looked = new Set<string>();
  const look = (each: RowCondition): void => {
    if (typeof each === 'object' && 'field' in each) {
      looked.add(each.field);
      if ('other' in each) looked.add(each.other);
    }
    for (const inner of innerOf(each)) look(inner);
  };
  look(condition);
  return [...looked]
    .filter((name) => attributes.get(name)?.required)
    .map((name): RowCondition => ({ field: name, is: 'present' }));
}
