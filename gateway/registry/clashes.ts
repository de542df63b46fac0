import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import type { CompositionError } from './composition-error.ts';

/**
 * One cause, one issue: where several subgraphs define one type, every field of it and of the types that are derived
 * from it (`Order`, `OrderConnection`, `OrderSum`) is an error. What stands alone is left as it is.
 */
export function withoutRepeats(errors: readonly CompositionError[]): Issue[] {
  const groups = new Map<string, CompositionError[]>();
  // From the shortest name: `Order` before `OrderConnection`.
  const types = [...new Set(errors.flatMap(({ type }) => type ?? []))].sort((a, b) => a.length - b.length);
  for (const error of errors) {
    const { subgraphs, type } = error;
    const isClash = type !== undefined && subgraphs.length > 1;
    const root = types.find((name) => name === type || (isClash && isDerived(type, name) && clashes(name, subgraphs)));
    const key = isClash ? `${root} ${subgraphs.join(' ')}` : `alone ${groups.size}`;
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const fields = new Set(group.map(({ field, type }) => field ?? type));
    return fields.size > 1 && first ? clash(first, group) : group.map((error) => error.issue);
  });

  function clashes(name: string, subgraphs: readonly string[]): boolean {
    return errors.some((other) => other.type === name && String(other.subgraphs) === String(subgraphs));
  }
}

const isDerived = (type: string, from: string): boolean =>
  type.startsWith(from) && /^[A-Z]/.test(type.slice(from.length));

function clash(first: CompositionError, group: readonly CompositionError[]): Issue {
  const types = [...new Set(group.map(({ type }) => type ?? ''))].sort((a, b) => a.length - b.length);
  const fields = [...new Set(group.map(({ field, type }) => field ?? type ?? ''))];
  const names = types.length > 1 ? types : fields;
  const some = names.length > mostNames ? [...names.slice(0, mostNames), `${names.length - mostNames} more`] : names;
  const subject = `${types[0]} is defined by ${first.subgraphs.join(' and ')}`;
  const count = `${group.length} fields clash`;
  return issue('COMPOSITION_FAILED', `${subject}: ${count} (${some.join(', ')}), first: ${first.issue.message}`, {
    place: first.issue.place,
    coordinate: types[0],
    help: 'Rename one object, or set the custom property `graphqlName` (vendor weft) on it in its contract.',
  });
}

const mostNames = 20;
