/**
 * What is protected: each field with its effective classification, the highest level and all categories of itself and of
 * everything that it is computed from, however many steps away, up to a transform that takes out who it is about.
 */
import { levelRank } from '../../../subgraphs/kit/contract/classification-levels.ts';
import { type Classification, levelName, merged } from './classification.ts';

/** What the composed graph says of a field. */
export interface GraphField extends Classification {
  readonly team: string | undefined;
  readonly product: string | undefined;
  /** The subgraphs that resolve the field; a subgraph is called as its domain. */
  readonly subgraphs: readonly string[];
  /** One step. */
  readonly computedFrom: readonly string[];
  /** One step, by the pipeline that made the rows. */
  readonly transformedFrom?: readonly string[] | undefined;
  /** What the transform does that takes out of its value whatever it is computed from, as who provides the field declares it. */
  readonly deIdentified?: string | undefined;
}

export interface ProtectedField extends Classification {
  readonly coordinate: string;
  readonly type: string;
  readonly name: string;
  readonly team: string | undefined;
  readonly product: string | undefined;
  /** Of the product; of a field that is of none, the only one that resolves it. */
  readonly domain: string | undefined;
  /** Output port of the product whose contract describes the field. */
  readonly port: string | undefined;
  /** Of the level: public 0 to restricted 3, a word that nobody knows 4, none -1. */
  readonly rank: number;
}

/** By coordinate; worked out when it is first asked for, and kept. Undefined for what is no field of the graph. */
export type ProtectedFields = (coordinate: string) => ProtectedField | undefined;

/**
 * @param domainOf a product
 * @param portOf a field, by its coordinate
 */
export function protectedFields(
  fields: ReadonlyMap<string, GraphField>,
  domainOf: (product: string) => string | undefined,
  portOf: (coordinate: string) => string | undefined = () => undefined,
): ProtectedFields {
  const known = new Map<string, ProtectedField>();
  return (coordinate) => {
    const before = known.get(coordinate);
    if (before) return before;
    const field = fields.get(coordinate);
    if (!field) return undefined;
    const [type = '', name = ''] = coordinate.split('.');
    const { level, categories } = effectiveClassification(coordinate, fields);
    const { team, product, subgraphs } = field;
    const found: ProtectedField = {
      coordinate,
      type,
      name,
      team,
      product,
      // Of several that resolve it, none: what is allowed of one domain is not allowed of another.
      domain: product !== undefined ? domainOf(product) : subgraphs.length === 1 ? subgraphs[0] : undefined,
      get port() {
        return portOf(coordinate);
      },
      level: level === undefined ? undefined : levelName(level),
      rank: levelRank(level),
      categories: [...categories].sort(),
    };
    known.set(coordinate, found);
    return found;
  };
}

/** Walks with a list, since who requires what may go in circles, or on for as long as there are fields. */
export function effectiveClassification(coordinate: string, fields: ReadonlyMap<string, GraphField>): Classification {
  const reached = new Set([coordinate]);
  // A Set goes on with what is added to it on the way.
  for (const each of reached) for (const source of inheritedFrom(fields.get(each))) reached.add(source);
  return merged([...reached].flatMap((each) => fields.get(each) ?? []));
}

/** What a de-identifying transform has made says nothing of what it is made of; it is as sensitive as is said of it. */
const inheritedFrom = (field: GraphField | undefined): readonly string[] =>
  field?.deIdentified === undefined ? [...(field?.computedFrom ?? []), ...(field?.transformedFrom ?? [])] : [];
