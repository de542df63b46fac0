/** What a subgraph answers, as far as types say: the data of plan-check.ts. */
import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import { argumentsOf, keyOf } from '../engine/fetched-fields.ts';
import type { Requirement } from '../engine/plan.ts';
import { isOf, type PossibleTypes } from '../engine/possible-types.ts';
import { namedTypeOf, selectionSetOf } from './applied-directives.ts';
import { fieldOf, type SubgraphSchema } from './subgraph-schemas.ts';

/** What has been fetched at one place, by the type that the object there may have. Leaves have nothing below. */
export type Place = Map<string, Fields>;
export type Fields = Map<string, Fetched>;

export interface Fetched {
  /** Of an object. */
  readonly below: Place | undefined;
  /** With which arguments. */
  readonly args: string;
  /** In whichever order: by each that fetches it. */
  readonly by: (Branch | undefined)[];
}

/** Where in a plan something is fetched: in which branch of a `Parallel`, which may itself be in a branch of another. */
export interface Branch {
  readonly parallel: object;
  readonly nth: number;
  readonly above: Branch | undefined;
}

/** Whether it has been fetched when those in `branch` run: what runs beside them may come too late. */
export function isThereFor(branch: Branch | undefined, { by }: Fetched): boolean {
  return by.some((writer) => {
    for (let each = writer; each; each = each.above) {
      for (let own = branch; own; own = own.above) {
        if (own.parallel === each.parallel && own.nth !== each.nth) return false;
      }
    }
    return true;
  });
}

/** What a subgraph is asked on. */
export interface Answer {
  readonly subgraph: string;
  readonly schema: SubgraphSchema;
  /** The subgraphs that may have a field of the type. */
  readonly schemasWith: (type: string, field: string) => readonly SubgraphSchema[];
  /** In all of the graph. */
  readonly possibleTypes: PossibleTypes;
  /** Of the entities themselves, not of what is below them. */
  readonly sent?: readonly FieldRequirement[];
  readonly branch: Branch | undefined;
  /** What the path provides of fields that are external here. */
  readonly provided?: readonly SelectionSetNode[];
}

/** @throws Error where the subgraph is asked for what it does not resolve. */
export function answerInto(fields: Fields, type: string, set: SelectionSetNode, answer: Answer): void {
  const { schema, sent, provided = [], ...elsewhere } = answer;
  const { subgraph } = elsewhere;
  for (const selection of fieldsFor(type, set, answer)) {
    const { value: name } = selection.name;
    if (name === '__typename') {
      take(fields, keyOf(selection), undefined, '', elsewhere.branch);
      continue;
    }
    const field = fieldOf(type, name, schema);
    if (!field) throw new Error(`${subgraph} is asked for ${type}.${name}, which it does not have.`);
    const provides = provided.flatMap((each) => fieldsNamed(name, type, each, answer));
    const alone: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [selection] };
    const wasSent = field.isOfKey && holds(sent ?? [], type, alone, answer);
    if (field.isExternal && provides.length === 0 && !wasSent) {
      throw new Error(`${subgraph} is asked for ${type}.${name}, which is external there.`);
    }
    if (field.requires !== undefined) {
      if (!holds(sent ?? [], type, unprovided(field.requires, type, answer), answer))
        throw new Error(`${subgraph} is asked for ${type}.${name} without what it requires.`);
    }
    const key = keyOf(selection);
    const args = argumentsOf(selection);
    if ((fields.get(key)?.args ?? args) !== args) throw new Error(`${type}.${name} is fetched twice, differently.`);
    const { selectionSet } = selection;
    if (!selectionSet) {
      const isLeaf = !schema.possibleTypes.has(namedTypeOf(field.type));
      if (!isLeaf) throw new Error(`${subgraph} is asked for ${type}.${name} without saying what of it.`);
      take(fields, key, undefined, args, elsewhere.branch);
    } else {
      const place: Place = fields.get(key)?.below ?? new Map();
      take(fields, key, place, args, elsewhere.branch);
      const below = [
        ...provides.flatMap((each) => each.selectionSet ?? []),
        ...(field.provides === undefined ? [] : [selectionSetOf(field.provides)]),
      ];
      for (const object of runtimeTypes(type, name, answer)) {
        const inner: Fields = place.get(object) ?? new Map();
        place.set(object, inner);
        answerInto(inner, object, selectionSet, { ...elsewhere, schema, provided: below });
      }
    }
  }
}

function take(fields: Fields, key: string, below: Place | undefined, args: string, branch: Branch | undefined): void {
  const by = fields.get(key)?.by ?? [];
  by.push(branch);
  fields.set(key, { below, args, by });
}

export type FieldRequirement = Extract<Requirement, { kind: 'Field' }>;

/** What is sent for an object of a type. */
export function requirementsOf(
  requires: readonly Requirement[],
  type: string,
  possibleTypes: PossibleTypes,
): FieldRequirement[] {
  return requires.flatMap((each) => {
    if (each.kind === 'Field') return [each];
    return isOf(type, each.typeCondition, possibleTypes) ? requirementsOf(each.selections, type, possibleTypes) : [];
  });
}

/**
 * What a field may lead to: subgraphs that share one answer alike, so it is nothing that one of them does not know (Apollo
 * Federation, "Differing shared field return types").
 */
function runtimeTypes(type: string, name: string, { schema, schemasWith }: Answer): string[] {
  const typesIn = (each: SubgraphSchema): ReadonlySet<string> | undefined => {
    const field = fieldOf(type, name, each);
    return field && (each === schema || !field.isExternal)
      ? each.possibleTypes.get(namedTypeOf(field.type))
      : undefined;
  };
  const others = schemasWith(type, name).flatMap((each) => typesIn(each) ?? []);
  return [...(typesIn(schema) ?? [])].filter((object) => others.every((types) => types.has(object)));
}

/** What a field requires that the path to its object does not provide anyway. */
function unprovided(requires: string, type: string, answer: Answer): SelectionSetNode {
  const { provided = [] } = answer;
  const selections = fieldsFor(type, selectionSetOf(requires), answer).filter(
    ({ name }) => !provided.some((each) => fieldsNamed(name.value, type, each, answer).length > 0),
  );
  return { kind: Kind.SELECTION_SET, selections };
}

/** Whether what is sent for an object of the type has all that is required. */
function holds(sent: readonly FieldRequirement[], type: string, required: SelectionSetNode, answer: Answer): boolean {
  const { possibleTypes } = answer;
  return fieldsFor(type, required, answer).every(({ name: { value: name }, selectionSet }) => {
    const found = sent.filter((each) => (each.alias ?? each.name) === name);
    if (name === '__typename' || !selectionSet) return name === '__typename' || found.length > 0;
    const inner = found.flatMap(({ selections = [] }) => selections);
    return (
      found.length > 0 &&
      runtimeTypes(type, name, answer).every((each) =>
        holds(requirementsOf(inner, each, possibleTypes), each, selectionSet, answer),
      )
    );
  });
}

const fieldsNamed = (name: string, type: string, set: SelectionSetNode, answer: Answer): FieldNode[] =>
  fieldsFor(type, set, answer).filter((field) => field.name.value === name);

/** The fields that are selected of an object of the type. */
function fieldsFor(type: string, set: SelectionSetNode, answer: Answer): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    return isHere(type, selection.typeCondition?.name.value ?? type, answer)
      ? fieldsFor(type, selection.selectionSet, answer)
      : [];
  });
}

const isHere = (type: string, condition: string, { schema }: Answer): boolean =>
  isOf(type, condition, schema.possibleTypes);
