/** A random valid operation on an API schema, with values for its variables. */
import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import type { Model } from './model.ts';
import { type Random, randomOf } from './random.ts';
import { type InputTypes, randomInput } from './random-input.ts';
import { randomVariables, type Variables } from './random-variables.ts';

export interface RandomOperation {
  readonly document: DocumentNode;
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The same for the same seed. What is not valid (fields that cannot be merged) is thrown away, and another one made. */
export function randomOperation(schema: GraphQLSchema, model: Model, seed: number): RandomOperation {
  for (let attempt = 0; ; attempt++) {
    const random = randomOf(seed, 'operation', attempt);
    const variables = randomVariables(model, random);
    const draft: Draft = {
      ...{ schema, types: model, random, variables, taken: new Map(), fragments: [], left: 5 + random.int(40) },
    };
    const mutation = schema.getMutationType();
    const root = mutation && random.chance(0.15) ? mutation : (schema.getQueryType() as GraphQLObjectType);
    const body = selectionSet(draft, root, '', 2 + random.int(4));
    const fragments = draft.fragments.map(({ text }) => `\n${text}`).join('');
    const kind = root === mutation ? 'mutation' : 'query';
    const source = `${kind} ${random.chance(0.7) ? 'Q' : ''}${variables.definitions()} ${body}${fragments}`;
    const document = parse(source, { noLocation: true });
    if (validate(schema, document).length === 0) return { document, source, variables: variables.values };
  }
}

interface Draft {
  readonly schema: GraphQLSchema;
  readonly types: InputTypes;
  readonly random: Random;
  readonly variables: Variables;
  /** What a response key at a place in the answer already stands for. */
  readonly taken: Map<string, { readonly parent: string; readonly field: string; readonly type: string }>;
  readonly fragments: { readonly name: string; readonly on: GraphQLCompositeType; text: string }[];
  /** How many fields there may still be. */
  left: number;
}

function selectionSet(draft: Draft, type: GraphQLCompositeType, path: string, depth: number): string {
  const { random } = draft;
  const selections = Array.from({ length: 1 + random.int(4) }, () => selection(draft, type, path, depth));
  const text = selections.filter((each) => each !== '').join(' ');
  return `{ ${text || '__typename'} }`;
}

function selection(draft: Draft, type: GraphQLCompositeType, path: string, depth: number): string {
  const { random, fragments } = draft;
  const choice = random.int(100);
  if (choice < 8) return `${aliased(draft, path, type, '__typename', 'String!', 0.2)}${conditions(draft)}`;
  if (choice < 25 && depth > 0) {
    const on = overlapping(draft, type);
    const condition = on === type && random.chance(0.5) ? '' : ` on ${on}`;
    return `...${condition}${conditions(draft)} ${selectionSet(draft, on, path, depth - 1)}`;
  }
  if (choice < 33 && depth > 0) {
    const known = fragments.filter(({ on, text }) => text !== '' && fits(draft, type, on));
    const name = known.length > 0 && random.chance(0.5) ? random.pick(known).name : fragment(draft, type, path, depth);
    return `...${name}${conditions(draft)}`;
  }
  if (path === '' && choice < 36 && type === draft.schema.getQueryType()) return introspection(draft, path);
  return isUnionType(type) ? '' : field(draft, type, path, depth);
}

function field(
  draft: Draft,
  type: Exclude<GraphQLCompositeType, { getTypes(): unknown }>,
  path: string,
  depth: number,
): string {
  const { random } = draft;
  const fields = Object.values(type.getFields()).filter((each) => depth > 0 || isLeafType(getNamedType(each.type)));
  if (fields.length === 0 || draft.left-- <= 0) return '';
  const composite = fields.filter((each) => !isLeafType(getNamedType(each.type)));
  const chosen = composite.length > 0 && random.chance(0.45) ? random.pick(composite) : random.pick(fields);
  const text = `${chosen.name}${argumentsFor(draft, chosen)}`;
  const key = aliased(draft, path, type, text, String(chosen.type), 0.25);
  if (key === '') return '';
  const named = getNamedType(chosen.type);
  const response = /^(\w+)\s*:/.exec(key)?.[1] ?? chosen.name;
  const inner = isCompositeType(named) ? ` ${selectionSet(draft, named, `${path}/${response}`, depth - 1)}` : '';
  return `${key}${conditions(draft)}${inner}`;
}

function argumentsFor({ random, types, variables }: Draft, { args }: GraphQLField<unknown, unknown>): string {
  const given = args.flatMap(({ name, type, defaultValue }) => {
    const text = String(type);
    const required = text.endsWith('!') && defaultValue === undefined;
    if (!required && random.chance(0.35)) return [];
    return [`${name}: ${randomInput(types, random, text, variables.sometimes).literal}`];
  });
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

/** The field under a response key that means nothing else at this place of the answer. */
function aliased(
  draft: Draft,
  path: string,
  parent: GraphQLCompositeType,
  field: string,
  type: string,
  chance: number,
): string {
  const { random, taken } = draft;
  const name = /^\w+/.exec(field)?.[0] ?? '';
  const own = isUnionType(parent) ? [] : Object.keys(parent.getFields());
  const candidates = [
    random.chance(chance) ? random.pick([...own, ...aliases, ...aliases]) : name,
    ...random.some(aliases, 3),
    `a${random.int(1000)}`,
  ];
  for (const key of candidates) {
    const place = `${path}/${key}`;
    const before = taken.get(place);
    if (before && !sameResponse(draft, before, { parent: parent.name, field, type })) continue;
    if (!before) taken.set(place, { parent: parent.name, field, type });
    return key === name ? field : `${key}: ${field}`;
  }
  return '';
}

interface Taken {
  readonly parent: string;
  readonly field: string;
  readonly type: string;
}

/** Roughly the rule "Field Selection Merging"; validation has the last word. */
function sameResponse({ schema }: Draft, a: Taken, b: Taken): boolean {
  if (a.field === b.field && a.type === b.type) return true;
  const [first, second] = [schema.getType(a.parent), schema.getType(b.parent)];
  return first !== second && !isAbstractType(first) && !isAbstractType(second) && a.type === b.type;
}

/** `id: name`, `newId: id`, and what JavaScript and engines keep for themselves. */
const aliases = `a b id newId name sku region __proto__ constructor toJSON then toString hasOwnProperty __typename data
  errors _entities representations __key0 _0`.split(/\s+/);

function fragment(draft: Draft, type: GraphQLCompositeType, path: string, depth: number): string {
  const on = overlapping(draft, type);
  const name = `F${draft.fragments.length}`;
  const entry = { name, on, text: '' };
  draft.fragments.push(entry);
  entry.text = `fragment ${name} on ${on} ${selectionSet(draft, on, path, depth - 1)}`;
  return name;
}

function overlapping(draft: Draft, type: GraphQLCompositeType): GraphQLCompositeType {
  const { schema, random } = draft;
  const types = Object.values(schema.getTypeMap()).filter(isCompositeType);
  return random.pick([type, ...types.filter((each) => !each.name.startsWith('__') && fits(draft, type, each))]);
}

function fits({ schema }: Draft, a: GraphQLCompositeType, b: GraphQLCompositeType): boolean {
  const possible = (type: GraphQLCompositeType) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
  return possible(a).some((each) => possible(b).includes(each));
}

function conditions({ random, variables }: Draft): string {
  if (!random.chance(0.12)) return '';
  const condition = () => (random.chance(0.6) ? `$${variables.named('Boolean!')}` : random.pick(['true', 'false']));
  const directives = random.pick([['skip'], ['include'], ['include', 'skip']]);
  return directives.map((name) => ` @${name}(if: ${condition()})`).join('');
}

/** Only what does not depend on the order in which a composed graph lists things. */
function introspection(draft: Draft, path: string): string {
  const { schema, random } = draft;
  const query = schema.getQueryType() as GraphQLObjectType;
  const type = random.pick(['Query', 'Entity0', 'Nothing']);
  const [name, body] = random.pick([
    ['__schema', '{ queryType { name } mutationType { kind name } }'],
    [`__type(name: "${type}")`, '{ __typename name kind enumValues { name } }'],
  ] as const);
  const key = aliased(draft, path, query, name, name, 0.3);
  return key === '' ? '' : `${key} ${body}`;
}
