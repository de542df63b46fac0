/** Operations as the gateway would have recorded them. */
import { buildSchema, type GraphQLSchema, parse, validate } from 'graphql';
import { expect } from 'vitest';
import { usedCoordinates } from '../gateway/engine/operation/used-coordinates.ts';
import { operationHash, operationText } from '../gateway/registry/operations/operation-text.ts';
import type { RecordedClient, RecordedOperation } from '../gateway/registry/operations/recorded-operation.ts';

export interface Sent {
  readonly variables?: readonly Readonly<Record<string, unknown>>[];
  readonly clients?: readonly RecordedClient[];
}

export function recorded(
  of: GraphQLSchema | string,
  source: string,
  { variables = [{}], clients = [] }: Sent = {},
): RecordedOperation {
  const schema = typeof of === 'string' ? buildSchema(of) : of;
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const text = operationText(schema, document, null);
  const coordinates = new Set(variables.flatMap((values) => [...usedCoordinates(schema, document, null, values)]));
  const name = /^(?:query|mutation|subscription) (\w+)/.exec(source)?.[1] ?? null;
  return { hash: operationHash(text), name, text, coordinates: [...coordinates], clients };
}
