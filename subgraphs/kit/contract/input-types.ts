/**
 * The TypeScript type of what an input port yields that reads the mesh: the nodes of its operation, typed by the
 * subgraph schemas that the operation touches. When another team relaxes its contract, this type changes.
 */
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { type Issue, issue } from '../errors/issue.ts';
import { inputTypeName } from './row-types.ts';

/** All subgraphs' object types, the fields of one name together, and the values of their enums. */
export interface MeshTypes {
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, TypeNode>>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

export function meshTypes(sdls: readonly string[]): MeshTypes {
  const objects = new Map<string, Map<string, TypeNode>>();
  const enums = new Map<string, string[]>();
  for (const definition of sdls.flatMap((sdl) => parse(sdl).definitions)) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION) {
      enums.set(definition.name.value, definition.values?.map((value) => value.name.value) ?? []);
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const fields = objects.get(definition.name.value) ?? new Map();
    objects.set(definition.name.value, fields);
    for (const field of (definition as ObjectTypeDefinitionNode).fields ?? []) fields.set(field.name.value, field.type);
  }
  return { objects, enums };
}

/** @param operation selects one root connection, and of it `nodes` and `pageInfo`. */
export function printInputType(
  port: string,
  file: string,
  operation: string,
  { objects, enums }: MeshTypes,
): { text: string; issues: Issue[] } {
  const issues: Issue[] = [];
  const wrong = (message: string, node?: FieldNode) => {
    const at = node?.loc?.startToken;
    issues.push(
      issue('INPUT_OPERATION_INVALID', message, { place: { file, line: at?.line ?? 1, column: at?.column ?? 1 } }),
    );
    return 'unknown';
  };
  const document = parseOperation(operation);
  const root = document && rootField(document);
  const nodes = root?.selectionSet && fieldsOf(root.selectionSet).find((field) => field.name.value === 'nodes');
  if (!root || !nodes?.selectionSet) {
    wrong(
      'The operation of an input port selects one root field, and of it nodes { … } and pageInfo { endCursor hasNextPage }.',
    );
    return { text: '', issues };
  }
  const typed = (parent: string, set: SelectionSetNode, indent: string): string => {
    const lines = fieldsOf(set).map((field) => {
      const type = objects.get(parent)?.get(field.name.value);
      const value = type
        ? valueType(type, field, indent)
        : wrong(`There is no field ${parent}.${field.name.value} in the mesh.`, field);
      return `${indent}  ${(field.alias ?? field.name).value}: ${value};`;
    });
    return `{\n${lines.join('\n')}\n${indent}}`;
  };
  const valueType = (type: TypeNode, field: FieldNode, indent: string, nullable = true): string => {
    if (type.kind === Kind.NON_NULL_TYPE) return valueType(type.type, field, indent, false);
    const suffix = nullable ? ' | null' : '';
    if (type.kind === Kind.LIST_TYPE) return `readonly (${valueType(type.type, field, indent)})[]${suffix}`;
    const name = type.name.value;
    const literals = enums
      .get(name)
      ?.map((value) => `'${value}'`)
      .join(' | ');
    const value = field.selectionSet
      ? typed(name, field.selectionSet, `${indent}  `)
      : (literals ?? scalarTypes[name] ?? 'string');
    return `${value}${suffix}`;
  };
  const connection = objects.get('Query')?.get(root.name.value);
  if (!connection) {
    wrong(`There is no query ${root.name.value} in the mesh.`, root);
    return { text: '', issues };
  }
  const edge = objects.get(namedType(connection))?.get('nodes');
  const body = edge
    ? typed(namedType(edge), nodes.selectionSet, '')
    : wrong(`${root.name.value} is not a connection.`, root);
  const text = `/** What input port \`${port}\` yields: the nodes of ${file.split('/').at(-1)}. */\nexport interface ${inputTypeName(port)} ${body}`;
  return { text, issues };
}

function parseOperation(operation: string): DocumentNode | undefined {
  try {
    return parse(operation);
  } catch {
    return undefined;
  }
}

function rootField(document: DocumentNode): FieldNode | undefined {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fields = operation?.kind === Kind.OPERATION_DEFINITION ? fieldsOf(operation.selectionSet) : [];
  return fields.length === 1 ? fields[0] : undefined;
}

const fieldsOf = (set: SelectionSetNode): FieldNode[] =>
  set.selections.filter((node): node is FieldNode => node.kind === Kind.FIELD);

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

/** What arrives as JSON; exact numbers and moments arrive as strings. */
const scalarTypes: Readonly<Record<string, string>> = {
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  JSON: 'unknown',
};
