/** The package `weft`: everything that a domain's own code may use. There is no other door. */
export { decimal } from './arithmetic.ts';
export { pipeline } from './pipeline/pipeline.ts';
export type { RequestContext, Resolvers } from './resolvers.ts';
export { type ContextVerifierOptions, contextVerifier, type VerifyContext } from './verify-context.ts';
