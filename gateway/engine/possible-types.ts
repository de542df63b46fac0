/** The object types that an interface or union may be at run time, by its name, in all of the graph. */
export type PossibleTypes = ReadonlyMap<string, ReadonlySet<string>>;

/** Whether an object of the type is what the name says: an object type, an interface or a union. */
export function isOf(type: unknown, name: string, possibleTypes: PossibleTypes): boolean {
  return type === name || (possibleTypes.get(name)?.has(type as string) ?? false);
}

/** An interface stands for its object types, and for itself where a subgraph has it as an object (`@interfaceObject`). */
export function typesOf(name: string, possibleTypes: PossibleTypes): readonly string[] {
  return [name, ...(possibleTypes.get(name) ?? [])];
}
