/**
 * The shape of an answer: what stands at each place, under which key of the consumer, and where the engine's data have
 * it. Made from the consumer's document and the API schema (GraphQL, "Executing Selection Sets": CollectFields and
 * MergeSelectionSets, done once per operation instead of once per object).
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Restriction } from '../access.ts';
import { type Conditions, deferredLabel, isIncluded } from './conditions.ts';
import type { FieldKeys } from './field-keys.ts';
import type { RestrictionOf } from './restrictions.ts';

export interface ObjectShape {
  /** Distinguishes the shapes of one operation. */
  readonly id: number;
  /** By the name of the object's type. */
  readonly types: ReadonlyMap<string, readonly FieldShape[]>;
  /** Where the type is known, or makes no difference, its name or one of them; otherwise `__typename` of the data decides. */
  only?: string;
  /** What comes later, by the name of the object's type; absent where nothing does. */
  readonly deferred?: Map<string, readonly DeferredShape[]>;
}

/** A fragment with `@defer`, of an object that has already been given. */
export interface DeferredShape {
  readonly label: string | null;
  readonly shape: ObjectShape;
}

export interface FieldShape {
  /** The consumer's response key. */
  readonly key: string;
  /** The key in the engine's data; `__typename` where the type itself is asked. Absent for introspection. */
  readonly source: string;
  /** `Order.total`; where several types share the field, of one of them. */
  readonly coordinate: string;
  readonly type: GraphQLOutputType;
  /** Of the named type at the end of `type`, unless that is a leaf. */
  readonly shape?: ObjectShape;
  /** Absent where everything may be read. */
  readonly restriction?: Restriction;
  /** `__schema` and `__type` of the root: the field as the consumer wrote it, each time. */
  readonly introspection?: readonly FieldNode[];
}

export interface Document {
  readonly schema: GraphQLSchema;
  /** Of the supergraph: with the types that the schema does not show. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly keys: FieldKeys;
  readonly conditions: Conditions;
  /** Fragments with `@defer` come later; otherwise with all the rest. */
  readonly defers: boolean;
  readonly restrictionOf: RestrictionOf;
  /** The type of each object is asked for. */
  readonly tellsTypes: boolean;
}

export function shapeOf(document: Document, root: GraphQLObjectType, selectionSet: SelectionSetNode): ObjectShape {
  const { schema } = document;
  const known = new Map<string, ObjectShape>();
  const ids = new Map<SelectionSetNode, number>();
  const idOf = (set: SelectionSetNode): number => {
    const id = ids.get(set) ?? ids.size;
    ids.set(set, id);
    return id;
  };
  const objectShape = (typeName: string, sets: readonly SelectionSetNode[]): ObjectShape => {
    const identity = `${typeName} ${sets.map(idOf).join()}`;
    const before = known.get(identity);
    if (before) return before;
    const type = schema.getType(typeName);
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const types = new Map<string, readonly FieldShape[]>();
    const later = new Map<string, readonly DeferredShape[]>();
    const shape: ObjectShape = { id: known.size, types, ...(document.defers && { deferred: later }) };
    known.set(identity, shape);
    const bySelection = new Map<string, readonly FieldShape[]>();
    for (const each of possible) {
      const { fields: collected, deferred } = collect(document, each, sets);
      const parts = deferred.map(({ label, set }) => ({ label, shape: objectShape(each.name, [set]) }));
      if (parts.length > 0) later.set(each.name, parts);
      const signature = collected.map(([key, nodes]) => signatureOf(each, key, nodes)).join();
      const fields = bySelection.get(signature) ?? collected.map(([key, nodes]) => fieldShape(each, key, nodes));
      bySelection.set(signature, fields);
      types.set(each.name, fields);
    }
    const [first] = types;
    const [, fields = []] = first ?? [];
    const asksType = fields.some(({ source }) => source === '__typename');
    const isTold = asksType || document.tellsTypes;
    const same = bySelection.size === 1 && later.size === 0 && !isTold && !hidesTypes(document, typeName);
    if (first && (isObjectType(type) || same)) shape.only = first[0];
    return shape;
  };
  /** Two types of which the same is asked, and which answer it with the same types, share their fields. */
  const signatureOf = (parent: GraphQLObjectType, key: string, [node, ...others]: readonly FieldNode[]): string => {
    const sets = [node, ...others].flatMap((each) => (each?.selectionSet ? [idOf(each.selectionSet)] : []));
    const name = node?.name.value ?? '';
    const restricted = document.restrictionOf(parent.name, name) ? parent.name : '';
    return `${key}:${name}:${parent.getFields()[name]?.type}:${sets.join('+')}:${node && document.keys.get(node)}:${restricted}`;
  };
  const fieldShape = (parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldShape => {
    const [node] = nodes as [FieldNode];
    const name = node.name.value;
    const coordinate = `${parent.name}.${name}`;
    const definition = parent.getFields()[name];
    if (!definition) {
      const meta = { key, coordinate, type: GraphQLString };
      return name === '__typename' ? { ...meta, source: '__typename' } : { ...meta, source: '', introspection: nodes };
    }
    const sets = nodes.flatMap((each) => each.selectionSet ?? []);
    const source = document.keys.get(node) ?? name;
    const named = getNamedType(definition.type);
    const restriction = document.restrictionOf(parent.name, name);
    return {
      key,
      source,
      coordinate,
      type: definition.type,
      ...(sets.length > 0 && { shape: objectShape(named.name, sets) }),
      ...(restriction && { restriction }),
    };
  };
  return objectShape(root.name, [selectionSet]);
}

/** Whether an object at such a place may be of a type that consumers do not see (`@inaccessible`): it is none to them. */
export function hidesTypes({ schema, possibleTypes }: Document, abstractType: string): boolean {
  const type = schema.getType(abstractType);
  return isAbstractType(type) && (possibleTypes.get(abstractType)?.size ?? 0) > schema.getPossibleTypes(type).length;
}

interface Collected {
  /** Response keys in the order of their first appearance, with the fields that are merged under each. */
  readonly fields: [key: string, nodes: FieldNode[]][];
  readonly deferred: { readonly label: string | null; readonly set: SelectionSetNode }[];
}

function collect(
  { schema, fragments, conditions, defers }: Document,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Collected {
  const deferred: Collected['deferred'] = [];
  const found = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const applies = (condition: string): boolean => {
    const conditional = schema.getType(condition);
    return isAbstractType(conditional) ? schema.isSubType(conditional, type) : condition === type.name;
  };
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const nodes = found.get(key);
        if (nodes) nodes.push(selection);
        else found.set(key, [selection]);
        continue;
      }
      const isInline = selection.kind === Kind.INLINE_FRAGMENT;
      const fragment = isInline ? selection : fragments.get(selection.name.value);
      if (!fragment || (fragment.typeCondition && !applies(fragment.typeCondition.name.value))) continue;
      // Root fields of a mutation are executed one after the other, in their order.
      const mayDefer = defers && type !== schema.getMutationType();
      const label = mayDefer ? deferredLabel(selection, conditions) : undefined;
      if (label !== undefined) deferred.push({ label, set: fragment.selectionSet });
      else if (isInline) walk(fragment.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        walk(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) walk(set);
  return { fields: [...found], deferred };
}
