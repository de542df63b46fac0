/**
 * What is kept of an operation: its text in one spelling, without the values of its literals, which may be somebody's
 * data. Numbers are `0` or `0.0`, strings are empty; names of the schema stay, and so does whether the text is valid.
 * Operations that differ in nothing else are one.
 */
import {
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isListType,
  isScalarType,
  Kind,
  print,
  separateOperations,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { digestOf } from '../../engine/digest.ts';

/** @param operationName of an operation that the valid document has; null for the only one */
export function operationText(schema: GraphQLSchema, document: DocumentNode, operationName: string | null): string {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const own = operations.length > 1 ? separateOperations(document)[operationName ?? ''] : document;
  const types = new TypeInfo(schema);
  const visitor: ASTVisitor = {
    enter(node) {
      switch (node.kind) {
        case Kind.LIST:
        case Kind.OBJECT:
        case Kind.ENUM:
          return holdsAnything(node, types) ? opaque(node) : undefined;
        case Kind.INT:
          return node.value === '0' ? undefined : { kind: Kind.INT, value: '0' };
        case Kind.FLOAT:
          return node.value === '0.0' ? undefined : { kind: Kind.FLOAT, value: '0.0' };
        case Kind.STRING:
          return node.value === '' && !node.block ? undefined : empty;
        default:
          return undefined;
      }
    },
    // How many there are is the data's.
    ListValue: {
      leave: (node) => ({ ...node, values: [...new Map(node.values.map((each) => [print(each), each])).values()] }),
    },
  };
  return print(visit(own ?? document, visitWithTypeInfo(types, visitor)));
}

/** In hexadecimal digits. */
export function operationHash(text: string): string {
  return digestOf(text);
}

const empty: ValueNode = { kind: Kind.STRING, value: '' };

/** Whether it stands where a custom scalar is expected: then it is data, also the names in it. */
function holdsAnything({ kind }: ValueNode, types: TypeInfo): boolean {
  if (kind !== Kind.LIST) return isOpaque(getNamedType(types.getInputType()));
  // Inside of a list, TypeInfo already knows the type of its items.
  const type = getNullableType(types.getParentInputType());
  return !isListType(type) && isOpaque(type);
}

/** There is no type inside of a custom scalar. */
const isOpaque = (type: GraphQLType | undefined): boolean => type === undefined || isScalarType(type);

/** The variables in it stay, since each that is defined must be used. */
function opaque(value: ValueNode): ValueNode {
  switch (value.kind) {
    case Kind.ENUM:
      return empty;
    case Kind.LIST:
      return { ...value, values: value.values.filter(holdsVariable).map(opaque) };
    case Kind.OBJECT: {
      const fields = value.fields.filter((field) => holdsVariable(field.value));
      const renamed = fields.map((field, at) => ({ ...field, name: { ...field.name, value: `_${at}` } }));
      return { ...value, fields: renamed.map((field) => ({ ...field, value: opaque(field.value) })) };
    }
    default:
      return value;
  }
}

function holdsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(holdsVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => holdsVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
