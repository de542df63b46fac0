import type { Place } from '../errors/issue.ts';
import type { ContractObject } from './model.ts';

/** Names in a contract are anyone's text: as identifiers they are always quoted. SQLite has no other way out of quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Objects and properties that cannot be tables and columns under their names: Weft and SQLite keep tables of their own,
 * and SQL does not tell upper from lower case.
 */
export function namesTaken(objects: readonly ContractObject[]): { readonly message: string; readonly place: Place }[] {
  const own = objects.filter(({ name }) => /^(?:weft|sqlite)_/i.test(name));
  const lists = [objects, ...objects.map(({ properties }) => properties)];
  const again = lists.flatMap((named) => {
    const names = named.map(({ name }) => name.toLowerCase());
    return named.filter(({ name }, at) => names.indexOf(name.toLowerCase()) !== at);
  });
  return [
    ...own.map(({ name, place }) => ({ message: `The name ${name} begins as tables of the store itself do.`, place })),
    ...again.map(({ name, place }) => ({ message: `The name ${name} is there twice, but for its case.`, place })),
  ];
}
