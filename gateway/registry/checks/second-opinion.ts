import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { opinionOn } from '../read-graph.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** Warnings only: who is right, people have to find out. */
export async function checkSecondOpinion(
  { publications }: Candidate,
  standards: Standards,
  { supergraphSdl = '', changes = [] }: FoundOut,
): Promise<Issue[]> {
  const opinion = await opinionOn(publications, supergraphSdl, standards).catch((error: Error) => error);
  if (opinion instanceof Error) {
    return [disputed(`The process in which another composer checks the graph ${opinion.message}.`)];
  }
  switch (opinion.kind) {
    case 'refuses':
      return [disputed(`Another composer refuses these subgraphs: ${some(opinion.reasons, 1)}.`)];
    case 'differs': {
      // What it makes of the rest has been said to who published that.
      const changed = new Set(changes.map(({ coordinate }) => coordinate));
      const differing = opinion.coordinates.filter((coordinate) => changed.has(coordinate));
      const message = `Another composer makes something else of ${some(differing, 10)}.`;
      return differing.length > 0 ? [disputed(message, differing[0])] : [];
    }
    default:
      return [];
  }
}

const some = (all: readonly string[], most: number): string =>
  [all.slice(0, most).join(', '), ...(all.length > most ? [`${all.length - most} more`] : [])].join(' and ');

const disputed = (message: string, coordinate?: string): Issue =>
  issue('COMPOSITION_DISPUTED', message, { severity: 'warning', coordinate });
