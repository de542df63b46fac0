/** What of a graph access policies decide about: the same wherever they are asked. */
import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import type { AccessPoliciesOptions } from '../governance/access/access-policies.ts';
import { protectedFields } from '../governance/access/protected-fields.ts';
import { contractFields } from './contract-fields.ts';
import type { GraphFacts } from './graph-facts.ts';
import type { Mesh } from './mesh.ts';
import { providersOf } from './providers.ts';
import { catalogName } from './supergraph-file.ts';

export type ProtectedGraph = Required<Pick<AccessPoliciesOptions, 'fields' | 'inputs' | 'derived' | 'isPlatform'>>;

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
    isPlatform: (coordinate) => facts.fields.get(coordinate)?.subgraphs.join() === catalogName,
  };
}

/** The output port whose contract describes a field, by its coordinate. */
const portsOf = (subgraphs: Mesh['subgraphs']): ReadonlyMap<string, string> =>
  new Map(
    subgraphs
      .flatMap(({ domain }) => (domain ? graphOf(domain).graph.types : []))
      .flatMap(contractFields)
      .map(({ coordinate, output }) => [coordinate, output.port.name]),
  );
