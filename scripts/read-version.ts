import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { askRegistry, type RegistryDoor } from './registry-client.ts';

/** @param id the current one where absent. @throws WeftError VERSION_UNKNOWN, NOTHING_PUBLISHED */
export async function readVersion<Version>(
  door: RegistryDoor,
  id: number | undefined,
  selection: string,
): Promise<Version> {
  const operation = `query ($id: Int) { graphVersion(id: $id) { ${selection} } }`;
  const { graphVersion } = await askRegistry<{ graphVersion: Version | null }>(door, operation, { id });
  if (graphVersion) return graphVersion;
  if (id === undefined) throw new WeftError('NOTHING_PUBLISHED', 'Nothing has been published yet.');
  throw new WeftError('VERSION_UNKNOWN', `The graph has no version ${id}.`);
}
