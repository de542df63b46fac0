import { parse, print } from 'graphql';
import type { QueryPlan } from '../engine/plan.ts';
import { optimisePlan } from '../engine/plan-optimiser.ts';
import type { GraphFacts } from '../engine/planner.ts';
import { conflictingFields } from './conflicting-fields.ts';
import { entityKeys } from './entity-keys.ts';
import { fieldSets } from './field-sets.ts';
import { plainPlans } from './plain-plan.ts';
import { planCheck } from './plan-check.ts';
import type { OpenLibrary, PlannerLibrary } from './planner-library.ts';
import { withoutProvidedKeys } from './provided-keys.ts';
import { requiredArguments } from './required-arguments.ts';
import { withoutSpareKeys } from './spare-keys.ts';
import { subgraphSchemas } from './subgraph-schemas.ts';
import { supergraphFacts } from './supergraph-facts.ts';

/** All that happens in the planner's process, from the supergraph to optimised plans. */
export interface Planning extends PlannerLibrary {
  readonly facts: GraphFacts;
}

export interface PlanningOptions {
  readonly library?: 'hive' | 'apollo';
  /** The library plans plain operations, too. */
  readonly searchesAlways?: boolean;
}

/** @throws Error with the reason why the supergraph is refused, or the library cannot be loaded. */
export async function openPlanning(
  sdl: string,
  { library = 'hive', searchesAlways = false }: PlanningOptions = {},
): Promise<Planning> {
  const open = await openLibrary(library);
  const document = parse(sdl, { noLocation: true });
  const facts = supergraphFacts(document);
  const sets = fieldSets(document, facts.possibleTypes);
  const schemas = subgraphSchemas(document, sets, facts.possibleTypes);
  const checked = planCheck(document, schemas, facts.possibleTypes);
  const withArguments = requiredArguments(document, facts.possibleTypes);
  const keptApart = conflictingFields(document, schemas);
  const planned = withoutSpareKeys(withoutProvidedKeys(document, sets, facts.possibleTypes), sets);
  const plain = searchesAlways ? () => undefined : plainPlans(planned, schemas);
  const { plan, interruptible } = open({ sdl: planned === document ? sdl : print(planned), document: planned });
  return {
    // Keys that are not sent cannot be asked back.
    facts: { ...facts, keys: entityKeys(planned) },
    interruptible,
    async plan(operation, overrides, signal) {
      const sound = (made: QueryPlan): QueryPlan => optimisePlan(keptApart(checked(operation, made)));
      return soundOne(plain(operation), sound) ?? sound(withArguments(await plan(operation, overrides, signal)));
    },
  };
}

/** An operation whose plan is not sound was not plain. */
function soundOne(made: QueryPlan | undefined, sound: (made: QueryPlan) => QueryPlan): QueryPlan | undefined {
  try {
    return made && sound(made);
  } catch {
    return undefined;
  }
}

async function openLibrary(library: 'hive' | 'apollo'): Promise<OpenLibrary> {
  return library === 'hive' ? (await import('./hive.ts')).openHive : (await import('./apollo.ts')).openApollo;
}
