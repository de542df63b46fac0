import type { Log } from '../gateway/engine/log.ts';
import type { Reloaded } from '../gateway/reload.ts';

/** Says what came of it; the issues themselves are in the log of whoever reads the mesh. Never throws: the gateway goes on. */
export async function reloadGateway(reload: () => Promise<Reloaded>, log: Log): Promise<void> {
  try {
    const { issues, changed } = await reload();
    const isOutdated = !changed && issues.some(({ code }) => code === 'GRAPH_OUTDATED');
    log(outcome(changed, isOutdated), { level: isOutdated ? 'warn' : 'info' });
  } catch (error) {
    log(`the mesh could not be reloaded: ${error instanceof Error ? error.message : String(error)}`, {
      level: 'error',
    });
  }
}

function outcome(changed: boolean, isOutdated: boolean): string {
  if (changed) return 'the gateway answers from the changed mesh';
  return isOutdated ? 'the changed mesh does not compose: the graph from before answers' : 'the mesh has not changed';
}
