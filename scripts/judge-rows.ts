/** What examples say of rows, held against what policies decide about them. */
import type { Access } from '../gateway/governance/access/access.ts';
import { invalid } from '../gateway/governance/access/access-examples.ts';
import { rowFaults } from '../gateway/governance/access/row-decision.ts';
import type { ExpectedRow, ExpectedRows } from '../gateway/governance/access/row-examples.ts';
import type { RowType } from '../gateway/governance/access/row-types.ts';
import type { Issue, Place } from '../subgraphs/kit/errors/issue.ts';
import { nearest } from '../subgraphs/kit/errors/nearest.ts';

export interface JudgedRows {
  readonly issues: readonly Issue[];
  readonly decisions: number;
  /** Ids of the policies that decided any of them. */
  readonly deciding: readonly string[];
}

/**
 * @param types all that have rows, by name
 * @param failed that something is not as it was expected to be, and how
 */
export function judgeRows(
  expected: readonly ExpectedRows[],
  access: Access,
  types: ReadonlyMap<string, RowType>,
  failed: (place: Place, how: string, type: string) => Issue,
): JudgedRows {
  const judged = expected.map(({ type: name, rows, place }): JudgedRows => {
    const type = types.get(name);
    if (!type) {
      const meant = nearest(name, types.keys());
      const message = `${name} is no type whose rows a contract describes.${meant ? ` Is ${meant} meant?` : ''}`;
      return nothing([invalid(message, place)]);
    }
    return typeof rows === 'string' ? judgeAll(name, rows, place) : together(rows.map((each) => judgeRow(type, each)));
  });
  return together(judged);

  function judgeAll(name: string, rows: 'all' | 'none', place: Place): JudgedRows {
    const { effect, policies, undecided } = access.explainRows(name);
    const isExpected = effect === (rows === 'all' ? 'all rows' : 'no rows');
    const how = `expected ${rows === 'all' ? 'all rows' : 'no rows'}, but it is ${because(effect, policies, undecided)}`;
    return { issues: isExpected ? [] : [failed(place, how, name)], decisions: 1, deciding: policies };
  }

  function judgeRow(type: RowType, { row, isReadable, by, place }: ExpectedRow): JudgedRows {
    const faults = rowFaults(type, row);
    if (faults.length > 0) return nothing(faults.map((fault) => invalid(fault, place)));
    const found = access.decideRow(type.name, row);
    const isExpected = found.isReadable === isReadable && by.every((id) => found.policies.includes(id));
    const wanted = [shown(isReadable), ...(by.length > 0 ? [`by ${by.join(', ')}`] : [])].join(' ');
    const how = `expected the row to be ${wanted}, but it is ${because(shown(found.isReadable), found.policies, found.undecided)}`;
    return { issues: isExpected ? [] : [failed(place, how, type.name)], decisions: 1, deciding: found.policies };
  }
}

const shown = (isReadable: boolean): string => (isReadable ? 'readable' : 'not readable');

function because(effect: string, policies: readonly string[], undecided: string | undefined): string {
  if (undecided !== undefined) return `${effect}, since it could not be decided: ${undecided}`;
  return policies.length > 0 ? `${effect}, by ${policies.join(', ')}` : effect;
}

const nothing = (issues: readonly Issue[]): JudgedRows => ({ issues, decisions: 0, deciding: [] });

const together = (all: readonly JudgedRows[]): JudgedRows => ({
  issues: all.flatMap(({ issues }) => issues),
  decisions: all.reduce((sum, { decisions }) => sum + decisions, 0),
  deciding: all.flatMap(({ deciding }) => deciding),
});
