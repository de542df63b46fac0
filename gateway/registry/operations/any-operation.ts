/** What somebody may send of whom nothing is known. */
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  OperationTypeNode,
} from 'graphql';
import type { RecordedOperation } from './recorded-operation.ts';

/**
 * Operations, as one text for replay.ts, that ask for all that can be asked for: each field with none and with all of its
 * arguments, and each type where another is that it may be. As a whole the text is not valid, since it does not hang
 * together; replaying takes each part of it for itself.
 */
export function anyOperation(schema: GraphQLSchema): RecordedOperation {
  const coordinates = new Set<string>();
  /** By type: the name of a variable of this type. */
  const variables = new Map<string, string>();
  const directives = schema
    .getDirectives()
    .filter((each) => !isSpecifiedDirective(each))
    .flatMap(({ name, args }) => bareAndWhole(`@${name}`, args));
  const fragments = reachedTypes(schema).map((type) => {
    coordinates.add(type.name);
    if (isEnumType(type)) for (const { name } of type.getValues()) coordinates.add(`${type.name}.${name}`);
    if (isInputObjectType(type)) for (const name in type.getFields()) coordinates.add(`${type.name}.${name}`);
    if (!isCompositeType(type)) return '';
    const others = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    const parts = [...fieldsOf(type), ...others.map(({ name }) => `... on ${name} { __typename }`)];
    return `fragment ${type.name} on ${type.name} { __typename ${parts.join(' ')} }`;
  });
  const defined = [...variables].map(([type, name]) => `$${name}: ${type}`);
  const head = `${defined.length > 0 ? `(${defined.join(' ')})` : ''} ${directives.join(' ')} { __typename }`;
  const roots = Object.values(OperationTypeNode).filter((kind) => schema.getRootType(kind));
  const text = [...roots.map((kind) => `${kind} Any_${kind}${head}`), ...fragments].join('\n');
  return { hash: '', name: null, text, coordinates: [...coordinates], clients: [] };

  function fieldsOf(type: GraphQLNamedType): string[] {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ name, args, type: given }) => {
      const rest = isCompositeType(getNamedType(given)) ? ' { __typename }' : '';
      return bareAndWhole(`${type.name}.${name}`, args, name).map((asked, at) => `_${at}_${name}: ${asked}${rest}`);
    });
  }

  /** Of a field or a directive, without arguments and, where it has some, with all of them. */
  function bareAndWhole(coordinate: string, args: readonly GraphQLArgument[], name = coordinate): string[] {
    coordinates.add(coordinate);
    const given = args.map((arg) => {
      coordinates.add(`${coordinate}(${arg.name}:)`);
      const type = String(arg.type);
      const variable = variables.get(type) ?? `v${variables.size}`;
      variables.set(type, variable);
      return `${arg.name}: $${variable}`;
    });
    return given.length === 0 ? [name] : [name, `${name}(${given.join(' ')})`];
  }
}

/** Types that an operation can come to, from the roots and from directives on. */
function reachedTypes(schema: GraphQLSchema): GraphQLNamedType[] {
  const reached = new Set<GraphQLNamedType>();
  const roots = Object.values(OperationTypeNode).flatMap((kind) => schema.getRootType(kind) ?? []);
  const directives = schema.getDirectives().flatMap(({ args }) => args.map(({ type }) => getNamedType(type)));
  const waiting: GraphQLNamedType[] = [...roots, ...directives];
  for (let type = waiting.pop(); type; type = waiting.pop()) {
    if (reached.has(type)) continue;
    reached.add(type);
    if (isAbstractType(type)) waiting.push(...schema.getPossibleTypes(type));
    if (isObjectType(type) || isInterfaceType(type)) {
      waiting.push(...type.getInterfaces());
      for (const { type: given, args } of Object.values(type.getFields()))
        waiting.push(getNamedType(given), ...args.map((arg) => getNamedType(arg.type)));
    }
    if (isInputObjectType(type))
      waiting.push(...Object.values(type.getFields()).map((field) => getNamedType(field.type)));
  }
  return [...reached];
}
