/**
 * What a publish changes in the composed graph, one fact of one schema coordinate at a time.
 *
 * Coordinates are those of the GraphQL specification (`Order`, `Order.total`, `Query.orders(first:)`, `Status.OPEN`,
 * `@owner`, `@owner(team:)`); besides, `Found.Item` is the member `Item` of the union `Found`, and `schema` the schema.
 */
export interface GraphChange {
  readonly coordinate: string;
  readonly aspect: Aspect;
  /** Absent where there was nothing, or is nothing any more. As text, for comparison and for people. */
  readonly before?: string;
  readonly after?: string;
  /** Of an aspect that is said per subgraph: the one of which it is said. A subgraph is named as its domain. */
  readonly subgraph?: string;
  /** Of `resolver` and `key in`: the other subgraphs of which the same is true afterwards, sorted. */
  readonly others?: readonly string[];
  /** Of `required by`, `provided by` and `key in`: the entity, or interface, whose set of fields this one is part of. */
  readonly within?: string;
  /** Of `required by`: how the field is classified afterwards, where it is. */
  readonly level?: string;
}

export type Aspect = SharedAspect | SubgraphAspect;

/** What all subgraphs say together. */
export type SharedAspect =
  /** `object type`, `field`, `union member`, …: that the coordinate exists at all, and as what. */
  | 'kind'
  /** Of a field, an argument or an input field, with its nullability. */
  | 'type'
  | 'default'
  | 'description'
  /** The reason. */
  | 'deprecation'
  /** Names, sorted. */
  | 'tags'
  | 'inaccessible'
  /** Of Weft's `@classified`: the level, the kinds of personal data, and the field that this one could tell of. */
  | 'classification'
  | 'categories'
  | 'classified origin'
  /** By which transform it tells nothing of what it is computed from. */
  | 'de-identified'
  /** Of Weft's `@owner`: team and product. */
  | 'owner'
  /** Of Weft's `@dataProduct`: id, version and status. */
  | 'product'
  | 'cost'
  | 'list size'
  /** Any other directive, as text; with a subgraph where it is only of that one (`@join__directive`). */
  | 'directive'
  /** An interface that a type implements. */
  | 'implements'
  /** Where a directive may be written, and whether it may be repeated there. */
  | 'locations';

/** What one subgraph says (join spec 0.5). Which type it gives a field is left out: only the composed one is anybody's. */
export type SubgraphAspect =
  /** Answers for the field, whoever asks: for which requests, and instead of whom. Of an interface: knows its objects' types. */
  | 'resolver'
  /** Defines it without answering for others: a type, its key, a field of a type without key, an input, an enum value. */
  | 'declared'
  /** Knows a field that others resolve. */
  | 'external'
  /** Its keys for a type, as they stand on the type, and as they stand on each field that is part of one. */
  | 'key'
  | 'key in'
  /** What a field needs of others to be resolved, as it stands on the field, and on each of the others. */
  | 'requires'
  | 'required by'
  /** What a field brings of others, as it stands on the field, and on each of the others. */
  | 'provides'
  | 'provided by';

export const isNew = ({ aspect, before }: GraphChange): boolean => aspect === 'kind' && before === undefined;

export const isGone = ({ aspect, after }: GraphChange): boolean => aspect === 'kind' && after === undefined;

/** `Query.orders` of `Query.orders(first:)`, `Query` of `Query.orders`, nothing of `Query`. */
export function parentOf(coordinate: string): string | undefined {
  const end = coordinate.endsWith(':)') ? coordinate.indexOf('(') : coordinate.indexOf('.');
  return end === -1 ? undefined : coordinate.slice(0, end);
}

export const isArgument = (coordinate: string): boolean => coordinate.endsWith(':)');

/** `Order` of `Order.total`. */
export const typeIn = (coordinate: string): string => /^[^.(]+/.exec(coordinate)?.[0] ?? coordinate;
