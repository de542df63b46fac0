/**
 * What replaying an operation against another schema finds, by trying it out with graphql-js: validation, the types of
 * what is selected, the fields collected of every object type, and values of variables coerced.
 */
import {
  coerceInputValue,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';

/**
 * Why the operation is broken, in words for whoever reads a failed test; undefined where it is not.
 * @param used coordinates of input fields and enum values that were sent
 */
export function replayed(
  before: GraphQLSchema,
  after: GraphQLSchema,
  document: DocumentNode,
  used: ReadonlySet<string>,
): string | undefined {
  const [error] = validate(after, document);
  if (error) return `validation: ${error.message}`;
  return (
    otherTypes(before, after, document) ??
    lostKeys(before, after, document) ??
    lostDefaults(before, after, document) ??
    refusedVariables(before, after, document, used)
  );
}

/** Types of fields, and scalars of literals. */
function otherTypes(before: GraphQLSchema, after: GraphQLSchema, document: DocumentNode): string | undefined {
  const [was, is] = [typesIn(before, document), typesIn(after, document)];
  for (const [node, type] of was.fields) {
    const now = is.fields.get(node);
    const named = (schema: GraphQLSchema, text = '') => schema.getType(text.replace(/[[\]!]/g, ''));
    if (!now || !isTighter(type, now)) return `${node.name.value}: ${type} → ${now}`;
    if (isEnumType(named(before, type)) !== isEnumType(named(after, now))) return `${node.name.value}: kind of ${type}`;
  }
  for (const [node, type] of was.literals) {
    if (is.lists.has(node)) continue;
    const now = is.literals.get(node);
    if (!now || (isCustom(type) || isCustom(now) ? identity(type) !== identity(now) : false))
      return `literal: ${type} → ${now}`;
  }
  return undefined;
}

function typesIn(schema: GraphQLSchema, document: DocumentNode) {
  const fields = new Map<FieldNode, string>();
  const literals = new Map<ValueNode, GraphQLNamedType>();
  /** Literals that are lists, where lists are expected: what their items are, counts. */
  const lists = new Set<ValueNode>();
  const info = new TypeInfo(schema);
  const see = (node: ValueNode): void => {
    const type = getNamedType(info.getInputType());
    if (type) literals.set(node, type);
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (node) => void fields.set(node, String(info.getType())),
      IntValue: see,
      FloatValue: see,
      StringValue: see,
      BooleanValue: see,
      EnumValue: see,
      ObjectValue: see,
      ListValue(node) {
        see(node);
        // TypeInfo already knows the type of its items.
        if (isListType(getNullableType(info.getParentInputType()))) lists.add(node);
      },
    }),
  );
  return { fields, literals, lists };
}

const isCustom = (type: GraphQLNamedType): boolean => isScalarType(type) && !isSpecifiedScalarType(type);
const identity = (type: GraphQLNamedType): string => `${type.constructor.name} ${type.name}`;

/** `[Int]` → `[Int!]!` */
function isTighter(was: string, is: string): boolean {
  if (was.endsWith('!')) return is.endsWith('!') && isTighter(was.slice(0, -1), is.slice(0, -1));
  if (is.endsWith('!')) return isTighter(was, is.slice(0, -1));
  if (was.startsWith('[') && is.startsWith('[')) return isTighter(was.slice(1, -1), is.slice(1, -1));
  return was === is;
}

/** Response keys that an object of some type no longer gets, at a place where it may still be. */
function lostKeys(before: GraphQLSchema, after: GraphQLSchema, document: DocumentNode): string | undefined {
  // What is conditional may be there.
  const whole: DocumentNode = visit(document, {
    Directive: ({ name }) => (['skip', 'include'].includes(name.value) ? null : undefined),
  });
  const operation = whole.definitions.find(
    (each) => each.kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const each of whole.definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  const objects = (schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];

  type Fields = Map<string, FieldNode[]>;
  const compare = (
    was: GraphQLObjectType,
    is: GraphQLObjectType,
    wasFields: Fields,
    isFields: Fields,
  ): string | undefined => {
    for (const [key, nodes] of wasFields) {
      const now = isFields.get(key);
      if (!now) return `${was.name} loses ${key}`;
      const name = nodes[0]?.name.value ?? '';
      const [type, typeNow] = [getNamedType(was.getFields()[name]?.type), getNamedType(is.getFields()[name]?.type)];
      if (!type || !typeNow || !isCompositeType(type)) continue;
      for (const object of objects(before, type)) {
        const same = objects(after, typeNow).find((each) => each.name === object.name);
        if (!same) continue;
        const inner = collectSubfields(before, fragments, {}, object, nodes) as Fields;
        const lost = compare(object, same, inner, collectSubfields(after, fragments, {}, same, now) as Fields);
        if (lost) return lost;
      }
    }
    return undefined;
  };
  const [was, is] = [before.getRootType(operation.operation), after.getRootType(operation.operation)];
  if (!was || !is) return 'no root';
  const of = (schema: GraphQLSchema, root: GraphQLObjectType) =>
    collectFields(schema, fragments, {}, root, operation.selectionSet) as Fields;
  return compare(was, is, of(before, was), of(after, is));
}

/** Arguments and input fields that the operation leaves out, or may, and whose default is gone. */
function lostDefaults(before: GraphQLSchema, after: GraphQLSchema, document: DocumentNode): string | undefined {
  const operation = document.definitions.find(
    (each) => each.kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  const mayBeAbsent = (value: ValueNode | undefined): boolean => {
    if (value?.kind !== Kind.VARIABLE) return value === undefined;
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === value.name.value);
    return definition?.type.kind !== Kind.NON_NULL_TYPE && definition?.defaultValue === undefined;
  };
  interface Given {
    readonly inputs: readonly { readonly name: string; readonly defaultValue?: unknown }[];
    readonly value: (name: string) => ValueNode | undefined;
  }
  const givenIn = (schema: GraphQLSchema): Map<unknown, Given> => {
    const found = new Map<unknown, Given>();
    const info = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(info, {
        Field(node) {
          const inputs = info.getFieldDef()?.args ?? [];
          found.set(node, { inputs, value: (name) => node.arguments?.find((each) => each.name.value === name)?.value });
        },
        ObjectValue(node) {
          const type = getNamedType(info.getInputType());
          const inputs = isInputObjectType(type) ? Object.values(type.getFields()) : [];
          found.set(node, { inputs, value: (name) => node.fields.find((each) => each.name.value === name)?.value });
        },
      }),
    );
    return found;
  };
  const now = givenIn(after);
  for (const [node, { inputs, value }] of givenIn(before)) {
    for (const { name, defaultValue } of inputs) {
      const same = now.get(node)?.inputs.find((each) => each.name === name);
      const isLost = same && (defaultValue ?? null) !== null && (same.defaultValue ?? null) === null;
      if (isLost && mayBeAbsent(value(name))) return `default of ${name}`;
    }
  }
  return undefined;
}

/** Values with no other names than those that were sent: is there one that is no longer taken? */
function refusedVariables(
  before: GraphQLSchema,
  after: GraphQLSchema,
  document: DocumentNode,
  used: ReadonlySet<string>,
): string | undefined {
  const operation = document.definitions.find(
    (each) => each.kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  for (const { type: node } of operation.variableDefinitions ?? []) {
    const [was, is] = [typeFromAST(before, node), typeFromAST(after, node)];
    if (!isInputType(was) || !isInputType(is)) return 'variable';
    for (const value of samples(was, used, [])) {
      const [then, now] = [coerced(was, value), coerced(is, value)];
      if (then.fault)
        throw new Error(`The oracle made a value that was never valid: ${JSON.stringify(value)}: ${then.fault}`);
      if (now.fault) return `variable ${JSON.stringify(value)}: ${now.fault}`;
      const lost = lostKey(then.value, now.value, is);
      if (lost) return `default of ${lost} for ${JSON.stringify(value)}`;
    }
  }
  return undefined;
}

/** Stands for a value of an enum of which none was seen. */
const unseen = 'UNSEEN VALUE';

/** @param within types that are being made: optional fields do not nest these once more */
function samples(type: GraphQLInputType, used: ReadonlySet<string>, within: readonly string[]): unknown[] {
  if (!isNonNullType(type)) return [null, ...samplesOf(type, used, within)];
  return samplesOf(type.ofType, used, within);
}

function samplesOf(type: GraphQLInputType, used: ReadonlySet<string>, within: readonly string[]): unknown[] {
  if (isListType(type)) {
    const items = samples(type.ofType, used, within);
    return [[], ...items.map((each) => [each]), ...items.filter((each) => each !== null)];
  }
  if (isEnumType(type)) {
    const seen = type.getValues().filter(({ name }) => used.has(`${type.name}.${name}`));
    return seen.length > 0 ? seen.map(({ name }) => name) : [unseen];
  }
  if (isInputObjectType(type)) {
    // Only null was sent for it, or an empty list.
    if (!used.has(type.name)) return [];
    const fields = Object.values(type.getFields());
    const isGiven = (name: string) => used.has(`${type.name}.${name}`);
    const inner = [...within, type.name];
    const base: Record<string, unknown> = {};
    for (const field of fields) if (isRequiredInputField(field)) base[field.name] = samples(field.type, used, inner)[0];
    const isDeep = within.filter((each) => each === type.name).length > 1;
    const more = fields
      .filter((field) => isRequiredInputField(field) || (isGiven(field.name) && !isDeep))
      .flatMap((field) => samples(field.type, used, inner).map((value) => ({ ...base, [field.name]: value })));
    return [base, ...more];
  }
  switch ((type as GraphQLScalarType).name) {
    case 'Int':
      return [1];
    case 'Float':
      return [1.5];
    case 'String':
      return ['text'];
    case 'ID':
      return ['text', 7];
    case 'Boolean':
      return [true];
    default:
      return [{ ofScalar: (type as GraphQLScalarType).name }];
  }
}

function coerced(type: GraphQLInputType, value: unknown): { value: unknown; fault?: string } {
  let fault: string | undefined;
  const result = coerceInputValue(value, strict(type), (path, invalid, error) => {
    if (invalid !== unseen) fault ??= `${path.join('.')}: ${error.message}`;
  });
  return fault === undefined ? { value: result } : { value: result, fault };
}

/** The same type, whose custom scalars take only what was made for them. */
function strict(type: GraphQLInputType): GraphQLInputType {
  const seen = new Set<unknown>();
  const visitType = (each: GraphQLInputType): void => {
    const named = getNamedType(each);
    if (seen.has(named)) return;
    seen.add(named);
    if (isInputObjectType(named)) for (const field of Object.values(named.getFields())) visitType(field.type);
    if (named instanceof GraphQLScalarType && isCustom(named)) {
      named.parseValue = (value: any) => {
        if (value?.ofScalar !== named.name) throw new Error(`not made for ${named.name}`);
        return value;
      };
    }
  };
  visitType(type);
  return type;
}

function lostKey(was: any, is: any, type: GraphQLInputType): string | undefined {
  if (Array.isArray(was) && Array.isArray(is)) {
    return was.map((each, at) => lostKey(each, is[at], type)).find((each) => each !== undefined);
  }
  const named = getNamedType(type);
  if (!isInputObjectType(named) || typeof was !== 'object' || was === null || typeof is !== 'object' || is === null) {
    return undefined;
  }
  for (const field of Object.values(named.getFields())) {
    const [then, now] = [was[field.name], is[field.name]];
    if ((then ?? null) !== null && (now ?? null) === null) return `${named.name}.${field.name}`;
    const inner = lostKey(then, now, field.type);
    if (inner) return inner;
  }
  return undefined;
}
