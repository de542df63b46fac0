import { type ExecutionResult, GraphQLError } from 'graphql';
import { codes } from '../subgraphs/kit/errors/codes.ts';
import type { Access } from './engine/access.ts';
import type { Engine, IncrementalAnswer, Operation, PlannedSubscription, RequestContext } from './engine/engine.ts';
import { statedPurpose } from './engine/purpose-directive.ts';
import type { DoorContext } from './http/request-context.ts';
import { withStatus } from './http/with-status.ts';

/** What whoever sends a request may read, now. Never throws: what cannot be decided is denied. */
export type AccessOf = (context: RequestContext) => Access;

/**
 * An engine that shows each asker what it may read: a request, by what was so when it came; what goes on for longer, by what
 * is so at each step.
 */
export function guardedEngine(engine: Engine, accessOf: AccessOf): Engine {
  const { executeInParts, planSubscription } = engine;
  /** With what tells whether somebody else would be answered by now. */
  const asked = (
    operation: Operation,
  ): { readonly asked: Operation; readonly isOutdated: () => boolean } | GraphQLError => {
    const context = contextOf(operation);
    if (context instanceof GraphQLError) return context;
    const access = accessOf(context);
    return {
      asked: { ...operation, context: { ...context, access } },
      isOutdated: () => accessOf(context).key !== access.key,
    };
  };
  return {
    ...engine,
    async execute(operation) {
      const guarded = asked(operation);
      return guarded instanceof GraphQLError ? { errors: [withStatus(guarded)] } : engine.execute(guarded.asked);
    },
    ...(executeInParts && {
      async executeInParts(operation: Operation) {
        const guarded = asked(operation);
        if (guarded instanceof GraphQLError) return { initial: { errors: [guarded] }, patches: nothing() };
        return untilOutdated(await executeInParts(guarded.asked), guarded.isOutdated);
      },
    }),
    ...(planSubscription && {
      async planSubscription(operation: Operation, isRunning: boolean) {
        const guarded = asked(operation);
        if (guarded instanceof GraphQLError) return guarded;
        const plan = await planSubscription(guarded.asked, isRunning);
        return plan instanceof GraphQLError ? plan : whileCurrent(plan, guarded.asked.context, guarded.isOutdated);
      },
    }),
  };
}

/** With the purpose, wherever it is stated; two are none. */
function contextOf({ document, operationName, variables, context }: Operation): RequestContext | GraphQLError {
  const inText = statedPurpose(document, operationName, variables);
  if (inText === undefined) return context;
  const { purpose: inHeader = '' } = context as Partial<DoorContext>;
  if (inHeader === '' || inHeader === inText) return { ...context, purpose: inText } as RequestContext;
  const { summary, fix } = codes.PURPOSE_AMBIGUOUS;
  return new GraphQLError(`${summary} ${fix}`, { extensions: { code: 'PURPOSE_AMBIGUOUS' } });
}

async function* nothing(): AsyncGenerator<never> {}

function untilOutdated({ initial, patches }: IncrementalAnswer, isOutdated: () => boolean): IncrementalAnswer {
  return { initial, patches: current() };

  async function* current(): IncrementalAnswer['patches'] {
    for await (const all of patches) {
      yield isOutdated() ? all.map(({ data: _, ...patch }) => ({ ...patch, ...withheld() })) : all;
    }
  }
}

/**
 * An event that comes between a change and the new plan is for nobody. What the plan asks subgraphs, it asks with the access
 * that it was made for: by that they are told which rows may be shown.
 */
function whileCurrent(
  plan: PlannedSubscription,
  { access }: Pick<RequestContext, 'access'>,
  isOutdated: () => boolean,
): PlannedSubscription {
  const guarded = (context: RequestContext): RequestContext => ({ ...context, ...(access && { access }) });
  return {
    ...plan,
    isOutdated,
    open: (context) => plan.open(guarded(context)),
    answer: async (event, context) => (isOutdated() ? withheld() : plan.answer(event, guarded(context))),
  };
}

function withheld(): { readonly data: null } & Required<Pick<ExecutionResult, 'errors'>> {
  const { summary, fix } = codes.ACCESS_CHANGED;
  return { data: null, errors: [new GraphQLError(`${summary} ${fix}`, { extensions: { code: 'ACCESS_CHANGED' } })] };
}
