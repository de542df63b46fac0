/** Which fields of a random graph are how sensitive, as its subgraphs declare it; and what follows from that, worked out apart. */
import { type ConstDirectiveNode, Kind, parse, print, type SelectionSetNode, visit } from 'graphql';
import type { Access, AccessDecision, Denial } from '../gateway/engine/access.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { type FieldModel, isLeaf, type Model, namedTypeOf, placeIn } from './fuzz/model.ts';
import { hash } from './fuzz/random.ts';
import { selectionOf } from './fuzz/world.ts';

const levels = ['public', 'internal', 'confidential', 'restricted'] as const;

interface Said {
  /** -1: nothing. */
  readonly rank: number;
  readonly categories: readonly string[];
}

const nothing: Said = { rank: -1, categories: [] };
const both = (one: Said, other: Said): Said => ({
  rank: Math.max(one.rank, other.rank),
  categories: [...new Set([...one.categories, ...other.categories])].sort(),
});

/** By category: what policies show of fields that have it. */
export const maskOfCategory = { hashed: 'hash', shortened: 'last(2)', redacted: 'redact' } as const;

/** What one subgraph says of a field. Where several have it, one of them may say less. */
function declared(model: Model, type: string, field: FieldModel, subgraph: number): Said {
  const { seed } = model;
  if (type === 'Query' || type === 'Mutation' || placeIn(field, subgraph)?.role === 'external') return nothing;
  const drawn = hash(seed, 'level', type, field.name) % (hash(seed, 'density') % 3 === 0 ? 24 : 7);
  const mine = field.at.filter(({ role }) => role !== 'external');
  const isLess =
    mine.length > 1 &&
    hash(seed, type, field.name) % mine.length !== mine.findIndex((each) => each.subgraph === subgraph);
  if (drawn > 3) return nothing;
  if (isLess) return { rank: 0, categories: [] };
  const categories = Object.keys(maskOfCategory);
  const category = categories[hash(seed, 'category', type, field.name) % 6];
  return { rank: drawn, categories: category && isLeaf(model, field.type) ? [category] : [] };
}

const linkLine = /^extend schema[^\n]*\n/;

/** The subgraph's schema with what it says of its fields, under the directive's own name or another one. */
export function classifiedSdl(model: Model, subgraph: number, sdl: string): string {
  const name = hash(model.seed, 'renamed', subgraph) % 3 === 0 ? 'secrecy' : 'classified';
  const [imports = ''] = /(?<=import: \[)[^\]]*/.exec(sdl) ?? [];
  const head = schemaHead
    .replace('"@key", "@shareable", "@composeDirective"', `${imports}, "@composeDirective"`)
    .replace('"@classified"', name === 'classified' ? '"@classified"' : `{ name: "@classified", as: "@${name}" }`)
    // Composition takes a directive under one name only: whoever calls it otherwise does not tell it.
    .replace('@composeDirective(name: "@classified")', name === 'classified' ? '$&' : '')
    .replace('directive @classified', `directive @${name}`);
  let within = '';
  const body = visit(parse(sdl.replace(linkLine, ''), { noLocation: true }), {
    ObjectTypeDefinition: {
      enter: (node) => {
        within = node.name.value;
      },
    },
    InterfaceTypeDefinition: () => false,
    InputObjectTypeDefinition: () => false,
    FieldDefinition(node) {
      const owner = [...model.objects, ...model.interfaces].find((each) => each.name === within);
      const field = owner?.fields.find((each) => each.name === node.name.value);
      const { rank, categories } = field ? declared(model, within, field, subgraph) : nothing;
      const level = levels[rank];
      if (level === undefined) return undefined;
      return { ...node, directives: [...(node.directives ?? []), directive(name, level, categories)] };
    },
  });
  return `${head}\n${print(body)}`;
}

function directive(name: string, level: string, categories: readonly string[]): ConstDirectiveNode {
  const [definition] = parse(
    `type T { f: Int @${name}(level: "${level}", categories: ${JSON.stringify(categories)}) }`,
    { noLocation: true },
  ).definitions;
  const [made] = (definition?.kind === Kind.OBJECT_TYPE_DEFINITION && definition.fields?.[0]?.directives) || [];
  if (!made) throw new Error('It has a directive.');
  return made;
}

/** By coordinate: the highest that anybody says of a field, and of all that it is computed from. */
export function sensitivity(model: Model): ReadonlyMap<string, Said> {
  const found = new Map<string, Said>();
  const from = new Map<string, Set<string>>();
  const take = (type: string, owner: string, field: FieldModel): void => {
    const coordinate = `${type}.${field.name}`;
    const said = field.at.map(({ subgraph }) => declared(model, owner, field, subgraph));
    found.set(coordinate, [found.get(coordinate) ?? nothing, ...said].reduce(both));
    const required = from.get(coordinate) ?? new Set();
    from.set(coordinate, required);
    for (const { requires } of field.at) if (requires !== undefined) walk(selectionOf(requires), [type], required);
  };
  const walk = (set: SelectionSetNode, types: readonly string[], into: Set<string>): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT)
        walk(node.selectionSet, node.typeCondition ? typesOf(model, node.typeCondition.name.value) : types, into);
      if (node.kind !== Kind.FIELD) continue;
      for (const type of types) into.add(`${type}.${node.name.value}`);
      const fields = model.objects.filter(({ name }) => types.includes(name)).flatMap((each) => each.fields);
      const below = fields
        .filter(({ name }) => name === node.name.value)
        .flatMap((each) => typesOf(model, namedTypeOf(each.type)));
      if (node.selectionSet) walk(node.selectionSet, below, into);
    }
  };
  for (const { name, fields } of model.objects) for (const field of fields) take(name, name, field);
  for (const { name, implementers, fields } of model.interfaces)
    for (const field of fields.filter(({ at }) => at.length > 0))
      for (const type of implementers) take(type, name, field);
  for (let isStable = false; !isStable; ) {
    isStable = true;
    for (const [coordinate, required] of from) {
      const before = found.get(coordinate) ?? nothing;
      const after = [before, ...[...required].map((each) => found.get(each) ?? nothing)].reduce(both);
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      found.set(coordinate, after);
      isStable = false;
    }
  }
  return found;
}

function typesOf(model: Model, name: string): string[] {
  const face = model.interfaces.find((each) => each.name === name);
  const union = model.unions.find((each) => each.name === name);
  return face?.implementers ?? (union ? union.places.flatMap(({ members }) => members) : [name]);
}

const denial: Denial = { message: 'Not for you.', extensions: {} };

/** What policies like those of `policiesByRank` let somebody read: a mask here shows nothing. */
export function accessUpTo(rank: number, isNamed: boolean, of: ReadonlyMap<string, Said>): Access {
  const decide = (coordinate: string): AccessDecision => {
    const said = of.get(coordinate) ?? nothing;
    if (said.rank <= rank) return { effect: 'allow' };
    if (!isNamed || said.categories.length === 0) return { effect: 'deny', denial };
    return { effect: 'mask', mask: { name: 'null', apply: () => null }, denial };
  };
  return { key: `${rank} ${isNamed}`, decide, refuses: () => undefined };
}

/** Everybody reads what is public, who has the role `r1` what is internal, and so on. */
export const policiesByRank = [
  '@id("r0") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 0 };',
  ...[1, 2, 3].map(
    (rank) =>
      `@id("r${rank}") permit (principal in Weft::Role::"r${rank}", action == Weft::Action::"read", resource) when { resource.rank <= ${rank} };`,
  ),
  ...Object.entries(maskOfCategory).map(
    ([category, mask]) =>
      `@id("${category}") @mask("${mask}") permit (principal, action == Weft::Action::"readMasked", resource)
when { principal.kind != "anonymous" && resource.categories.contains("${category}") };`,
  ),
].join('\n');

/** Coordinates of all that a subgraph has to do with. */
export function heldBy(model: Model, subgraph: number): string[] {
  const own = model.objects.flatMap(({ name, fields }) =>
    fields.filter((field) => placeIn(field, subgraph)).map((field) => `${name}.${field.name}`),
  );
  const added = model.interfaces.flatMap(({ implementers, fields }) =>
    fields
      .filter((field) => placeIn(field, subgraph))
      .flatMap((field) => implementers.map((type) => `${type}.${field.name}`)),
  );
  const keys = model.interfaces.flatMap(({ key, objects, implementers }) =>
    key !== undefined && objects.includes(subgraph) ? implementers.map((type) => `${type}.${key}`) : [],
  );
  return [...own, ...added, ...keys];
}
