/** What somebody is told who may not read a field: whose it is, what is missing, and how to ask. */
import type { ProtectedField } from './protected-fields.ts';

export interface Denial {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/**
 * @param purpose that the mesh knows
 * @param forbids ids of policies that forbid it; where there are none, nothing allows it
 */
export function denialOf(
  { coordinate, product, team }: Pick<ProtectedField, 'coordinate' | 'product' | 'team'>,
  purpose: string | undefined,
  forbids: readonly string[],
): Denial {
  const command = product === undefined ? undefined : requestCommand(product, purpose);
  const message = [
    product === undefined
      ? `${coordinate} belongs to no data product.`
      : `${coordinate} belongs to the data product ${product}.`,
    `${team ?? 'Whoever runs the mesh'} decides who may read it.`,
    reason(purpose, forbids),
    ...(command === undefined ? [] : [`Ask for access with \`${command}\`.`]),
  ].join(' ');
  const extensions = {
    code: 'ACCESS_DENIED',
    coordinate,
    policies: forbids,
    ...(product !== undefined && { product }),
    ...(team !== undefined && { team }),
    ...(command !== undefined && { command }),
  };
  return { message, extensions };
}

/** The one place that knows how access is asked for. */
export const requestCommand = (product: string, purpose = '<purpose>'): string =>
  `weft access request ${asWord(product)} --purpose ${purpose}`;

/** An id is whatever its contract says; in a command that somebody copies it is one word. */
const asWord = (text: string): string => (/^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function reason(purpose: string | undefined, forbids: readonly string[]): string {
  const [first, ...rest] = forbids;
  if (first !== undefined) return `Forbidden by the ${rest.length > 0 ? 'policies' : 'policy'} ${forbids.join(', ')}.`;
  if (purpose === undefined) return 'No policy allows it without a purpose, and none that the mesh knows was stated.';
  return `No policy allows it for the purpose ${purpose}.`;
}
