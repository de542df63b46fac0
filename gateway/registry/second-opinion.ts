/**
 * What another composition library makes of the same subgraphs. Two that were written apart seldom share a fault: where they
 * disagree, one of them is wrong, and gateways that use the other one would answer otherwise.
 */
import { composeServices } from '@theguild/federation-composition';
import { type GraphQLError, parse, Source } from 'graphql';
import type { ComposedSubgraph } from './compose.ts';
import { graphChanges } from './graph-changes.ts';

export type SecondOpinion =
  /** The same graph, but for what changes no answer: descriptions, and the definitions of directives. */
  | { readonly kind: 'agrees' }
  /** It does not know a version of federation, or a way of writing, that is used. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refuses'; readonly reasons: readonly string[] }
  /** It composes them to a graph that says something else of these coordinates; sorted. */
  | { readonly kind: 'differs'; readonly coordinates: readonly string[] };

/** @param supergraphSdl what the first library has composed them to */
export function secondOpinion(subgraphs: readonly ComposedSubgraph[], supergraphSdl: string): SecondOpinion {
  try {
    return opinion(subgraphs, supergraphSdl);
  } catch {
    // The library fails on some schemas instead of explaining.
    return { kind: 'none' };
  }
}

function opinion(subgraphs: readonly ComposedSubgraph[], supergraphSdl: string): SecondOpinion {
  const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(new Source(sdl, name)) }));
  const { supergraphSdl: other, errors = [] } = composeServices(services);
  if (other === undefined) {
    const isRead = !errors.some(({ extensions }) => cannotRead.has(extensions.code));
    return isRead ? { kind: 'refuses', reasons: errors.map(reasonOf) } : { kind: 'none' };
  }
  const differing = graphChanges(supergraphSdl, other).flatMap(({ coordinate, aspect }) =>
    aspect === 'description' || coordinate.startsWith('@') ? [] : coordinate,
  );
  const coordinates = [...new Set(differing)];
  return coordinates.length > 0 ? { kind: 'differs', coordinates } : { kind: 'agrees' };
}

/** What the first library has read is sound: these say only that the other one cannot. */
const cannotRead: ReadonlySet<unknown> = new Set(['UNKNOWN_FEDERATION_LINK_VERSION', 'INVALID_GRAPHQL']);

const reasonOf = ({ message, extensions }: GraphQLError): string => `${extensions.code}: ${message}`;
