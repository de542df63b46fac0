import { isError, printIssue } from '../subgraphs/kit/errors/issue.ts';
import type { Log } from './engine/log.ts';
import { readMesh } from './registry/mesh.ts';
import { publicationOf } from './registry/publication.ts';
import type { PublishResult } from './registry/publishing.ts';
import type { RemoteRegistry } from './registry/start-registry.ts';

/**
 * Publishes what the files of a mesh say and the registry does not know yet: for a mesh on one machine, whose developers
 * have changed them since. What is refused stays as it was published last, and the log says why.
 */
export async function publishFiles(registry: RemoteRegistry, file: string, log: Log): Promise<void> {
  const { mesh } = await readMesh(file);
  let waiting = mesh.subgraphs.map(publicationOf);
  // One domain may need what another one brings: as long as any gets further, the others are tried again.
  for (let before = -1; waiting.length > 0 && waiting.length !== before; ) {
    before = waiting.length;
    const refused: PublishResult[] = [];
    for (const publication of waiting) {
      const result = await registry.publish(publication, { actor: file });
      if (result.outcome === 'REFUSED') refused.push(result);
      if (result.outcome === 'PUBLISHED') log(`${publication.name} is published as its files say it`);
    }
    waiting = waiting.filter(({ name }) => refused.some(({ domain }) => domain === name));
    if (waiting.length === before) for (const each of refused) tell(each, log);
  }
}

function tell({ domain, steps }: PublishResult, log: Log): void {
  log(`${domain} answers as it was published last: what its files say now is refused.`, { level: 'warn' });
  for (const found of steps.flatMap(({ issues }) => issues).filter(isError)) log(printIssue(found), { level: 'warn' });
}
