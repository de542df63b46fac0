/** What the audit says of each field that is read: whose product it is of, by which version of which contract. */
import { entriesOf } from './catalog/entries.ts';
import type { ReadGraph } from './registry/read-graph.ts';
import { catalogName } from './registry/supergraph-file.ts';

export interface ReadFacts {
  /** What is the platform's own, as its catalog, is nobody's data. */
  isPlatform(coordinate: string): boolean;
  /** The field that an input, or another field, gives away; undefined where that is itself, or none. */
  givenAwayBy(coordinate: string): string | undefined;
  /** Whether it is an input that gives a field away. */
  isTelling(coordinate: string): boolean;
  productOf(coordinate: string): FieldOrigin;
}

export interface FieldOrigin {
  readonly product?: string;
  /** With its version. */
  readonly contract?: string;
}

export async function readFactsOf({ mesh, composed }: ReadGraph): Promise<ReadFacts> {
  const entries = await entriesOf(mesh);
  const contractOf = ({ contract: { id, version } }: (typeof entries)[number]['outputs'][number]) => `${id}@${version}`;
  const contracts = new Map(
    entries.flatMap(({ fields }) => fields.map(({ coordinate, output }) => [coordinate, contractOf(output)])),
  );
  /** Of products with one contract. */
  const only = new Map(
    entries.flatMap(({ id, outputs }) => {
      const [contract, ...others] = new Set(outputs.map(contractOf));
      return contract !== undefined && others.length === 0 ? [[id, contract]] : [];
    }),
  );
  const { fields, inputs } = composed?.facts ?? {};
  const givenAwayBy = (coordinate: string): string | undefined => {
    const of = inputs?.get(coordinate)?.of;
    return of === coordinate ? undefined : of;
  };
  const known = new Map<string, FieldOrigin>();
  return {
    isPlatform: (coordinate) => fields?.get(coordinate)?.subgraphs.join() === catalogName,
    givenAwayBy,
    isTelling: (coordinate) => !fields?.has(coordinate) && givenAwayBy(coordinate) !== undefined,
    productOf(coordinate) {
      const before = known.get(coordinate);
      if (before) return before;
      const of = givenAwayBy(coordinate) ?? coordinate;
      const product = fields?.get(coordinate)?.product ?? fields?.get(of)?.product;
      const contract = contracts.get(of) ?? only.get(product ?? '');
      const origin = { ...(product !== undefined && { product }), ...(contract !== undefined && { contract }) };
      known.set(coordinate, origin);
      return origin;
    },
  };
}
