import { type GraphChange, isArgument, isGone, isNew, parentOf } from './graph-change.ts';
import { isRootType, type OwnershipBook, ownerOf } from './ownership.ts';

export interface NewOwners {
  /** What is new, or has passed to another domain. Arguments belong to whom their field belongs. */
  readonly owners: ReadonlyMap<string, string>;
  readonly gone: readonly string[];
}

/** Who owns what a publish brings, once it is accepted. */
export function newOwners(changes: readonly GraphChange[], publisher: string, book: OwnershipBook): NewOwners {
  const owners = new Map<string, string>();
  for (const [coordinate, resolvers] of resolversOfNew(changes)) {
    const parent = parentOf(coordinate);
    const isShared = isRootType(coordinate) || coordinate === 'schema' || book.ownerOf(coordinate) === book.platform;
    const isOfPlatform = parent !== undefined && !isRootType(parent) && ownerOf(parent, book) === book.platform;
    if (isShared || isOfPlatform || isArgument(coordinate)) continue;
    // An object that gets a field through its interface gets it from whom the interface has it.
    owners.set(coordinate, resolvers.includes(publisher) ? publisher : (resolvers[0] ?? publisher));
  }
  for (const { coordinate, aspect, after, subgraph, others = [] } of changes) {
    // A field that its owner no longer resolves, having removed it or agreed to an @override, is whose it is now.
    const isLeft = aspect === 'resolver' && after === undefined && subgraph === ownerOf(coordinate, book);
    const [next] = isLeft && parentOf(coordinate) !== undefined ? others : [];
    if (next !== undefined) owners.set(coordinate, others.includes(publisher) ? publisher : next);
  }
  const gone = changes.filter((change) => isGone(change) && !isArgument(change.coordinate));
  return { owners, gone: gone.map(({ coordinate }) => coordinate) };
}

/** The subgraphs that answer for each coordinate that is new, sorted. */
function resolversOfNew(changes: readonly GraphChange[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>(changes.filter(isNew).map(({ coordinate }) => [coordinate, []]));
  for (const { coordinate, aspect, subgraph } of changes) {
    const isAnswer = aspect === 'resolver' || aspect === 'declared';
    if (isAnswer && subgraph !== undefined) found.get(coordinate)?.push(subgraph);
  }
  for (const resolvers of found.values()) resolvers.sort();
  return found;
}
