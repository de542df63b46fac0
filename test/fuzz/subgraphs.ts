/** The subgraphs of a model, in this process: each knows only its own schema, and answers through JSON as over HTTP. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, isUnionType, parse, validate } from 'graphql';
import type { FetchSubgraph, SubgraphResponse } from '../../gateway/engine/engine.ts';
import { isBroken } from './faults.ts';
import { type FieldModel, type FieldPlace, type Model, placeIn, possibleIn } from './model.ts';
import { subgraphSdl } from './sdl.ts';
import {
  canonical,
  fieldOf,
  fieldValue,
  missing,
  objectNamed,
  population,
  type Ref,
  selected,
  selectedOf,
  selectionOf,
  type World,
} from './world.ts';

export interface Asked {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly response?: unknown;
}

export interface Subgraphs {
  readonly sdls: readonly { readonly name: string; readonly url: string; readonly sdl: string }[];
  readonly fetch: FetchSubgraph;
  /** Starts an operation of a consumer: mutations begin anew. `asked` receives the requests to subgraphs. */
  begin(how: Pick<World, 'failing' | 'counting'>, asked?: Asked[]): void;
}

export function subgraphsOf(model: Model): Subgraphs {
  const all = model.subgraphs.map((name, at) => ({
    ...{ name, at, sdl: subgraphSdl(model, at) },
    url: `http://${name.toLowerCase()}.example/graphql`,
  }));
  const sdls = all.filter(({ sdl }) => /^(?:type|interface) /m.test(sdl));
  const servers = new Map(sdls.map(({ name, sdl, at }) => [name, serverOf(model, at, sdl)]));
  let world: World = { model, failing: false, counting: true, counter: 0 };
  let asked: Asked[] | undefined;
  return {
    sdls,
    begin(how, record) {
      world = { model, ...how, counter: 0 };
      asked = record;
    },
    async fetch({ name }, { body }) {
      const server = servers.get(name);
      if (!server) throw new Error(`The engine asks a subgraph that there is not: ${name}`);
      const { query, variables } = JSON.parse(body);
      const text = await server(query, variables ?? {}, world);
      asked?.push({ subgraph: name, query, variables, response: JSON.parse(text) });
      return { ...(JSON.parse(text) as SubgraphResponse), plain: !text.includes('\\') };
    },
  };
}

type Server = (query: string, variables: Record<string, unknown>, world: World) => Promise<string>;

function serverOf(model: Model, subgraph: number, sdl: string): Server {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
  const entities = schema.getQueryType()?.getFields()._entities;
  if (entities) {
    entities.resolve = (_, { representations }: { representations: Representation[] }) =>
      representations.map((given) => entityOf(model, subgraph, given));
  }
  // The library's own takes `__typename` at its word, which says more than a subgraph with `@interfaceObject` knows.
  const anyEntity = schema.getType('_Entity');
  if (isUnionType(anyEntity)) anyEntity.resolveType = undefined;
  const checked = new Map<string, DocumentNode | readonly Error[]>();
  return async (query, variableValues, contextValue) => {
    let document = checked.get(query);
    if (!document) {
      document = validDocument(schema, query);
      checked.set(query, document);
    }
    if (!('kind' in document)) return JSON.stringify({ errors: document });
    const { data, errors } = await execute({
      schema,
      document,
      variableValues,
      contextValue,
      fieldResolver: (source: Ref | undefined, args, world: World, { parentType, fieldName }) =>
        resolved(world, subgraph, source ?? { __typename: parentType.name, id: 0 }, fieldName, args),
      typeResolver: ({ __typename }: Ref) => typeIn(model, schema, subgraph, __typename),
    });
    return JSON.stringify({ ...(errors && { errors }), ...(data !== undefined && { data }) });
  };
}

function validDocument(schema: GraphQLSchema, query: string): DocumentNode | readonly Error[] {
  try {
    const document = parse(query, { noLocation: true });
    const errors = validate(schema, document);
    return errors.length > 0 ? errors : document;
  } catch (error) {
    return [error as Error];
  }
}

/** What the subgraph answers for a field, which may be less than the truth, or nothing that it should be asked. */
function resolved(world: World, subgraph: number, ref: Ref, fieldName: string, args: object): unknown {
  const field = fieldOf(world.model, ref.__typename, fieldName);
  const place = field && (placeIn(field, subgraph) ?? keyOfInterfaceObject(world.model, subgraph, ref, field));
  if (!field || !place) throw new Error(`No such field in this subgraph: ${ref.__typename}.${fieldName}`);
  if (place.role === 'overridden') throw new Error(`${ref.__typename}.${fieldName} belongs to another subgraph now.`);
  const provided = providedOf(ref, fieldName);
  if (place.role === 'external' && !provided && !(field.key && ref.given && Object.hasOwn(ref.given, fieldName))) {
    throw new Error(`${ref.__typename}.${fieldName} is external here, and this path does not provide it.`);
  }
  const given = place.requires === undefined ? undefined : givenOf(knownOf(world, ref), place.requires);
  if (isBroken(given)) throw new Error(`${ref.__typename}.${fieldName} cannot follow from ${JSON.stringify(given)}.`);
  const value = fieldValue(world, ref, field, args, given);
  const passed = place.provides === undefined ? provided?.selectionSet : selectionOf(place.provides);
  return passed ? providing(value, passed) : value;
}

/** Where objects are of the interface's type, their key is known without being declared by their own type. */
const keyOfInterfaceObject = (model: Model, subgraph: number, { __typename }: Ref, { key }: FieldModel) =>
  key &&
  model.interfaces.some(({ objects, implementers }) => objects.includes(subgraph) && implementers.includes(__typename))
    ? ({ subgraph, role: 'resolves' } as FieldPlace)
    : undefined;

/** What the subgraph was sent of an object, and what the path to it provides: that it knows by itself. */
function knownOf(world: World, ref: Ref): Readonly<Record<string, unknown>> {
  const provided = ref.provided?.selections ?? [];
  const names = provided.flatMap((node) => (node.kind === 'Field' ? node.name.value : []));
  const known = selectedOf({ ...world, failing: false }, ref, names.join(' ') || '__typename');
  return { ...(known as object), ...ref.given };
}

function givenOf(given: Readonly<Record<string, unknown>>, fields: string): unknown {
  return selected(selectionOf(fields), given, (object, node) =>
    Object.hasOwn(object, node.name.value) ? object[node.name.value] : undefined,
  );
}

function providedOf({ provided }: Ref, fieldName: string) {
  return provided?.selections.find((node) => node.kind === 'Field' && node.name.value === fieldName) as
    | { readonly selectionSet?: NonNullable<Ref['provided']> }
    | undefined;
}

function providing(value: unknown, provided: NonNullable<Ref['provided']>): unknown {
  if (Array.isArray(value)) return value.map((each) => providing(each, provided));
  return value === null || typeof value !== 'object' ? value : { ...value, provided };
}

type Representation = { readonly __typename: string } & Readonly<Record<string, unknown>>;

/** The entity with all of the keys that the representation holds. @throws where there is no such entity. */
function entityOf(model: Model, subgraph: number, given: Representation): Ref {
  const keys = keysIn(model, subgraph, given.__typename).map((key) => ({ key, held: canonical(givenOf(given, key)) }));
  const complete = keys.filter(({ held }) => !held.includes(missing) && !held.includes(':null'));
  if (complete.length === 0) throw new Error(`No key in ${JSON.stringify(given)}`);
  for (const __typename of possibleIn(model, given.__typename, subgraph)) {
    for (let id = 0; id < population; id++) {
      if (complete.every(({ key, held }) => held === keyOf(model, __typename, id, key)))
        return { __typename, id, given };
    }
  }
  throw new Error(`No entity is ${JSON.stringify(given)}`);
}

function keysIn(model: Model, subgraph: number, typeName: string): string[] {
  const object = objectNamed(model, typeName);
  const place = object?.places.find((each) => each.subgraph === subgraph);
  if (object && place) return place.keys.flatMap((key) => object.keys[key] ?? []);
  const face = model.interfaces.find(({ name }) => name === typeName);
  return face?.key === undefined ? [] : [face.key];
}

const keyTexts = new WeakMap<Model, Map<string, string>>();

function keyOf(model: Model, __typename: string, id: number, key: string): string {
  const known = keyTexts.get(model) ?? new Map<string, string>();
  keyTexts.set(model, known);
  const which = `${__typename} ${id} ${key}`;
  const text =
    known.get(which) ??
    canonical(selectedOf({ model, failing: false, counting: false, counter: 0 }, { __typename, id }, key));
  known.set(which, text);
  return text;
}

/** In a subgraph with `@interfaceObject`, objects are of the interface's type: it does not know better. */
function typeIn(model: Model, schema: GraphQLSchema, subgraph: number, typeName: string): string {
  if (schema.getType(typeName)) return typeName;
  const face = model.interfaces.find(
    ({ objects, implementers }) => objects.includes(subgraph) && implementers.includes(typeName),
  );
  return face?.name ?? typeName;
}
