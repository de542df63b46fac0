import type { Access } from './engine/access.ts';
import type { Engine, Operation, RequestContext } from './engine/engine.ts';

/** What whoever sends a request may read. Never throws: what cannot be decided is denied. */
export type AccessOf = (context: RequestContext) => Access;

/** An engine that shows each asker what it may read. */
export function guardedEngine(engine: Engine, accessOf: AccessOf): Engine {
  const { executeInParts, planSubscription } = engine;
  const asked = (operation: Operation): Operation => {
    const { context } = operation;
    return { ...operation, context: { ...context, access: accessOf(context) } };
  };
  return {
    ...engine,
    execute: (operation) => engine.execute(asked(operation)),
    ...(executeInParts && { executeInParts: (operation: Operation) => executeInParts(asked(operation)) }),
    ...(planSubscription && {
      planSubscription: (operation: Operation, isRunning: boolean) => planSubscription(asked(operation), isRunning),
    }),
  };
}
