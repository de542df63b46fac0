import { type DocumentNode, type InterfaceTypeDefinitionNode, Kind, type ObjectTypeDefinitionNode } from 'graphql';

export type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export const hasFields = (node: DocumentNode['definitions'][number]): node is TypeWithFields =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
