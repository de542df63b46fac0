import {
  coerceInputValue,
  GraphQLError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
  valueFromAST,
} from 'graphql';

/**
 * The values of an operation's variables, defaults filled in (GraphQL, "Coercing Variable Values").
 *
 * @throws GraphQLError BAD_USER_INPUT, at the first value that does not fit, however many there are. It says where the
 * value is and never what it is: a value may be somebody's data, and errors end up in logs.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const coerced: Record<string, unknown> = Object.create(null);
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) continue; // Validation has said so.
    const refuse = (fault: string): never => {
      throw new GraphQLError(`Variable "$${name}" of type "${print(definition.type)}" ${fault}`, {
        nodes: definition,
        extensions: { code: 'BAD_USER_INPUT' },
      });
    };
    if (!Object.hasOwn(given, name)) {
      if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type);
      else if (isNonNullType(type)) refuse('was not given.');
      continue;
    }
    if (given[name] === null && isNonNullType(type)) refuse('must not be null.');
    coerced[name] = coerceInputValue(given[name], type, (path) => {
      const place = path.length > 0 ? ` at \`${path.join('.')}\`` : '';
      refuse(`was given a value that the type does not allow${place}.`);
    });
  }
  return coerced;
}
