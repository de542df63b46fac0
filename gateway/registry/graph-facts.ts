/**
 * What a supergraph's directives say of its fields: Weft's own (owner, classification, product) and which subgraph
 * resolves them (join spec 0.5). Directives are found by the identity of the spec that they come from (link spec 1.0):
 * a subgraph may import `@owner` under another name, and someone else's directive may be called `@owner`.
 */
import { Kind, parse } from 'graphql';
import { weftSpec } from '../../subgraphs/kit/contract/spec.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { unclassified } from '../governance/access/classification.ts';
import { type Arguments, argumentsOfAll, linkedNames } from './applied-arguments.ts';
import { fieldSources } from './computed-from.ts';
import { deIdentifiedFields } from './de-identified-fields.ts';
import { type Declaring, declaredClassifications } from './declared-classifications.ts';
import { type DerivedFacts, derivedFacts } from './derived-facts.ts';
import { lineageSources } from './lineage-sources.ts';

export interface GraphFacts {
  /** By coordinate, for every field of every object and interface. */
  readonly fields: ReadonlyMap<string, FieldFacts>;
  /** Types by the product that their `@dataProduct` names. */
  readonly typesOfProduct: ReadonlyMap<string, readonly string[]>;
  /** By the coordinates of all by which a classified field can be found out. */
  readonly inputs: ReadonlyMap<string, DerivedFacts>;
}

export interface FieldFacts {
  readonly team: string | undefined;
  readonly product: string | undefined;
  /** The highest that anybody declares of it, and everything that anybody says it holds. */
  readonly level: string | undefined;
  readonly categories: readonly string[];
  /** Coordinates that its own value is computed from, one step: what they are computed from is with them. */
  readonly computedFrom: readonly string[];
  /** The same, by the pipeline that made the rows: none of it is asked for when the field is. */
  readonly transformedFrom?: readonly string[];
  /** By which transform its value says nothing of them; absent where nobody who may say so does. */
  readonly deIdentified?: string;
  /** The subgraphs that resolve the field. */
  readonly subgraphs: readonly string[];
}

const joinIdentity = 'https://specs.apollo.dev/join';

/** @param declaring what was composed: composition keeps one of several declarations of a field, and not the highest */
export function readGraphFacts(supergraphSdl: string, declaring: readonly Declaring[] = []): GraphFacts {
  const document = parse(supergraphSdl, { noLocation: true });
  const nameIn = linkedNames(document);
  const names = {
    owner: nameIn(weftSpec.identity, 'owner'),
    classified: nameIn(weftSpec.identity, 'classified'),
    dataProduct: nameIn(weftSpec.identity, 'dataProduct'),
    graph: nameIn(joinIdentity, 'graph'),
    type: nameIn(joinIdentity, 'type'),
    field: nameIn(joinIdentity, 'field'),
  };
  const subgraphNames = new Map(
    document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
      return (definition.values ?? []).flatMap((value) =>
        argumentsOfAll(value, names.graph).map((graph) => [value.name.value, String(graph.name)] as const),
      );
    }),
  );
  const resolvedBy = (graphs: readonly Arguments[]): string[] =>
    graphs.flatMap(({ graph }) => subgraphNames.get(String(graph)) ?? []);

  const classifications = declaredClassifications(document, declaring);
  const sourcesOf = fieldSources(document, names.field);
  const lineage = lineageSources(declaring);
  const transformOf = deIdentifiedFields(declaring);
  const fields = new Map<string, FieldFacts>();
  const typesOfProduct = new Map<string, string[]>();
  for (const type of document.definitions.filter(hasFields)) {
    for (const { id } of argumentsOfAll(type, names.dataProduct)) {
      typesOfProduct.set(String(id), [...(typesOfProduct.get(String(id)) ?? []), type.name.value]);
    }
    const typeGraphs = argumentsOfAll(type, names.type);
    // A subgraph that knows only the key of a type (`resolvable: false`) can answer for the key, but is not its source.
    const whole = [...typeGraphs].sort((a, b) => Number(a.resolvable === false) - Number(b.resolvable === false));
    for (const field of type.fields ?? []) {
      const [owner] = argumentsOfAll(field, names.owner);
      const coordinate = `${type.name.value}.${field.name.value}`;
      const joins = argumentsOfAll(field, names.field).filter((join) => join.graph !== undefined);
      const sources = joins.filter((join) => join.external !== true && join.usedOverridden !== true);
      const product = text(owner?.product);
      const subgraphs = resolvedBy(joins.length > 0 ? sources : whole);
      const computedFrom = sourcesOf(type, field);
      const transformedFrom = lineage.get(coordinate);
      // What is read through an interface is the value of one of its objects.
      const isComputed = (computedFrom.length > 0 || transformedFrom) && type.kind === Kind.OBJECT_TYPE_DEFINITION;
      const deIdentified = isComputed ? transformOf(coordinate, subgraphs, product) : undefined;
      fields.set(coordinate, {
        team: text(owner?.team),
        product,
        ...(classifications.get(coordinate) ?? unclassified),
        computedFrom,
        ...(transformedFrom && { transformedFrom }),
        ...(deIdentified !== undefined && { deIdentified }),
        subgraphs,
      });
    }
  }
  const inputs = derivedFacts(
    document,
    (node) => argumentsOfAll(node, names.classified)[0],
    (field) => fields.get(field)?.product,
  );
  // A sum says what its summands say: where these are as sensitive as something else, so is the sum.
  for (const [by, { of }] of inputs) {
    const field = fields.get(by);
    if (field && of !== by) fields.set(by, { ...field, transformedFrom: [...(field.transformedFrom ?? []), of] });
  }
  return { fields, typesOfProduct, inputs };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
