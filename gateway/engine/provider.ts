/** Which subgraph a plan asks for what is at a place of the engine's data: asked only when something is wrong there. */
import type { Selection } from './fetch/selection.ts';
import type { PlanPath } from './plan.ts';
import { keysOf } from './plan-paths.ts';
import type { Step } from './program.ts';

/** @param sources keys from the root of the data, without list indexes. */
export function subgraphOf(step: Step | undefined, sources: readonly string[]): string | undefined {
  if (!step) return undefined;
  if (step.kind !== 'Fetch') return step.steps.map((each) => subgraphOf(each, sources)).find(Boolean);
  const { entities, selection, subgraph } = step;
  const asked = entities
    ? entities.some((each) => each.paths.some((path) => asksBelow(each.selection, path, sources)))
    : asks(selection, sources);
  return asked ? subgraph.name : undefined;
}

function asksBelow(selection: Selection, path: PlanPath, sources: readonly string[]): boolean {
  const keys = keysOf(path);
  return keys.every((key, at) => key === sources[at]) && asks(selection, sources.slice(keys.length));
}

function asks({ fields }: Selection, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined || !fields.has(first)) return false;
  const below = fields.get(first);
  return rest.length === 0 || (below !== undefined && asks(below, rest));
}
