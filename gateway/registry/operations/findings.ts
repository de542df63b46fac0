import { isDeepStrictEqual } from 'node:util';
import { type GraphQLArgument, type GraphQLType, isNonNullType, print } from 'graphql';
import type { Finding } from './recorded-operation.ts';

/** What replaying an operation finds. Of several findings about a coordinate, the first counts. */
export interface Findings {
  readonly breaks: Map<string, Finding>;
  /** What the operation survives; those who send it may not have expected it. */
  readonly dangers: Map<string, Finding>;
}

export const noFindings = (): Findings => ({ breaks: new Map(), dangers: new Map() });

export function found(findings: Map<string, Finding>, coordinate: string, change: string): void {
  if (!findings.has(coordinate)) findings.set(coordinate, { coordinate, change });
}

export function foundRetyped({ breaks }: Findings, coordinate: string, from: GraphQLType, to: GraphQLType): void {
  if (breaks.has(coordinate)) return;
  const [before, after] = [String(from), String(to)];
  const change = before === after ? `is ${after} of another kind` : `changes from ${before} to ${after}`;
  breaks.set(coordinate, { coordinate, change, before, after });
}

/** An argument or an input field. */
export type Input = Pick<GraphQLArgument, 'type'> & Partial<Pick<GraphQLArgument, 'defaultValue' | 'astNode'>>;

/** Of an input that an operation leaves out, or may leave out. */
export function foundLeftOut(
  { breaks, dangers }: Findings,
  coordinate: string,
  was: Input | undefined,
  is: Input,
): void {
  if (isRequired(is)) {
    if (!was || !isRequired(was)) found(breaks, coordinate, `is required now (${is.type})`);
    return;
  }
  // A default of null is what there is without one.
  const [before, after] = [was?.defaultValue ?? null, is.defaultValue ?? null];
  if (!was || before === null || before === after || isDeepStrictEqual(before, after)) return;
  if (after === null) found(breaks, coordinate, `loses its default ${printed(was)}`);
  else found(dangers, coordinate, `has another default: ${printed(is)} instead of ${printed(was)}`);
}

/** As `isRequiredArgument` and `isRequiredInputField` of graphql-js. */
const isRequired = ({ type, defaultValue }: Input): boolean => isNonNullType(type) && defaultValue === undefined;

/** As it stands in the schema: what a custom scalar holds has no other text. */
function printed({ defaultValue, astNode }: Input): string {
  return astNode?.defaultValue ? print(astNode.defaultValue) : JSON.stringify(defaultValue);
}
