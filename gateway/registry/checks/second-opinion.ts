import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { opinionOn } from '../read-graph.ts';
import type { SecondOpinion } from '../second-opinion.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** Warnings only: who is right, people have to find out. What the two disagreed about before is not this publisher's doing. */
export async function checkSecondOpinion(
  { name, before, publications, supergraphSdl: current }: Candidate,
  standards: Standards,
  { supergraphSdl = '' }: FoundOut,
): Promise<Issue[]> {
  try {
    const opinion = await opinionOn(publications, supergraphSdl, standards);
    if (opinion.kind === 'agrees' || opinion.kind === 'none' || current === undefined) return disputes(opinion);
    const others = publications.filter((each) => each.name !== name);
    const then = await opinionOn(before ? [...others, before] : others, current, standards);
    return disputes(opinion, then);
  } catch (error) {
    return [disputed(`The process in which another composer checks the graph ${(error as Error).message}.`)];
  }
}

function disputes(now: SecondOpinion, then?: SecondOpinion): Issue[] {
  if (now.kind === 'refuses') {
    const reasons = now.reasons.filter((each) => then?.kind !== 'refuses' || !then.reasons.includes(each));
    return reasons.length > 0 ? [disputed(`Another composer refuses these subgraphs: ${some(reasons, 1)}.`)] : [];
  }
  if (now.kind !== 'differs') return [];
  const coordinates = now.coordinates.filter((each) => then?.kind !== 'differs' || !then.coordinates.includes(each));
  const message = `Another composer makes something else of ${some(coordinates, 10)}.`;
  return coordinates.length > 0 ? [disputed(message, coordinates[0])] : [];
}

const some = (all: readonly string[], most: number): string =>
  [all.slice(0, most).join(', '), ...(all.length > most ? [`${all.length - most} more`] : [])].join(' and ');

const disputed = (message: string, coordinate?: string): Issue =>
  issue('COMPOSITION_DISPUTED', message, { severity: 'warning', coordinate });
