/**
 * `@requires(fields: "price(currency: \"EUR\")")` needs that price and no other. Where one place holds a field with several
 * arguments, planners take the wrong one for it, silently: Apollo's always, Hive's where the field comes from an entity
 * fetch. Here each requirement is led to the response key that holds what it says. Where none does, whoever gives the field
 * with other arguments is asked for it with these, too; a plan in which nobody does is refused.
 */
import { type DocumentNode, type FieldNode, parse, visit } from 'graphql';
import { argumentsOf, fieldsIn, keyOf, selectionOf } from '../engine/fetched-fields.ts';
import type { EntityFetch, Fetch, PlanNode, PlanPath, QueryPlan, Requirement, Rewrite } from '../engine/plan.ts';
import { fetchesOf, replaceFetches } from '../engine/plan-nodes.ts';
import { keysOf } from '../engine/plan-paths.ts';
import { typesOf } from '../engine/possible-types.ts';
import { hasFields } from '../engine/type-definitions.ts';
import { enumArgument, selectionSetOf, stringArgument } from './applied-directives.ts';
import { type ChangedField, withChanges } from './changed-fields.ts';
import { subgraphNames } from './supergraph-facts.ts';

/** Each turn asks for what the one before found missing: requirements that require something are seldom many deep. */
const mostTurns = 10;

/** @returns a function that throws an Error where a plan would send something else than a field requires. */
export function requiredArguments(
  supergraph: DocumentNode,
  possibleTypes: ReadonlyMap<string, ReadonlySet<string>>,
): (plan: QueryPlan) => QueryPlan {
  const required = requiredFields(supergraph);
  if (required.size === 0) return (plan) => plan;
  return (plan) => {
    let { subscription, node } = plan;
    for (let turn = 0; node && turn < mostTurns; turn++) {
      const missing = new Map<Fetch, ChangedField[]>();
      const first = subscription ? [subscription] : [];
      const made = checked(node, first, { missing, anywhere: fieldsAnywhere([...first, ...fetchesOf(node)]) });
      if (missing.size === 0) return { ...(subscription && { subscription }), node: made };
      const withMissing = (fetch: Fetch): Fetch => withChanges(fetch, missing.get(fetch) ?? []);
      subscription = subscription && withMissing(subscription);
      node = replaceFetches(node, withMissing);
    }
    if (node) throw new Error('What the fields of the operation require goes round in a circle.');
    return { ...(subscription && { subscription }) };
  };

  /**
   * @param before what has been fetched when the node runs; afterwards, also what it fetches.
   * @param plan where something is missing from it, the one that is returned is wrong.
   */
  function checked(node: PlanNode, before: Fetch[], plan: Planned): PlanNode {
    if (node.kind === 'Fetch') {
      const entities = node.entities?.map((entity) => checkedEntities(node, entity, before, plan));
      before.push(node);
      if (!entities) return node;
      // Places that hold the same under different keys cannot share a list of representations.
      const copies = Array.from({ length: Math.max(...entities.map((each) => each.length)) }, (_, nth) => ({
        ...node,
        entities: entities.map((each, at) => each[nth] ?? { ...(node.entities?.[at] as EntityFetch), paths: [] }),
      }));
      const [only, ...more] = copies;
      return only && more.length === 0 ? only : { kind: 'Parallel', nodes: copies };
    }
    if (node.kind === 'Sequence')
      return { kind: node.kind, nodes: node.nodes.map((child) => checked(child, before, plan)) };
    const branches = node.nodes.map((child) => {
      const fetched = [...before];
      return { node: checked(child, fetched, plan), fetched: fetched.slice(before.length) };
    });
    before.push(...branches.flatMap(({ fetched }) => fetched));
    return { kind: node.kind, nodes: branches.map((branch) => branch.node) };
  }

  /** The entity fetch, once for each way in which its places hold what it requires. */
  function checkedEntities(fetch: Fetch, entity: EntityFetch, before: readonly Fetch[], plan: Planned): EntityFetch[] {
    const needed = fieldsIn(selectionOf(fetch, entity)).flatMap(({ type, field }): Needed[] => {
      const fields = required.get(`${fetch.subgraph} ${type}.${field.name.value}`) ?? [];
      return fields.map((each) => ({ type, field: each }));
    });
    if (needed.length === 0) return [entity];
    const ways = new Map<string, EntityFetch>();
    for (const path of entity.paths) {
      const requires = led(entity.requires, needed, { ...plan, path, before, overlap });
      const way = JSON.stringify(requires);
      ways.set(way, { ...entity, requires, paths: [...(ways.get(way)?.paths ?? []), path] });
    }
    return [...ways.values()];
  }

  /** Whether an object may be of both types. */
  function overlap(one: string | undefined, other: string | undefined): boolean {
    if (one === undefined || other === undefined || one === other) return true;
    const others = typesOf(other, possibleTypes);
    return typesOf(one, possibleTypes).some((type) => others.includes(type));
  }
}

/** A field that is required, and of which type. */
interface Needed {
  readonly type?: string | undefined;
  readonly field: FieldNode;
}

interface Planned {
  /** What would have to be fetched, too, by who is to be asked for it. */
  readonly missing: Map<Fetch, ChangedField[]>;
  /** All fields with arguments: an object may be at several places, and has what is fetched for any of them. */
  readonly anywhere: readonly FieldNode[];
}

interface Place extends Planned {
  readonly path: PlanPath;
  readonly before: readonly Fetch[];
  readonly overlap: (one: string | undefined, other: string | undefined) => boolean;
}

/** The requirements of objects of a type, with the keys that hold what `needed` says at a place. */
function led(requires: readonly Requirement[], needed: readonly Needed[], place: Place, type?: string): Requirement[] {
  return requires.map((requirement): Requirement => {
    const { selections } = requirement;
    if (requirement.kind === 'InlineFragment') {
      return { ...requirement, selections: led(requirement.selections, needed, place, requirement.typeCondition) };
    }
    const sent = requirement.alias ?? requirement.name;
    const wanted = needed.filter((each) => each.field.name.value === sent && place.overlap(each.type, type));
    const [first] = wanted;
    if (!first) return requirement;
    if (wanted.some(({ field }) => argumentsOf(field) !== argumentsOf(first.field))) throw several(sent);
    const name = keyHolding(first.field, requirement.name, place, type);
    const inner = wanted.flatMap(({ field }) => fieldsIn(field.selectionSet));
    return {
      kind: 'Field',
      name,
      ...(name !== sent && { alias: sent }),
      ...(selections && { selections: led(selections, inner, { ...place, path: [...place.path, name] }) }),
    };
  });
}

/** @param planned where the planner looks for it. */
function keyHolding(wanted: FieldNode, planned: string, place: Place, type?: string): string {
  const { path, before, overlap, missing, anywhere } = place;
  const there = before.flatMap((fetch) => fieldsAtPlace(fetch, path)).filter((each) => overlap(each.type, type));
  const isWanted = ({ field }: HeldField): boolean =>
    field.name.value === wanted.name.value && argumentsOf(field) === argumentsOf(wanted);
  const wrong = there.filter((each) => !isWanted(each)).map(({ key }) => key);
  const right = there.filter(isWanted);
  const isTaken = (key: string): boolean =>
    wrong.includes(key) || anywhere.some((field) => differs(field, wanted, key));
  const keys = right.flatMap(({ key }) => (isTaken(key) ? [] : key));
  if (keys.includes(planned) || there.length === 0) return planned;
  const [key] = keys;
  if (key !== undefined) return key;
  const change = ({ fetch, entity, at, field }: HeldField, added?: FieldNode): void => {
    const changed = { entity, at, key: keyOf(field), ...(added && { added }) };
    missing.set(fetch, [...(missing.get(fetch) ?? []), changed]);
  };
  const other = there.find(({ field }) => field.name.value === wanted.name.value);
  if (!other) throw several(wanted.name.value);
  if (right.length === 0) change(other, wanted);
  // Two fetches bring different values under one key: each gets its own.
  else for (const each of right) change(each);
  return planned;
}

const differs = (field: FieldNode, wanted: FieldNode, key: string): boolean =>
  keyOf(field) === key && field.name.value === wanted.name.value && argumentsOf(field) !== argumentsOf(wanted);

function fieldsAnywhere(fetches: readonly Fetch[]): FieldNode[] {
  const found: FieldNode[] = [];
  for (const { operation } of fetches) {
    visit(parse(operation, { noLocation: true }), {
      Field: (field) => void (field.arguments?.length && found.push(field)),
    });
  }
  return found;
}

const several = (field: string): Error =>
  new Error(`The planner cannot tell apart what several fields require of \`${field}\`, with different arguments.`);

/** A field that is there after a fetch. */
interface HeldField extends Needed {
  /** Under which it is held: planners ask for what conflicts under another, and rename what comes back. */
  readonly key: string;
  readonly fetch: Fetch;
  readonly entity: EntityFetch | undefined;
  /** Response keys from the root of the operation, or the entity, to where it is. */
  readonly at: readonly string[];
}

/** What a fetch brings at a place. */
function fieldsAtPlace(fetch: Fetch, path: PlanPath): HeldField[] {
  const keys = keysOf(path);
  const starts = fetch.entities
    ? fetch.entities.flatMap((entity) => entity.paths.map((from) => ({ entity, from: keysOf(from) })))
    : [{ entity: undefined, from: [] }];
  return starts.flatMap(({ entity, from }) => {
    if (from.some((key, at) => key !== keys[at])) return [];
    const { outputRewrites = [] } = entity ?? fetch;
    const set = selectionOf(fetch, entity);
    const at = keys.slice(from.length);
    const sets = at.reduce(
      (reached, key) =>
        reached.flatMap((each) =>
          fieldsIn(each).flatMap(({ field }) =>
            heldKeyOf(field, outputRewrites) === key ? (field.selectionSet ?? []) : [],
          ),
        ),
      set ? [set] : [],
    );
    return sets.flatMap((each) =>
      fieldsIn(each).map((found) => ({ ...found, key: heldKeyOf(found.field, outputRewrites), fetch, entity, at })),
    );
  });
}

function heldKeyOf(field: FieldNode, rewrites: readonly Rewrite[]): string {
  const key = keyOf(field);
  const renamed = rewrites.find((rewrite) => rewrite.kind === 'KeyRenamer' && rewrite.path.at(-1) === key);
  return renamed?.kind === 'KeyRenamer' ? renamed.key : key;
}

/**
 * What fields require, by `subgraph Type.field`: only of those that require something that takes arguments, since nothing
 * else can be held by one place twice.
 */
function requiredFields(supergraph: DocumentNode): ReadonlyMap<string, readonly FieldNode[]> {
  const names = subgraphNames(supergraph);
  const withArguments = new Set<string>();
  const required = new Map<string, readonly FieldNode[]>();
  for (const node of supergraph.definitions.filter(hasFields)) {
    for (const field of node.fields ?? []) {
      if (field.arguments?.length) withArguments.add(field.name.value);
      for (const directive of field.directives ?? []) {
        const fieldSet = stringArgument(directive, 'requires');
        const graph = enumArgument(directive, 'graph');
        if (fieldSet === undefined || graph === undefined) continue;
        const fields = fieldsIn(selectionSetOf(fieldSet)).map((each) => each.field);
        required.set(`${names.get(graph)} ${node.name.value}.${field.name.value}`, fields);
      }
    }
  }
  const takesArguments = (field: FieldNode): boolean =>
    withArguments.has(field.name.value) || fieldsIn(field.selectionSet).some((inner) => takesArguments(inner.field));
  return new Map([...required].filter(([, fields]) => fields.some(takesArguments)));
}
