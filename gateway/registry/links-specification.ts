import { parse } from 'graphql';
import { linkedSpecifications } from '../engine/linked-specifications.ts';

/** Whether a subgraph says that it keeps to a specification: what somebody else calls so is nothing. */
export function linksSpecification(sdl: string, identity: string): boolean {
  try {
    return linkedSpecifications(parse(sdl, { noLocation: true })).some((each) => each.identity === identity);
  } catch {
    return false;
  }
}
