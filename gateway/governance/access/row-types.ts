/**
 * The rows that policies can tell apart: of each type that a contract describes, the properties whose values Cedar and SQL
 * compare alike. A property that Cedar has no exact value for (a float, a number beyond 64 bits, a list) is none of them.
 */
import type { Column } from '../../../subgraphs/kit/contract/column.ts';
import type { RowType as GraphRowType, RowField } from '../../../subgraphs/kit/contract/graph.ts';
import { graphOf } from '../../../subgraphs/kit/contract/graph-of.ts';
import type { Domain } from '../../../subgraphs/kit/contract/model.ts';

export interface RowType {
  readonly name: string;
  readonly product: string;
  /** Of the product; a domain is called as its subgraph. */
  readonly domain: string;
  /** Output port whose contract describes them. */
  readonly port: string;
  readonly attributes: ReadonlyMap<string, RowAttribute>;
  /** Those that have its rows. */
  readonly subgraphs: readonly RowSubgraph[];
}

export interface RowSubgraph {
  readonly name: string;
  readonly domain: Domain | undefined;
  /** It shows no other rows than it is told to. */
  readonly filtersRows: boolean;
}

export interface RowAttribute {
  /** Of the field. */
  readonly name: string;
  readonly kind: 'String' | 'Long' | 'Boolean' | 'decimal' | 'datetime';
  /** Alike for attributes that a row's values of can be compared; undefined where how they are stored may differ. */
  readonly comparable: string | undefined;
  readonly required: boolean;
}

/** By name of the GraphQL type. A type of several subgraphs has the attributes that all of them have. */
export function rowTypesOf(subgraphs: readonly RowSubgraph[]): ReadonlyMap<string, RowType> {
  const found = new Map<string, RowType>();
  for (const subgraph of subgraphs) {
    if (!subgraph.domain) continue;
    for (const type of graphOf(subgraph.domain).graph.types) {
      const own = rowType(type, subgraph);
      const other = found.get(type.name);
      found.set(type.name, other ? both(other, own) : own);
    }
  }
  return found;
}

function rowType({ name, fields, output }: GraphRowType, subgraph: RowSubgraph): RowType {
  const attributes = fields.flatMap((field) => attributeOf(field) ?? []);
  return {
    name,
    product: output.product.id,
    domain: subgraph.name,
    port: output.port.name,
    attributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
    subgraphs: [subgraph],
  };
}

function attributeOf({ name, column }: RowField): RowAttribute | undefined {
  const kind = kindOf(column);
  if (!kind) return undefined;
  // Of decimals, rows that were loaded under another contract may have another scale.
  const comparable = kind === 'decimal' ? undefined : kind === 'datetime' ? column.scalar : kind;
  return { name, kind, comparable, required: column.property.required };
}

function kindOf({ scalar, storage, precision, scale }: Column): RowAttribute['kind'] | undefined {
  switch (scalar) {
    case 'ID':
    case 'String':
    case 'Time':
      return 'String';
    case 'Int':
    case 'BigInt':
      return storage === 'integer' ? 'Long' : undefined;
    case 'Boolean':
      return 'Boolean';
    case 'Date':
    case 'DateTime':
      return 'datetime';
    case 'Decimal':
      // Cedar's have four digits after the point, and 64 bits.
      return scale <= 4 && precision - scale <= 14 ? 'decimal' : undefined;
    default:
      return undefined;
  }
}

function both(one: RowType, other: RowType): RowType {
  const attributes = [...one.attributes.values()].flatMap((attribute) => {
    const same = other.attributes.get(attribute.name);
    if (same?.kind !== attribute.kind || same.comparable !== attribute.comparable) return [];
    return [[attribute.name, { ...attribute, required: attribute.required && same.required }] as const];
  });
  return { ...one, attributes: new Map(attributes), subgraphs: [...one.subgraphs, ...other.subgraphs] };
}
