import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

/** @param why a whole sentence, that repeats nothing of the token. Its cause is not kept either: it holds the claims. */
export const tokenRefused = (why: string): WeftError => new WeftError('TOKEN_INVALID', why);
