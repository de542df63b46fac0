/**
 * `@requires(fields: "price(currency: \"EUR\")")` needs that price and no other. Where one place holds a field with several
 * arguments, planners take the wrong one for it, silently: Apollo's always, Hive's where the field comes from an entity
 * fetch. Here each requirement is led to the response key that holds what it says; a plan that has none is refused.
 */
import { type DocumentNode, type FieldNode, Kind, parse } from 'graphql';
import { argumentsOf, fieldsIn, keyOf, selectionOf } from '../engine/fetched-fields.ts';
import type { EntityFetch, Fetch, PlanNode, PlanPath, QueryPlan, Requirement } from '../engine/plan.ts';
import { typesOf } from '../engine/possible-types.ts';
import { stringArgument, subgraphNames } from './supergraph-facts.ts';

/** @returns a function that throws an Error where a plan would send something else than a field requires. */
export function requiredArguments(
  supergraph: DocumentNode,
  possibleTypes: ReadonlyMap<string, ReadonlySet<string>>,
): (plan: QueryPlan) => QueryPlan {
  const required = requiredFields(supergraph);
  if (required.size === 0) return (plan) => plan;
  return ({ subscription, node }) => {
    if (!node) return { ...(subscription && { subscription }) };
    const fetched: Fetch[] = subscription ? [subscription] : [];
    return { ...(subscription && { subscription }), node: checked(node, fetched) };
  };

  /** @param before what has been fetched when the node runs; afterwards, also what it fetches. */
  function checked(node: PlanNode, before: Fetch[]): PlanNode {
    if (node.kind === 'Fetch') {
      const entities = node.entities?.map((entity) => checkedEntities(node, entity, before));
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
    if (node.kind === 'Sequence') return { kind: node.kind, nodes: node.nodes.map((child) => checked(child, before)) };
    const branches = node.nodes.map((child) => {
      const fetched = [...before];
      return { node: checked(child, fetched), fetched: fetched.slice(before.length) };
    });
    before.push(...branches.flatMap(({ fetched }) => fetched));
    return { kind: node.kind, nodes: branches.map((branch) => branch.node) };
  }

  /** The entity fetch, once for each way in which its places hold what it requires. */
  function checkedEntities(fetch: Fetch, entity: EntityFetch, before: readonly Fetch[]): EntityFetch[] {
    const needed = fieldsIn(selectionOf(fetch, entity)).flatMap(({ type, field }): Needed[] => {
      const fields = required.get(`${fetch.subgraph} ${type}.${field.name.value}`) ?? [];
      return fields.map((each) => ({ type, field: each }));
    });
    if (needed.length === 0) return [entity];
    const ways = new Map<string, EntityFetch>();
    for (const path of entity.paths) {
      const requires = led(entity.requires, needed, { path, before, overlap });
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

interface Held {
  readonly path: PlanPath;
  readonly before: readonly Fetch[];
  readonly overlap: (one: string | undefined, other: string | undefined) => boolean;
}

/** The requirements of objects of a type, with the keys that hold what `needed` says at a place. */
function led(requires: readonly Requirement[], needed: readonly Needed[], held: Held, type?: string): Requirement[] {
  return requires.map((requirement): Requirement => {
    const { selections } = requirement;
    if (requirement.kind === 'InlineFragment') {
      return { ...requirement, selections: led(requirement.selections, needed, held, requirement.typeCondition) };
    }
    const sent = requirement.alias ?? requirement.name;
    const wanted = needed.filter((each) => each.field.name.value === sent && held.overlap(each.type, type));
    const [first] = wanted;
    if (!first) return requirement;
    if (wanted.some(({ field }) => argumentsOf(field) !== argumentsOf(first.field))) throw several(sent);
    const name = keyHolding(first.field, requirement.name, held, type);
    const inner = wanted.flatMap(({ field }) => fieldsIn(field.selectionSet));
    return {
      kind: 'Field',
      name,
      ...(name !== sent && { alias: sent }),
      ...(selections && { selections: led(selections, inner, { ...held, path: [...held.path, name] }) }),
    };
  });
}

/** @param planned where the planner looks for it. */
function keyHolding(wanted: FieldNode, planned: string, { path, before, overlap }: Held, type?: string): string {
  const there = before
    .flatMap((fetch) => fieldsAtPlace(fetch, path))
    .flatMap((each) => (overlap(each.type, type) ? each.field : []));
  const right = there.filter(
    (field) => field.name.value === wanted.name.value && argumentsOf(field) === argumentsOf(wanted),
  );
  const wrong = there.filter((field) => !right.includes(field)).map(keyOf);
  const keys = right.map(keyOf).filter((key) => !wrong.includes(key));
  if (keys.includes(planned) || there.length === 0) return planned;
  const [key] = keys;
  if (key === undefined) throw several(wanted.name.value);
  return key;
}

const several = (field: string): Error =>
  new Error(`The planner cannot tell apart what several fields require of \`${field}\`, with different arguments.`);

/** What a fetch brings at a place. */
function fieldsAtPlace(fetch: Fetch, path: PlanPath): Needed[] {
  const keys = keysOf(path);
  const starts = fetch.entities
    ? fetch.entities.flatMap((entity) =>
        entity.paths.map((from) => ({ from: keysOf(from), set: selectionOf(fetch, entity) })),
      )
    : [{ from: [], set: selectionOf(fetch) }];
  return starts.flatMap(({ from, set }) => {
    if (from.some((key, at) => key !== keys[at])) return [];
    const sets = keys
      .slice(from.length)
      .reduce(
        (reached, key) =>
          reached.flatMap((each) =>
            fieldsIn(each).flatMap(({ field }) => (keyOf(field) === key ? (field.selectionSet ?? []) : [])),
          ),
        set ? [set] : [],
      );
    return sets.flatMap((each) => fieldsIn(each));
  });
}

const keysOf = (path: PlanPath): string[] =>
  path.filter((segment): segment is string => typeof segment === 'string' && segment !== '@');

/**
 * What fields require, by `subgraph Type.field`: only of those that require something that takes arguments, since nothing
 * else can be held by one place twice.
 */
function requiredFields(supergraph: DocumentNode): ReadonlyMap<string, readonly FieldNode[]> {
  const names = subgraphNames(supergraph);
  const withArguments = new Set<string>();
  const required = new Map<string, readonly FieldNode[]>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of node.fields ?? []) {
      if (field.arguments?.length) withArguments.add(field.name.value);
      for (const directive of field.directives ?? []) {
        const fieldSet = stringArgument(directive, 'requires');
        const graph = directive.arguments?.find(({ name }) => name.value === 'graph')?.value;
        if (fieldSet === undefined || graph?.kind !== Kind.ENUM) continue;
        const [operation] = parse(`{${fieldSet}}`, { noLocation: true }).definitions;
        const set = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
        const key = `${names.get(graph.value)} ${node.name.value}.${field.name.value}`;
        required.set(
          key,
          fieldsIn(set).map((each) => each.field),
        );
      }
    }
  }
  const takesArguments = (field: FieldNode): boolean =>
    withArguments.has(field.name.value) || fieldsIn(field.selectionSet).some((inner) => takesArguments(inner.field));
  return new Map([...required].filter(([, fields]) => fields.some(takesArguments)));
}
