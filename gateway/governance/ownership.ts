/**
 * Whether a publisher may change what it changes. Every coordinate of the composed graph belongs to one domain; a change
 * of what is another's is a violation, which that domain may approve. What is free for everybody is how a mesh is joined:
 * new types, fields of the root types, references to entities by their owner's key, and whatever only one's own subgraph is
 * about. A contribution grant opens a type for fields of another domain, and lets these require what is not confidential.
 */
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { attempted } from './attempted-change.ts';
import { type GraphChange, isArgument, isGone, isNew, parentOf, typeIn } from './graph-change.ts';

/** Who owns what before the publish. A domain is named as its subgraph. */
export interface OwnershipBook {
  /**
   * What is recorded for the coordinate itself: what is not belongs to whom its field, then its type belongs. A type, or a
   * field of a root type, that does not exist may be recorded: its name is reserved.
   */
  ownerOf(coordinate: string): string | undefined;
  teamOf(domain: string): string;
  /** Whether the owner of a type has opened it for fields of the domain. */
  mayContribute(domain: string, type: string): boolean;
  /** Owns the schema, the root types and what all domains share; nobody publishes as it. */
  readonly platform: string;
}

export interface OwnershipViolation {
  readonly coordinate: string;
  /** The domain that may approve. */
  readonly owner: string;
  /** What the approval is asked for; all of the same coordinate. */
  readonly changes: readonly GraphChange[];
  readonly issue: Issue;
}

/** One violation per coordinate, in the order of the changes. */
export function judgeOwnership(
  changes: readonly GraphChange[],
  publisher: string,
  book: OwnershipBook,
): OwnershipViolation[] {
  const created = new Set(changes.filter(isNew).map(({ coordinate }) => coordinate));
  const gone = new Set(changes.filter(isGone).map(({ coordinate }) => coordinate));
  // A type is gone when nobody defines it any more: its owner did not, either.
  const isWithType = (coordinate: string): boolean => gone.has(typeIn(coordinate)) && gone.has(coordinate);
  const byCoordinate = new Map<string, GraphChange[]>();
  for (const change of changes) {
    const same = byCoordinate.get(change.coordinate);
    if (same) same.push(change);
    else byCoordinate.set(change.coordinate, [change]);
  }
  return [...byCoordinate].flatMap(([coordinate, all]) => {
    const owner = created.has(coordinate)
      ? ownerOfPlace(coordinate, publisher, book, created)
      : ownerOf(coordinate, book);
    if (owner === undefined || owner === publisher || isWithType(coordinate)) return [];
    const found = created.has(coordinate) ? all : all.filter((each) => !isFree(each, publisher, book));
    return found.length > 0 ? violation(coordinate, owner, found, publisher, book) : [];
  });
}

/** Who is to be asked about a coordinate that exists. */
export function ownerOf(coordinate: string, book: Pick<OwnershipBook, 'ownerOf' | 'platform'>): string | undefined {
  const recorded = book.ownerOf(coordinate);
  if (recorded !== undefined) return recorded;
  if (coordinate === 'schema' || isRootType(coordinate)) return book.platform;
  const parent = parentOf(coordinate);
  return parent === undefined ? undefined : ownerOf(parent, book);
}

/** Names that every supergraph gives them, whatever they are called in a subgraph (join spec 0.5). */
export const isRootType = (name: string): boolean => ['Query', 'Mutation', 'Subscription'].includes(name);

/** Who has to agree that there is a new coordinate; nobody where it stands in the open. */
function ownerOfPlace(
  coordinate: string,
  publisher: string,
  book: OwnershipBook,
  created: ReadonlySet<string>,
): string | undefined {
  const reserved = book.ownerOf(coordinate);
  if (reserved === book.platform) return undefined;
  const parent = parentOf(coordinate);
  if (parent === undefined || isRootType(parent)) return reserved;
  // What comes with a new field has been judged with it.
  if (isArgument(coordinate) && created.has(parent)) return undefined;
  return book.mayContribute(publisher, typeIn(coordinate)) ? undefined : ownerOf(parent, book);
}

/** @param change of a coordinate that exists, and is another's */
function isFree(change: GraphChange, publisher: string, book: OwnershipBook): boolean {
  const { coordinate, aspect, after, subgraph, others = [], within = coordinate } = change;
  const isOwn = subgraph === publisher;
  const isLess = after === undefined;
  switch (aspect) {
    case 'declared':
    case 'resolver':
      if (isLess) return isOwn;
      // Without the @override that took it, a field is its owner's again.
      if (subgraph === ownerOf(coordinate, book) && after === allRequests[aspect]) return true;
      return isOwn && aspect === 'declared';
    case 'directive':
      return isOwn;
    case 'external':
    case 'key':
    case 'requires':
    case 'provides':
      return isOwn || isLess;
    // What others need was judged when they published it.
    case 'key in':
      return !isOwn || isLess || [coordinate, within].some((each) => others.includes(ownerOf(each, book) ?? ''));
    case 'required by':
      return !isOwn || isLess || (isOpen(change) && book.mayContribute(publisher, within));
    case 'provided by':
      return !isOwn || isLess;
    default:
      return false;
  }
}

const allRequests = { declared: 'declared', resolver: 'all requests' } as const;

/** A contribution may be computed from what everybody in the company may know, never from what few may. */
const isOpen = ({ level }: GraphChange): boolean => level === undefined || /^(?:public|internal)$/i.test(level);

function violation(
  coordinate: string,
  owner: string,
  changes: readonly GraphChange[],
  publisher: string,
  book: OwnershipBook,
): OwnershipViolation {
  const isContribution = changes.some(isNew);
  const isReserved = book.ownerOf(coordinate) !== undefined;
  const subject = isContribution && !isReserved ? (parentOf(coordinate) ?? coordinate) : coordinate;
  const tried = attempted(coordinate, changes, publisher).join(', ');
  const message = `${subject} belongs to ${owner} (${book.teamOf(owner)}); ${publisher} would ${tried}.`;
  const isGrantable =
    owner !== book.platform &&
    !isRootType(typeIn(coordinate)) &&
    (isContribution ? subject !== coordinate : changes.every((each) => each.aspect === 'required by' && isOpen(each)));
  const type = changes[0]?.within ?? typeIn(coordinate);
  const grant = `Ask ${owner} to open the type with \`weft ownership grant ${type} --to ${publisher}\``;
  const approval = `${owner} can approve just this: \`weft ownership requests\` lists what waits for it.`;
  const help = isGrantable ? `${grant}. Or ${approval}` : `Leave it as it is, or ask: ${approval}`;
  return { coordinate, owner, changes, issue: issue('OWNERSHIP_VIOLATION', message, { coordinate, help }) };
}
