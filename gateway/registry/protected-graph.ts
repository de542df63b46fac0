/** What of a graph access policies decide about: the same wherever they are asked. */

import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import { collectiveAggregates } from '../../subgraphs/kit/contract/sdl-summary.ts';
import { minimumGroupsSpec } from '../../subgraphs/kit/contract/spec.ts';
import type { AccessPoliciesOptions } from '../governance/access/access-policies.ts';
import { protectedFields } from '../governance/access/protected-fields.ts';
import type { Aggregate, Aggregates } from '../governance/access/summary-access.ts';
import { contractFields } from '../governance/contract-fields.ts';
import type { GraphFacts } from './graph-facts.ts';
import { linksSpecification } from './links-specification.ts';
import type { Mesh } from './mesh.ts';
import { providersOf } from './providers.ts';
import { catalogName } from './supergraph-file.ts';

export type ProtectedGraph = Required<
  Pick<AccessPoliciesOptions, 'fields' | 'inputs' | 'derived' | 'aggregates' | 'isPlatform'>
>;

export function protectedGraph(
  { subgraphs }: Pick<Mesh, 'subgraphs'>,
  facts: Pick<GraphFacts, 'fields' | 'inputs'>,
): ProtectedGraph {
  const providers = providersOf({ subgraphs }, facts);
  let ports: ReadonlyMap<string, string> | undefined;
  // Looked for only where an agreement is about a port.
  const portOf = (coordinate: string): string | undefined => {
    ports ??= portsOf(subgraphs);
    return ports.get(coordinate);
  };
  return {
    fields: protectedFields(facts.fields, (product) => providers.get(product)?.domain, portOf),
    inputs: new Map([...facts.inputs].flatMap(([by, { of }]) => (facts.fields.has(by) ? [] : [[by, of]]))),
    derived: new Set([...facts.inputs.keys()].filter((by) => facts.fields.has(by))),
    aggregates: () => aggregatesOf(subgraphs, facts),
    isPlatform: (coordinate) => facts.fields.get(coordinate)?.subgraphs.join() === catalogName,
  };
}

/** Those of types that a contract describes, where nobody else resolves them. */
function aggregatesOf(subgraphs: Mesh['subgraphs'], { fields }: Pick<GraphFacts, 'fields'>): Aggregates {
  const found = new Map<string, Aggregate>();
  for (const { name: subgraph, domain, sdl } of subgraphs) {
    if (!domain) continue;
    const keepsMinimums = linksSpecification(sdl, minimumGroupsSpec.identity);
    for (const type of graphOf(domain).graph.types) {
      for (const [coordinate, field] of collectiveAggregates(type)) {
        if (fields.get(coordinate)?.subgraphs.join() !== subgraph) continue;
        found.set(coordinate, { subgraph, type: type.name, field: field.name, keepsMinimums });
      }
    }
  }
  return found;
}

/** The output port whose contract describes a field, by its coordinate. */
const portsOf = (subgraphs: Mesh['subgraphs']): ReadonlyMap<string, string> =>
  new Map(
    subgraphs
      .map(({ domain }) => contractFields(domain))
      .flatMap(({ fields, nested }) => [...fields, ...nested])
      .map(([coordinate, { type }]) => [coordinate, type.output.port.name]),
  );
