/**
 * What a policy says of a row, as a condition that a store can make SQL of. Both languages say the same of every row: strict
 * validation has each value that may be missing asked for by `has` before it is looked at, and what neither side can say alike
 * is refused here.
 */
import type { RowComparison, RowCondition, RowValue } from '../../../subgraphs/kit/contract/row-condition.ts';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import { rowEntityType, uid } from './cedar.ts';
import type { RowAttribute, RowType } from './row-types.ts';

/** A part of a policy in Cedar's JSON. */
export type Expression = Readonly<Record<string, unknown>>;

/** Why something cannot be said in SQL: the rest of a sentence about the policy. */
export class NotInSql extends Error {
  override readonly name = 'NotInSql';
}

/**
 * @param isKnown what else there is (who asks, what for) has been worked out, and its values stand in the expression. Where
 * it has not, `somehow` stands for what hangs on it: the condition then says nothing but that there is one.
 * @throws NotInSql
 */
export function rowExpression(
  expression: unknown,
  type: Pick<RowType, 'name' | 'product' | 'domain' | 'attributes'>,
  isKnown: boolean,
): RowCondition {
  return truth(expression);

  function truth(part: unknown): RowCondition {
    if (!isKnown && !mentionsRow(part)) return somehow;
    const [operator, operand] = operationOf(part);
    const { left, right, arg } = operand;
    switch (operator) {
      // What comes second may mean something only where the first holds: a field of one type, after `is`.
      case '&&': {
        const first = truth(left);
        return first === false ? first : allOf([first, truth(right)]);
      }
      case '||': {
        const first = truth(left);
        return first === true ? first : anyOf([first, truth(right)]);
      }
      case '!':
        return not(truth(arg));
      case 'if-then-else': {
        const condition = truth(operand.if);
        if (typeof condition === 'boolean') return truth(condition ? operand.then : operand.else);
        const [then, otherwise] = [truth(operand.then), truth(operand.else)];
        return anyOf([allOf([condition, then]), allOf([not(condition), otherwise])]);
      }
      case 'Value':
        if (typeof part === 'object' && typeof (part as Expression).Value === 'boolean')
          return operand as unknown as boolean;
        break;
      case '==':
      case '!=': {
        const equal = comparison('eq', left, right);
        return operator === '==' ? equal : not(equal);
      }
      case '<':
      case '<=':
      case '>':
      case '>=':
        return comparison(comparisons[operator], left, right);
      case 'lessThan':
      case 'lessThanOrEqual':
      case 'greaterThan':
      case 'greaterThanOrEqual': {
        invariant(Array.isArray(operand), 'arguments are a list');
        return comparison(comparisons[operator], operand[0], operand[1]);
      }
      case 'has':
        return presence(left, operand.attr);
      case '.': {
        const attribute = attributeIn(part);
        if (attribute?.kind === 'Boolean') return { field: attribute.name, is: 'eq', value: true };
        break;
      }
      case 'like':
        return likeness(left, operand.pattern);
      case 'contains':
        return anyOf(elementsOf(left).map((each) => comparison('eq', each, right)));
      case 'is':
        if (!isRow(left)) break;
        return operand.entity_type === rowEntityType(type.name) && (operand.in === undefined || membership(operand.in));
      case 'in':
        if (isRow(left)) return membership(right);
    }
    if (!mentionsRow(part)) throw new NotInSql('a part of it could not be worked out');
    throw new NotInSql(`\`${operator}\` of a row has no exact counterpart in SQL`);
  }

  function comparison(is: RowComparison, left: unknown, right: unknown): RowCondition {
    const [own, other] = [attributeIn(left), attributeIn(right)];
    if (own && other) {
      if (own.comparable !== undefined && own.comparable === other.comparable) {
        return { field: own.name, is, other: other.name };
      }
      throw new NotInSql(`${own.name} and ${other.name} are not stored alike; compare each with a value`);
    }
    if (own) return valueTest(own, is, right);
    if (other) return valueTest(other, flipped[is], left);
    throw new NotInSql(
      'fields of a row can be compared with values and with each other, and nothing can be worked out of them',
    );
  }

  function valueTest({ name, kind }: RowAttribute, is: RowComparison, part: unknown): RowCondition {
    if (mentionsRow(part)) throw new NotInSql(`what ${name} is compared with is worked out of the row`);
    const value = literalValue(part, kind);
    if (value !== undefined) return { field: name, is, value };
    const isWritten = Object.hasOwn(part as Expression, 'Value');
    if (!isKnown && !isWritten && kind !== 'decimal' && kind !== 'datetime') return somehow;
    if (kind === 'Long' && isWritten) throw new NotInSql(`${name} can be compared with numbers up to 2^53 only`);
    const wanted = kind === 'decimal' || kind === 'datetime' ? `${kind}("…")` : 'a plain value';
    throw new NotInSql(`${name} can be compared with ${wanted} only`);
  }

  function presence(part: unknown, names: unknown): RowCondition {
    const [name, ...rest] = [names].flat();
    if (!isRow(part) || typeof name !== 'string' || rest.length > 0) throw new NotInSql('only rows have fields');
    return type.attributes.has(name) && { field: name, is: 'present' };
  }

  function likeness(part: unknown, pattern: unknown): RowCondition {
    const attribute = attributeIn(part);
    if (attribute?.kind !== 'String' || !Array.isArray(pattern)) throw new NotInSql('`like` is of a field itself');
    const parts: (string | null)[] = [];
    for (const each of pattern) {
      const text = each === 'Wildcard' ? null : String((each as Expression).Literal);
      const last = parts.at(-1);
      if (typeof text === 'string' && typeof last === 'string') parts[parts.length - 1] = last + text;
      else parts.push(text);
    }
    return { field: attribute.name, is: 'like', pattern: parts };
  }

  function elementsOf(part: unknown): readonly unknown[] {
    const { Set: elements, Value: value } = part as Expression;
    if (Array.isArray(elements)) return elements;
    if (Array.isArray(value)) return value.map((each: unknown) => ({ Value: each }));
    if (!isKnown && !mentionsRow(part)) return [part];
    throw new NotInSql('a set that is looked into has to be written out');
  }

  /** Of which product, and which domain, a row is, its type says. */
  function membership(part: unknown): RowCondition {
    if (mentionsRow(part)) throw new NotInSql('rows are in their product and its domain only');
    const entities = [part, ...listIn(part)].map(entityIn);
    const own = [uid('Product', type.product), uid('Domain', type.domain)];
    const isOne = entities.some((each) => each && own.some(({ type: of, id }) => each.type === of && each.id === id));
    return isOne || isKnown || entities.some((each) => each) ? isOne : somehow;
  }

  function attributeIn(part: unknown): RowAttribute | undefined {
    const { '.': found } = (part ?? {}) as { readonly '.'?: { readonly left: unknown; readonly attr: string } };
    if (!found || !isRow(found.left)) return undefined;
    const attribute = type.attributes.get(found.attr);
    if (!attribute) throw new NotInSql(`${type.name} has no field ${found.attr} that policies can look at`);
    return attribute;
  }
}

/** Neither true nor false, and of no field. */
const somehow: RowCondition = { field: '', is: 'present' };

export const allOf = (conditions: readonly RowCondition[]): RowCondition => {
  const rest = conditions.flatMap((each) => (typeof each === 'object' && 'all' in each ? each.all : [each]));
  if (rest.includes(false)) return false;
  const open = rest.filter((each) => each !== true);
  return open.length > 1 ? { all: open } : (open[0] ?? true);
};

export const anyOf = (conditions: readonly RowCondition[]): RowCondition => {
  const rest = conditions.flatMap((each) => (typeof each === 'object' && 'any' in each ? each.any : [each]));
  if (rest.includes(true)) return true;
  const open = rest.filter((each) => each !== false);
  return open.length > 1 ? { any: open } : (open[0] ?? false);
};

export function not(condition: RowCondition): RowCondition {
  if (typeof condition === 'boolean') return !condition;
  return 'not' in condition ? condition.not : { not: condition };
}

const comparisons = {
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
  lessThan: 'lt',
  lessThanOrEqual: 'lte',
  greaterThan: 'gt',
  greaterThanOrEqual: 'gte',
} as const satisfies Record<string, RowComparison>;

const flipped = { eq: 'eq', lt: 'gt', lte: 'gte', gt: 'lt', gte: 'lte' } as const satisfies Record<
  RowComparison,
  RowComparison
>;

/** In a policy it is a variable; in what Cedar leaves of one, something unknown. */
function isRow(part: unknown): boolean {
  const { Var: variable, unknown } = (part ?? {}) as { readonly Var?: unknown; readonly unknown?: unknown };
  return variable === 'resource' || (Array.isArray(unknown) && (unknown[0] as Expression)?.Value === 'resource');
}

function mentionsRow(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(mentionsRow);
  if (typeof part !== 'object' || part === null) return false;
  // What a value holds is no part of the policy, whatever it looks like.
  return isRow(part) || Object.entries(part).some(([key, each]) => key !== 'Value' && mentionsRow(each));
}

function operationOf(part: unknown): readonly [string, Expression] {
  const [[operator, operand] = ['', {}]] = Object.entries(part as Expression);
  return [operator, operand as Expression];
}

function literalValue(part: unknown, kind: RowAttribute['kind']): RowValue | undefined {
  if (kind === 'decimal' || kind === 'datetime') {
    const text = literalOf(part, kind);
    return text === undefined || kind === 'decimal' ? text : millisecondsOf(text);
  }
  const { Value: value } = part as Expression;
  if (kind === 'String') return typeof value === 'string' ? value : undefined;
  if (kind === 'Boolean') return typeof value === 'boolean' ? value : undefined;
  // Beyond that, JSON may have said another number.
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

/** `decimal("1.5")`, as a call or as the value that it gives. */
function literalOf(part: unknown, kind: 'decimal' | 'datetime'): string | undefined {
  const { [kind]: call, Value: value } = part as Expression;
  const given = Array.isArray(call) && call.length === 1 ? (call[0] as Expression).Value : extensionIn(value, kind);
  return typeof given === 'string' ? given : undefined;
}

function extensionIn(value: unknown, kind: string): unknown {
  const { __extn: extension } = (value ?? {}) as { readonly __extn?: { readonly fn: string; readonly arg?: unknown } };
  return extension?.fn === kind ? extension.arg : undefined;
}

/** Cedar writes offsets without a colon. */
function millisecondsOf(text: string): number | undefined {
  const ms = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : ms;
}

function listIn(part: unknown): readonly unknown[] {
  const { Set: elements, Value: value } = (part ?? {}) as { readonly Set?: unknown[]; readonly Value?: unknown };
  return elements ?? (Array.isArray(value) ? value.map((each: unknown) => ({ Value: each })) : []);
}

function entityIn(part: unknown): { readonly type: string; readonly id: string } | undefined {
  const { Value: value } = (part ?? {}) as { readonly Value?: { readonly __entity?: { type: string; id: string } } };
  return value?.__entity;
}
