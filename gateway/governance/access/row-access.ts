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
import type { RowDecision } from './row-decision.ts';
import { decideRow } from './row-decision.ts';
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

export interface RowAccess {
  /** Undefined for a subgraph that has rows which whoever asks may not read, and could not leave them out. Never throws. */
  rows(subgraph: string): RowConditions | undefined;
  /** Of a type, by name. Never throws. */
  explainRows(type: string): RowsExplanation;
  /** One row, as Cedar decides about it by itself. Never throws. */
  decideRow(type: string, row: Readonly<Record<string, unknown>>): RowDecision;
}

export interface RowsExplanation {
  /** `not asked`: a subgraph that has them could not leave out the others. */
  readonly effect: 'all rows' | 'some rows' | 'no rows' | 'not asked';
  /** Ids of those that decide. */
  readonly policies: readonly string[];
  /** Why it could not be decided, and is denied. */
  readonly undecided?: string;
}

interface Decided {
  readonly condition: RowCondition;
  readonly policies: readonly string[];
  readonly undecided?: string;
}

export function rowAccess(
  { cedar, rules, isSigned }: RowDeciding,
  { principal, purposes, contextOf, say }: RowAsker,
): RowAccess {
  const residuals = new Map<string, readonly (readonly [string, PolicyJson])[]>();
  const ofType = new Map<RowType, Decided>();
  const ofSubgraph = new Map<string, RowConditions | undefined>();

  return {
    rows,
    explainRows(name) {
      const type = rules.types.get(name);
      if (!type) return { effect: 'all rows', policies: [] };
      const { condition, ...because } = decisionOn(type);
      if (typeof condition === 'boolean' && condition) return { effect: 'all rows', ...because };
      const isAsked = type.subgraphs.every((each) => rows(each.name) !== undefined);
      if (!isAsked) return { effect: 'not asked', ...because };
      return { effect: condition === false ? 'no rows' : 'some rows', ...because };
    },
    decideRow(name, row) {
      const type = rules.types.get(name);
      if (!type) return { isReadable: true, policies: [] };
      return decideRow(cedar, rules, type, row, { principal, purposes, context: contextOf(type) });
    },
  };

  function rows(subgraph: string): RowConditions | undefined {
    if (!ofSubgraph.has(subgraph)) ofSubgraph.set(subgraph, conditionsIn(subgraph));
    return ofSubgraph.get(subgraph);
  }

  function conditionsIn(subgraph: string): RowConditions | undefined {
    const found: [string, RowCondition][] = [];
    for (const type of rules.types.values()) {
      const here = type.subgraphs.find(({ name }) => name === subgraph);
      const condition = here ? decisionOn(type).condition : true;
      if (condition === true) continue;
      if (!isSigned || !here?.filtersRows) return undefined;
      found.push([type.name, condition]);
    }
    const conditions = Object.fromEntries(found);
    if (JSON.stringify(conditions).length <= mostCharacters) return conditions;
    say(subgraph, 'rows: the conditions on its types are too long to be sent with a request');
    return undefined;
  }

  function decisionOn(type: RowType): Decided {
    const decided = ofType.get(type) ?? decide(type);
    ofType.set(type, decided);
    return decided;
  }

  function decide(type: RowType): Decided {
    try {
      const policies = residualOf(contextOf(type)).map(([id, { effect, ...rest }]) => ({
        ...{ id, effect, holds: left(rest, type) },
      }));
      const ofEffect = (effect: PolicyJson['effect']): RowCondition =>
        anyOf(policies.filter((each) => each.effect === effect).map(({ holds }) => holds));
      const condition = allOf([ofEffect('permit'), not(ofEffect('forbid'))]);
      if (!isWithinBounds(condition)) throw new Error('rows: the condition on them is too large');
      const deciding = policies.filter(({ effect, holds }) =>
        typeof condition === 'boolean' ? holds === true && (effect === 'permit') === condition : holds !== false,
      );
      return {
        condition: allOf([...presenceOf(type, condition), condition]),
        policies: deciding.map(({ id }) => id),
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`rows of ${type.name}`, reason);
      return { condition: false, policies: [], undecided: reason };
    }
  }

  /** What Cedar leaves of each policy, where it knows everything but the row. */
  function residualOf(context: Question['context']): readonly (readonly [string, PolicyJson])[] {
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
      .flatMap((id) => (found[id] ? [[id, found[id]] as const] : []));
    residuals.set(text, policies);
    return policies;
  }
}

function left({ conditions }: Pick<PolicyJson, 'conditions'>, type: RowType): RowCondition {
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
