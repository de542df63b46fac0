/**
 * Policies and schema that Cedar has parsed: deciding takes a tenth of the time. Cedar keeps them by name and never lets go, so
 * the name of policies that nobody can ask any more is given to the next.
 */
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Action, Cedar, Context, EntityJson, EntityUidJson } from './cedar.ts';
import { uid } from './cedar.ts';
import { cedarSchema } from './cedar-schema.ts';
import type { AccessPolicies } from './read-access-policies.ts';

export interface Question {
  readonly principal: EntityUidJson;
  readonly resource: EntityUidJson;
  readonly context: Context;
  readonly entities: EntityJson[];
}

export interface Preparsed {
  ask(action: Action, question: Question): ReturnType<Cedar['statefulIsAuthorized']>;
}

/** @throws Error where Cedar does not take them */
export function preparse(cedar: Cedar, { policies, attributes }: AccessPolicies): Preparsed {
  const name = freed.pop() ?? `weft-${++names}`;
  const ofFields = policies.filter(({ about }) => about !== 'rows');
  const staticPolicies = Object.fromEntries(ofFields.map(({ id, text }) => [id, text]));
  const schema = cedar.preparseSchema(name, cedarSchema(attributes));
  const set = cedar.preparsePolicySet(name, { staticPolicies });
  invariant(schema.type === 'success' && set.type === 'success', 'policies that were read can be parsed');
  const preparsed: Preparsed = {
    ask: (action, { principal, resource, context, entities }) =>
      cedar.statefulIsAuthorized({
        principal,
        action: uid('Action', action),
        resource,
        context,
        entities,
        preparsedSchemaName: name,
        preparsedPolicySetId: name,
        validateRequest: true,
      }),
  };
  unused.register(preparsed, name);
  return preparsed;
}

let names = 0;
const freed: string[] = [];
const unused = new FinalizationRegistry<string>((name) => freed.push(name));
