/** The engines that are held against the monolith. */
import { createApolloEngine } from '../../gateway/engine/apollo.ts';
import type { CreateEngine } from '../../gateway/engine/engine.ts';
import type { CreatePlanner, Planner } from '../../gateway/engine/planner.ts';
import { createWeftEngine } from '../../gateway/engine/weft.ts';
import { compiledWorkings, interpretedWorkings } from '../../gateway/engine/workings.ts';
import { createPlanner } from '../../gateway/planner/planner.ts';

export interface EngineUnderTest {
  readonly name: string;
  readonly create: CreateEngine;
  /** Of an engine that is not ours, differences are listed; they break nothing. */
  readonly isOurs: boolean;
}

/** Two cores shared with everything else: a plan that is late is not what is looked for here. */
const planner = shared(createPlanner({ deadlineMs: 5_000 }));

export const engines: readonly EngineUnderTest[] = [
  { name: 'weft', create: createWeftEngine({ createPlanner: planner, workings: compiledWorkings }), isOurs: true },
  {
    name: 'weft-interpreted',
    create: createWeftEngine({ createPlanner: planner, workings: interpretedWorkings }),
    isOurs: true,
  },
  { name: 'apollo', create: createApolloEngine, isOurs: false },
];

/** Variants over one graph have one planner, which plans an operation once: its process takes longer to start than to plan. */
function shared(create: CreatePlanner): CreatePlanner {
  const all = new Map<string, { readonly planner: Promise<Planner>; users: number }>();
  return async (supergraphSdl) => {
    const entry = all.get(supergraphSdl) ?? { planner: create(supergraphSdl).then(remembering), users: 0 };
    all.set(supergraphSdl, entry);
    entry.users++;
    const own = await entry.planner;
    const close = async (): Promise<void> => {
      entry.users--;
      if (entry.users > 0) return;
      all.delete(supergraphSdl);
      await own.close();
    };
    return { ...own, close };
  };
}

function remembering(planner: Planner): Planner {
  const plans = new Map<string, ReturnType<Planner['plan']>>();
  const plan: Planner['plan'] = (operation, overrides) => {
    const made = plans.get(operation) ?? planner.plan(operation, overrides);
    plans.set(operation, made);
    return made;
  };
  return { ...planner, plan };
}
