/** Values of scalars, unpleasant ones among them. */
import { derived } from './random.ts';

export function scalarValue(name: string, seed: number): unknown {
  const choice = derived(seed, 10);
  switch (name) {
    case 'Int':
      return choice % 1000;
    case 'Float':
      return (choice % 10_000) / 8;
    case 'Boolean':
      return choice % 2 === 0;
    case 'ID':
      return choice % 3 === 0 ? `${choice % 100}` : `id-${choice % 1000}`;
    case 'String':
      return choice % 3 === 0 ? texts[derived(seed, 11) % texts.length] : `text ${choice % 1000}`;
    default:
      return documents[choice % documents.length];
  }
}

const texts = [
  '',
  '"',
  '\\',
  'a\nb',
  '\u2028',
  'é',
  '😀',
  '\ud800',
  '</script>',
  'null',
  '__proto__',
  '\u0000',
] as const;

/** Of the custom scalar: what looks like an entity, a list or an error here is data, and passes as it is. */
const documents = [
  { a: 1, b: [1, { c: null }] },
  { __typename: 'Query', id: 'x' },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'),
  [],
  {},
  [[1], [null]],
  { data: null, errors: [{ message: 'no error' }] },
  'text',
  0.5,
  false,
  JSON.parse('{"toJSON":1,"then":2,"length":3}'),
  '\\u0041',
] as const;

const documentTexts = new Set<string>(documents.map((each) => JSON.stringify(each)));

/** Whether this may be a value of the custom scalar, of which nobody can tell whether it is right. */
export const isDocument = (value: unknown): boolean => documentTexts.has(JSON.stringify(value));
