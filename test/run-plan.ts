/** What a query plan means, in as few words as possible: the oracle for planners and for the optimiser. No speed, no errors. */
import { execute, type GraphQLSchema, graphql, parse } from 'graphql';
import type {
  EntityFetch,
  Fetch,
  PlanNode,
  PlanPath,
  QueryPlan,
  Requirement,
  Rewrite,
} from '../gateway/engine/plan.ts';

export interface PlanRun {
  readonly data: any;
  /** Subgraph and operation of each request, in order. */
  readonly requests: readonly (readonly [subgraph: string, operation: string])[];
}

export interface PlanWorld {
  readonly api: GraphQLSchema;
  readonly subgraphs: Readonly<Record<string, GraphQLSchema>>;
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export async function runPlan(plan: QueryPlan, operation: string, world: PlanWorld): Promise<PlanRun> {
  const { api, subgraphs, possibleTypes, variables = {} } = world;
  const requests: [string, string][] = [];
  const answer: any = {};
  const isOf = (value: any, types: readonly string[]) =>
    types.some((type) => value?.__typename === type || possibleTypes.get(type)?.has(value?.__typename));

  if (plan.node) await run(plan.node);
  const { data, errors } = await execute({
    schema: api,
    document: parse(operation),
    rootValue: answer,
    variableValues: variables,
    fieldResolver: (source, _arguments, _context, { path }) => source[path.key],
    typeResolver: (value: any) => value.__typename,
  });
  if (errors) throw errors[0];
  return { data: JSON.parse(JSON.stringify(data)), requests };

  async function run(node: PlanNode): Promise<void> {
    if (node.kind === 'Sequence') for (const each of node.nodes) await run(each);
    else if (node.kind === 'Parallel') await Promise.all(node.nodes.map(run));
    else await fetch(node);
  }

  async function fetch(node: Fetch): Promise<void> {
    const { subgraph, operation: source, entities } = node;
    const sent = (entities ?? []).map((entity) => ({ entity, ...representations(entity) }));
    if (entities && sent.every(({ list }) => list.length === 0)) return;
    requests.push([subgraph, source]);
    const variableValues: Record<string, unknown> = {};
    for (const name of node.variables) if (name in variables) variableValues[name] = variables[name];
    for (const { entity, list } of sent) variableValues[entity.variable] = list;
    const schema = subgraphs[subgraph];
    if (!schema) throw new Error(`The plan asks ${subgraph}.`);
    const { data, errors } = await graphql({ schema, source, variableValues });
    if (errors) throw new Error(`${subgraph}: ${errors[0]?.message}\n${source}`);
    const copy = JSON.parse(JSON.stringify(data));
    if (!entities) merge(answer, rewritten(copy, node.outputRewrites));
    for (const { entity, targets } of sent) {
      for (const [at, target] of targets.entries()) {
        merge(target, rewritten(copy[entity.responseKey][at], entity.outputRewrites));
      }
    }
  }

  function representations(entity: EntityFetch) {
    const targets = entity.paths.flatMap((path) => objectsAt(answer, path));
    const pairs = targets.flatMap((target) => {
      const list = represent(target, entity.requires);
      return list?.__typename ? [[target, rewritten(list, entity.inputRewrites)]] : [];
    });
    return { targets: pairs.map(([target]) => target), list: pairs.map(([, representation]) => representation) };
  }

  function objectsAt(value: any, path: PlanPath): any[] {
    const [segment, ...rest] = path;
    if (value === null || value === undefined) return [];
    if (segment === undefined) return [value];
    if (segment === '@') return value.flatMap((each: any) => objectsAt(each, rest));
    if (typeof segment === 'string') return objectsAt(value[segment], rest);
    return isOf(value, segment.types) ? objectsAt(value, rest) : [];
  }

  function represent(value: any, requires: readonly Requirement[]): any {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) return value.map((each) => represent(each, requires));
    const made: any = {};
    for (const requirement of requires) {
      if (requirement.kind === 'InlineFragment') {
        if (isOf(value, [requirement.typeCondition])) Object.assign(made, represent(value, requirement.selections));
        continue;
      }
      const { name, alias = name, selections } = requirement;
      made[alias] = selections ? represent(value[name], selections) : value[name];
    }
    return made;
  }

  function rewritten(value: any, rewrites: readonly Rewrite[] = []): any {
    for (const rewrite of rewrites) apply(value, rewrite.path, rewrite);
    return value;
  }

  function apply(value: any, [segment, ...rest]: Rewrite['path'], rewrite: Rewrite): void {
    if (Array.isArray(value)) for (const each of value) apply(each, [segment as string, ...rest], rewrite);
    else if (typeof value !== 'object' || value === null || segment === undefined) return;
    else if (typeof segment !== 'string') {
      if (isOf(value, segment.types)) apply(value, rest, rewrite);
    } else if (rest.length > 0) apply(value[segment], rest, rewrite);
    else if (rewrite.kind === 'ValueSetter') value[segment] = rewrite.value;
    else if (segment in value) {
      value[rewrite.key] = value[segment];
      delete value[segment];
    }
  }

  function merge(into: any, from: any): void {
    for (const [key, value] of Object.entries(from ?? {})) {
      if (typeof into[key] === 'object' && into[key] !== null && typeof value === 'object') merge(into[key], value);
      else into[key] = value;
    }
  }
}
