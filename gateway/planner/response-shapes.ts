/** What fields of one response key must have in common in a subgraph (GraphQL, "SameResponseShape"). */
import { type DocumentNode, Kind } from 'graphql';
import { namedTypeOf } from './applied-directives.ts';
import type { SubgraphField, SubgraphSchema } from './subgraph-schemas.ts';

/** Of the fields of one subgraph. */
export interface ShapesOf {
  /** Whether the operation names a field that has several shapes in this subgraph. Says yes too often rather than too seldom. */
  mayConflict(operation: string): boolean;
  /** Two fields may have one key where they have one shape; `named` is the type that the field leads to. */
  of(type: string, field: string): { readonly shape: string; readonly named: string };
}

/** By the subgraph's name. */
export function responseShapes(
  supergraph: DocumentNode,
  schemas: ReadonlyMap<string, SubgraphSchema>,
): ReadonlyMap<string, ShapesOf> {
  const leaves = leafTypes(supergraph);
  /** `[Order!]` → `[{}!]`: objects are compared field by field. */
  const shapeOf = (type: string): string =>
    leaves.has(namedTypeOf(type)) ? type : type.replace(namedTypeOf(type), '{}');
  return new Map([...schemas].map(([subgraph, { fields }]) => [subgraph, shapesOf(fields, shapeOf)]));
}

function shapesOf(fields: ReadonlyMap<string, SubgraphField>, shapeOf: (type: string) => string): ShapesOf {
  const shapes = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const [coordinate, { type }] of fields) {
    const name = coordinate.slice(coordinate.indexOf('.') + 1);
    const shape = shapeOf(type);
    if ((shapes.get(name) ?? shape) !== shape) ambiguous.add(name);
    shapes.set(name, shape);
  }
  return {
    mayConflict: (operation) =>
      ambiguous.size > 0 && (operation.match(/\w+/g) ?? []).some((word) => ambiguous.has(word)),
    of(parent, field) {
      // `_entities` leads to a union, of which only fragments select anything.
      const type = field === '__typename' ? 'String!' : (fields.get(`${parent}.${field}`)?.type ?? '');
      return { shape: shapeOf(type), named: namedTypeOf(type) };
    },
  };
}

function leafTypes({ definitions }: DocumentNode): Set<string> {
  const leaves = definitions.flatMap((node) =>
    node.kind === Kind.SCALAR_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_DEFINITION ? node.name.value : [],
  );
  return new Set(['Int', 'Float', 'String', 'Boolean', 'ID', ...leaves]);
}
