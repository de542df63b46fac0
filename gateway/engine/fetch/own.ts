/**
 * Data come from JSON.parse, so objects inherit `valueOf`, `constructor` and the like. A field may be called so, and a
 * value that a subgraph did not send must not be read from there.
 */
export function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isInherited(key: string): boolean {
  return key in Object.prototype;
}
