/** Who reads what, and what nobody reads. */
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import type { RecordedClient, RecordedOperation } from './recorded-operation.ts';

/** A client, with what it sends of some operations. */
export interface Consumer extends RecordedClient {
  /** Names of the operations, each once; null stands for all without one. */
  readonly operations: readonly (string | null)[];
}

/** The clients of all of these operations: those that call most often come first. */
export function consumersOfAll(operations: Iterable<RecordedOperation>): Consumer[] {
  const consumers = new Map<string, Consumer>();
  for (const operation of operations) {
    for (const client of operation.clients) {
      const key = keyOf(client);
      const { callsPerDay = 0, lastSeen = '', operations: names = [] } = consumers.get(key) ?? {};
      consumers.set(key, {
        ...client,
        callsPerDay: callsPerDay + client.callsPerDay,
        lastSeen: lastSeen > client.lastSeen ? lastSeen : client.lastSeen,
        operations: names.includes(operation.name) ? names : [...names, operation.name],
      });
    }
  }
  return [...consumers.values()].sort((a, b) => b.callsPerDay - a.callsPerDay || (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * Coordinates of the fields of objects and interfaces that no operation uses, in the order of the schema.
 * @param used coordinates of all operations
 */
export function unusedFields(schema: GraphQLSchema, used: ReadonlySet<string>): string[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return types.flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const coordinates = Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
    return coordinates.filter((coordinate) => !used.has(coordinate));
  });
}

const keyOf = ({ name, version }: RecordedClient): string => `${name}\n${version}`;
