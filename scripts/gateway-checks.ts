/** What `weft doctor` asks the gateway and its registry. */
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { type Finding, failure } from './local-checks.ts';
import { printable } from './printable.ts';
import { type AuditVerdict, verdictOperation } from './registry-answers.ts';
import { askRegistry, type RegistryDoor } from './registry-client.ts';

const patienceMs = 10_000;

/** What cannot be looked at, because something before it failed, is not listed: the failure is. */
export async function checkGateway(door: RegistryDoor): Promise<Finding[]> {
  const url = new URL('/health', door.gateway);
  const graph = await graphAt(url);
  if (graph === undefined) {
    const help = 'Start one with `weft up` or `weft gateway`, or name another with --gateway or WEFT_GATEWAY.';
    return [{ about: 'gateway', outcome: 'fail', message: `No gateway of Weft answers at ${url}.`, help }];
  }
  const registry = await checkRegistry(door);
  const isThere = registry.every(({ about, outcome }) => about !== 'registry' || outcome === 'ok');
  return [healthOf(url, graph), ...registry, ...(isThere ? [await checkAudit(door)] : [])];
}

/** As http/health.ts says it; undefined where something else answers, or nothing. */
async function graphAt(url: URL): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
    const health: unknown = await response.json();
    const hasGraph = typeof health === 'object' && health !== null && 'graph' in health;
    return hasGraph && typeof health.graph === 'string' ? health.graph : undefined;
  } catch {
    return undefined;
  }
}

function healthOf({ origin }: URL, graph: string): Finding {
  const about = 'gateway';
  if (graph === 'composed') return { about, outcome: 'ok', message: `${origin} answers from its graph` };
  const help = "Read the gateway's log, or run `weft lint` in the mesh's folder.";
  if (graph === 'outdated') {
    const message = `${origin} answers from an earlier graph: the mesh has changed in a way that does not compose.`;
    return { about, outcome: 'warn', message, help };
  }
  return { about, outcome: 'fail', message: `${origin} has no graph to answer from; /catalog still answers.`, help };
}

/** The registry and the token: that one is wrong shows where the other is asked. */
async function checkRegistry(door: RegistryDoor): Promise<Finding[]> {
  try {
    const { graphVersion } = await askRegistry<{ graphVersion: { id: number } | null }>(
      door,
      '{ graphVersion { id } }',
    );
    const message = graphVersion ? `version ${graphVersion.id} of the graph is current` : 'there, and empty';
    const taken = door.token ? 'taken by the registry' : 'none given, and none needed to read';
    return [
      { about: 'registry', outcome: 'ok', message },
      { about: 'token', outcome: 'ok', message: taken },
    ];
  } catch (error) {
    const code = error instanceof WeftError ? error.code : undefined;
    if (code === 'REGISTRY_ABSENT') return [failure('registry', error, 'warn')];
    if (code === 'TOKEN_MISSING' || code === 'TOKEN_NOT_ENOUGH') return [failure('token', error)];
    return [failure('registry', error)];
  }
}

async function checkAudit(door: RegistryDoor): Promise<Finding> {
  const about = 'audit log';
  try {
    const { auditVerdict } = await askRegistry<{ auditVerdict: AuditVerdict }>(door, verdictOperation);
    const { entries, head, brokenAt } = printable(auditVerdict);
    if (brokenAt === null) {
      return {
        about,
        outcome: 'ok',
        message: `${entries.toLocaleString('en')} entries are as they were written (${head})`,
      };
    }
    const help = '`weft explain AUDIT_BROKEN` says what to do.';
    return { about, outcome: 'fail', message: `Entry ${brokenAt} is not as it was written.`, help };
  } catch (error) {
    const mayNot = error instanceof WeftError && /^TOKEN_/.test(error.code);
    if (!mayNot) return failure(about, error);
    const help = 'Whoever runs the registry has a token with the action admin, and can look.';
    return { about, outcome: 'warn', message: 'not looked at: that takes a token with the action admin', help };
  }
}
