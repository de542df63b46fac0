/** Looks at an operation's text before anything expensive does: before validation, before planning. */
import { type DocumentNode, parse } from 'graphql';
import type { DemandLimits } from '../engine/demand/limits.ts';
import { shapeFault } from '../engine/demand/shape-fault.ts';
import { conditionalStream } from './streams/unconditional-streams.ts';

/** Texts of operations that were let in before; together at most some 4 MB. */
const mostRemembered = 1_000;
const longestRemembered = 4_096;

/** @throws GraphQLError OPERATION_TOO_…, the first that applies, or GRAPHQL_VALIDATION_FAILED. */
export function createAdmission(limits: DemandLimits): (source: string) => void {
  const admitted = new Set<string>();
  return (source) => {
    if (admitted.has(source)) return;
    const document = parsed(source, limits.tokens);
    if (!document) return;
    const fault = shapeFault(document, limits) ?? conditionalStream(document);
    if (fault) throw fault;
    if (source.length > longestRemembered) return;
    if (admitted.size >= mostRemembered) admitted.clear();
    admitted.add(source);
  };
}

/** Apollo Server, which parses next, says what is wrong with a text that cannot be parsed. */
function parsed(source: string, maxTokens: number): DocumentNode | undefined {
  try {
    return parse(source, { maxTokens, noLocation: true });
  } catch {
    return undefined;
  }
}
