/** What a request without an answer means: to the consumer, and for the circuit breaker. */
import type { Code } from '../../subgraphs/kit/errors/codes.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Outcome } from './circuit-breaker.ts';
import type { HttpFailure, HttpFailureKind } from './http-failure.ts';

/** What the time of a fetch was bounded by: the subgraph's own limit, or what was left of the consumer's request. */
export type Bound = { readonly by: 'subgraph'; readonly timeoutMs: number } | { readonly by: 'request' };

export function weftErrorOf(subgraph: string, failure: HttpFailure, bound: Bound): WeftError {
  const [code, message] = explain(`Subgraph \`${subgraph}\``, failure.kind, bound);
  return new WeftError(code, message, { cause: failure });
}

function explain(subgraph: string, kind: HttpFailureKind, bound: Bound): [Code, string] {
  switch (kind) {
    case 'gone':
      return ['REQUEST_ABORTED', `${subgraph} had not answered when the consumer left.`];
    case 'due':
      return bound.by === 'subgraph'
        ? ['SUBGRAPH_TIMEOUT', `${subgraph} did not answer within ${bound.timeoutMs / 1000} s.`]
        : ['REQUEST_TIMEOUT', `${subgraph} did not answer in the time that was left for the request.`];
    case 'unreachable':
      return ['SUBGRAPH_UNREACHABLE', `${subgraph} cannot be reached.`];
    case 'forbidden':
      return ['SUBGRAPH_ADDRESS_REFUSED', `${subgraph} has an address that nothing is sent to.`];
    case 'broken':
      return ['SUBGRAPH_BAD_RESPONSE', `${subgraph} broke off its answer.`];
    case 'unreadable':
      return ['SUBGRAPH_BAD_RESPONSE', `${subgraph} answered in a way that cannot be read.`];
    case 'too large':
      return ['SUBGRAPH_BAD_RESPONSE', `${subgraph} answered with more than can be passed on.`];
  }
}

/**
 * A consumer who leaves, who asks for too much or who comes with too little time must not close a subgraph to the others.
 * Where nothing was sent, nothing is known of the subgraph; and the reason is to be read each time.
 * @param hadTime whether the subgraph had at least half of its own limit.
 */
export function outcomeOf({ kind }: HttpFailure, hadTime: boolean): Outcome {
  if (kind === 'gone' || kind === 'too large' || kind === 'forbidden') return 'neither';
  return kind === 'due' && !hadTime ? 'neither' : 'failed';
}
