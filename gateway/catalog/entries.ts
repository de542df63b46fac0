/** The mesh's contracts as the catalog lists them: products, and the field of the graph that each contract field becomes. */
import { categoriesOf, ownerOf } from '../../subgraphs/kit/contract/descriptions.ts';
import type { RowType } from '../../subgraphs/kit/contract/graph.ts';
import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import type {
  ContractObject,
  DataProduct,
  Domain,
  Output,
  Property,
  Team,
} from '../../subgraphs/kit/contract/model.ts';
import { fieldName } from '../../subgraphs/kit/contract/names.ts';
import { propertyType } from '../../subgraphs/kit/contract/nested.ts';
import { turn } from '../engine/turn.ts';
import type { Mesh } from '../registry/mesh.ts';
import { highestClassification } from './classification.ts';

export interface ProductEntry {
  readonly id: string;
  readonly product: DataProduct;
  /** Also the name of its subgraph. */
  readonly domain: string;
  readonly owner: string;
  readonly team: Team | undefined;
  readonly outputs: readonly Output[];
  readonly tags: readonly string[];
  readonly classification: string | undefined;
  readonly fields: readonly FieldEntry[];
}

export interface FieldEntry {
  /** `Order.total`; `OrderAddress.city` for a field of a nested object. */
  readonly coordinate: string;
  /** Name in the contract; `address.city` for a nested one. */
  readonly name: string;
  readonly output: Output;
  readonly object: ContractObject;
  readonly property: Property;
  readonly owner: string;
  readonly categories: readonly string[];
}

/** By id. Where two products have one id, the first counts: readMesh reports the other. Other work gets its turns. */
export async function entriesOf(mesh: Mesh): Promise<readonly ProductEntry[]> {
  const entries = new Map<string, ProductEntry>();
  for (const { domain } of mesh.subgraphs) {
    if (!domain) continue;
    const { types } = graphOf(domain).graph;
    for (const product of domain.products) {
      if (!entries.has(product.id)) entries.set(product.id, productEntry(domain, product, types));
    }
    await turn();
  }
  return [...entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function productEntry(domain: Domain, product: DataProduct, types: readonly RowType[]): ProductEntry {
  const outputs = domain.outputs.filter((output) => output.product === product);
  const contracts = outputs.map((output) => output.contract);
  const fields = types.filter((type) => outputs.includes(type.output)).flatMap(fieldEntries);
  return {
    id: product.id,
    product,
    domain: domain.name,
    owner: product.team?.name ?? outputs[0]?.owner ?? domain.name,
    team: product.team ?? contracts.find((contract) => contract.team)?.team,
    outputs,
    tags: [...new Set([...product.tags, ...contracts.flatMap((contract) => contract.tags)])],
    classification: highestClassification(fields.map((field) => field.property.classification)),
    fields,
  };
}

function fieldEntries(type: RowType): FieldEntry[] {
  const { object, output } = type;
  const entry = (typeName: string, field: string, name: string, property: Property): FieldEntry[] => {
    const own = { coordinate: `${typeName}.${field}`, name, output, object, property };
    const inner = property.logicalType === 'array' ? (property.items?.properties ?? []) : property.properties;
    const innerType = propertyType(typeName, property).replace(/[[\]!]/g, '');
    return [
      { ...own, owner: ownerOf(type, property), categories: categoriesOf(property) },
      ...inner.flatMap((each) => entry(innerType, fieldName(each), `${name}.${each.name}`, each)),
    ];
  };
  return type.fields.flatMap(({ name, column: { property } }) => entry(type.name, name, property.name, property));
}
