/** A subscription on one graph: its events come from one subgraph, and what they lack is fetched for each as for a query. */
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { resultOf, startRun, tellReads, writeAnswer } from './answer-of-run.ts';
import type { Operation, PlannedSubscription, SubscribeSubgraph } from './engine.ts';
import { execute, type Surroundings, takeRoot, variablesOf } from './execute.ts';
import type { Compiled } from './operation/compiler.ts';
import type { WhoAnswers } from './project/reports.ts';

export interface SubscriptionSurroundings extends Surroundings {
  readonly subscribeSubgraph: SubscribeSubgraph;
  readonly ownerOf: WhoAnswers['ownerOf'];
}

export function plannedSubscription(
  compiled: Compiled,
  operation: Operation,
  around: SubscriptionSurroundings,
): PlannedSubscription {
  const { source, step, access } = compiled.operation;
  invariant(source, 'a valid subscription has one root field, and somebody who streams it');
  const { subgraph, head, tail } = source;
  const request = {
    kind: 'subscription',
    body: `${head}${variablesOf(source, compiled.variables).join()}${tail}`,
  } as const;
  return {
    source: { subgraph, request, rows: access?.rows?.(subgraph.name) },
    open: (context) => around.subscribeSubgraph(subgraph, request, context),
    async answer(event, context) {
      const run = startRun(compiled, context);
      run.plain = event.plain === true;
      takeRoot(source, event, run, around);
      if (step) await execute(step, run, around);
      const written = writeAnswer(run, compiled.operation, operation, around.ownerOf);
      tellReads(context, compiled.operation, run.data, written);
      return resultOf(written);
    },
  };
}
