/**
 * Errors of an answer (GraphQL, "Errors"): each with the path of the consumer's response, the subgraph and the team that
 * answers for the field. One that repeats for other elements of a list is told once, with how often.
 */
import { GraphQLError } from 'graphql';
import type { Code } from '../../../subgraphs/kit/errors/codes.ts';
import type { Denial } from '../access.ts';
import type { FieldError } from '../failure.ts';
import type { FieldShape } from '../operation/shape.ts';

/** Where a value is: response keys and list indexes from the root, innermost first. */
export type Path = { readonly key: string | number; readonly field: FieldShape; readonly above: Path } | undefined;

export interface Reports {
  add(error: FieldError, path: Path): void;
  /** What the data show: no subgraph has said that something is wrong. `said` begins with the field. */
  addFault(code: Code, said: string, path: Path): void;
  /** Whoever asks may not read what is there, or would be. */
  addDenial(denial: Denial, path: Path): void;
  readonly errors: () => GraphQLError[];
}

export interface WhoAnswers {
  /** The team, by the field's coordinate. */
  ownerOf(coordinate: string): string | undefined;
  /** The subgraph that was asked for what is at a place of the engine's data. */
  subgraphOf(sources: readonly string[]): string | undefined;
}

interface Report {
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
  more: number;
}

export function createReports({ ownerOf, subgraphOf }: WhoAnswers): Reports {
  const reported = new Map<string, Report>();
  const identities = new Map<FieldError, number>();

  const put = (identity: string, { message, extensions }: FieldError, path: (string | number)[], at: Path): void => {
    const known = `${identity} ${path.filter((key) => typeof key === 'string').join()}`;
    const before = reported.get(known);
    if (before) {
      before.more++;
      return;
    }
    const owner = at && ownerOf(at.field.coordinate);
    const said = owner === undefined ? extensions : { ...extensions, owner };
    reported.set(known, { message, path, extensions: said, more: 0 });
  };

  return {
    add(error, at) {
      const identity = identities.get(error) ?? identities.size;
      identities.set(error, identity);
      put(String(identity), error, [...keysTo(at), ...(at ? consumerKeys(error.below ?? [], at.field) : [])], at);
    },
    addFault(code, said, at) {
      const subgraph = subgraphOf(sourcesTo(at));
      const by = subgraph === undefined ? 'A subgraph' : `Subgraph \`${subgraph}\``;
      const message = `${by} ${said} for ${at?.field.coordinate ?? 'the root'}.`;
      put(code, { message, extensions: { code, ...(subgraph !== undefined && { subgraph }) } }, keysTo(at), at);
    },
    addDenial(denial, at) {
      put(`denied ${at?.field.coordinate}`, denial, keysTo(at), at);
    },
    errors: () =>
      [...reported.values()].map(({ message, path, extensions, more }) => {
        const said = more > 0 ? `${message} This field is missing here and in ${more} more places.` : message;
        return new GraphQLError(said, { path, extensions });
      }),
  };
}

function keysTo(path: Path): (string | number)[] {
  return path ? [...keysTo(path.above), path.key] : [];
}

function sourcesTo(path: Path): string[] {
  if (!path) return [];
  return typeof path.key === 'number' ? sourcesTo(path.above) : [...sourcesTo(path.above), path.field.source];
}

/** The rest of a subgraph's path, in the words of the consumer; it ends where the consumer did not ask further. */
function consumerKeys(below: readonly (string | number)[], field: FieldShape): (string | number)[] {
  const keys: (string | number)[] = [];
  let shape = field.shape;
  for (const key of below) {
    if (typeof key === 'number') {
      keys.push(key);
      continue;
    }
    const fields = [...(shape?.types.values() ?? [])].flat();
    const next = fields.find(({ source }) => source === key);
    if (!next) break;
    keys.push(next.key);
    shape = next.shape;
  }
  return keys;
}
