import { type GraphChange, isGone, isNew } from './graph-change.ts';

/**
 * What a publisher would do with a coordinate, as ends of a sentence: `hide it (@inaccessible)`. Whatever a schema says in its
 * own words is quoted, and cut.
 * @param changes all of one coordinate
 */
export function attempted(coordinate: string, changes: readonly GraphChange[], publisher: string): string[] {
  const added = changes.find(isNew);
  if (added) return [`add the ${added.after} ${coordinate}`];
  return [...new Set(changes.map((change) => attempt(change, publisher)))];
}

function attempt(change: GraphChange, publisher: string): string {
  const { coordinate, aspect, before, after, subgraph, level } = change;
  const isMore = after !== undefined;
  switch (aspect) {
    case 'kind':
      return isGone(change) ? 'remove it' : `make it ${after} instead of ${before}`;
    case 'description':
      return isMore ? 'change its description' : 'take away its description';
    case 'inaccessible':
      return isMore ? 'hide it (@inaccessible)' : 'show what is hidden (@inaccessible)';
    case 'resolver':
    case 'declared':
      if (subgraph !== publisher) return isMore ? `leave ${subgraph} only ${after}` : `take it from ${subgraph}`;
      return coordinate.includes('.') ? `answer for it (${after})` : 'say of which type its objects are';
    case 'key in':
      return `have it in a key (${quoted(after)}) that its owner does not have`;
    case 'required by':
      return `require ${level === undefined ? 'it' : `it, which is ${quoted(level)},`} for ${after}`;
    case 'provided by':
      return `provide it with ${after}`;
    case 'implements':
      return isMore ? `have it implement ${after}` : `have it implement ${before} no more`;
    case 'directive':
      return `${isMore ? 'put' : 'take away'} ${quoted(after ?? before)}`;
    default: {
      const from = before === undefined ? '' : ` from ${quoted(before)}`;
      return isMore ? `change its ${aspect}${from} to ${quoted(after)}` : `take away its ${aspect} ${quoted(before)}`;
    }
  }
}

/** Printable, on one line, in quotes unless it is a name or a type. */
function quoted(text = ''): string {
  const short = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return /^[\w[\]!@.,{}() -]+$/.test(short) ? short : JSON.stringify(short);
}

const mostCharacters = 80;
