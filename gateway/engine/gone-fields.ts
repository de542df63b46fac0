import {
  type ASTVisitor,
  type DocumentNode,
  type GraphQLFieldMap,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Coordinates (GraphQL, "Schema Coordinates") of what a document that fits one schema uses and another does not have. */
export function goneFields(document: DocumentNode, before: GraphQLSchema, after: GraphQLSchema): string[] {
  const gone = new Set<string>();
  const types = new TypeInfo(before);
  const visitor: ASTVisitor = {
    NamedType({ name }) {
      if (!after.getType(name.value)) gone.add(name.value);
    },
    Field({ name, arguments: args = [] }) {
      const parent = types.getParentType();
      if (!parent || name.value.startsWith('__')) return;
      const coordinate = `${parent.name}.${name.value}`;
      const field = fieldsOf(after.getType(parent.name))[name.value];
      if (!field) gone.add(coordinate);
      for (const { name: argument } of field ? args : []) {
        if (!field?.args.some((each) => each.name === argument.value)) gone.add(`${coordinate}(${argument.value}:)`);
      }
    },
    ObjectField({ name }) {
      const parent = getNamedType(types.getParentInputType());
      const there = parent && after.getType(parent.name);
      if (isInputObjectType(there) && !there.getFields()[name.value]) gone.add(`${there.name}.${name.value}`);
    },
  };
  visit(document, visitWithTypeInfo(types, visitor));
  return [...gone];
}

function fieldsOf(type: GraphQLNamedType | undefined): GraphQLFieldMap<unknown, unknown> {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}
