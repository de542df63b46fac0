/** A graph as far as access to it is judged, read from what was composed: nothing of it is planned, and nobody is asked. */
import { parse } from 'graphql';
import { type Issue, isError } from '../../subgraphs/kit/errors/issue.ts';
import { buildApiSchema } from '../engine/api-schema.ts';
import { deferDirective } from '../engine/defer-directive.ts';
import { digestOf } from '../engine/digest.ts';
import type { OutcomeGraph } from '../engine/operation/outcome.ts';
import { purposeDirective } from '../engine/purpose-directive.ts';
import { createAccessPolicies } from '../governance/access/access-policies.ts';
import { maskOf } from '../governance/access/masks.ts';
import type { AccessPolicies } from '../governance/access/read-access-policies.ts';
import type { RowType } from '../governance/access/row-types.ts';
import { supergraphFacts } from '../planner/supergraph-facts.ts';
import type { JudgedPolicies } from './asker-access.ts';
import { readGraphFacts } from './graph-facts.ts';
import type { Mesh } from './mesh.ts';
import { type ProtectedGraph, protectedGraph } from './protected-graph.ts';
import { rowsOf, rowTypesIn } from './row-policies.ts';
import { rowSourcesOf } from './row-sources.ts';

export interface JudgedGraph extends OutcomeGraph, ProtectedGraph {
  /** All that have rows, by name. */
  readonly rowTypes: ReadonlyMap<string, RowType>;
  /**
   * Of policies, as a gateway with this graph decides; without it, an issue is an error.
   * @param isSigned the gateway can tell subgraphs which rows to show
   */
  deciding(
    access: AccessPolicies,
    isSigned: boolean,
  ): Promise<{ readonly decides?: JudgedPolicies; readonly issues: readonly Issue[] }>;
}

export async function judgedGraph(mesh: Pick<Mesh, 'subgraphs'>, supergraphSdl: string): Promise<JudgedGraph> {
  const { possibleTypes, entities, requiredWithArguments, apiDefinitions } = supergraphFacts(parse(supergraphSdl));
  const facts = readGraphFacts(supergraphSdl, mesh.subgraphs);
  const guarded = protectedGraph(mesh, facts);
  const rowTypes = rowTypesIn(mesh);
  const fieldsDigest = digestOf(supergraphSdl);
  return {
    schema: await buildApiSchema([deferDirective, purposeDirective, ...apiDefinitions]),
    ...{ possibleTypes, entities, requiredWithArguments },
    rowTypes,
    rowSources: rowSourcesOf(rowTypes, facts),
    ...guarded,
    async deciding(access, isSigned) {
      const { rules, issues } = await rowsOf(access, mesh, isSigned);
      if (issues.some(isError)) return { issues };
      const { accessFor } = await createAccessPolicies({
        ...guarded,
        ...{ access, rows: rules, isSigned, fieldsDigest, maskOf },
        // Nothing is shown: what would be hashed with it makes no difference.
        saltOf: () => 'salt',
        log: () => {},
      });
      return { decides: { accessFor, purposes: access.purposes }, issues };
    },
  };
}
