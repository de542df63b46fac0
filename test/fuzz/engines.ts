/** The engines that are held against the monolith. */
import { createApolloEngine } from '../../gateway/engine/apollo.ts';
import type { CreateEngine } from '../../gateway/engine/engine.ts';
import { createWeftEngine } from '../../gateway/engine/weft.ts';
import { compiledWorkings, interpretedWorkings } from '../../gateway/engine/workings.ts';
import { createPlanner } from '../../gateway/planner/planner.ts';

export interface EngineUnderTest {
  readonly name: string;
  readonly create: CreateEngine;
  /** Of an engine that is not ours, differences are listed; they break nothing. */
  readonly isOurs: boolean;
}

// Two cores shared with everything else: a plan that is late is not what is looked for here.
const planner = createPlanner({ deadlineMs: 10_000 });

export const engines: readonly EngineUnderTest[] = [
  { name: 'weft', create: createWeftEngine({ createPlanner: planner, workings: compiledWorkings }), isOurs: true },
  {
    name: 'weft-interpreted',
    create: createWeftEngine({ createPlanner: planner, workings: interpretedWorkings }),
    isOurs: true,
  },
  { name: 'apollo', create: createApolloEngine, isOurs: false },
];
