/** A graph as far as access to it is judged, read from what was composed: nothing of it is planned, and nobody is asked. */
import { parse } from 'graphql';
import { buildApiSchema } from '../engine/api-schema.ts';
import { deferDirective } from '../engine/defer-directive.ts';
import { digestOf } from '../engine/digest.ts';
import type { OutcomeGraph } from '../engine/operation/outcome.ts';
import { createAccessPolicies, type DecidesAccess } from '../governance/access/access-policies.ts';
import { maskOf } from '../governance/access/masks.ts';
import type { AccessPolicies } from '../governance/access/read-access-policies.ts';
import { supergraphFacts } from '../planner/supergraph-facts.ts';
import { readGraphFacts } from './graph-facts.ts';
import type { Mesh } from './mesh.ts';
import { type ProtectedGraph, protectedGraph } from './protected-graph.ts';

export interface JudgedGraph extends OutcomeGraph, ProtectedGraph {
  /** Of policies, as a gateway with this graph decides. */
  deciding(access: AccessPolicies): Promise<DecidesAccess>;
}

export async function judgedGraph(mesh: Pick<Mesh, 'subgraphs'>, supergraphSdl: string): Promise<JudgedGraph> {
  const { possibleTypes, entities, requiredWithArguments, apiDefinitions } = supergraphFacts(parse(supergraphSdl));
  const guarded = protectedGraph(mesh, readGraphFacts(supergraphSdl, mesh.subgraphs));
  const fieldsDigest = digestOf(supergraphSdl);
  return {
    schema: await buildApiSchema([deferDirective, ...apiDefinitions]),
    ...{ possibleTypes, entities, requiredWithArguments },
    ...guarded,
    deciding: (access) =>
      createAccessPolicies({
        ...guarded,
        // As where all that can be said to subgraphs is.
        ...{ access, fieldsDigest, maskOf, isSigned: true },
        // Nothing is shown: what would be hashed with it makes no difference.
        saltOf: () => 'salt',
        log: () => {},
      }),
  };
}
