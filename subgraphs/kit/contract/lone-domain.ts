/** A contract or a product seen alone, as a domain that has nothing else. */
import type { Contract, DataProduct, Domain } from './model.ts';

/** With the one output that makes a graph of the contract; whose it is, only its domain's files say. */
export function loneDomain(contract: Contract): Domain {
  const { apiVersion, id, version, status, domain, team, place, source } = contract;
  const product: DataProduct = {
    apiVersion,
    id,
    version,
    status,
    description: {},
    tags: [],
    inputPorts: [],
    outputPorts: [],
    managementPorts: [],
    support: [],
    customProperties: [],
    place,
    source,
  };
  const name = domain ?? id;
  const port = { name: id, version, contractId: id, customProperties: [], place };
  const output = { product, port, contract, owner: team?.name ?? name };
  return { name, products: [], contracts: [contract], outputs: [output] };
}
