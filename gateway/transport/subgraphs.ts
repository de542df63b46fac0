/**
 * How the engine asks subgraphs over HTTP. What it throws, a consumer may read.
 *
 *   fetchSubgraph → equal fetches shared, if that is on → asked twice at most → attempt.ts → errors fit for consumers
 */
import type { FetchSubgraph, RequestContext, SubgraphRequest } from '../engine/engine.ts';
import { equalHeaders } from '../engine/equal-headers.ts';
import type { Log } from '../engine/log.ts';
import { createAskTwice } from './ask-twice.ts';
import { type Answered, type Call, createAttempts, type SubgraphCondition } from './attempt.ts';
import { type Clock, realClock } from './clock.ts';
import { type Bound, weftErrorOf } from './failed-request.ts';
import type { HttpClient } from './http-client.ts';
import { HttpFailure } from './http-failure.ts';
import { headersBack } from './passed-headers.ts';
import { minimumGroupsFor, rowsFor, type SignRequest, unsigned } from './request-signer.ts';
import { createSharedFetches } from './shared-fetches.ts';

export interface SubgraphFetchOptions {
  readonly http: HttpClient;
  /** How long one subgraph may take, a second attempt included. */
  readonly timeoutMs: number;
  /** Equal queries with equal headers that are under way at the same time are fetched once. */
  readonly shareEqual?: boolean;
  /** Headers of subgraphs that consumers may see, in lower case. */
  readonly responseHeaders?: readonly string[];
  readonly log: Log;
  /** Whether the log may quote subgraphs; it does where absent. */
  readonly quotes?: boolean;
  /** Requests are not signed, where absent. */
  readonly sign?: SignRequest;
  readonly clock?: Clock;
}

export interface SubgraphConditions {
  /** Undefined for a subgraph that was never asked over HTTP. */
  conditionOf(subgraph: string): SubgraphCondition | undefined;
}

const byRequest: Bound = { by: 'request' };

export function createSubgraphFetch(options: SubgraphFetchOptions): FetchSubgraph & SubgraphConditions {
  const { http, timeoutMs, shareEqual = false, responseHeaders = [], log, quotes = true, clock = realClock } = options;
  const { sign = unsigned } = options;
  const { attempt, conditionOf } = createAttempts({ http, timeoutMs, log, quotes, sign, clock });
  const askTwice = createAskTwice(attempt, clock);
  const shared = createSharedFetches<Answered>(clock);
  const bySubgraph: Bound = { by: 'subgraph', timeoutMs };

  const fetchSubgraph: FetchSubgraph = async (subgraph, request, context) => {
    const call = callOf(subgraph, request, context);
    const { answer, response } = await (shareEqual && request.kind === 'query' ? askShared(call) : askTwice(call));
    if (responseHeaders.length > 0) context.onHeaders?.(headersBack(answer.headers, responseHeaders));
    return response;
  };
  return Object.assign(fetchSubgraph, { conditionOf });

  function callOf(subgraph: Call['subgraph'], request: SubgraphRequest, context: RequestContext): Call {
    const { deadline = Number.POSITIVE_INFINITY, signal, headers, requestId } = context;
    const due = clock.now() + timeoutMs;
    const rows = rowsFor(subgraph.name, context);
    const minimumGroups = minimumGroupsFor(subgraph.name, context);
    const call = { subgraph, request, headers, rows, minimumGroups, requestId };
    return deadline < due
      ? { ...call, patience: { due: deadline, signal }, bound: byRequest }
      : { ...call, patience: { due, signal }, bound: bySubgraph };
  }

  async function askShared(call: Call): Promise<Answered> {
    const { subgraph, request, headers, rows, minimumGroups, patience } = call;
    // Only the body, which may be long, may have line breaks in it.
    const shown = JSON.stringify([rows, minimumGroups]);
    const key = [subgraph.name, subgraph.url, equalHeaders(headers), shown, request.body].join('\n');
    try {
      const { value, isFirst } = await shared.share(key, patience, (signal) =>
        askTwice({ ...call, patience: { due: clock.now() + timeoutMs, signal }, bound: bySubgraph }),
      );
      return isFirst ? value : copyOf(value);
    } catch (error) {
      throw error instanceof HttpFailure ? weftErrorOf(subgraph.name, error, call.bound) : error;
    }
  }
}

/** Whoever gets the data may write to it. */
function copyOf({ answer, response }: Answered): Answered {
  const { data } = JSON.parse(answer.text);
  return { answer, response: { ...response, data: data ?? null } };
}
