/** One attempt to ask a subgraph: its circuit breaker, a free slot, the request, and what the answer means. */
import type { MinimumGroups } from '../../subgraphs/kit/contract/minimum-groups.ts';
import type { RowConditions } from '../../subgraphs/kit/contract/row-condition.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { SubgraphRequest, SubgraphResponse } from '../engine/engine.ts';
import type { Log } from '../engine/log.ts';
import { type Circuit, type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import type { Clock } from './clock.ts';
import { readEnvelope } from './envelope.ts';
import { withErrorsForConsumers } from './errors-for-consumers.ts';
import { type Bound, outcomeOf } from './failed-request.ts';
import { createFailureLog } from './failure-log.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { HttpFailure } from './http-failure.ts';
import { headersOut } from './passed-headers.ts';
import type { Patience } from './patience.ts';
import type { SignRequest } from './request-signer.ts';
import { createSlots, type Slots } from './slots.ts';

export interface Call {
  readonly subgraph: { readonly name: string; readonly url: string };
  readonly request: SubgraphRequest;
  /** The consumer's that may be passed on. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Which rows whoever asks may read there. */
  readonly rows: RowConditions;
  readonly minimumGroups: MinimumGroups;
  readonly requestId: string | undefined;
  readonly patience: Patience;
  readonly bound: Bound;
}

export interface Answered {
  readonly answer: HttpAnswer;
  readonly response: SubgraphResponse;
}

/** How a subgraph fares. */
export interface SubgraphCondition {
  readonly circuit: Circuit;
  /** Requests under way, and requests that wait for one of them to end. */
  readonly running: number;
  readonly waiting: number;
}

/** @throws WeftError, or HttpFailure where there was no answer. */
export type Attempt = (call: Call) => Promise<Answered>;

export interface AttemptOptions {
  readonly http: HttpClient;
  readonly timeoutMs: number;
  readonly log: Log;
  readonly quotes: boolean;
  readonly sign: SignRequest;
  readonly clock: Clock;
}

export function createAttempts({ http, timeoutMs, log, quotes, sign, clock }: AttemptOptions) {
  const tell = createFailureLog(log, clock);
  const guards = new Map<string, { readonly breaker: CircuitBreaker; readonly slots: Slots }>();

  const attempt: Attempt = async (call) => {
    const { subgraph, request, headers, rows, minimumGroups, requestId, patience } = call;
    const { name, url } = subgraph;
    const { breaker, slots } = guards.get(name) ?? guard(name);
    const pass = breaker.enter();
    if (!pass) throw new WeftError('SUBGRAPH_CIRCUIT_OPEN', `Subgraph \`${name}\` fails too often to be asked now.`);
    try {
      const free = slots.enter(patience);
      if (free) await free;
    } catch (refused) {
      breaker.leave(pass, 'neither');
      throw refused;
    }
    const remainingMs = patience.due - clock.now();
    const signed = sign(name, request.body, rows, minimumGroups);
    const asked = {
      url,
      method: 'POST',
      headers: headersOut(remainingMs, headers, signed),
      body: request.body,
    } as const;
    try {
      const answer = await http.send(asked, patience);
      const read = readEnvelope(name, answer, log, requestId);
      const response = withErrorsForConsumers(name, read, { log, requestId, quotes });
      breaker.leave(pass, answer.status < 500 ? 'answered' : 'failed');
      return { answer, response };
    } catch (error) {
      const failure = error instanceof HttpFailure ? error : undefined;
      breaker.leave(pass, failure ? outcomeOf(failure, remainingMs >= timeoutMs / 2) : 'failed');
      if (failure) tell(failure, { what: `subgraph ${name}`, url, requestId });
      throw error;
    } finally {
      slots.leave();
    }
  };

  return {
    attempt,
    conditionOf(subgraph: string): SubgraphCondition | undefined {
      const guarded = guards.get(subgraph);
      if (!guarded) return undefined;
      const { breaker, slots } = guarded;
      return { circuit: breaker.circuit, running: slots.running, waiting: slots.waiting };
    },
  };

  function guard(name: string) {
    const breaker = createCircuitBreaker(clock, (circuit, { whole, part }) => {
      const failures = `${part} of ${whole} requests failed within 10 s; it is left alone for 5 s`;
      if (circuit === 'open') log(`subgraph ${name}: ${failures}`, { level: 'warn' });
      else log(`subgraph ${name}: answers again`);
    });
    const guarded = { breaker, slots: createSlots(name, clock) };
    guards.set(name, guarded);
    return guarded;
  }
}
