/** Where everything comes from that a domain's contracts put into its graph: by coordinate, the part of which contract. */
import { claimsOf } from '../../subgraphs/kit/contract/claims.ts';
import { type DomainGraph, foreignTypes, type RowType } from '../../subgraphs/kit/contract/graph.ts';
import { nestedTypes } from '../../subgraphs/kit/contract/nested.ts';
import { fieldType } from '../../subgraphs/kit/contract/sdl-parts.ts';
import type { Place } from '../../subgraphs/kit/errors/issue.ts';

export interface Origin {
  /** `orders.total of sales.orders 1.2.0 (Sales Operations)` */
  readonly by: string;
  readonly place: Place;
  /**
   * Whether the contract itself says it: rows, their fields, values and keys. The rest are the queries that the kit
   * derives, and a domain may offer others.
   */
  readonly declared: boolean;
}

export function originsOf(graph: DomainGraph): Map<string, Origin> {
  const outputs = new Map(graph.domain.outputs.map((output) => [output.contract.source.file, output]));
  const origins = new Map<string, Origin>();
  const add = (coordinate: string, what: string, place: Place, declared: boolean): void => {
    const output = outputs.get(place.file);
    const contract = output && ` of ${output.contract.id} ${output.contract.version} (${output.owner})`;
    origins.set(coordinate, { by: `${what}${contract ?? ''}`, place, declared });
  };
  for (const claim of claimsOf(graph)) {
    for (const { coordinate, by, place } of [claim, ...claim.members]) add(coordinate, by, place, false);
  }
  for (const type of graph.types) addRows(type, add);
  for (const [name, { to, relationship }] of foreignTypes(graph)) {
    const what = `the relationship to ${relationship.toObject}`;
    for (const coordinate of [name, ...to.map((field) => `${name}.${field}`)]) {
      add(coordinate, what, relationship.place, true);
    }
  }
  return origins;
}

type Add = (coordinate: string, what: string, place: Place, declared: boolean) => void;

function addRows(type: RowType, add: Add): void {
  const { name: object, place } = type.object;
  add(type.name, object, place, true);
  for (const field of type.fields) {
    const { property } = field.column;
    const what = `${object}.${property.name}`;
    add(`${type.name}.${field.name}`, what, property.place, true);
    if (!field.enumValues) continue;
    const name = fieldType(type.name, field);
    add(name, what, property.place, true);
    for (const value of field.enumValues.keys()) add(`${name}.${value}`, what, property.place, true);
  }
  for (const { name, relationship } of type.references) {
    add(`${type.name}.${name}`, `the relationship to ${relationship.toObject}`, relationship.place, true);
  }
  for (const nested of nestedTypes(type)) {
    add(nested.name, object, nested.fields[0]?.property.place ?? place, true);
    for (const { name, property } of nested.fields) {
      add(`${nested.name}.${name}`, `${property.name} in ${object}`, property.place, true);
    }
  }
}
