/**
 * The shape of a document, told without a schema, before validation and planning: those follow every spread, and compare
 * every field with every other of the same response path. A kilobyte of nested, reused fragments stands for 2^60 fields.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { listTypeDepth, literalDepth } from './literal-depth.ts';

export interface Shape {
  /** Fields below each other. Introspection has a bound of its own in graphql-js, and is not counted. */
  depth: number;
  aliases: number;
  rootFields: number;
  directives: number;
  directivesInOnePlace: number;
  /** Pairs of fields with the same response path: validation compares them (GraphQL, "Field Selection Merging"). */
  comparisons: number;
  /** Lists, objects and list types within each other, in what the document writes. */
  literalDepth: number;
}

/** Fields that were found at one response path, and what is below them. */
interface Place {
  times: number;
  readonly below: Places;
}
type Places = Map<string, Place>;

interface Walk {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly spread: Set<string>;
  /** The fragments that the walk is in. */
  readonly within: Set<string>;
  /** Selections that may still be looked at. */
  left: number;
  shape: Shape;
}

/**
 * One shape per operation, fragments counted where they are spread, and one per fragment that no operation spreads.
 * Undefined: there are more than `selections` of them. How many more is not found out: that is the attack.
 */
export function shapesOf(document: DocumentNode, selections: number): Shape[] | undefined {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const fragments = new Map(
    document.definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each] as const),
  );
  const walk: Walk = { fragments, spread: new Set(), within: new Set(), left: selections, shape: emptyShape() };
  const shapes = operations.map((operation) => {
    walk.shape = emptyShape();
    lookAtOperation(walk, operation);
    walkSet(walk, operation.selectionSet, new Map(), 0);
    return walk.shape;
  });
  for (const name of fragments.keys()) {
    if (walk.spread.has(name)) continue;
    walk.shape = emptyShape();
    walkFragment(walk, name, new Map(), 1);
    shapes.push(walk.shape);
  }
  return walk.left < 0 ? undefined : shapes;
}

function walkSet(walk: Walk, set: SelectionSetNode, places: Places, depth: number): void {
  for (const selection of set.selections) {
    walk.left -= 1;
    if (walk.left < 0) return;
    lookAtDirectives(walk.shape, selection.directives);
    if (selection.kind === Kind.FIELD) walkField(walk, selection, places, depth);
    else if (selection.kind === Kind.INLINE_FRAGMENT) walkSet(walk, selection.selectionSet, places, depth);
    else walkFragment(walk, selection.name.value, places, depth);
  }
}

function walkField(walk: Walk, field: FieldNode, places: Places, depth: number): void {
  const { shape } = walk;
  const isIntrospection = field.name.value.startsWith('__');
  if (!isIntrospection) shape.depth = Math.max(shape.depth, depth + 1);
  if (field.alias) shape.aliases += 1;
  if (depth === 0) shape.rootFields += 1;
  for (const { value } of field.arguments ?? []) shape.literalDepth = Math.max(shape.literalDepth, literalDepth(value));
  const place = placeOf(places, (field.alias ?? field.name).value);
  shape.comparisons += place.times;
  place.times += 1;
  const depthBelow = isIntrospection ? Number.NEGATIVE_INFINITY : depth + 1;
  if (field.selectionSet) walkSet(walk, field.selectionSet, place.below, depthBelow);
}

function walkFragment(walk: Walk, name: string, places: Places, depth: number): void {
  const fragment = walk.fragments.get(name);
  if (!fragment || walk.within.has(name)) return; // One that spreads itself is for validation to refuse.
  walk.spread.add(name);
  walk.within.add(name);
  lookAtDirectives(walk.shape, fragment.directives);
  walkSet(walk, fragment.selectionSet, places, depth);
  walk.within.delete(name);
}

function lookAtOperation({ shape }: Walk, { directives, variableDefinitions = [] }: OperationDefinitionNode): void {
  lookAtDirectives(shape, directives);
  for (const variable of variableDefinitions) {
    lookAtDirectives(shape, variable.directives);
    const ofDefault = variable.defaultValue ? literalDepth(variable.defaultValue) : 0;
    shape.literalDepth = Math.max(shape.literalDepth, ofDefault, listTypeDepth(variable.type));
  }
}

function lookAtDirectives(shape: Shape, directives: readonly DirectiveNode[] = []): void {
  shape.directives += directives.length;
  shape.directivesInOnePlace = Math.max(shape.directivesInOnePlace, directives.length);
  for (const { arguments: given = [] } of directives) {
    for (const { value } of given) shape.literalDepth = Math.max(shape.literalDepth, literalDepth(value));
  }
}

function placeOf(places: Places, key: string): Place {
  const known = places.get(key);
  if (known) return known;
  const place: Place = { times: 0, below: new Map() };
  places.set(key, place);
  return place;
}

const emptyShape = (): Shape => ({
  depth: 0,
  aliases: 0,
  rootFields: 0,
  directives: 0,
  directivesInOnePlace: 0,
  comparisons: 0,
  literalDepth: 0,
});
