/** The field of the graph that each property of a contract becomes. */
import { categoriesOf, ownerOf } from '../../subgraphs/kit/contract/descriptions.ts';
import type { RowType } from '../../subgraphs/kit/contract/graph.ts';
import type { ContractObject, Output, Property } from '../../subgraphs/kit/contract/model.ts';
import { fieldName } from '../../subgraphs/kit/contract/names.ts';
import { propertyType } from '../../subgraphs/kit/contract/nested.ts';

export interface ContractField {
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

export function contractFields(type: RowType): ContractField[] {
  const { object, output } = type;
  const entry = (typeName: string, field: string, name: string, property: Property): ContractField[] => {
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
