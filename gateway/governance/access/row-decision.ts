/** Whether one row, given as data, may be read: as Cedar says of it, with nothing worked out ahead and no SQL. */
import { nearest } from '../../../subgraphs/kit/errors/nearest.ts';
import { type Cedar, type EntityJson, rowAction, rowEntityType, uid } from './cedar.ts';
import type { Question } from './preparsed.ts';
import type { RowRules } from './row-rules.ts';
import type { RowAttribute, RowType } from './row-types.ts';

export interface RowDecision {
  readonly isReadable: boolean;
  /** Ids of those that decide; none where nothing permits. */
  readonly policies: readonly string[];
  /** Why it could not be decided, and is not shown. */
  readonly undecided?: string;
}

export interface RowQuestion {
  readonly principal: EntityJson;
  readonly purposes: readonly EntityJson[];
  readonly context: Question['context'];
}

/** @param row without faults. Never throws. */
export function decideRow(
  cedar: Cedar,
  rules: RowRules,
  type: RowType,
  row: Readonly<Record<string, unknown>>,
  { principal, purposes, context }: RowQuestion,
): RowDecision {
  const given = Object.entries(row).flatMap(([name, value]) => {
    const attribute = type.attributes.get(name);
    const found = attribute && value !== null ? cedarValue(attribute, value) : undefined;
    return found === undefined ? [] : [[name, found]];
  });
  const [product, domain] = [uid('Product', type.product), uid('Domain', type.domain)];
  const resource = { type: rowEntityType(type.name), id: '' };
  const answer = cedar.isAuthorized({
    principal: principal.uid,
    action: uid('Action', rowAction),
    resource,
    context,
    policies: { staticPolicies: rules.policies },
    entities: [
      ...[principal, ...purposes],
      { uid: resource, attrs: Object.fromEntries(given), parents: [product] },
      { uid: product, attrs: {}, parents: [domain] },
    ],
  });
  if (answer.type === 'failure') return undecided(answer.errors.map(({ message }) => message));
  const { decision, diagnostics } = answer.response;
  // A policy that fails may have been one that forbids.
  const failed = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
  if (failed.length > 0) return undecided(failed);
  return { isReadable: decision === 'allow', policies: [...diagnostics.reason].sort() };
}

const undecided = (reasons: readonly string[]): RowDecision => ({
  ...{ isReadable: false, policies: [], undecided: reasons.join('; ') },
});

/** What of it is no row of the type, in words. */
export function rowFaults(type: RowType, row: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(row).flatMap(([name, value]) => {
    const attribute = type.attributes.get(name);
    if (!attribute) {
      const meant = nearest(name, type.attributes.keys());
      return [`${type.name} has no field ${name} that policies can look at.${meant ? ` Is ${meant} meant?` : ''}`];
    }
    if (value === null || cedarValue(attribute, value) !== undefined) return [];
    return [`${type.name}.${name} cannot be ${JSON.stringify(value)}: write ${wanted[attribute.kind]}.`];
  });
}

const wanted: Readonly<Record<RowAttribute['kind'], string>> = {
  String: 'a text',
  Long: 'a whole number',
  Boolean: 'true or false',
  decimal: 'a number with up to four digits after the point',
  datetime: 'a day (2026-01-31), or a moment in UTC (2026-01-31T12:00:00Z)',
};

/** Undefined for what is no value of the attribute. */
function cedarValue({ kind }: RowAttribute, value: unknown): unknown {
  const text = String(value);
  switch (kind) {
    case 'String':
      return typeof value === 'string' ? value : undefined;
    case 'Long':
      return Number.isSafeInteger(value) ? value : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'decimal':
      if (!/^-?\d{1,14}(?:\.\d{1,4})?$/.test(text)) return undefined;
      return { __extn: { fn: 'decimal', arg: text.includes('.') ? text : `${text}.0` } };
    case 'datetime':
      if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{3})?Z)?$/.test(text)) return undefined;
      return Number.isNaN(Date.parse(text)) ? undefined : { __extn: { fn: 'datetime', arg: text } };
  }
}
