import { GraphQLError, parse, Source } from 'graphql';
import { lintDomain } from '../../../subgraphs/kit/contract/lint.ts';
import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { compositionError } from '../composition-error.ts';
import { publishedDomain, schemaFileOf } from '../published-mesh.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** Contracts and products are sound in themselves, and the schema is GraphQL. */
export function checkDocuments(candidate: Candidate, _: Standards, found: FoundOut): Issue[] {
  const { name, publication, publications, before } = candidate;
  // What was accepted once may not be acceptable any more: that is not this publication's fault.
  found.domainBefore = before && publishedDomain(before).domain;
  if (!publication) return [];
  const { domain, issues } = publishedDomain(publication);
  found.domain = domain;
  const mesh = publications.flatMap((each) => publishedDomain(each).domain ?? []);
  const linted = domain ? lintDomain(domain, mesh) : [];
  try {
    parse(new Source(publication.sdl, schemaFileOf(name)), { maxTokens: mostTokens });
    return [...issues, ...linted];
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [...issues, ...linted, compositionError(error, [name]).issue];
  }
}

/** Of one subgraph's schema: 20,000 fields have about 200,000. */
const mostTokens = 1_000_000;
