/**
 * Equal queries that are under way at the same time, answered once. Who comes later gets what the first gets, the first
 * one's deadline included: an answer that is late for nobody.
 */
import type { Operation, RequestContext } from './engine.ts';
import { equalHeaders } from './equal-headers.ts';
import type { CompiledOperation } from './operation/compile.ts';

export interface SharedAnswers<Answer> {
  /**
   * @param compiled stands for the text of the operation, the values of its conditions, and who resolves what.
   * @param run answers; its context is aborted when nobody waits any more, not when the first one leaves.
   */
  share(
    compiled: CompiledOperation,
    operation: Pick<Operation, 'variables' | 'context'>,
    run: (context: RequestContext) => Promise<Answer>,
  ): Promise<Answer>;
}

interface UnderWay<Answer> {
  readonly answer: Promise<Answer>;
  readonly waiting: Set<RequestContext>;
  /** What those who come later have not been told yet. */
  readonly headers: Readonly<Record<string, string>>[];
  readonly gone: AbortController;
}

export function createSharedAnswers<Answer>(): SharedAnswers<Answer> {
  const operations = new WeakMap<CompiledOperation, Map<string, UnderWay<Answer>>>();
  return {
    async share(compiled, { variables, context }, run) {
      const underWay = operations.get(compiled) ?? new Map<string, UnderWay<Answer>>();
      operations.set(compiled, underWay);
      // Nothing else of who asks reaches a subgraph.
      const key = `${equalHeaders(context.headers)}\n${JSON.stringify(variables)}`;
      const shared = underWay.get(key) ?? begin(context, run);
      underWay.set(key, shared);
      const forget = (): void => {
        if (underWay.get(key) === shared) underWay.delete(key);
      };
      const leave = (): void => {
        shared.waiting.delete(context);
        if (shared.waiting.size > 0) return;
        forget();
        shared.gone.abort();
      };
      shared.waiting.add(context);
      for (const headers of shared.headers) context.onHeaders?.(headers);
      context.signal?.addEventListener('abort', leave, { once: true });
      try {
        return await shared.answer;
      } finally {
        context.signal?.removeEventListener('abort', leave);
        forget();
      }
    },
  };
}

function begin<Answer>(context: RequestContext, run: (context: RequestContext) => Promise<Answer>): UnderWay<Answer> {
  const gone = new AbortController();
  const waiting = new Set<RequestContext>();
  const headers: UnderWay<Answer>['headers'] = [];
  const onHeaders = (came: Readonly<Record<string, string>>): void => {
    headers.push(came);
    for (const each of waiting) each.onHeaders?.(came);
  };
  return { answer: run({ ...context, signal: gone.signal, onHeaders }), waiting, headers, gone };
}
