/** `@requires`, `@provides`, `@override`, `@inaccessible` and differing nullability, wherever a random model has room. */
import { addResolver, type Draft, ensure, realPlaces } from './draft.ts';
import { isKeyElsewhere, isMisplanned, isRequiredTwice } from './known-planner-faults.ts';
import { type FieldModel, isEntity, isLeaf, isScalarName, namedTypeOf, type ObjectModel, placeIn } from './model.ts';
import { randomArguments, randomLeaf } from './random-input.ts';
import { leafType, wrapped } from './random-types.ts';
import { possibleTypes } from './world.ts';

/** Twice over the entities, so that what requires something is itself required: chains over subgraphs. */
export function addRequires(draft: Draft): void {
  const { random, objects } = draft;
  for (const round of [1, 2]) {
    for (const object of objects.filter(isEntity)) {
      if (object.name.startsWith('Media') || !random.chance(0.6)) continue;
      const subgraph = random.pick(realPlaces(object));
      const candidates = object.fields.filter(
        (field) =>
          !field.key &&
          !placeIn(field, subgraph) &&
          hasLeafArguments(draft, field) &&
          !isMisplanned(draft, object, field),
      );
      const required = random
        .some(candidates, 1 + random.int(2))
        .flatMap((field) => requirement(draft, field, subgraph) ?? []);
      if (required.length === 0) continue;
      const composite = random.chance(0.15) ? wrapped(random, 'Entity0') : undefined;
      const field: FieldModel = {
        name: `derived${round}`,
        type: composite ?? leafType(draft),
        args: randomArguments(draft, random),
        at: [],
      };
      object.fields.push(field);
      addResolver(draft, field, { subgraph, role: 'resolves', requires: required.join(' ') });
    }
  }
}

/** The field as `@requires` selects it, declared external in the subgraph. What it selects never fails. */
function requirement(draft: Draft, field: FieldModel, subgraph: number): string | undefined {
  const { random, objects } = draft;
  const typeName = namedTypeOf(field.type);
  const text = `${field.name}${literalArguments(draft, field)}`;
  const external = () => {
    field.throws = false;
    field.at.push({ subgraph, role: 'external' });
  };
  if (isLeaf(draft, typeName)) {
    external();
    return text;
  }
  if (typeName.endsWith('Split') || typeName === 'Media' || isRequiredTwice(field)) return undefined;
  const object = objects.find(({ name }) => name === typeName);
  ensure(draft, typeName, subgraph);
  const possible = possibleTypes(draft, { ...field, at: [...field.at, { subgraph, role: 'resolves' }] });
  const members = object ? [object] : objects.filter(({ name }) => possible.includes(name));
  const inner = random
    .some(
      members.filter(({ inaccessible }) => !inaccessible),
      2,
    )
    .flatMap((member) => {
      const leaf = leafOf(draft, member, subgraph);
      return leaf === undefined ? [] : [object ? leaf : `... on ${member.name} { ${leaf} }`];
    });
  if (inner.length === 0) return undefined;
  external();
  return `${text} { ${inner.join(' ')} }`;
}

/** A leaf of the type, declared external in the subgraph unless it resolves it itself. */
function leafOf(draft: Draft, object: ObjectModel, subgraph: number): string | undefined {
  const leaves = object.fields.filter(
    (field) =>
      isLeaf(draft, field.type) &&
      field.args.length === 0 &&
      !placeIn(field, subgraph)?.requires &&
      !isMisplanned(draft, object, field) &&
      !isKeyElsewhere(field, subgraph),
  );
  if (leaves.length === 0) return undefined;
  const leaf = draft.random.pick(leaves);
  if (!placeIn(leaf, subgraph)) leaf.at.push({ subgraph, role: 'external' });
  leaf.throws = false;
  return leaf.name;
}

/** `@provides` on fields that lead to entities: a leaf that the entity's other subgraphs resolve everywhere. */
export function addProvides(draft: Draft): void {
  const { random, objects } = draft;
  for (const { fields } of objects.filter((object) => isEntity(object) || object.name === 'Query')) {
    for (const field of fields) {
      const target = objects.find(({ name, keys }) => name === namedTypeOf(field.type) && keys.length > 0);
      const [place] = field.at;
      if (!target || !place || place.role !== 'resolves' || field.key || place.requires || !random.chance(0.25))
        continue;
      const { subgraph } = place;
      const candidates = target.fields.filter(
        (each) =>
          isLeaf(draft, each.type) &&
          each.args.length === 0 &&
          placeIn(each, subgraph)?.role !== 'resolves' &&
          each.at.some(({ role }) => role === 'resolves') &&
          each.at.every(({ requires }) => !requires),
      );
      if (candidates.length === 0) continue;
      const provided = random.pick(candidates);
      if (!placeIn(provided, subgraph)) provided.at.push({ subgraph, role: 'external' });
      for (const each of provided.at) if (each.role === 'resolves') each.shareable = true;
      place.provides = provided.name;
    }
  }
}

/** The subgraph that loses a field goes on declaring it, and answers wrongly: nobody may ask it. */
export function addOverrides(draft: Draft): void {
  const { random, objects, subgraphs } = draft;
  for (const object of objects.filter(isEntity)) {
    for (const field of object.fields) {
      const [only, ...others] = field.at;
      if (!only || others.length > 0 || field.key || only.requires || only.provides || only.shareable) continue;
      if (!isLeaf(draft, field.type) || !random.chance(0.12)) continue;
      const to = realPlaces(object).find((each) => each !== only.subgraph);
      const from = subgraphs[only.subgraph];
      if (to === undefined || from === undefined) continue;
      field.at = [
        { subgraph: only.subgraph, role: 'overridden' },
        { subgraph: to, role: 'resolves', override: from },
      ];
    }
  }
}

export function addInaccessible({ random, objects, interfaces }: Draft): void {
  const shared = new Set(interfaces.flatMap(({ fields }) => fields.map(({ name }) => name)));
  for (const object of objects.filter(isEntity)) {
    object.fields = object.fields.map((field) =>
      !field.key && !shared.has(field.name) && random.chance(0.06) ? { ...field, inaccessible: true } : field,
    );
  }
}

/** One subgraph promises more than another. Its promise is kept and the field never fails, so nobody can tell who was asked. */
export function addStricterTypes(draft: Draft): void {
  for (const { fields } of draft.objects.filter(isEntity)) {
    for (const field of fields) {
      const sharing = field.at.filter(({ role }) => role === 'resolves');
      const isPlain = isLeaf(draft, field.type) && !field.type.endsWith('!') && sharing.length === field.at.length;
      const [first] = sharing;
      if (!first || sharing.length < 2 || !isPlain || field.key || !draft.random.chance(0.4)) continue;
      first.type = `${field.type}!`;
      field.throws = false;
    }
  }
}

const hasLeafArguments = (draft: Draft, { args }: FieldModel): boolean =>
  args.every(({ type }) => isLiteral(draft, type));

const isLiteral = (draft: Draft, type: string): boolean =>
  !type.startsWith('[') && isLeaf(draft, type) && isScalarName(namedTypeOf(type)) && namedTypeOf(type) !== 'JSON';

/** All arguments are given, since a subgraph that is not asked does not fill in their defaults. */
function literalArguments(draft: Draft, { args }: FieldModel): string {
  if (args.length === 0) return '';
  return `(${args.map(({ name, type }) => `${name}: ${randomLeaf(draft, draft.random, type).literal}`).join(', ')})`;
}
