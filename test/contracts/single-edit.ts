/** One value of a valid document, replaced, taken out or repeated; and where a difference has to say so. */
import * as fc from 'fast-check';

type Json = any;
type Path = (string | number)[];

export interface Edit {
  readonly document: Json;
  readonly path: Path;
  readonly how: 'replace' | 'remove' | 'repeat';
  /** Keys on the way, without positions: `schema.properties.description`. */
  readonly keys: readonly string[];
}

/** What makes a document another one, or is told otherwise than as a difference. */
const exempt = /^(?:apiVersion|kind|version)$/;

export function edited(documents: readonly Json[]): fc.Arbitrary<{ before: Json; edit: Edit }> {
  return fc.constantFrom(...documents).chain((before) =>
    fc
      .record({
        path: fc.constantFrom(
          ...pathsOf(before).filter(([first, ...rest]) => rest.length > 0 || !exempt.test(`${first}`)),
        ),
        how: fc.constantFrom<Edit['how']>('replace', 'remove', 'repeat'),
        text: fc.constantFrom('changed', 'other', 'a_b'),
        number: fc.integer({ min: 2, max: 9 }),
      })
      .map(({ path, how, text, number }) => {
        const document = structuredClone(before);
        const parent = path.slice(0, -1).reduce((node, key) => node[key], document);
        const key = path.at(-1) as string;
        const value = parent[key];
        if (how === 'repeat' && Array.isArray(parent)) parent.push(structuredClone(value));
        else if (how === 'remove' && Array.isArray(parent)) parent.splice(Number(key), 1);
        else if (how === 'remove') delete parent[key];
        else if (typeof value === 'boolean') parent[key] = !value;
        else if (typeof value === 'number') parent[key] = value + number;
        else if (typeof value === 'string') parent[key] = `${value}${text}`;
        const keys = path.filter((each) => typeof each === 'string') as string[];
        return { before, edit: { document, path, how, keys } };
      }),
  );
}

function pathsOf(node: Json, prefix: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.keys(node).flatMap((key) => {
    const path = [...prefix, Array.isArray(node) ? Number(key) : key];
    return [path, ...pathsOf(node[key], path)];
  });
}
