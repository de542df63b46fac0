import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  type NameNode,
  print,
} from 'graphql';
import { linkedFeatures } from './linked-features.ts';

/** Fields in one text: root types may have thousands. */
const fieldsAtOnce = 50;

/**
 * The API schema of a supergraph: without what is `@inaccessible`, and without the machinery of the specifications that it
 * links (Apollo Federation, "API schema"). Planners print it, too, but Hive's leaves inaccessible types in unions, and
 * introspection types among the definitions.
 *
 * @returns a text per definition. A type with many fields goes on in extensions, which come right after it.
 */
export function apiDefinitions(supergraph: DocumentNode): string[] {
  const features = linkedFeatures(supergraph);
  const isHidden = (node: Named) => node.directives?.some(({ name }) => features.inaccessible.has(name.value)) ?? false;
  const types = supergraph.definitions.filter(isTypeDefinitionNode);
  const hiddenTypes = new Set(types.filter(isHidden).map(({ name }) => name.value));
  return supergraph.definitions.flatMap((definition) => {
    const api = apiDefinition(definition);
    return api ? inPieces(api).map(print) : [];
  });

  function apiDefinition(node: DefinitionNode): DefinitionNode | undefined {
    if (node.kind === Kind.SCHEMA_DEFINITION) {
      const operationTypes = node.operationTypes.filter(({ type }) => !hiddenTypes.has(type.name.value));
      return { ...node, directives: [], operationTypes };
    }
    // Planners leave directives of operations out: who uses one is to learn that, instead of believing that it is heeded.
    if (!isTypeDefinitionNode(node) || features.owns(node.name.value) || hiddenTypes.has(node.name.value)) return;
    const directives = kept(node.directives);
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const interfaces = node.interfaces?.filter(({ name }) => !hiddenTypes.has(name.value)) ?? [];
        const fields = visible(node.fields).map((field) => ({ ...field, arguments: visible(field.arguments) }));
        return { ...node, directives, interfaces, fields };
      }
      case Kind.UNION_TYPE_DEFINITION:
        return { ...node, directives, types: node.types?.filter(({ name }) => !hiddenTypes.has(name.value)) ?? [] };
      case Kind.ENUM_TYPE_DEFINITION:
        return { ...node, directives, values: visible(node.values) };
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return { ...node, directives, fields: visible(node.fields) };
      case Kind.SCALAR_TYPE_DEFINITION:
        return { ...node, directives };
    }
  }

  function visible<Node extends Named>(nodes: readonly Node[] = []): Node[] {
    return nodes.filter((node) => !isHidden(node)).map((node) => ({ ...node, directives: kept(node.directives) }));
  }
}

function inPieces(node: DefinitionNode): DefinitionNode[] {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !node.fields) return [node];
  const { fields, name } = node;
  const pieces: DefinitionNode[] = [{ ...node, fields: fields.slice(0, fieldsAtOnce) }];
  for (let at = fieldsAtOnce; at < fields.length; at += fieldsAtOnce) {
    pieces.push({ kind: Kind.OBJECT_TYPE_EXTENSION, name, fields: fields.slice(at, at + fieldsAtOnce) });
  }
  return pieces;
}

interface Named {
  readonly name: NameNode;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** What consumers see of applied directives (GraphQL, "Built-in Directives"). */
const kept = (directives: readonly ConstDirectiveNode[] = []): ConstDirectiveNode[] =>
  directives.filter(({ name }) => ['deprecated', 'specifiedBy', 'oneOf'].includes(name.value));
