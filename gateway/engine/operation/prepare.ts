/** What of an operation does not depend on the values of its variables. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import { coerceVariables } from '../demand/variables.ts';
import { type Conditions, conditionVariables } from './conditions.ts';
import { type FieldKeys, fieldKeys } from './field-keys.ts';

export interface Prepared {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly keys: FieldKeys;
  /** Names of the variables that `@skip` and `@include` use. */
  readonly conditionVariables: readonly string[];
}

/** @param operationName of an operation that the document has; null for the only one. */
export function prepareOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  requiredWithArguments: ReadonlySet<string>,
): Prepared {
  const operation = getOperationAST(document, operationName);
  invariant(operation, 'the operation that is meant has been found before');
  const definitions = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return {
    document,
    operation,
    fragments: new Map(definitions.map((each) => [each.name.value, each])),
    keys: fieldKeys(schema, operation, definitions, requiredWithArguments),
    conditionVariables: conditionVariables([operation, ...definitions]),
  };
}

export interface Variables {
  readonly conditions: Conditions;
  /** The conditions as text. */
  readonly conditionKey: string;
  /** JSON text by the name that a variable has in the planned operation; those without a value are left out. */
  textsOf(names: ReadonlyMap<string, VariableDefinitionNode>): ReadonlyMap<string, string>;
}

/**
 * The values are checked against the schema, and sent as the consumer wrote them: only subgraphs know what is in a custom
 * scalar (GraphQL, "Coercing Variable Values").
 */
export function readVariables(
  schema: GraphQLSchema,
  prepared: Prepared,
  given: Readonly<Record<string, unknown>>,
): Variables | GraphQLError {
  const { operation, conditionVariables } = prepared;
  let values: Readonly<Record<string, unknown>>;
  try {
    values = coerceVariables(schema, operation, given);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  const conditions = Object.fromEntries(conditionVariables.map((name) => [name, values[name] === true]));
  return {
    conditions,
    conditionKey: conditionKey(prepared, conditions),
    textsOf(names) {
      const texts = new Map<string, string>();
      for (const [name, { variable, defaultValue }] of names) {
        const own = variable.name.value;
        const value = Object.hasOwn(given, own) ? given[own] : defaultValue && valueFromASTUntyped(defaultValue);
        if (value !== undefined) texts.set(name, JSON.stringify(value));
      }
      return texts;
    },
  };
}

/** The values of the conditions as text. */
export function conditionKey({ conditionVariables }: Prepared, conditions: Conditions): string {
  return conditionVariables.map((name) => (conditions[name] ? '1' : '0')).join('');
}
