/** The files of one folder → a domain: its products, its contracts, and each output port joined to its contract. */
import { type Issue, issue, type Place } from '../errors/issue.ts';
import type { Contract, DataProduct, Domain, Output, Port } from './model.ts';
import { readContract, readProduct } from './read.ts';
import { resolveReferences } from './resolve-references.ts';

/**
 * Reads `*.odps.*` and `*.odcs.*` (YAML or JSON) among the files, in the order of their names, and leaves the others.
 * @param name the domain's, which owns what no team does
 * @param files names relative to anything that makes sense in an issue, with their text
 */
export function readDomainFiles(
  name: string,
  files: Iterable<readonly [file: string, text: string]>,
): { domain: Domain; issues: Issue[] } {
  const issues: Issue[] = [];
  const products: DataProduct[] = [];
  const contracts: Contract[] = [];
  let productFiles = 0;
  for (const [file, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const standard = standardOf(file);
    if (standard === 'odps') {
      productFiles += 1;
      const read = readProduct(text, file);
      issues.push(...read.issues);
      if (read.product) products.push(read.product);
    } else if (standard === 'odcs') {
      const read = readContract(text, file);
      issues.push(...read.issues);
      if (read.contract) contracts.push(read.contract);
    }
  }
  if (productFiles === 0) {
    issues.push(issue('PRODUCT_MISSING', `The domain ${name} has no data product (*.odps.yaml).`));
  }
  issues.push(...duplicateIds(products), ...duplicateIds(contracts), ...duplicateObjects(contracts));
  const resolved = resolveReferences(contracts);
  const outputs = outputsOf(name, products, resolved, issues);
  return { domain: { name, products, contracts: resolved, outputs }, issues };
}

/** Whether a file of this name is a contract or a product. */
export const isContractFile = (name: string): boolean => standardOf(name) !== undefined;

const standardOf = (file: string): string | undefined =>
  /\.(odps|odcs)\.(?:ya?ml|json)$/i.exec(file)?.[1]?.toLowerCase();

/** Ports in the order of the products, then the contracts that no port names. */
function outputsOf(
  domain: string,
  products: readonly DataProduct[],
  contracts: readonly Contract[],
  issues: Issue[],
): Output[] {
  const outputs: Output[] = [];
  for (const product of products) {
    for (const port of product.outputPorts) {
      if (port.contractId === undefined) continue;
      const contract = contractOfPort(port, contracts);
      if (contract) outputs.push({ product, port, contract, owner: ownerOf(contract, product, domain) });
      else issues.push(unknownContract(port, product));
    }
  }
  const named = new Set(outputs.map((output) => output.contract));
  for (const contract of contracts) {
    const product = products[0];
    if (named.has(contract) || !product) continue;
    if (products.length > 1) issues.push(unplaced(contract, product));
    outputs.push({ product, port: portFor(contract), contract, owner: ownerOf(contract, product, domain) });
  }
  return outputs;
}

/** By id; where versions of one contract lie side by side, the one of the port's version, else the first. */
function contractOfPort(port: Port, contracts: readonly Contract[]): Contract | undefined {
  const candidates = contracts.filter((contract) => contract.id === port.contractId);
  return candidates.find((contract) => contract.version === port.version) ?? candidates[0];
}

function portFor(contract: Contract): Port {
  const base = contract.source.file.replace(/^.*\//, '').replace(/\.odcs\.[^.]+$/i, '');
  const [object, ...others] = contract.objects;
  return {
    name: object && others.length === 0 ? object.name : base,
    version: contract.version,
    contractId: contract.id,
    customProperties: [],
    place: contract.place,
  };
}

function ownerOf(contract: Contract, product: DataProduct, domain: string): string {
  return contract.team?.name ?? product.team?.name ?? domain;
}

function unknownContract(port: Port, product: DataProduct): Issue {
  const message = `The output port ${port.name} of ${product.name ?? product.id} names the contract ${port.contractId}, which no file of the domain has.`;
  return issue('PORT_CONTRACT_UNKNOWN', message, { place: port.place });
}

function unplaced(contract: Contract, product: DataProduct): Issue {
  const message = `No output port names the contract ${contract.id}; it is taken as one of ${product.name ?? product.id}.`;
  return issue('CONTRACT_UNPLACED', message, { severity: 'warning', place: contract.place });
}

/** Versions of one document may share its id; the same version twice is a copy that someone forgot to change. */
function duplicateIds(documents: readonly (Contract | DataProduct)[]): Issue[] {
  const first = new Map<string, Contract | DataProduct>();
  return documents.flatMap((document) => {
    const key = `${document.id} ${document.version}`;
    const other = first.get(key);
    if (!other) {
      first.set(key, document);
      return [];
    }
    const message = `The id ${document.id} is that of ${at(other.place)} too.`;
    return [issue('DOCUMENT_ID_DUPLICATE', message, { place: document.place })];
  });
}

function duplicateObjects(contracts: readonly Contract[]): Issue[] {
  const first = new Map<string, Place>();
  return contracts
    .flatMap((contract) => contract.objects)
    .flatMap(({ name, place }) => {
      const other = first.get(name);
      if (!other) {
        first.set(name, place);
        return [];
      }
      return [issue('CONTRACT_OBJECT_DUPLICATE', `The object ${name} is described at ${at(other)} too.`, { place })];
    });
}

const at = (place: Place): string => `${place.file}:${place.line}`;
