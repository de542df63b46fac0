/**
 * The API schema from its definitions, as graphql-js' `buildASTSchema` makes it, but in small steps: building the schema
 * of hundreds of domains at once would keep requests waiting that the gateway is answering meanwhile.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLArgumentConfig,
  GraphQLDeprecatedDirective,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLField,
  type GraphQLFieldConfig,
  type GraphQLInputField,
  type GraphQLInputFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLSpecifiedByDirective,
  type GraphQLType,
  GraphQLUnionType,
  getDirectiveValues,
  getNamedType,
  type InputValueDefinitionNode,
  isSpecifiedScalarType,
  isTypeDefinitionNode,
  Kind,
  type OperationTypeNode,
  parse,
  specifiedDirectives,
  specifiedScalarTypes,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromAST,
} from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { turn } from './turn.ts';

/** Characters of SDL, and types, that are read in one step: less than a millisecond, as a rule. */
const charactersAtOnce = 4_000;
const typesAtOnce = 10;

/**
 * @param definitions of a valid schema: nothing is checked. Extensions of an object type come right after it, and have
 *   fields only.
 */
export async function buildApiSchema(definitions: readonly string[]): Promise<GraphQLSchema> {
  const nodes: DefinitionNode[] = [];
  let text = '';
  for (const [at, definition] of definitions.entries()) {
    text += `${definition}\n`;
    if (text.length < charactersAtOnce && at < definitions.length - 1) continue;
    for (const node of parse(text, { noLocation: true }).definitions) add(node, nodes);
    text = '';
    await turn();
  }
  const types = new Map<string, GraphQLNamedType>(specifiedScalarTypes.map((type) => [type.name, type]));
  for (const [at, node] of nodes.entries()) {
    if (isTypeDefinitionNode(node)) types.set(node.name.value, typeFrom(node, types));
    if (at % (10 * typesAtOnce) === 0) await turn();
  }
  const scalars = new Set<GraphQLNamedType>();
  for (const [at, type] of [...types.values()].entries()) {
    complete(type);
    for (const each of leavesOf(type)) if (isSpecifiedScalarType(each)) scalars.add(each);
    if (at % typesAtOnce === typesAtOnce - 1) await turn();
  }
  await turn();
  const listed = [...types.values()].filter((type) => !isSpecifiedScalarType(type) || scalars.has(type));
  const schema = withFieldsHidden(listed, () => schemaFrom(nodes, types, listed));
  await turn();
  return schema;
}

/** The named types of its fields and their arguments. */
function leavesOf(type: GraphQLNamedType): GraphQLNamedType[] {
  if (!('getFields' in type)) return [];
  return Object.values(type.getFields()).flatMap((field: GraphQLField<unknown, unknown> | GraphQLInputField) => [
    getNamedType(field.type),
    ...('args' in field ? field.args.map((arg) => getNamedType(arg.type)) : []),
  ]);
}

/**
 * The constructor of a schema goes through all fields to find types, which takes longest of all, and in one step. Where all
 * types are listed, there is none to be found.
 */
function withFieldsHidden(types: readonly GraphQLNamedType[], make: () => GraphQLSchema): GraphQLSchema {
  const hiding = types.filter((type) => 'getFields' in type);
  for (const type of hiding) Object.defineProperty(type, 'getFields', { value: () => ({}), configurable: true });
  try {
    return make();
  } finally {
    for (const type of hiding) Reflect.deleteProperty(type, 'getFields');
  }
}

function add(node: DefinitionNode, nodes: DefinitionNode[]): void {
  const last = nodes.at(-1);
  if (node.kind !== Kind.OBJECT_TYPE_EXTENSION) nodes.push(node);
  else if (last?.kind === Kind.OBJECT_TYPE_DEFINITION) {
    nodes[nodes.length - 1] = { ...last, fields: [...(last.fields ?? []), ...(node.fields ?? [])] };
  }
}

type Types = ReadonlyMap<string, GraphQLNamedType>;

function schemaFrom(
  nodes: readonly DefinitionNode[],
  types: Types,
  listed: readonly GraphQLNamedType[],
): GraphQLSchema {
  const schema = nodes.find((node) => node.kind === Kind.SCHEMA_DEFINITION);
  const rootOf = (operation: `${OperationTypeNode}`, otherwise: string) => {
    const named = schema?.operationTypes.find((each) => each.operation === operation)?.type.name.value;
    const type = types.get(named ?? (schema ? '' : otherwise));
    return type instanceof GraphQLObjectType ? type : undefined;
  };
  const own = nodes.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION
      ? new GraphQLDirective({
          name: node.name.value,
          description: node.description?.value,
          locations: node.locations.map(({ value }) => value) as GraphQLDirective['locations'] as never,
          isRepeatable: node.repeatable,
          args: argumentsFrom(node.arguments, types),
          astNode: node,
        })
      : [],
  );
  const standard = specifiedDirectives.filter(({ name }) => !own.some((each) => each.name === name));
  return new GraphQLSchema({
    description: schema?.description?.value,
    query: rootOf('query', 'Query'),
    mutation: rootOf('mutation', 'Mutation'),
    subscription: rootOf('subscription', 'Subscription'),
    types: [...listed],
    directives: [...own, ...standard],
    astNode: schema,
    assumeValid: true,
  });
}

function typeFrom(node: TypeDefinitionNode, types: Types): GraphQLNamedType {
  const shared = { name: node.name.value, description: node.description?.value };
  switch (node.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
      return new GraphQLScalarType({ ...shared, specifiedByURL: specifiedBy(node.directives), astNode: node });
    case Kind.ENUM_TYPE_DEFINITION:
      return new GraphQLEnumType({ ...shared, values: valuesFrom(node), astNode: node });
    case Kind.UNION_TYPE_DEFINITION:
      return new GraphQLUnionType({
        ...shared,
        types: () => (node.types ?? []).map((type) => named(type.name.value, types) as GraphQLObjectType),
        astNode: node,
      });
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return new GraphQLInputObjectType({
        ...shared,
        fields: () => argumentsFrom(node.fields, types) as Record<string, GraphQLInputFieldConfig>,
        isOneOf: node.directives?.some(({ name }) => name.value === 'oneOf') ?? false,
        astNode: node,
      });
    default: {
      const config = {
        ...shared,
        interfaces: () => (node.interfaces ?? []).map((each) => named(each.name.value, types) as GraphQLInterfaceType),
        fields: () => fieldsFrom(node.fields, types),
      };
      return node.kind === Kind.OBJECT_TYPE_DEFINITION
        ? new GraphQLObjectType({ ...config, astNode: node })
        : new GraphQLInterfaceType({ ...config, astNode: node });
    }
  }
}

/** Types refer to each other by functions, which are called here, a type at a time. */
function complete(type: GraphQLNamedType): void {
  if ('getFields' in type) type.getFields();
  if ('getInterfaces' in type) type.getInterfaces();
  if (type instanceof GraphQLUnionType) type.getTypes();
}

function fieldsFrom(nodes: readonly FieldDefinitionNode[] = [], types: Types) {
  const fields: Record<string, GraphQLFieldConfig<unknown, unknown>> = Object.create(null);
  for (const node of nodes) {
    fields[node.name.value] = {
      type: typeOf(node.type, types) as GraphQLOutputType,
      description: node.description?.value,
      args: argumentsFrom(node.arguments, types),
      deprecationReason: deprecation(node.directives),
      astNode: node,
    };
  }
  return fields;
}

function argumentsFrom(nodes: readonly InputValueDefinitionNode[] = [], types: Types) {
  const args: Record<string, GraphQLArgumentConfig> = Object.create(null);
  for (const node of nodes) {
    const type = typeOf(node.type, types) as GraphQLInputType;
    args[node.name.value] = {
      type,
      description: node.description?.value,
      defaultValue: valueFromAST(node.defaultValue, type),
      deprecationReason: deprecation(node.directives),
      astNode: node,
    };
  }
  return args;
}

function valuesFrom({ values = [] }: EnumTypeDefinitionNode) {
  return Object.fromEntries(
    values.map((node) => [
      node.name.value,
      {
        description: node.description?.value,
        deprecationReason: deprecation(node.directives),
        astNode: node,
      },
    ]),
  );
}

function typeOf(node: TypeNode, types: Types): GraphQLType {
  if (node.kind === Kind.LIST_TYPE) return new GraphQLList(typeOf(node.type, types));
  if (node.kind === Kind.NON_NULL_TYPE) return new GraphQLNonNull(typeOf(node.type, types) as never);
  return named(node.name.value, types);
}

function named(name: string, types: Types): GraphQLNamedType {
  const type = types.get(name);
  invariant(type, `the API schema defines ${name}`);
  return type;
}

function deprecation(directives: readonly ConstDirectiveNode[] | undefined): string | undefined {
  return getDirectiveValues(GraphQLDeprecatedDirective, { directives: directives ?? [] })?.reason as string | undefined;
}

function specifiedBy(directives: readonly ConstDirectiveNode[] | undefined): string | undefined {
  return getDirectiveValues(GraphQLSpecifiedByDirective, { directives: directives ?? [] })?.url as string | undefined;
}
