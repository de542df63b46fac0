/** For whom which operations would be answered otherwise, were other policies in force: without asking anybody. */
import { type DocumentNode, parse, validate } from 'graphql';
import { defaultLimits } from '../../engine/demand/limits.ts';
import { type Outcome, type OutcomeFor, outcomesOf, shownAs } from '../../engine/operation/outcome.ts';
import type { Access } from '../../governance/access/access.ts';
import type { DecidesAccess } from '../../governance/access/access-policies.ts';
import { accessOfAsker } from '../asker-access.ts';
import type { JudgedGraph } from '../judged-graph.ts';
import type { AskedOperation } from './asked-operation.ts';

export interface ChangedOutcome {
  readonly asked: AskedOperation;
  /** Where it is refused before or after, what it is refused for; else what is shown otherwise. At least one. */
  readonly fields: readonly ChangedField[];
}

export interface ChangedField {
  readonly coordinate: string;
  readonly before: Shown;
  readonly after: Shown;
}

export interface Shown {
  /** `allow`, `deny`, `mask hash`; `refuse` where the operation as a whole is not answered for it. */
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
  readonly before: DecidesAccess;
  readonly after: DecidesAccess;
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
    if (was.outcome.signature !== is.outcome.signature)
      changed.push({ asked: each, fields: fieldsBetween(was, is, graph) });
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
