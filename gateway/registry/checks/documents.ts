import { GraphQLError, Lexer, parse, Source, TokenKind } from 'graphql';
import { isContractFile } from '../../../subgraphs/kit/contract/domain.ts';
import { lintDomain } from '../../../subgraphs/kit/contract/lint.ts';
import { type Issue, isError, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { compositionError } from '../composition-error.ts';
import { publishedDomain, schemaFileOf } from '../published-mesh.ts';
import { isSubgraphName } from '../supergraph-file.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** Names are what everybody can write, contracts and products are sound in themselves, and the schema is GraphQL. */
export function checkDocuments(candidate: Candidate, _: Standards, found: FoundOut): readonly Issue[] {
  const { name, publication, publications, before } = candidate;
  const named = [...nameIssues(candidate), ...fileIssues(candidate)];
  if (named.some(isError)) return named;
  // What was accepted once may not be acceptable any more: that is not this publication's fault.
  found.domainBefore = before && publishedDomain(before).domain;
  if (!publication) return [];
  const { domain, issues } = publishedDomain(publication);
  found.domain = domain;
  const mesh = publications.flatMap((each) => publishedDomain(each).domain ?? []);
  const linted = domain ? lintDomain(domain, mesh) : [];
  return [...issues, ...linted, ...schemaIssues(name, publication.sdl)];
}

/** The rule of supergraph.yaml, into which every mesh can be exported; on some disks, two names of one spelling are one. */
function nameIssues({ name, publication, publications }: Candidate): Issue[] {
  if (!publication) return [];
  const twin = publications.find((each) => each.name !== name && each.name.toLowerCase() === name.toLowerCase());
  if (twin) return [issue('DOMAIN_NAME_INVALID', `${name} differs from ${twin.name} only in its case.`)];
  return isSubgraphName(name)
    ? []
    : [issue('DOMAIN_NAME_INVALID', `${JSON.stringify(name)} cannot be a domain's name.`)];
}

function fileIssues({ publication }: Candidate): Issue[] {
  const seen = new Set<string>();
  return (publication?.files ?? []).flatMap(({ path }) => {
    const isFine = /^[\w.-]{1,128}$/.test(path) && isContractFile(path) && !seen.has(path.toLowerCase());
    seen.add(path.toLowerCase());
    return isFine ? [] : [issue('PUBLICATION_FILE_INVALID', `${JSON.stringify(path)} cannot be published.`)];
  });
}

/** Of one subgraph's schema: 20,000 fields have about 200,000. */
const mostTokens = 1_000_000;
const deepest = 100;

function schemaIssues(name: string, sdl: string): Issue[] {
  const source = new Source(sdl, schemaFileOf(name));
  try {
    // The parser goes down with the nesting, and so does whoever reads what it makes.
    if (depthOf(source) > deepest) {
      return [issue('SCHEMA_TOO_DEEP', `The schema of ${name} is nested more than ${deepest} levels deep.`)];
    }
    parse(source, { maxTokens: mostTokens });
    return [];
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [compositionError(error, [name]).issue];
  }
}

function depthOf(source: Source): number {
  const lexer = new Lexer(source);
  let [depth, most] = [0, 0];
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF && most <= deepest; token = lexer.advance()) {
    if (opening.has(token.kind)) depth += 1;
    else if (closing.has(token.kind)) depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
}

const opening: ReadonlySet<string> = new Set([TokenKind.BRACKET_L, TokenKind.BRACE_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACKET_R, TokenKind.BRACE_R, TokenKind.PAREN_R]);
