/** What policies say of the rows of a mesh, and which of its subgraphs could not leave out those that may not be read. */
import { rowFiltersSpec } from '../../subgraphs/kit/contract/spec.ts';
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { loadCedar } from '../governance/access/cedar.ts';
import type { AccessPolicies } from '../governance/access/read-access-policies.ts';
import { type RowRules, rowRules } from '../governance/access/row-rules.ts';
import { type RowType, rowTypesOf } from '../governance/access/row-types.ts';
import { linksSpecification } from './links-specification.ts';
import type { Mesh } from './mesh.ts';

/**
 * `rules` is absent where no policy is of rows, or one of them is wrong: then an issue is an error.
 * @param isSigned the gateway can tell subgraphs which rows to show
 */
export async function rowsOf(
  access: AccessPolicies,
  mesh: Pick<Mesh, 'subgraphs'>,
  isSigned: boolean,
): Promise<{ readonly rules?: RowRules; readonly issues: readonly Issue[] }> {
  if (!access.policies.some(({ about }) => about === 'rows')) return { issues: [] };
  const judged = rowRules(await loadCedar(), access, rowTypesIn(mesh));
  return { ...judged, issues: [...judged.issues, ...(judged.rules ? unfiltered(judged.rules, isSigned) : [])] };
}

/** All that have rows, by name. */
export const rowTypesIn = ({ subgraphs }: Pick<Mesh, 'subgraphs'>): ReadonlyMap<string, RowType> =>
  rowTypesOf(
    subgraphs.map((subgraph) => ({
      name: subgraph.name,
      domain: subgraph.domain,
      filtersRows: subgraph.domain !== undefined && linksSpecification(subgraph.sdl, rowFiltersSpec.identity),
    })),
  );

function unfiltered({ types }: RowRules, isSigned: boolean): Issue[] {
  const reasons = new Map<string, string[]>();
  for (const { name, subgraphs } of types.values()) {
    for (const { name: subgraph, filtersRows } of subgraphs) {
      if (isSigned && filtersRows) continue;
      reasons.set(subgraph, [...(reasons.get(subgraph) ?? []), name]);
    }
  }
  const why = isSigned ? 'its schema does not say that it filters rows' : 'the gateway has no secret to sign by';
  return [...reasons].map(([subgraph, names]) => {
    const message = `${subgraph} is not asked for anybody who may not read all rows of ${names.join(', ')}: ${why}.`;
    return issue('ACCESS_ROWS_UNFILTERED', message, { severity: 'warning' });
  });
}
