/**
 * The operation that the planner gets: what the consumer asked for under the engine's own keys, fragments written out,
 * conditions decided. Two operations that ask for the same things in other words are the same text.
 */
import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { isIncluded } from './conditions.ts';
import { readingOf } from './restrictions.ts';
import { type Document, hidesTypes } from './shape.ts';

export interface PlannedOperation {
  /** Undefined where nothing of the operation is fetched: `__typename` and introspection of the root. */
  readonly text: string | undefined;
  /** Of a mutation: the same, a text for each root field, in order. */
  readonly serially: readonly string[];
  /** The consumer's variable by the name that it has in `text`. */
  readonly variables: ReadonlyMap<string, VariableDefinitionNode>;
}

export function plannedOperation(document: Document, operation: OperationDefinitionNode): PlannedOperation {
  const root = document.schema.getRootType(operation.operation) as GraphQLNamedType;
  const selection = select(document, root, operation.selectionSet);
  if (selection.fields.size === 0) return { text: undefined, serially: [], variables: new Map() };
  const names = variableNames(operation);
  const alone = operation.operation === 'mutation' ? [...selection.fields] : [];
  return {
    ...written(operation, selection, names),
    serially: alone.map((field) => written(operation, { ...selection, fields: new Map([field]) }, names).text),
  };
}

function written(operation: OperationDefinitionNode, selection: Selection, names: VariableNames) {
  const variables = new Map<string, VariableDefinitionNode>();
  const renamed = (node: Parameters<typeof print>[0]): string =>
    print(
      visit(node, {
        Variable(variable) {
          const definition = names.get(variable.name.value);
          if (!definition) return undefined;
          variables.set(definition.name, definition.node);
          return { ...variable, name: { kind: Kind.NAME, value: definition.name } };
        },
      }),
    );
  const body = write(selection, renamed);
  const definitions = [...variables].map(
    ([name, { type, defaultValue }]) => `$${name}: ${print(type)}${defaultValue ? ` = ${print(defaultValue)}` : ''}`,
  );
  const head = definitions.length > 0 ? `${operation.operation} (${definitions.join(', ')})` : operation.operation;
  return { text: `${head} ${body}`, variables };
}

interface Selection {
  readonly type: GraphQLNamedType;
  readonly fields: Map<string, { readonly node: FieldNode; readonly below: Selection | undefined }>;
  readonly fragments: Map<string, Selection>;
  typename: boolean;
}

const emptySelection = (type: GraphQLNamedType): Selection => ({
  type,
  fields: new Map(),
  fragments: new Map(),
  typename: false,
});

function select(document: Document, type: GraphQLNamedType, set: SelectionSetNode): Selection {
  const selection = emptySelection(type);
  add(document, selection, set);
  return selection;
}

function add(document: Document, to: Selection, set: SelectionSetNode): void {
  const { schema, fragments, conditions, keys } = document;
  for (const selection of set.selections) {
    if (!isIncluded(selection, conditions)) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      if (name === '__typename') to.typename = true;
      const field = fieldsOf(to.type)[name];
      if (!field) continue; // Introspection, which the engine answers itself.
      const { isDenied, dependsOnType: isOfSome } = readingOf(document, to.type, name);
      to.typename ||= isOfSome;
      if (isDenied) continue;
      const key = keys.get(selection) ?? name;
      const entry = to.fields.get(key) ?? {
        node: selection,
        below: selection.selectionSet && emptySelection(getNamedType(field.type)),
      };
      to.fields.set(key, entry);
      if (entry.below && selection.selectionSet) add(document, entry.below, selection.selectionSet);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
    if (!fragment || (condition && !overlap(schema, to.type, condition))) continue;
    if (!condition || condition === to.type || isObjectType(to.type)) {
      add(document, to, fragment.selectionSet);
      continue;
    }
    const within = to.fragments.get(condition.name) ?? emptySelection(condition);
    to.fragments.set(condition.name, within);
    add(document, within, fragment.selectionSet);
  }
  to.typename ||= hidesTypes(document, to.type.name);
  to.typename ||= isAbstractType(to.type) && (document.tellsTypes || dependsOnType(schema, to));
}

/** Whether what the answer holds here, or what may be null in it, is different for different types of objects. */
function dependsOnType(schema: GraphQLSchema, { type, fields, fragments }: Selection): boolean {
  if (!isAbstractType(type)) return false;
  if (fragments.size > 0) return true;
  const possible = schema.getPossibleTypes(type);
  return [...fields.values()].some(({ node }) => {
    const [first, ...others] = possible.map((each) => String(each.getFields()[node.name.value]?.type));
    return others.some((other) => other !== first);
  });
}

function write({ type, fields, fragments, typename }: Selection, renamed: (node: FieldNode) => string): string {
  const parts: string[] = [];
  // An object that is asked for nothing but its type still has to be found.
  const bare = fields.size === 0 && fragments.size === 0;
  if (bare || (typename && isAbstractType(type))) parts.push('__typename');
  for (const [key, { node, below }] of fields) {
    const { selectionSet: _, alias: __, directives: ___, ...field } = node;
    const text = renamed(field);
    parts.push(`${key === node.name.value ? '' : `${key}: `}${text}${below ? ` ${write(below, renamed)}` : ''}`);
  }
  for (const [condition, within] of fragments) parts.push(`... on ${condition} ${write(within, renamed)}`);
  return `{ ${parts.join(' ')} }`;
}

/** What a variable of the consumer is called in the planned operation. */
type VariableNames = ReadonlyMap<string, { readonly name: string; readonly node: VariableDefinitionNode }>;

/** Planners have names of their own for variables: whatever could be one of them gets another. */
function variableNames(operation: OperationDefinitionNode): VariableNames {
  const definitions = operation.variableDefinitions ?? [];
  const taken = new Set(definitions.map(({ variable }) => variable.name.value));
  const names = new Map<string, { readonly name: string; readonly node: VariableDefinitionNode }>();
  for (const node of definitions) {
    const own = node.variable.name.value;
    let name = own;
    while (/^(?:_|representations)/.test(name) || (name !== own && taken.has(name))) name = `v${name}`;
    taken.add(name);
    names.set(own, { name, node });
  }
  return names;
}

function fieldsOf(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}

function overlap(schema: GraphQLSchema, one: GraphQLNamedType, other: GraphQLNamedType): boolean {
  const typesOf = (type: GraphQLNamedType): readonly GraphQLNamedType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const others = new Set(typesOf(other));
  return typesOf(one).some((type) => others.has(type));
}
