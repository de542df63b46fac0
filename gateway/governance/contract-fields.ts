/** A domain's contracts as policies look at them: every field by its coordinate, and what merely follows from the fields. */
import { claimsOf } from '../../subgraphs/kit/contract/claims.ts';
import type { RowType } from '../../subgraphs/kit/contract/graph.ts';
import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import type { Domain, Property } from '../../subgraphs/kit/contract/model.ts';
import { nestedTypes } from '../../subgraphs/kit/contract/nested.ts';
import { isError } from '../../subgraphs/kit/errors/issue.ts';

export interface ContractFields {
  readonly types: readonly RowType[];
  /** The fields of rows, by coordinate. */
  readonly fields: ReadonlyMap<string, ContractField>;
  /** The fields of objects within rows, which are handled as the whole is. */
  readonly nested: ReadonlyMap<string, ContractField>;
  /** Coordinates that the kit derives from the fields: queries, filters, aggregates. They are what the fields make them. */
  readonly derived: ReadonlySet<string>;
}

export interface ContractField {
  readonly type: RowType;
  readonly property: Property;
}

/** Empty where there are no contracts, or they give no graph: that is an error of its own. */
export function contractFields(domain: Domain | undefined): ContractFields {
  const known = domain && read.get(domain);
  if (!domain || known) return known ?? nothing;
  const fields = readFields(domain);
  read.set(domain, fields);
  return fields;
}

/** What is in use, and so what others rely on. */
export const isActive = ({ output }: RowType): boolean => output.product.status === 'active';

const nothing: ContractFields = { types: [], fields: new Map(), nested: new Map(), derived: new Set() };

/** Each policy asks for the same. */
const read = new WeakMap<Domain, ContractFields>();

function readFields(domain: Domain): ContractFields {
  const { graph, issues } = graphOf(domain);
  if (issues.some(isError)) return nothing;
  const { types } = graph;
  const fields = types.flatMap((type) =>
    type.fields.map(({ name, column }) => [`${type.name}.${name}`, { type, property: column.property }] as const),
  );
  const nested = types.flatMap((type) =>
    nestedTypes(type).flatMap((inner) =>
      inner.fields.map(({ name, property }) => [`${inner.name}.${name}`, { type, property }] as const),
    ),
  );
  const own = new Set<string>([...fields, ...nested].map(([coordinate]) => coordinate));
  const names = claimsOf(graph).flatMap((claim) => [claim, ...claim.members].map(({ coordinate }) => coordinate));
  const derived = new Set(names.filter((coordinate) => !own.has(coordinate)));
  return { types, fields: new Map(fields), nested: new Map(nested), derived };
}
