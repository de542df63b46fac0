/**
 * Entries as catalog.graphql shapes them, for graphql-js's own field resolver: a property that is a function is a field
 * that is worked out only where it is asked for.
 */
import { unitOf } from '../../subgraphs/kit/contract/descriptions.ts';
import type {
  Contract,
  DataProduct,
  Output,
  Port,
  QualityRule,
  SlaProperty,
} from '../../subgraphs/kit/contract/model.ts';
import type { GraphFacts } from '../registry/graph-facts.ts';
import type { FieldEntry, ProductEntry } from './entries.ts';
import type { Observed } from './observations.ts';
import { observedPort } from './observed-port.ts';
import type { Ownership } from './ownership.ts';

export interface Views {
  product(entry: ProductEntry): unknown;
  domain(name: string): unknown;
  ownership(owned: Ownership): unknown;
  contractField(field: FieldEntry): unknown;
}

export interface ViewSources {
  readonly products: readonly ProductEntry[];
  readonly facts: GraphFacts | undefined;
  /** Of one product, or of its domain as a whole. */
  readonly observe: (domain: string, product?: DataProduct) => Promise<Observed>;
  readonly now: () => number;
}

export function createViews({ products, facts, observe, now }: ViewSources): Views {
  const byContract = new Map(
    products.flatMap((entry) => entry.outputs.map((output) => [output.contract.id, entry] as const)),
  );

  const product = (entry: ProductEntry): unknown => {
    const { id, product: said, owner, tags, classification, outputs, fields } = entry;
    return {
      id,
      name: said.name ?? id,
      version: said.version,
      status: said.status,
      type: said.type,
      description: inWords(said.description),
      domain: () => domain(entry.domain),
      owner: { ...entry.team, name: owner, members: entry.team?.members ?? [], support: supportOf(said, outputs) },
      tags,
      classification,
      inputPorts: said.inputPorts.map((port) => ({
        ...port,
        product: () => productOf(port),
      })),
      // A contract that no port names has a port of its own.
      outputPorts: () =>
        [...new Set([...said.outputPorts, ...outputs.map(({ port }) => port)])].map((port) => outputPort(entry, port)),
      managementPorts: said.managementPorts,
      sla: outputs.flatMap(({ contract }) => contract.sla.map(slaView)),
      graphqlTypes: () => [...new Set([...typesOf(fields), ...(facts?.typesOfProduct.get(id) ?? [])])],
    };
  };

  const productOf = ({ contractId }: Port): unknown => {
    const entry = contractId === undefined ? undefined : byContract.get(contractId);
    return entry && product(entry);
  };

  const outputPort = (entry: ProductEntry, port: Port): unknown => {
    const output = entry.outputs.find((each) => each.port === port);
    const fields = entry.fields.filter((field) => field.output === output);
    return {
      ...port,
      contract: output && contractView(output.contract, fields),
      graphqlTypes: typesOf(fields),
      ...observedPort(output?.contract, () => observe(entry.domain, entry.product), now),
    };
  };

  const domain = (name: string): unknown => ({
    name,
    products: () => products.filter((entry) => entry.domain === name).map(product),
    observation: async () => (await observe(name)).state,
  });

  const contractField = ({ coordinate, name, object, property, owner, categories }: FieldEntry): unknown => ({
    name,
    object: object.name,
    type: property.logicalType,
    // A hand-written schema need not have every field of the contract.
    coordinate: !facts || facts.fields.has(coordinate) ? coordinate : null,
    description: property.description ?? property.businessName,
    classification: property.classification,
    categories,
    unit: unitOf(property),
    owner,
    required: property.required || property.primaryKey,
    primaryKey: property.primaryKey,
  });

  const contractView = (contract: Contract, fields: readonly FieldEntry[]): unknown => ({
    id: contract.id,
    name: contract.name,
    version: contract.version,
    status: contract.status,
    description: inWords(contract.description),
    fields: () => fields.map(contractField),
    sla: contract.sla.map(slaView),
    qualityRules: () => qualityRulesOf(contract),
  });

  const ownership = (owned: Ownership): unknown => ({
    ...owned,
    product: () => owned.product && product(owned.product),
  });

  return { product, domain, ownership, contractField };
}

/** The types that hold rows: those of nested objects come with them. */
function typesOf(fields: readonly FieldEntry[]): readonly string[] {
  const rowFields = fields.filter((field) => !field.name.includes('.'));
  return [...new Set(rowFields.map((field) => field.coordinate.slice(0, field.coordinate.indexOf('.'))))];
}

function supportOf(product: DataProduct, outputs: readonly Output[]) {
  const all = [...product.support, ...outputs.flatMap((output) => output.contract.support)];
  return [...new Map(all.map((channel) => [channel.channel, channel])).values()];
}

function slaView(sla: SlaProperty): unknown {
  return { property: sla.property, value: String(sla.value), unit: sla.unit, element: sla.element };
}

function qualityRulesOf(contract: Contract): unknown[] {
  return contract.objects.flatMap((object) => [
    ...object.quality.map((rule) => ruleView(rule, object.name)),
    ...object.properties.flatMap((property) =>
      property.quality.map((rule) => ruleView(rule, `${object.name}.${property.name}`)),
    ),
  ]);
}

function ruleView(
  { name, type, metric, dimension, severity, description, operator, unit }: QualityRule,
  target: string,
) {
  const value = Array.isArray(operator?.value) ? operator.value.join(' and ') : operator?.value;
  const expected = operator && `${operator.name} ${value}${unit ? ` ${unit}` : ''}`;
  return { name, type, target, metric, dimension, severity, expected, description };
}

function inWords({ purpose, usage, limitations }: Contract['description']): string | null {
  return [purpose, usage, limitations].filter(Boolean).join('\n\n') || null;
}
