/** A random federated schema: what its seed is, it is. It composes as a rule; what does not is thrown away. */
import { addEntityPlace, addResolver, type Draft, realPlaces } from './draft.ts';
import { type FieldModel, isEntity, type Model, namedTypeOf, type ObjectModel } from './model.ts';
import { randomOf } from './random.ts';
import { addInaccessible, addOverrides, addProvides, addRequires, addStricterTypes } from './random-directives.ts';
import { randomArguments } from './random-input.ts';
import {
  addEntities,
  addInputs,
  addInterfaces,
  addUnions,
  addValueTypes,
  fieldNames,
  leafType,
  wrapped,
} from './random-types.ts';

const names = ['alpha', 'beta', 'gamma-2', 'delta_x', 'Epsilon', 'zeta'];

export function randomModel(seed: number): Model {
  const random = randomOf(seed, 'model');
  const subgraphs = names.slice(0, 2 + random.int(5));
  const draft: Draft = { seed, random, subgraphs, objects: [], interfaces: [], unions: [], enums: [], inputs: [] };
  addInputs(draft);
  addEntities(draft);
  addValueTypes(draft);
  addInterfaces(draft);
  addUnions(draft);
  if (random.chance(0.3)) addInterfaceObject(draft);
  for (const object of draft.objects.filter(isEntity)) addFields(draft, object);
  addRoots(draft);
  addRequires(draft);
  addProvides(draft);
  addOverrides(draft);
  addInaccessible(draft);
  addStricterTypes(draft);
  keepRequired(draft);
  const { random: _, ...model } = draft;
  return withoutUnused(model);
}

/** An interface of entities in one subgraph, to all of whose implementers another adds fields without knowing them. */
function addInterfaceObject(draft: Draft): void {
  const { random, objects, interfaces, subgraphs } = draft;
  const [home = 0, adding = 1] = random.some([...subgraphs.keys()], 2);
  const implementers = ['Media0', 'Media1'];
  const id: FieldModel = { name: 'id', type: 'ID!', args: [], at: [] };
  const own: FieldModel = { name: 'medium', type: 'String', args: [], at: [] };
  const fields = random.some(['added', 'constructor', 'note'], 1 + random.int(2)).map(
    (name): FieldModel => ({
      name,
      type: random.chance(0.7) ? leafType(draft) : wrapped(random, random.pick(['Entity0', 'Value0'])),
      args: randomArguments(draft, random),
      at: [],
      throws: random.chance(0.2),
    }),
  );
  interfaces.push({
    name: 'Media',
    key: 'id',
    implementers,
    places: [home],
    objects: [adding],
    fields: [id, own, ...fields],
  });
  for (const name of implementers) {
    const object: ObjectModel = {
      name,
      keys: ['id'],
      places: [],
      fields: [
        { ...id, at: [], key: 'whole' },
        { ...own, at: [] },
      ],
    };
    objects.push(object);
    addEntityPlace(draft, object, home, [0]);
    for (const field of object.fields.slice(1)) addResolver(draft, field, { subgraph: home, role: 'resolves' });
  }
  for (const field of fields) addResolver(draft, field, { subgraph: adding, role: 'resolves' });
}

function addFields(draft: Draft, object: ObjectModel): void {
  const { random } = draft;
  const taken = new Set(object.fields.map(({ name }) => name));
  if (object.name.startsWith('Media'))
    for (const { fields } of draft.interfaces) for (const { name } of fields) taken.add(name);
  const free = [...fieldNames, 'id'].filter((name) => !taken.has(name));
  for (const name of random.some(free, 2 + random.int(5))) {
    const [first = 0, second] = random.some(realPlaces(object), 2);
    const type = random.chance(0.55) ? leafType(draft) : wrapped(random, compositeIn(draft, first));
    const field: FieldModel = { name, type, args: randomArguments(draft, random), at: [], throws: random.chance(0.15) };
    object.fields.push(field);
    const shareable = second !== undefined && random.chance(0.2) && isShareable(draft, type);
    addResolver(draft, field, { subgraph: first, role: 'resolves', ...(shareable && { shareable }) });
    if (shareable) addResolver(draft, field, { subgraph: second, role: 'resolves', shareable });
  }
  if (random.chance(0.3)) addSplitValue(draft, object);
}

/** A value type whose fields live in two subgraphs: an answer has to be put together from both. */
function addSplitValue(draft: Draft, object: ObjectModel): void {
  const { random } = draft;
  const [first, second] = random.some(realPlaces(object), 2);
  if (first === undefined || second === undefined) return;
  const name = `${object.name}Split`;
  const both = [first, second];
  const parts: [string, number[]][] = [
    ['shared', both],
    ['one', [first]],
    ['other', [second]],
  ];
  const fields = parts.map(
    ([part, at]): FieldModel => ({
      name: part,
      type: leafType(draft),
      args: [],
      at: at.map((subgraph) => ({ subgraph, role: 'resolves', shareable: true })),
      throws: random.chance(0.2),
    }),
  );
  draft.objects.push({ name, keys: [], places: both.map((subgraph) => ({ subgraph, keys: [] })), fields });
  object.fields.push({
    name: 'split',
    type: wrapped(random, name),
    args: randomArguments(draft, random),
    at: both.map((subgraph) => ({ subgraph, role: 'resolves', shareable: true })),
  });
}

function addRoots(draft: Draft): void {
  const { random, subgraphs, objects } = draft;
  const query: ObjectModel = { name: 'Query', keys: [], places: [...subgraphs.keys()].map(place), fields: [] };
  const mutation: ObjectModel = { name: 'Mutation', keys: [], places: [...subgraphs.keys()].map(place), fields: [] };
  objects.push(query, mutation);
  for (const subgraph of subgraphs.keys()) {
    for (let n = 0; n <= random.int(3); n++) addRoot(draft, query, `query${subgraph}${'abc'[n]}`, subgraph);
    if (random.chance(0.4)) addRoot(draft, mutation, `change${subgraph}`, subgraph);
  }
  if (random.chance(0.5)) addRoot(draft, query, random.pick(fieldNames), random.int(subgraphs.length));
}

const place = (subgraph: number) => ({ subgraph, keys: [] });

function addRoot(draft: Draft, root: ObjectModel, name: string, subgraph: number): void {
  const { random } = draft;
  const type = random.chance(0.15) ? leafType(draft) : wrapped(random, compositeIn(draft, subgraph));
  const field: FieldModel = {
    name,
    type,
    args: randomArguments(draft, random, 0.4),
    at: [],
    throws: random.chance(0.1),
  };
  root.fields.push(field);
  const other = random.int(draft.subgraphs.length);
  const shareable = root.name === 'Query' && other !== subgraph && random.chance(0.15) && isShareable(draft, type);
  addResolver(draft, field, { subgraph, role: 'resolves', ...(shareable && { shareable }) });
  if (shareable) addResolver(draft, field, { subgraph: other, role: 'resolves', shareable });
}

/** A composite type that the subgraph may mention; entities mostly. */
function compositeIn({ random, objects, interfaces, unions }: Draft, subgraph: number): string {
  const entities = objects.filter(({ name }) => name.startsWith('Entity') && /\d$/.test(name));
  const values = objects.filter(({ name }) => /^Value\d$/.test(name));
  const faces = interfaces.filter((face) => !face.key || [...face.places, ...face.objects].includes(subgraph));
  const pools: (readonly { readonly name: string }[])[] = [entities, entities, values, faces, unions];
  return random.pick(random.pick(pools.filter((pool) => pool.length > 0))).name;
}

/** Subgraphs may know different implementers of an interface, and then cannot answer alike. */
const isShareable = (draft: Draft, type: string): boolean =>
  draft.interfaces.every(({ name }) => name !== namedTypeOf(type));

/**
 * What an operation selects of an object that a field requires parts of is fetched with these, so a null that spreads to the
 * object from there is missing to the field as well. A server that knows everything would not notice.
 */
function keepRequired({ objects }: Draft): void {
  const fields = objects.flatMap((object) => object.fields);
  if (!fields.some(({ at }) => at.some(({ requires }) => requires?.includes('{')))) return;
  for (const field of fields) if (field.type.endsWith('!')) field.throws = false;
}

/** Types that no subgraph came to declare. */
function withoutUnused(model: Model): Model {
  const unions = model.unions.map(({ name, places }) => ({
    name,
    places: places.filter(({ subgraph }) => subgraph < model.subgraphs.length),
  }));
  return {
    ...model,
    objects: model.objects.filter(({ places, fields }) => places.length > 0 && fields.some(({ at }) => at.length > 0)),
    interfaces: model.interfaces.filter(({ places }) => places.length > 0),
    unions: unions.filter(({ places }) => places.length > 0),
  };
}
