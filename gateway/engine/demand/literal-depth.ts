import { Kind, type TypeNode, type ValueNode } from 'graphql';

/** How deep lists and objects lie within each other in a literal. */
export function literalDepth(value: ValueNode): number {
  if (value.kind === Kind.LIST) return 1 + deepest(value.values);
  if (value.kind === Kind.OBJECT) return 1 + deepest(value.fields.map((field) => field.value));
  return 0;
}

/** How deep list types lie within each other. */
export function listTypeDepth(type: TypeNode): number {
  if (type.kind === Kind.NAMED_TYPE) return 0;
  return listTypeDepth(type.type) + (type.kind === Kind.LIST_TYPE ? 1 : 0);
}

function deepest(values: readonly ValueNode[]): number {
  return values.reduce((depth, value) => Math.max(depth, literalDepth(value)), 0);
}
