/** A random change of a schema, of the kinds that teams make: what is there is removed, renamed, retyped, or added to. */
import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  parseType,
  print,
  validateSchema,
  visit,
} from 'graphql';
import { type Random, randomOf } from './fuzz/random.ts';

/**
 * One to three changes that leave a valid schema.
 * @param likely coordinates that are changed more often than others
 */
export function randomEdit(sdl: DocumentNode, random: Random, likely: ReadonlySet<string>): DocumentNode {
  for (;;) {
    let edited = sdl;
    for (let left = 1 + random.int(3); left > 0; left--) edited = once(edited, random, likely);
    if (print(edited) !== print(sdl) && isValid(edited)) return edited;
  }
}

export const schemaOf = (sdl: DocumentNode): GraphQLSchema => buildASTSchema(sdl);

function isValid(sdl: DocumentNode): boolean {
  try {
    return validateSchema(schemaOf(sdl)).length === 0;
  } catch {
    return false;
  }
}

function once(sdl: DocumentNode, random: Random, likely: ReadonlySet<string>): DocumentNode {
  const coordinates = sdl.definitions.flatMap(coordinatesOf);
  const preferred = coordinates.filter((each) => likely.has(each));
  const target = random.pick(preferred.length > 0 && random.chance(0.8) ? preferred : coordinates);
  const [typeName = '', member, argument] = target.split(/[.(:]/);
  const seed = random.int(1e9);
  // What types have in common is changed in all of them, as a rule: an interface and those who implement it.
  const isEverywhere = random.chance(0.7);
  if (member === undefined) return changeType(sdl, typeName, random);
  return {
    ...sdl,
    definitions: sdl.definitions.map((each) => {
      const own = randomOf(seed);
      const isMeant = 'name' in each && each.name?.value === typeName;
      if (hasFields(each) && (isMeant || isEverywhere)) {
        const change = (field: FieldDefinitionNode) =>
          argument === undefined ? changedField(sdl, field, own) : [withArgumentChanged(sdl, field, argument, own)];
        return {
          ...each,
          fields: each.fields?.flatMap((field) => (field.name.value === member ? change(field) : [field])),
        };
      }
      if (isMeant && each.kind === Kind.ENUM_TYPE_DEFINITION) return withValueChanged(each, member, own);
      if (isMeant && each.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) return withInputChanged(sdl, each, member, own);
      return each;
    }) as DefinitionNode[],
  };
}

function coordinatesOf(node: DefinitionNode): string[] {
  if (!('name' in node) || !node.name) return [];
  const type = node.name.value;
  const own = type === 'Query' || type === 'Mutation' ? [] : [type];
  if (hasFields(node)) {
    const fields = node.fields ?? [];
    return fields.flatMap(({ name, arguments: args = [] }) => {
      const coordinate = `${type}.${name.value}`;
      return [coordinate, ...args.map((arg) => `${coordinate}(${arg.name.value}:)`)];
    });
  }
  if (node.kind === Kind.ENUM_TYPE_DEFINITION)
    return [...own, ...(node.values ?? []).map(({ name }) => `${type}.${name.value}`)];
  if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
    return [...own, ...(node.fields ?? []).map(({ name }) => `${type}.${name.value}`)];
  }
  return own;
}

const hasFields = (node: DefinitionNode) =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;

function changeType(sdl: DocumentNode, name: string, random: Random): DocumentNode {
  const node = sdl.definitions.find((each) => 'name' in each && each.name?.value === name);
  const replaced = (definition: DefinitionNode): DocumentNode => ({
    ...sdl,
    definitions: sdl.definitions.map((each) => (each === node ? definition : each)),
  });
  const objects = sdl.definitions.flatMap((each) => (each.kind === Kind.OBJECT_TYPE_DEFINITION ? [each.name] : []));
  switch (random.chance(0.2) ? 'any' : node?.kind) {
    case Kind.UNION_TYPE_DEFINITION: {
      if (node?.kind !== Kind.UNION_TYPE_DEFINITION) return sdl;
      const { types = [] } = node;
      if (random.chance(0.4))
        return replaced({ ...node, types: [...types, { kind: Kind.NAMED_TYPE, name: random.pick(objects) }] });
      if (types.length === 0) return sdl;
      const gone = random.pick(types);
      return replaced({ ...node, types: types.filter((each) => each !== gone) });
    }
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const implementers = sdl.definitions.filter(
        (each) =>
          each.kind === Kind.OBJECT_TYPE_DEFINITION && each.interfaces?.some((face) => face.name.value === name),
      );
      if (implementers.length === 0) return renamedType(sdl, name);
      const leaving = random.pick(implementers);
      return {
        ...sdl,
        definitions: sdl.definitions.map((each) =>
          each === leaving && each.kind === Kind.OBJECT_TYPE_DEFINITION
            ? { ...each, interfaces: each.interfaces?.filter((face) => face.name.value !== name) ?? [] }
            : each,
        ),
      };
    }
    case Kind.ENUM_TYPE_DEFINITION: {
      if (node?.kind !== Kind.ENUM_TYPE_DEFINITION) return sdl;
      if (random.chance(0.3)) return replaced({ kind: Kind.SCALAR_TYPE_DEFINITION, name: node.name });
      const value = { kind: Kind.ENUM_VALUE_DEFINITION, name: { kind: Kind.NAME, value: 'ADDED' } } as const;
      return replaced({ ...node, values: [...(node.values ?? []), value] });
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      if (node?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return sdl;
      if (random.chance(0.2)) return replaced(definition(`${print(node).replace('{', '@oneOf {')}`));
      return replaced({ ...node, fields: [...(node.fields ?? []), added(sdl, random)] });
    }
    case Kind.SCALAR_TYPE_DEFINITION:
      return replaced(definition(`enum ${name} { ONE TWO }`));
    default:
      return renamedType(sdl, name);
  }
}

const definition = (text: string): DefinitionNode => parse(text).definitions[0] as DefinitionNode;

const renamedType = (sdl: DocumentNode, name: string): DocumentNode =>
  visit(sdl, {
    Name: (node, key) => (key === 'name' && node.value === name ? { ...node, value: `${name}Renamed` } : undefined),
  });

function changedField(sdl: DocumentNode, field: FieldDefinitionNode, random: Random): FieldDefinitionNode[] {
  const choice = random.int(100);
  if (choice < 20) return [];
  if (choice < 30) return [{ ...field, name: { ...field.name, value: `${field.name.value}Renamed` } }];
  if (choice < 45) return [{ ...field, arguments: [...(field.arguments ?? []), added(sdl, random)] }];
  return [{ ...field, type: parseType(retyped(sdl, print(field.type), random, 'output')) }];
}

function withArgumentChanged(
  sdl: DocumentNode,
  field: FieldDefinitionNode,
  name: string,
  random: Random,
): FieldDefinitionNode {
  const change = (arg: InputValueDefinitionNode) => (arg.name.value === name ? changedInput(sdl, arg, random) : [arg]);
  return { ...field, arguments: field.arguments?.flatMap(change) ?? [] };
}

function withInputChanged(
  sdl: DocumentNode,
  node: InputObjectTypeDefinitionNode,
  name: string,
  random: Random,
): DefinitionNode {
  const change = (field: InputValueDefinitionNode) =>
    field.name.value === name ? changedInput(sdl, field, random) : [field];
  return { ...node, fields: node.fields?.flatMap(change) ?? [] };
}

function withValueChanged(node: EnumTypeDefinitionNode, name: string, random: Random): DefinitionNode {
  const values = node.values?.flatMap((each) => {
    if (each.name.value !== name) return [each];
    return random.chance(0.5) ? [] : [{ ...each, name: { ...each.name, value: `${name}_RENAMED` } }];
  });
  return { ...node, values: values ?? [] };
}

/** An argument or an input field. */
function changedInput(sdl: DocumentNode, input: InputValueDefinitionNode, random: Random): InputValueDefinitionNode[] {
  const { defaultValue, ...bare } = input;
  const choice = random.int(100);
  if (choice < 15) return [];
  if (choice < 25) return [{ ...input, name: { ...input.name, value: `${input.name.value}Renamed` } }];
  if (choice < 50 && defaultValue) return [bare];
  if (choice < 65) return [{ ...bare, defaultValue: { kind: Kind.NULL } }];
  if (choice < 72) return [{ ...bare, defaultValue: { kind: Kind.INT, value: '7' } }];
  const type = parseType(retyped(sdl, print(input.type), random, 'input'));
  return [{ ...(random.chance(0.5) ? bare : input), type }];
}

function added(sdl: DocumentNode, random: Random): InputValueDefinitionNode {
  const type = random.pick(['Int', 'Int!', 'Int! = 3', 'Int = 3', ...inputNames(sdl)]);
  const node = definition(`input I { added: ${type} }`) as InputObjectTypeDefinitionNode;
  return node.fields?.[0] as InputValueDefinitionNode;
}

function retyped(sdl: DocumentNode, type: string, random: Random, side: 'input' | 'output'): string {
  const name = type.replace(/[[\]!]/g, '');
  const others = side === 'input' ? inputNames(sdl) : outputNames(sdl);
  const choices = [
    type.endsWith('!') ? type.slice(0, -1) : `${type}!`,
    type.endsWith('!') ? type.slice(0, -1) : `${type}!`,
    type.includes('!]') ? type.replace('!]', ']') : type.replace(/(?<!!)\]/, '!]'),
    `[${type}]`,
    type.startsWith('[') ? type.replace(/^\[(.*)\]!?$/, '$1') : `[${type.replace('!', '')}!]!`,
    type.replace(name, random.pick(others)),
    type.replace(name, random.pick(others)),
  ];
  return random.pick(choices);
}

const leaves = ['Int', 'Float', 'String', 'Boolean', 'ID'];

const inputNames = (sdl: DocumentNode): string[] =>
  namesOf(sdl, [Kind.ENUM_TYPE_DEFINITION, Kind.INPUT_OBJECT_TYPE_DEFINITION, Kind.SCALAR_TYPE_DEFINITION]);

const outputNames = (sdl: DocumentNode): string[] =>
  namesOf(sdl, [
    ...[Kind.ENUM_TYPE_DEFINITION, Kind.SCALAR_TYPE_DEFINITION, Kind.OBJECT_TYPE_DEFINITION],
    ...[Kind.INTERFACE_TYPE_DEFINITION, Kind.UNION_TYPE_DEFINITION],
  ]);

const namesOf = (sdl: DocumentNode, kinds: readonly Kind[]): string[] => [
  ...leaves,
  ...sdl.definitions.flatMap((each) =>
    kinds.includes(each.kind) && 'name' in each && each.name ? [each.name.value] : [],
  ),
];
