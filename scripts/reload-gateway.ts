import type { Reloaded } from '../gateway/reload.ts';
import { say } from './terminal.ts';

/** Says what came of it; the issues themselves are in the gateway's log. Never throws: the gateway goes on. */
export async function reloadGateway(reload: () => Promise<Reloaded>): Promise<void> {
  try {
    say(outcome(await reload()));
  } catch (error) {
    say(`the mesh could not be reloaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function outcome({ issues, changed }: Reloaded): string {
  if (changed) return 'the gateway answers from the changed mesh';
  const isOutdated = issues.some(({ code }) => code === 'GRAPH_OUTDATED');
  return isOutdated ? 'the changed mesh does not compose: the graph from before answers' : 'the mesh has not changed';
}
