import { apolloCodes, codes } from '../../subgraphs/kit/errors/codes.ts';

/** Subgraphs may choose codes of their own: what is no row of the table is `other`, since it could be anything. */
export function knownCode(code: unknown): string {
  return typeof code === 'string' && (Object.hasOwn(codes, code) || Object.hasOwn(apolloCodes, code)) ? code : 'other';
}
