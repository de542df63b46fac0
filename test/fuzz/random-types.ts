/** The types of a random model: entities and their keys, value types, interfaces, unions, enums and input objects. */
import { addEntityPlace, addResolver, type Draft, nullableKey, realPlaces } from './draft.ts';
import { builtInScalars, customScalar, type FieldModel, type ObjectModel } from './model.ts';
import type { Random } from './random.ts';
import { randomArgument, randomArguments } from './random-input.ts';

export function addInputs({ random, enums, inputs }: Draft): void {
  for (let n = 0; n <= random.int(2); n++) enums.push({ name: `Enum${n}`, values: random.some(enumValues, 2 + n) });
  for (let n = 0; n <= random.int(2); n++) {
    const fields = random.some(['min', 'tags', 'kind', 'nested', 'toJSON', 'id'], 2 + random.int(2));
    inputs.push({ name: `Input${n}`, fields: fields.map((name) => randomArgument({ enums, inputs }, random, name)) });
  }
}

const enumValues = ['RED', 'GREEN', 'BLUE', 'constructor', 'type', 'on', 'query'];

/** The first subgraph of an entity has all of its keys: from any other, every other can be reached through it. */
export function addEntities(draft: Draft): void {
  const { random, objects, subgraphs } = draft;
  const count = 2 + random.int(3);
  for (let n = 0; n < count; n++) {
    const name = `Entity${n}`;
    const fields: FieldModel[] = [];
    const keys = keysOf(draft, name, fields, n);
    const object: ObjectModel = { name, keys, places: [], fields };
    objects.push(object);
    const [home = 0, ...others] = random.some([...subgraphs.keys()], 1 + random.int(subgraphs.length));
    addEntityPlace(draft, object, home, [...keys.keys()]);
    const some = () => random.some([...keys.keys()], 1 + random.int(keys.length)).sort();
    for (const other of others) addEntityPlace(draft, object, other, some(), { withExternal: random.chance(0.4) });
    if (keys.length === 1 && n > 1 && random.chance(0.5)) addNullableKey(draft, object);
  }
}

/** A key that some objects have no value for. Where it is one, there is another key, since not all could be found by it. */
function addNullableKey({ random }: Draft, { keys, places, fields }: ObjectModel): void {
  const [home = 0, ...others] = places.map(({ subgraph }) => subgraph);
  const having = [home, ...random.some(others, random.int(others.length + 1))];
  // The shorter of two keys, which is the one that planners like better.
  keys.push(nullableKey);
  for (const place of places) if (having.includes(place.subgraph)) place.keys.push(keys.length - 1);
  const at = having.map((subgraph) => ({ subgraph, role: 'resolves' }) as const);
  fields.push({ name: nullableKey, type: 'String', args: [], at, key: 'sometimes' });
}

function keysOf(draft: Draft, entity: string, fields: FieldModel[], n: number): string[] {
  const { random, objects } = draft;
  const part = (name: string, type: string, key: NonNullable<FieldModel['key']>) =>
    fields.push({ name, type, args: [], at: [], key });
  // Entities that interfaces and other keys may refer to have this key alone.
  if (n < 2 || random.chance(0.3)) {
    part('id', 'ID!', 'whole');
    return ['id'];
  }
  const kinds: (() => string)[] = [
    () => {
      part('sku', random.pick(['String!', 'ID!', 'Int!']), 'whole');
      return 'sku';
    },
    () => {
      part('region', 'String!', 'low');
      part('number', 'Int!', 'high');
      return 'region number';
    },
    () => {
      part('parent', 'Entity0!', 'same');
      return 'parent { id }';
    },
    () => {
      const name = `${entity}Key`;
      const inner = (field: string, key: 'low' | 'high'): FieldModel => ({
        name: field,
        type: 'ID!',
        args: [],
        at: [],
        key,
      });
      objects.push({ name, keys: [], places: [], fields: [inner('a', 'low'), inner('b', 'high')] });
      part('ref', `${name}!`, 'same');
      return 'ref { a b }';
    },
  ];
  return random.some(kinds, 1 + random.int(3)).map((kind) => kind());
}

export function addValueTypes({ random, objects, ...draft }: Draft): void {
  const names = Array.from({ length: 1 + random.int(3) }, (_, n) => `Value${n}`);
  for (const name of names) {
    const fields = random.some(fieldNames, 2 + random.int(3)).map((field): FieldModel => {
      const composite = random.pick([...names, 'Entity0', 'Entity1']);
      const type = random.chance(0.25) ? wrapped(random, composite) : leafType({ random, ...draft });
      return { name: field, type, args: randomArguments(draft, random, 0.15), at: [], throws: random.chance(0.15) };
    });
    objects.push({ name, keys: [], places: [], fields });
  }
}

/** Interfaces of entities, and of value types; what implementers have in common may be non-null in some only. */
export function addInterfaces(draft: Draft): void {
  const { random, objects, interfaces } = draft;
  const values = objects.filter(({ name }) => /^Value\d/.test(name));
  if (random.chance(0.7)) {
    const implementers = ['Entity0', 'Entity1'];
    const id: FieldModel = { name: 'id', type: 'ID!', args: [], at: [] };
    const shared = sharedField(draft, 'common');
    interfaces.push({ name: 'Node', implementers, places: [], objects: [], fields: [id, shared] });
    for (const object of objects.filter(({ name }) => implementers.includes(name))) {
      const field = { ...implementing(random, shared), throws: random.chance(0.2) };
      object.fields.push(field);
      addResolver(draft, field, { subgraph: random.pick(realPlaces(object)), role: 'resolves' });
    }
  }
  if (values.length > 1 && random.chance(0.7)) {
    const shared = sharedField(draft, 'shape');
    interfaces.push({
      name: 'Valued',
      implementers: values.map(({ name }) => name),
      places: [],
      objects: [],
      fields: [shared],
    });
    for (const object of values) {
      const field = implementing(random, shared);
      object.fields.push(field);
      for (const { subgraph } of object.places)
        addResolver(draft, field, { subgraph, role: 'resolves', shareable: true });
    }
  }
}

function sharedField(draft: Draft, name: string): FieldModel {
  const type = draft.random.chance(0.3) ? 'Entity0' : leafType(draft).replace(/!$/, '');
  return { name, type, args: randomArguments(draft, draft.random, 0.2), at: [] };
}

const implementing = (random: Random, { name, type, args }: FieldModel): FieldModel => ({
  name,
  type: random.chance(0.4) ? `${type}!` : type,
  args,
  at: [],
});

export function addUnions({ random, objects, unions, subgraphs }: Draft): void {
  const candidates = objects.filter(({ name }) => !name.endsWith('Key')).map(({ name }) => name);
  for (let n = 0; n < random.int(3); n++) {
    const members = random.some(candidates, 2 + random.int(2));
    if (random.chance(0.25)) {
      const field: FieldModel = { name: 'secret', type: 'String', args: [], at: [] };
      objects.push({ name: `Secret${n}`, keys: [], places: [], fields: [field], inaccessible: true });
      members.push(`Secret${n}`);
    }
    // Not a subgraph: what members there may be. random-model.ts takes it away when all subgraphs are known.
    unions.push({ name: `Union${n}`, places: [{ subgraph: subgraphs.length, members }] });
  }
}

export const leafType = ({ random, enums }: Pick<Draft, 'random' | 'enums'>): string =>
  wrapped(random, random.pick([...builtInScalars, ...builtInScalars, customScalar, ...enums.map(({ name }) => name)]));

export const wrapped = (random: Random, name: string): string =>
  random.pick(['T', 'T', 'T', 'T', 'T!', 'T!', '[T]', '[T!]', '[T!]!', '[T]!', '[[T]]', '[[T!]!]!']).replace('T', name);

/** Words that mean something to JavaScript, to GraphQL or to an engine are names like any other. */
export const fieldNames = `name size total title rank label note ratio constructor toString valueOf hasOwnProperty then
  toJSON length type path data errors query representations extensions prototype`.split(/\s+/);
