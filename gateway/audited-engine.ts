/** An engine whose answers, and parts of answers, leave it when it is on record who read what. */
import { GraphQLError } from 'graphql';
import { codes } from '../subgraphs/kit/errors/codes.ts';
import { type Outcome, type ReadRecord, type Term, termOf } from './audit/read-record.ts';
import type { ReadAudit } from './audit/start-audit.ts';
import type { Engine, IncrementalAnswer, Operation, Patch, RequestContext } from './engine/engine.ts';
import type { Reads } from './engine/reads.ts';
import type { DoorContext } from './http/request-context.ts';
import { withStatus } from './http/with-status.ts';
import type { Principal } from './identity/principal.ts';
import type { ReadFacts } from './read-facts.ts';
import { createReadings, type Explaining } from './readings.ts';

export interface AuditedEngineOptions {
  readonly audit: Pick<ReadAudit, 'record'>;
  readonly facts: ReadFacts;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What of an answer is looked at. */
interface Given {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[] | undefined;
}

/** Who shows nothing that says who asks, leaves no record. */
export function auditedEngine(engine: Engine, { audit, facts, now }: AuditedEngineOptions): Engine {
  const readings = createReadings(engine.schema, facts);
  const principals = new WeakMap<Principal, Term>();
  const { executeInParts, planSubscription } = engine;
  return {
    ...engine,
    async execute(operation) {
      const account = accountOf(operation);
      if (!account) return engine.execute(operation);
      const answer = await engine.execute(account.operation);
      const fault = await account.keep(answer);
      return fault ? { errors: [withStatus(fault)] } : answer;
    },
    ...(executeInParts && {
      async executeInParts(operation: Operation): Promise<IncrementalAnswer> {
        const account = accountOf(operation);
        if (!account) return executeInParts(operation);
        const { initial, patches } = await executeInParts(account.operation);
        const fault = await account.keep(initial);
        if (fault) return { initial: { errors: [fault] }, patches: noPatches() };
        return { initial, patches: keptPatches(patches, account) };
      },
    }),
    ...(planSubscription && {
      async planSubscription(operation: Operation, isRunning: boolean) {
        const account = accountOf(operation);
        const planned = await planSubscription(account?.operation ?? operation, isRunning);
        if (!account) return planned;
        if (planned instanceof GraphQLError) return (await account.keep({ errors: [planned] })) ?? planned;
        return {
          ...planned,
          async answer(event, context) {
            // Each event is a read of its own.
            const ofEvent = accountOf(operation);
            const answer = await planned.answer(event, { ...context, ...ofEvent?.witness });
            const fault = await ofEvent?.keep(answer);
            return fault ? { errors: [fault] } : answer;
          },
        };
      },
    }),
  };

  /** Of one request, or one event. */
  function accountOf(operation: Operation) {
    const { context } = operation;
    const { asker, purpose: stated, client } = context as Partial<DoorContext>;
    if (!asker || asker.kind === 'anonymous') return undefined;
    const access = context.access as Explaining | undefined;
    const told: Reads[] = [];
    const witness: Pick<RequestContext, 'onReads'> = { onReads: (reads) => void told.push(reads) };
    const of = {
      principal: principalOf(asker),
      purpose: (access ? access.purpose : stated) ?? '',
      client: client?.name ?? '',
    };
    return {
      witness,
      operation: { ...operation, context: { ...context, ...witness } },
      /** What was told since the last time. @returns why nothing may leave, where it cannot be recorded. */
      async keep(given: Given): Promise<GraphQLError | undefined> {
        const refused = told.length === 0 ? given.errors?.[0]?.extensions : undefined;
        try {
          if (refused?.code === 'ACCESS_DENIED') {
            const reading = readings.refusalOf(operation, String(refused.coordinate), access);
            if (reading) await audit.record(recordOf(operation, { ...of, reading, rows: [], outcome: 'refused' }));
          }
          const outcome: Outcome = given.data === null ? 'failed' : 'answered';
          for (const { fields, rows } of told.splice(0)) {
            const reading = readings.readingOf(operation, fields, access);
            if (reading) await audit.record(recordOf(operation, { ...of, reading, rows, outcome }));
          }
          return undefined;
        } catch (error) {
          return unavailable(error);
        }
      },
    };
  }

  function recordOf(operation: Operation, rest: Omit<ReadRecord, 'at' | 'operation'>): ReadRecord {
    return { at: now(), operation: readings.operationOf(operation), ...rest };
  }

  function principalOf(asker: Principal): Term {
    const { id, kind, team, roles, attributes } = asker;
    const term = principals.get(asker) ?? termOf(JSON.stringify({ id, kind, team, roles, attributes }));
    principals.set(asker, term);
    return term;
  }
}

type Keep = (given: Given) => Promise<GraphQLError | undefined>;

async function* keptPatches(patches: IncrementalAnswer['patches'], { keep }: { readonly keep: Keep }) {
  for await (const several of patches) {
    const fault = await keep({});
    yield fault ? several.map((patch): Patch => ({ ...patch, data: null, errors: [fault] })) : several;
  }
}

async function* noPatches(): AsyncGenerator<never> {}

/** Whatever it is, nothing leaves; why, the log says. */
function unavailable(cause: unknown): GraphQLError {
  const { summary, fix } = codes.AUDIT_UNAVAILABLE;
  const originalError = cause instanceof Error ? cause : new Error(String(cause));
  return new GraphQLError(`${summary} ${fix}`, { extensions: { code: 'AUDIT_UNAVAILABLE' }, originalError });
}
