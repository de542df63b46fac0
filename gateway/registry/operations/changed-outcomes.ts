/** For whom which operations would be answered otherwise, were other policies in force: without asking anybody. */
import { type DocumentNode, parse, validate } from 'graphql';
import { defaultLimits } from '../../engine/demand/limits.ts';
import { type Outcome, type OutcomeFor, outcomesOf, shownAs } from '../../engine/operation/outcome.ts';
import { noRowSources, rowsReadBy } from '../../engine/operation/rows-read.ts';
import type { Access } from '../../governance/access/access.ts';
import { accessOfAsker, agreementsOfAsker, type JudgedPolicies } from '../asker-access.ts';
import type { JudgedGraph } from '../judged-graph.ts';
import type { AskedOperation } from './asked-operation.ts';

export interface ChangedOutcome {
  readonly asked: AskedOperation;
  /** Ids of the agreements that count before or after. */
  readonly agreements: readonly string[];
  /** Where it is refused before or after, what it is refused for; else what is shown otherwise. At least one. */
  readonly fields: readonly ChangedField[];
}

export interface ChangedField {
  /** Of a type, where it is its rows that are other ones. */
  readonly coordinate: string;
  readonly before: Shown;
  readonly after: Shown;
}

export interface Shown {
  /**
   * `allow`, `deny`, `mask hash`; `refuse` where the operation as a whole is not answered for it. Of a type: `all rows`,
   * `some rows`, `no rows`, or `not asked` where its subgraph cannot leave out the others.
   */
  readonly effect: string;
  /** Ids of the policies that decide so. */
  readonly policies: readonly string[];
}

export interface JudgedOutcomes {
  readonly changed: readonly ChangedOutcome[];
  /** Of operations that are not valid in the graph: there is nothing that they would be answered with. */
  readonly outdated: number;
}

export interface PolicyChange {
  readonly graph: JudgedGraph;
  readonly before: JudgedPolicies;
  readonly after: JudgedPolicies;
  /** Is waited for between operations. */
  readonly pause: () => Promise<void>;
}

export async function changedOutcomes(
  asked: Iterable<AskedOperation>,
  { graph, before, after, pause }: PolicyChange,
): Promise<JudgedOutcomes> {
  const changed: ChangedOutcome[] = [];
  let outdated = 0;
  const judged = new Map<string, OutcomeFor | undefined>();
  for (const each of asked) {
    await pause();
    const { hash, text } = each.operation;
    const outcome = judged.has(hash) ? judged.get(hash) : outcomesIn(graph, text);
    judged.set(hash, outcome);
    if (!outcome) {
      outdated += 1;
      continue;
    }
    const [one, other] = [accessOfAsker(before, each), accessOfAsker(after, each)];
    const was = { access: one, outcome: outcome(one, each.inputs) };
    await pause();
    const is = { access: other, outcome: outcome(other, each.inputs) };
    if (was.outcome.signature === is.outcome.signature) continue;
    const agreed = [before, after].flatMap((policies) => agreementsOfAsker(policies, each)).map(({ id }) => id);
    const fields = [...fieldsBetween(was, is, graph), ...rowsBetween(was, is, graph)];
    changed.push({ asked: each, agreements: [...new Set(agreed)], fields });
  }
  return { changed, outdated };
}

function outcomesIn(graph: JudgedGraph, text: string): OutcomeFor | undefined {
  const document = parsed(text);
  const isValid = document && validate(graph.schema, document, undefined, { maxErrors: 1 }).length === 0;
  return isValid ? outcomesOf(graph, document) : undefined;
}

function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true, maxTokens: defaultLimits.tokens });
  } catch {
    return undefined;
  }
}

interface Answered {
  readonly access: Access;
  readonly outcome: Outcome;
}

function fieldsBetween(before: Answered, after: Answered, { inputs }: JudgedGraph): ChangedField[] {
  const refused = before.outcome.refused ?? after.outcome.refused;
  const shownBy = ({ access, outcome }: Answered, coordinate: string): Shown => {
    const { policies } = access.explain(inputs.get(coordinate) ?? coordinate);
    const answered = shownAs(outcome, coordinate);
    return { effect: refused === undefined ? answered : outcome.refused === undefined ? 'allow' : 'refuse', policies };
  };
  const coordinates =
    refused === undefined
      ? new Set(
          [before, after].flatMap(({ outcome: { restrictions, minimumGroups } }) => [
            ...restrictions.keys(),
            ...minimumGroups.keys(),
          ]),
        )
      : [refused];
  return [...coordinates]
    .map((coordinate) => ({
      coordinate,
      before: shownBy(before, coordinate),
      after: shownBy(after, coordinate),
    }))
    .filter((each) => each.before.effect !== each.after.effect)
    .sort((one, other) => (one.coordinate < other.coordinate ? -1 : 1));
}

/** Types of which other rows are shown. */
function rowsBetween(before: Answered, after: Answered, { rowSources = noRowSources }: JudgedGraph): ChangedField[] {
  if (before.outcome.refused !== undefined || after.outcome.refused !== undefined) return [];
  const [was, is] = [rowsReadBy(before.access, rowSources), rowsReadBy(after.access, rowSources)];
  const shownBy = ({ access }: Answered, type: string): Shown => {
    const { effect, policies } = access.explainRows(type);
    return { effect, policies };
  };
  return (
    [...new Set([...before.outcome.rowTypes, ...after.outcome.rowTypes])]
      .filter((type) => was.keyOf(type) !== is.keyOf(type))
      .sort()
      .map((type) => ({ coordinate: type, before: shownBy(before, type), after: shownBy(after, type) }))
      // Of a type that is only not asked for because of another one, nothing is decided otherwise.
      .filter((each) => each.before.effect !== each.after.effect || each.before.effect === 'some rows')
  );
}
