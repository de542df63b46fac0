/** The fields of a schema that is no more than parsed: types and their extensions alike. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql';

export interface DocumentField {
  /** `Order.total` */
  readonly coordinate: string;
  readonly node: FieldDefinitionNode;
}

export function documentFields(document: DocumentNode): DocumentField[] {
  return typesWithFields(document).flatMap(({ name, fields }) =>
    (fields ?? []).map((node) => ({ coordinate: `${name.value}.${node.name.value}`, node })),
  );
}

/** The coordinates of fields that a `@key` names, by whatever name the schema calls it: only it takes `fields` on a type. */
export function keyFields(document: DocumentNode): string[] {
  return typesWithFields(document).flatMap(({ name, directives }) =>
    (directives ?? []).flatMap((directive) => {
      const fields = argumentOf(directive, 'fields');
      const names = typeof fields === 'string' ? (fields.match(/\w+/g) ?? []) : [];
      return names.map((field) => `${name.value}.${field}`);
    }),
  );
}

/** The value of a directive's argument; undefined where it is not given. */
export function argumentOf(directive: ConstDirectiveNode, name: string): unknown {
  const given = directive.arguments?.find((each) => each.name.value === name);
  return given && valueFromASTUntyped(given.value);
}

function typesWithFields({ definitions }: DocumentNode) {
  return definitions.flatMap((node) => {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION:
        return [node];
      default:
        return [];
    }
  });
}
