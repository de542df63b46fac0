/** What policies say of rows, judged with the graph: which types are filtered, by which policies, and what is wrong with them. */
import type { Code } from '../../../subgraphs/kit/errors/codes.ts';
import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { type Cedar, namespace, type PolicyJson, rowEntityType } from './cedar.ts';
import { cedarRowSchema } from './cedar-schema.ts';
import { validationFaults } from './policy-faults.ts';
import type { AccessPolicies, AccessPolicy } from './read-access-policies.ts';
import { NotInSql, rowExpression } from './row-expression.ts';
import type { RowType } from './row-types.ts';

export interface RowRules {
  /** By name: those that some policy of rows may apply to. Of all others, every row is shown. */
  readonly types: ReadonlyMap<string, RowType>;
  /** All that may apply to a row, by id. */
  readonly policies: Readonly<Record<string, string>>;
}

/** `rules` is absent where no policy is of rows, or anything is wrong. */
export function rowRules(
  cedar: Cedar,
  { policies, attributes }: AccessPolicies,
  rowTypes: ReadonlyMap<string, RowType>,
): { readonly rules?: RowRules; readonly issues: readonly Issue[] } {
  const ofRows = policies.filter(({ about }) => about === 'rows');
  if (ofRows.length === 0) return { issues: [] };
  const all = [...rowTypes.values()];
  const types = all.filter((type) => ofRows.some(({ json }) => mayApply(json, type)));
  const ofBoth = policies.filter(({ about, json }) => about === 'all' && types.some((type) => mayApply(json, type)));
  const schema = cedarRowSchema(attributes, all);
  const issues = [
    ...ofRows.flatMap((policy) => validationFaults(cedar, policy, schema)),
    // For fields it means something, even if for rows it never does.
    ...ofBoth.flatMap((policy) => validationFaults(cedar, policy, schema, { warnings: false }).map(asOfRows)),
  ];
  // What Cedar does not take has no meaning that could be said in SQL.
  if (issues.length === 0) for (const policy of [...ofRows, ...ofBoth]) issues.push(...faultsInSql(policy, types));
  if (issues.length > 0) return { issues };
  const texts = Object.fromEntries([...ofRows, ...ofBoth].map(({ id, text }) => [id, text]));
  return { rules: { types: new Map(types.map((type) => [type.name, type])), policies: texts }, issues };
}

/** By the head of the policy. */
function mayApply({ resource }: PolicyJson, type: RowType): boolean {
  switch (resource.op) {
    case 'All':
      return true;
    case '==':
      return true; // Refused: rows are told apart by their fields.
    case 'is':
      return resource.entity_type === rowEntityType(type.name) && (!resource.in || holds(resource.in, type));
    case 'in':
      return holds(resource, type);
  }
}

function holds(group: object, { product, domain }: RowType): boolean {
  if (!('entity' in group)) return true;
  const { type, id } = group.entity as { readonly type: string; readonly id: string };
  return (type === `${namespace}::Product` && id === product) || (type === `${namespace}::Domain` && id === domain);
}

function faultsInSql({ id, json, place }: AccessPolicy, types: readonly RowType[]): Issue[] {
  const at = (message: string): Issue => issue(code, `${id}: ${message}`, { place, help });
  if (json.resource.op === '==') return [at('rows cannot be named one by one; compare their fields.')];
  const reasons = new Set<string>();
  for (const type of types.filter((each) => mayApply(json, each))) {
    for (const { body } of json.conditions) {
      try {
        rowExpression(body, type, false);
      } catch (error) {
        if (!(error instanceof NotInSql)) throw error;
        reasons.add(error.message);
      }
    }
  }
  return [...reasons].map((reason) => at(`rows cannot be filtered by it: ${reason}.`));
}

const code: Code = 'ACCESS_POLICY_INVALID';
const help =
  'Compare fields of the row with ==, !=, <, <=, > and >=, `has`, `like` and `[…].contains(…)`, and put conditions together with &&, ||, ! and if.';

const asOfRows = (found: Issue): Issue => ({
  ...found,
  message: `${found.message} It is of any action, and so of rows, too.`,
  help: 'Name the actions that it is of: action in [Weft::Action::"read", Weft::Action::"readMasked"].',
});
