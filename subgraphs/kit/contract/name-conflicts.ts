/** Each name of a graph is given once. Where a contract would have it otherwise, that is an issue at its place. */
import { parse } from 'graphql';
import { type Issue, issue, type Place } from '../errors/issue.ts';
import { claimsOf, type Name, type Source } from './claims.ts';
import type { DomainGraph } from './graph.ts';
import { sharedTypes } from './sdl-queries.ts';

/** What the catalog calls its types and queries; a test compares the list with the catalog's schema. */
export const catalogNames = `DataProductConnection DataProductEdge PageInfo DataProduct DataDomain DataTeam
  DataTeamMember DataSupportChannel DataProductInputPort DataProductOutputPort DataProductManagementPort DataContract
  DataContractField DataContractSla DataQualityRule DataPipelineRun DataPipelineError DataQualityCheck GraphField
  FieldOwnership DataObservationState DateTime Query.dataProducts Query.dataProduct Query.domain Query.domains
  Query.field Query.whoOwns`.split(/\s+/);

/** Names of GraphQL itself, and of what every subgraph has (Federation, "Subgraph schema additions"). */
const builtIn =
  'Query Mutation Subscription ID String Int Float Boolean _Any _Entity _Service Query._entities Query._service';

const reserved = new Set([
  ...builtIn.split(' '),
  ...catalogNames,
  ...parse(sharedTypes).definitions.flatMap((definition) => ('name' in definition && definition.name?.value) || []),
]);

export function nameConflicts(graph: DomainGraph): Issue[] {
  const issues: Issue[] = [];
  const taken = new Map<string, Source>();
  const blamed = new Set<Place>();
  /** @returns whether the name was free. */
  const take = (claim: Name): boolean => {
    const other = taken.get(claim.coordinate);
    if (!other && !reserved.has(claim.coordinate) && !isNameless(claim.coordinate)) {
      taken.set(claim.coordinate, claim);
      return true;
    }
    // An object whose name is taken needs a dozen other taken names besides: one issue says it.
    if (!blamed.has(claim.place)) issues.push(conflict(claim, other));
    blamed.add(claim.place);
    return false;
  };
  for (const claim of claimsOf(graph)) if (take(claim)) claim.members.forEach(take);
  return issues;
}

/** @param other has the name already; absent where every graph has it. */
export function conflict({ coordinate, by, place }: Name, other?: Source): Issue {
  const owner = other ? `${other.by} (${other.place.file}:${other.place.line}) has it already` : 'every graph has it';
  const message = isNameless(coordinate)
    ? `${by} has no letter or digit that a GraphQL name can have.`
    : `${by} needs the name ${coordinate}, but ${owner}.`;
  return issue('NAME_CONFLICT', message, { place, coordinate });
}

/** What names.ts makes of a name without Latin letters and digits; as the start of longer ones it would be GraphQL's own. */
const isNameless = (coordinate: string): boolean => /(?:^|\.)_$/.test(coordinate);
