/**
 * What a supergraph's directives say of its fields: Weft's own (owner, classification, product) and which subgraph
 * resolves them (join spec 0.5). Directives are found by the identity of the spec that they come from (link spec 1.0):
 * a subgraph may import `@owner` under another name, and someone else's directive may be called `@owner`.
 */
import { type ConstDirectiveNode, type DocumentNode, Kind, parse, valueFromASTUntyped } from 'graphql';
import { weftSpec } from '../../subgraphs/kit/contract/spec.ts';
import { directiveName, linkedSpecifications } from '../engine/linked-specifications.ts';
import { hasFields } from '../engine/type-definitions.ts';

export interface GraphFacts {
  /** By coordinate, for every field of every object and interface. */
  readonly fields: ReadonlyMap<string, FieldFacts>;
  /** Types by the product that their `@dataProduct` names. */
  readonly typesOfProduct: ReadonlyMap<string, readonly string[]>;
}

export interface FieldFacts {
  readonly team: string | undefined;
  readonly product: string | undefined;
  readonly level: string | undefined;
  readonly categories: readonly string[];
  /** The subgraphs that resolve the field. */
  readonly subgraphs: readonly string[];
}

const joinIdentity = 'https://specs.apollo.dev/join';

export function readGraphFacts(supergraphSdl: string): GraphFacts {
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
        applied(value, names.graph).map((graph) => [value.name.value, String(graph.name)] as const),
      );
    }),
  );
  const resolvedBy = (graphs: readonly Arguments[]): string[] =>
    graphs.flatMap(({ graph }) => subgraphNames.get(String(graph)) ?? []);

  const fields = new Map<string, FieldFacts>();
  const typesOfProduct = new Map<string, string[]>();
  for (const type of document.definitions.filter(hasFields)) {
    for (const { id } of applied(type, names.dataProduct)) {
      typesOfProduct.set(String(id), [...(typesOfProduct.get(String(id)) ?? []), type.name.value]);
    }
    const typeGraphs = applied(type, names.type);
    // A subgraph that knows only the key of a type (`resolvable: false`) can answer for the key, but is not its source.
    const whole = [...typeGraphs].sort((a, b) => Number(a.resolvable === false) - Number(b.resolvable === false));
    for (const field of type.fields ?? []) {
      const [owner] = applied(field, names.owner);
      const [classified] = applied(field, names.classified);
      const joins = applied(field, names.field).filter((join) => join.graph !== undefined);
      const sources = joins.filter((join) => join.external !== true && join.usedOverridden !== true);
      fields.set(`${type.name.value}.${field.name.value}`, {
        team: text(owner?.team),
        product: text(owner?.product),
        level: text(classified?.level),
        categories: Array.isArray(classified?.categories) ? classified.categories.map(String) : [],
        subgraphs: resolvedBy(joins.length > 0 ? sources : whole),
      });
    }
  }
  return { fields, typesOfProduct };
}

type Arguments = Readonly<Record<string, unknown>>;

function applied(node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }, name: string): Arguments[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name).map(argumentsOf);
}

function argumentsOf(directive: ConstDirectiveNode): Arguments {
  return Object.fromEntries(
    (directive.arguments ?? []).map((each) => [each.name.value, valueFromASTUntyped(each.value)]),
  );
}

/** The local name of a directive of a linked spec. */
function linkedNames(document: DocumentNode): (identity: string, directive: string) => string {
  const linked = linkedSpecifications(document);
  return (identity, directive) => {
    const link = linked.find((each) => each.identity === identity);
    return link ? directiveName(directive, link) : `${identity.slice(identity.lastIndexOf('/') + 1)}__${directive}`;
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
