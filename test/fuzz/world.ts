/**
 * The one logical data set of a model. No rows are stored: which object is meant (`Ref`), the field and its arguments
 * give the value, so a field has one value however the schema is cut up, and leaving out other fields changes nothing.
 */
import {
  type FieldNode,
  Kind,
  parse,
  parseType,
  type SelectionSetNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import {
  type FieldModel,
  type InterfaceModel,
  isScalarName,
  type Model,
  namedTypeOf,
  type ObjectModel,
  possibleIn,
} from './model.ts';
import { derived, hash } from './random.ts';
import { scalarValue } from './scalar-value.ts';

/** An object of the data set, as resolvers pass it on. */
export interface Ref {
  readonly __typename: string;
  readonly id: number;
  /** The representation by which a subgraph was asked for it. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** What the path to it provides of fields that are external there. */
  readonly provided?: SelectionSetNode;
}

/** How many objects each type has. */
export const population = 6;

export interface World {
  readonly model: Model;
  /** Whether the fields that can fail do. */
  readonly failing: boolean;
  /** False where subgraphs fail at random: a mutation that never arrived would change all that follow. */
  readonly counting: boolean;
  /** What mutations change: every one changes it in its own way, so that their order shows. */
  counter: number;
}

export class FieldFailure extends Error {}

/**
 * @param required what the field requires, as the resolver knows it: from the data, or from a representation.
 * @throws FieldFailure
 */
export function fieldValue(world: World, ref: Ref, field: FieldModel, args: object, required?: unknown): unknown {
  const { model, failing } = world;
  if (field.key === 'whole') return wholeKey(model, ref, field);
  if (field.key === 'sometimes') return ref.id % 3 === 1 ? null : wholeKey(model, ref, field);
  if (field.key === 'low') return keyPart(model, ref, ref.id % 3, field);
  if (field.key === 'high') return keyPart(model, ref, Math.floor(ref.id / 3), field);
  if (field.key === 'same') return { __typename: namedTypeOf(field.type), id: ref.id };
  const which = [model.seed, ref.__typename, ref.id, field.name] as const;
  if (failing && field.throws && hash(...which, 'fails') % 4 === 0) {
    throw new FieldFailure(`${ref.__typename}.${field.name} of ${ref.id} fails.`);
  }
  const from = [...which, canonical(args), canonical(required ?? null)];
  if (world.counting && ref.__typename === 'Mutation') {
    world.counter = hash(world.counter, ...from);
    from.push(world.counter);
  }
  return valueFor(model, field, parsedType(field.type), hash(...from), neverNull(field));
}

/** Where one subgraph promises more than the API schema, the data keep that promise. */
const neverNull = (field: FieldModel): boolean => field.at.some(({ type }) => type?.endsWith('!'));

function valueFor(model: Model, field: FieldModel, type: TypeNode, seed: number, notNull = false): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return valueFor(model, field, type.type, seed, true);
  if (!notNull && derived(seed, 0) % 7 === 0) return null;
  if (type.kind === Kind.LIST_TYPE) {
    const length = [0, 1, 2, 2, 3][derived(seed, 1) % 5];
    return Array.from({ length: length ?? 0 }, (_, at) => valueFor(model, field, type.type, derived(seed, at + 2)));
  }
  const name = type.name.value;
  const values = model.enums.find((each) => each.name === name)?.values;
  if (values) return values[derived(seed, 3) % values.length];
  if (isScalarName(name)) return (model.scalarValue ?? scalarValue)(name, seed);
  const possible = possibleTypes(model, field);
  return { __typename: possible[derived(seed, 4) % possible.length], id: derived(seed, 5) % population };
}

/** What every subgraph that resolves the field knows: a resolver cannot answer with a type that its schema lacks. */
export function possibleTypes(model: Model, { type, at }: FieldModel): string[] {
  const sets = at
    .filter(({ role }) => role === 'resolves')
    .map(({ subgraph }) => possibleIn(model, namedTypeOf(type), subgraph));
  return (sets[0] ?? []).filter((name) => sets.every((set) => set.includes(name)));
}

/** The field of the type, or of an interface whose `@interfaceObject` adds it. */
export function fieldOf(model: Model, typeName: string, fieldName: string): FieldModel | undefined {
  const named = ({ name }: FieldModel) => name === fieldName;
  const own = objectNamed(model, typeName)?.fields.find(named);
  if (own) return own;
  return facesOf(model, typeName)
    .flatMap(({ fields }) => fields.filter(({ at }) => at.length > 0))
    .find(named);
}

export const objectNamed = (model: Model, name: string): ObjectModel | undefined =>
  model.objects.find((each) => each.name === name);

const facesOf = (model: Model, typeName: string): InterfaceModel[] =>
  model.interfaces.filter(({ name, implementers }) => name === typeName || implementers.includes(typeName));

/** What `fields` (of `@key`, `@requires`) selects of an object, from the data. */
export function selectedOf(world: World, ref: Ref, fields: string): unknown {
  return selected(selectionOf(fields), ref, (object, node) => {
    const from = object as unknown as Ref;
    const field = fieldOf(world.model, from.__typename, node.name.value);
    if (!field) return undefined;
    return fieldValue(world, from, field, argumentsOf(node), requiredOf(world, from, field));
  });
}

/** What the field requires, from the data. */
export function requiredOf(world: World, ref: Ref, field: FieldModel): unknown {
  const requires = field.at.find((place) => place.requires !== undefined)?.requires;
  return requires === undefined ? undefined : selectedOf(world, ref, requires);
}

/**
 * The selected part of an object as `read` sees it; `missing` is what is not there. Where a representation does not say
 * what type an object has, what is there of a fragment belongs to it.
 */
export function selected(
  set: SelectionSetNode,
  from: unknown,
  read: (object: Readonly<Record<string, unknown>>, node: FieldNode) => unknown,
): unknown {
  if (Array.isArray(from)) return from.map((each) => selected(set, each, read));
  if (from === null || typeof from !== 'object') return from === null ? null : missing;
  const object = from as Readonly<Record<string, unknown>>;
  const found: Record<string, unknown> = {};
  const collect = ({ selections }: SelectionSetNode, optional: boolean): void => {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const fits = [undefined, node.typeCondition?.name.value].includes(object.__typename as string | undefined);
        if (fits) collect(node.selectionSet, object.__typename === undefined);
      }
      if (node.kind !== Kind.FIELD || node.name.value === '__typename') continue;
      const value = read(object, node);
      if (value === undefined && optional) continue;
      const inner = node.selectionSet;
      found[node.name.value] = value === undefined ? missing : inner ? selected(inner, value, read) : value;
    }
  };
  collect(set, false);
  return found;
}

export const missing = '(missing)';

const argumentsOf = (node: FieldNode): object =>
  Object.fromEntries((node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

export const selectionOf = memoized((fields: string): SelectionSetNode => {
  const [definition] = parse(`{${fields}}`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No selection: ${fields}`);
  return definition.selectionSet;
});

const parsedType = memoized((type: string) => parseType(type, { noLocation: true }));

/** Equal for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${key}:${canonical(each)}`)
    .join()}}`;
}

function wholeKey({ scalarValue: own }: Model, { __typename, id }: Ref, { name: field, type }: FieldModel): unknown {
  const name = namedTypeOf(type);
  if (own) return own(name, hash(__typename, id, field));
  return name === 'Int' ? (hash(__typename) % 1000) * 100 + id : `${__typename}:${id}`;
}

function keyPart({ scalarValue: own }: Model, { __typename }: Ref, part: number, { name, type }: FieldModel): unknown {
  if (own) return own(namedTypeOf(type), hash(__typename, name, part));
  return namedTypeOf(type) === 'Int' ? part : `${name}${part}`;
}

function memoized<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const fresh = make(text);
    made.set(text, fresh);
    return fresh;
  };
}
