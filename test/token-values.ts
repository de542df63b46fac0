/** Values that nobody could take for anything else: every scalar of a random graph, and every value of an operation, is one. */
import { type DocumentNode, Kind, print, visit } from 'graphql';
import { derived, hash } from './fuzz/random.ts';

/** For `Model.scalarValue`. A Boolean tells nothing by itself. */
export function tokenValue(scalar: string, seed: number): unknown {
  switch (scalar) {
    case 'Boolean':
      return derived(seed, 30) % 2 === 0;
    case 'Int':
      return numberOf(seed);
    case 'Float':
      return numberOf(seed) + 0.5;
    case 'String':
    case 'ID':
      return textOf('zq', seed);
    default:
      return { [textOf('zq', derived(seed, 31))]: [textOf('zq', seed)] };
  }
}

/** Ten digits, as an Int has room for. */
const numberOf = (seed: number): number => 1_000_000_000 + (derived(seed, 32) % 1_000_000_000);

const textOf = (kind: 'zq' | 'xq', seed: number): string =>
  `${kind}${[33, 34].map((n) => derived(seed, n).toString(36).padStart(7, '0')).join('')}${kind}`;

const dataTokens = /zq[0-9a-z]{14}zq|(?<![0-9A-Za-z.])1\d{9}(?![0-9A-Za-z])/g;
const askedTokens = /xq[0-9a-z]{14}xq/g;

/** Those of data. What is a number may be another one, as a time. */
export const tokensIn = (text: string): Set<string> => new Set(text.match(dataTokens));
/** Those of operations: literals, and values of variables. */
export const askedTokensIn = (text: string): Set<string> => new Set(text.match(askedTokens));

export interface Asking {
  readonly source: string;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The same operation with a token for each text. */
export function withTokens({ document, variables }: Omit<Asking, 'source'>, seed: number): Asking {
  let count = 0;
  const token = (): string => textOf('xq', hash(seed, count++));
  const changed = visit(document, {
    // What is asked about the schema stays what it is.
    Field: ({ name }) => (name.value.startsWith('__') ? false : undefined),
    [Kind.STRING]: (node) => ({ ...node, block: false, value: token() }),
  });
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return token();
    if (Array.isArray(value)) return value.map(replaced);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each)]));
  };
  return { source: print(changed), document: changed, variables: replaced(variables) as Asking['variables'] };
}
