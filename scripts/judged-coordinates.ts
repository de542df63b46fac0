/** Who owns what a check has something to say about, and who reads it: whom to talk to. */
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import type { CheckReport } from './registry-answers.ts';
import { askRegistry, type RegistryDoor } from './registry-client.ts';

export interface JudgedCoordinates {
  /** Absent where nobody owns it, or it was not asked. */
  ownerOf(coordinate: string): CoordinateOwner | undefined;
  /** The most frequent first. */
  clientsOf(coordinate: string): readonly Client[];
}

export interface CoordinateOwner {
  readonly coordinate: string;
  readonly domain: string;
  readonly team: string;
}

export interface Client {
  readonly name: string;
  readonly version: string;
  readonly lastSeen: string;
  readonly callsPerDay: number;
}

/** A report about more is read by its first lines; the messages name owners and clients, too. */
const atMost = 20;

/** As many fields as one operation may select of Query. */
const perOperation = 20;

/** A token that may publish need not be one that may read: then nothing is known, and the report is shown without it. */
export async function judgedCoordinates(door: RegistryDoor, { steps }: CheckReport): Promise<JudgedCoordinates> {
  const judged = steps.flatMap(({ issues }) => issues.flatMap(({ coordinate }) => coordinate ?? []));
  const coordinates = [...new Set(judged)].slice(0, atMost);
  const types = [...new Set(coordinates.map(typeOf))];
  const owners = await askEach<CoordinateOwner>(door, types, 'owners(type: $', 'coordinate domain team');
  const clients = await askEach<Client>(
    door,
    coordinates,
    'consumers(coordinate: $',
    'name version lastSeen callsPerDay',
  );
  const ownerAt = new Map([...owners.values()].flat().map((owner) => [owner.coordinate, owner]));
  return {
    // An argument is owned with its field, and what is new with its type.
    ownerOf: (coordinate) =>
      ownerAt.get(coordinate) ?? ownerAt.get(coordinate.replace(/\(.*$/, '')) ?? ownerAt.get(typeOf(coordinate)),
    clientsOf: (coordinate) => clients.get(coordinate) ?? [],
  };
}

const typeOf = (coordinate: string): string => coordinate.replace(/[.(].*$/, '');

/** @param field the field of Query, as far as its argument's `$`. @returns by what was asked about */
async function askEach<Found>(
  door: RegistryDoor,
  about: readonly string[],
  field: string,
  selection: string,
): Promise<ReadonlyMap<string, readonly Found[]>> {
  const found = new Map<string, readonly Found[]>();
  for (let from = 0; from < about.length; from += perOperation) {
    const part = about.slice(from, from + perOperation);
    const names = part.map((_, at) => `v${at}`);
    const fields = names.map((name) => `${name}: ${field}${name}) { ${selection} }`);
    const operation = `query (${names.map((name) => `$${name}: String!`).join(', ')}) { ${fields.join(' ')} }`;
    const variables = Object.fromEntries(part.map((each, at) => [`v${at}`, each]));
    try {
      const answer = await askRegistry<Record<string, readonly Found[]>>(door, operation, variables);
      for (const [at, each] of part.entries()) found.set(each, answer[`v${at}`] ?? []);
    } catch (error) {
      if (!(error instanceof WeftError)) throw error;
      return found;
    }
  }
  return found;
}
