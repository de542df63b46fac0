import type { TypeDefinitionNode } from 'graphql';
import { hasFields } from '../engine/type-definitions.ts';
import type { SupergraphTypes } from './supergraph-types.ts';

/**
 * The types that two supergraphs define with the same words that mean the same: a publish changes a few of thousands. Where
 * an interface differs, so do its objects, which may have fields from it (`@interfaceObject`).
 */
export function alikeIn(before: SupergraphTypes | undefined, after: SupergraphTypes): (type: string) => boolean {
  if (!before || JSON.stringify(before.schema) !== JSON.stringify(after.schema)) return () => false;
  const isRenamed = [...after.subgraphs].some(([graph, name]) => (before.subgraphs.get(graph) ?? name) !== name);
  if (isRenamed) return () => false;
  const known = new Map<string, boolean>();
  return isAlike;

  function isAlike(type: string): boolean {
    const found = known.get(type);
    if (found !== undefined) return found;
    known.set(type, false); // Interfaces that implement each other do not compose.
    const [was, now] = [before?.typeNamed(type), after.typeNamed(type)];
    const alike = was !== undefined && now !== undefined && JSON.stringify(was) === JSON.stringify(now);
    const isSame = alike && interfacesOf(now).every(isAlike);
    known.set(type, isSame);
    return isSame;
  }
}

const interfacesOf = (type: TypeDefinitionNode): string[] =>
  hasFields(type) ? (type.interfaces ?? []).map(({ name }) => name.value) : [];
