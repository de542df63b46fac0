/**
 * Which fields are made by a transform that takes out what they are computed from. Only who provides a field can know that: it
 * counts where all subgraphs that resolve the field declare it, in a contract of theirs or, for what they add by hand, in their
 * schema (`@classified(deIdentified:)`), and the field is of no product of another domain.
 */
import { parse } from 'graphql';
import { deIdentifiedBy } from '../../subgraphs/kit/contract/descriptions.ts';
import { contractFields } from '../governance/contract-fields.ts';
import { classifiedIn, type Declaring } from './declared-classifications.ts';

/** What the transform does, in words; undefined where the field is as sensitive as what it is computed from. */
export type TransformOf = (
  coordinate: string,
  resolvedBy: readonly string[],
  product: string | undefined,
) => string | undefined;

export function deIdentifiedFields(subgraphs: readonly Declaring[]): TransformOf {
  const declared = new Map(subgraphs.map((subgraph) => [subgraph.name, declaredBy(subgraph)]));
  const provider = new Map<string, string>();
  for (const { name, domain } of subgraphs) {
    // Of two with one id the first counts (providers.ts).
    for (const { id } of domain?.products ?? []) if (!provider.has(id)) provider.set(id, name);
  }
  return (coordinate, resolvedBy, product) => {
    const own = product === undefined ? undefined : provider.get(product);
    if (own !== undefined && !resolvedBy.includes(own)) return undefined;
    const texts = resolvedBy.map((name) => declared.get(name)?.get(coordinate));
    return texts.includes(undefined) || texts.length === 0 ? undefined : [...new Set(texts)].join('; ');
  };
}

function declaredBy({ sdl, domain }: Declaring): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // Few say so, and schemas are long.
  for (const [coordinate, { deIdentified }] of sdl.includes('deIdentified')
    ? classifiedIn(parse(sdl, { noLocation: true }))
    : []) {
    if (typeof deIdentified === 'string' && deIdentified.trim() !== '') found.set(coordinate, deIdentified.trim());
  }
  const { fields, nested } = contractFields(domain);
  for (const [coordinate, { property }] of [...fields, ...nested]) {
    const transform = deIdentifiedBy(property);
    if (transform !== undefined) found.set(coordinate, transform);
  }
  return found;
}
