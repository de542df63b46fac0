import { chooseDomains, type LocalDomain, type MeshFolder } from './mesh-folder.ts';

/** A domain, or one object of it. */
export interface Target {
  readonly domain: LocalDomain;
  readonly object: string | undefined;
}

/** `domain` or `domain.object`: a domain's name has no dot, an object's may. @throws WeftError DOMAIN_UNKNOWN */
export function readTarget(mesh: MeshFolder, text: string): Target[] {
  const dot = text.indexOf('.');
  const [name, object] = dot === -1 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
  return chooseDomains(mesh, [name]).map((domain) => ({ domain, object }));
}
