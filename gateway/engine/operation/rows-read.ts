/**
 * From which rows a field of an answer is made: what other rows would change of it. Objects of a type that has rows are some of
 * them; so are the pages and the summaries of them, and what a subgraph is sent of them to work out a field.
 */
import { type RowsKey, rowsKey } from '../../../subgraphs/kit/contract/rows-key.ts';
import type { Access } from '../access.ts';
import type { FieldShape, ObjectShape } from './shape.ts';

/** What of a graph says where rows come from. */
export interface RowSources {
  /** The type whose rows objects of a type are made from: `Order`, of `Order`, `OrderConnection` and `OrderSummary`. */
  readonly rowTypeOf: ReadonlyMap<string, string>;
  /** Types of which there is no object where there is no row. */
  readonly oneByOne: ReadonlySet<string>;
  /** Subgraphs that have the rows of a type. */
  readonly subgraphsOf: ReadonlyMap<string, readonly string[]>;
  /** Subgraphs that resolve a field, by its coordinate. */
  resolving(coordinate: string): readonly string[];
  /** Fields that its subgraph is sent to resolve it: coordinates, over all steps. */
  sent(coordinate: string): readonly string[];
}

export const noRowSources: RowSources = {
  rowTypeOf: new Map(),
  oneByOne: new Set(),
  subgraphsOf: new Map(),
  resolving: () => [],
  sent: () => [],
};

export interface RowsRead {
  /** Types whose rows a field is made from. */
  typesOf(field: FieldShape): readonly string[];
  /** Equal for those who may read the same rows of a type. */
  keyOf(type: string): RowsKey;
  /** No row of which an object could be shown: what would be shown of one makes no difference. */
  isNever(field: FieldShape): boolean;
  /** Types for whose rows nothing is asked that resolves the field; none where something is. */
  unaskedFor(field: FieldShape): readonly string[];
}

export function rowsReadBy(access: Access, sources: RowSources): RowsRead {
  const { rowTypeOf, subgraphsOf, resolving, sent } = sources;
  const keys = new Map<string, RowsKey>();
  if (!access.rows || rowTypeOf.size === 0) return nothingRead;
  const unasked = unaskedTypes();
  return { typesOf, keyOf, isNever, unaskedFor };

  function keyOf(type: string): RowsKey {
    const known = keys.get(type) ?? found(type);
    keys.set(type, known);
    return known;
  }

  function found(type: string): RowsKey {
    const conditions = (subgraphsOf.get(type) ?? []).map((subgraph) => access.rows?.(subgraph));
    const all = conditions.map((each) => (each ? rowsKey(each[type] ?? true) : 'not asked'));
    return [...new Set(all)].sort().join(' or ');
  }

  function typesOf(field: FieldShape): readonly string[] {
    const found = new Set<string>();
    const add = (type: string): void => {
      const rows = rowTypeOf.get(type);
      if (rows !== undefined) found.add(rows);
    };
    for (const coordinate of sent(field.coordinate)) add(typeOf(coordinate));
    for (const [type, fields] of fieldsIn(field.shape)) if (!isKeyOnly(field, type, fields)) add(type);
    return [...found];
  }

  function isNever(field: FieldShape): boolean {
    const { types } = field.shape ?? {};
    if (!types?.size) return false;
    const read = typesOf(field);
    const none = rowsKey(false);
    for (const type of types.keys()) {
      const rows = rowTypeOf.get(type);
      if (rows === undefined || !sources.oneByOne.has(type) || !read.includes(rows) || keyOf(rows) !== none)
        return false;
    }
    return true;
  }

  /** A reference of which no more is asked than the other end has by itself: the row that it leads to is not looked for. */
  function isKeyOnly({ coordinate }: FieldShape, type: string, fields: readonly FieldShape[]): boolean {
    const holders = subgraphsOf.get(rowTypeOf.get(type) ?? '') ?? [];
    const from = resolving(coordinate);
    if (from.length === 0) return false;
    for (const subgraph of from) if (holders.includes(subgraph)) return false;
    const hasAll = (asked: string): boolean => {
      const by = resolving(asked);
      for (const subgraph of from) if (!by.includes(subgraph)) return false;
      return true;
    };
    for (const { coordinate: asked, restriction } of fields) {
      if (restriction?.effect === 'deny' || asked.endsWith('.__typename')) continue;
      if (!hasAll(asked)) return false;
      for (const other of sent(asked)) if (typeOf(other) === type && !hasAll(other)) return false;
    }
    return true;
  }

  function unaskedFor({ coordinate }: FieldShape): readonly string[] {
    if (unasked.size === 0) return none;
    const found: string[] = [];
    for (const subgraph of resolving(coordinate)) {
      const types = unasked.get(subgraph);
      if (!types) return none;
      found.push(...types);
    }
    return found;
  }

  /** By subgraph that is not asked: those that it has rows of. */
  function unaskedTypes(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const [type, subgraphs] of subgraphsOf) {
      for (const subgraph of subgraphs) {
        if (!access.rows?.(subgraph)) found.set(subgraph, [...(found.get(subgraph) ?? []), type]);
      }
    }
    return found;
  }
}

const none: readonly string[] = [];
const nothingRead: RowsRead = {
  typesOf: () => none,
  keyOf: () => rowsKey(true),
  isNever: () => false,
  unaskedFor: () => none,
};

/** By type, with what comes later. */
function fieldsIn(shape: ObjectShape | undefined): ReadonlyMap<string, readonly FieldShape[]> {
  if (!shape) return new Map();
  const all = new Map(shape.types);
  for (const [type, parts] of shape.deferred ?? []) {
    const later = parts.flatMap((part) => part.shape.types.get(type) ?? []);
    all.set(type, [...(all.get(type) ?? []), ...later]);
  }
  return all;
}

const typeOf = (coordinate: string): string => coordinate.slice(0, coordinate.indexOf('.'));
