import {
  type DocumentNode,
  Kind,
  type NameNode,
  parse,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { EntityFetch, Fetch } from './plan.ts';

/**
 * One request for what several entity fetches of one subgraph ask:
 * `query($r0:[_Any!]!,$r1:[_Any!]!){_e0:_entities(representations:$r0){…}_e1:_entities(representations:$r1){…}}`.
 * Each keeps its own representations, so what one of them lacks does not keep the others from being fetched.
 */
export function batch(...fetches: readonly [Fetch, ...Fetch[]]): Fetch {
  const [first] = fetches;
  const variables = [...new Set(fetches.flatMap((fetch) => fetch.variables))];
  const entities: EntityFetch[] = [];
  const documents = fetches.map((fetch, nth) => {
    const names = new Map((fetch.entities ?? []).map((entity) => [entity.responseKey, entity]));
    const variableNames = new Map<string, string>();
    const keys = new Map<string, string>();
    for (const [responseKey, entity] of names) {
      const [key, variable] = [`_e${entities.length}`, freeName(`r${entities.length}`, variables)];
      keys.set(responseKey, key);
      variableNames.set(entity.variable, variable);
      entities.push({ ...entity, responseKey: key, variable });
    }
    return renamed(parse(fetch.operation, { noLocation: true }), { keys, variableNames, fragments: `_${nth}` });
  });
  return {
    kind: 'Fetch',
    subgraph: first.subgraph,
    operationKind: 'query',
    operation: joined(documents),
    variables,
    entities,
  };
}

interface Names {
  /** Response keys of root fields, and variables: what they become. */
  readonly keys: ReadonlyMap<string, string>;
  readonly variableNames: ReadonlyMap<string, string>;
  /** What the names of fragments end with: planners call the first of each operation the same. */
  readonly fragments: string;
}

function renamed(document: DocumentNode, { keys, variableNames, fragments }: Names): DocumentNode {
  const fragment = <Node extends { readonly name: NameNode }>(node: Node): Node => ({
    ...node,
    name: { ...node.name, value: `${node.name.value}${fragments}` },
  });
  return visit(document, {
    FragmentDefinition: fragment,
    FragmentSpread: fragment,
    Variable: (node) => ({
      ...node,
      name: { ...node.name, value: variableNames.get(node.name.value) ?? node.name.value },
    }),
    OperationDefinition: (node) => ({
      ...node,
      selectionSet: {
        ...node.selectionSet,
        selections: node.selectionSet.selections.map((field) => {
          if (field.kind !== Kind.FIELD) return field;
          const alias = keys.get((field.alias ?? field.name).value);
          return alias ? { ...field, alias: { kind: Kind.NAME, value: alias } } : field;
        }),
      },
    }),
  });
}

function joined(documents: readonly DocumentNode[]): string {
  const definitions = documents.flatMap((document) => document.definitions);
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const variables = new Map<string, VariableDefinitionNode>();
  for (const { variableDefinitions = [] } of operations) {
    for (const variable of variableDefinitions) variables.set(variable.variable.name.value, variable);
  }
  const operation = {
    kind: Kind.OPERATION_DEFINITION,
    operation: 'query',
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections: operations.flatMap((node) => node.selectionSet.selections) },
  };
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions: [operation, ...fragments] } as DocumentNode));
}

function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? freeName(`_${name}`, taken) : name;
}
