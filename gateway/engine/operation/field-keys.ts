/**
 * The response key that a field has inside the engine. A consumer's aliases never reach the planner: `id: name` would sit
 * where the engine expects the key `id`. Inside, one key always means one field with the same arguments, so whatever two
 * fetches bring for it is the same value.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { argumentsOf } from '../fetched-fields.ts';

export type FieldKeys = ReadonlyMap<FieldNode, string>;

/**
 * Of one valid operation and the fragments of its document.
 * @param requiredWithArguments names of fields that others require with arguments.
 */
export function fieldKeys(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
  requiredWithArguments: ReadonlySet<string>,
): FieldKeys {
  const keys = new Map<FieldNode, string>();
  const bySignature = new Map<string, string>();
  const taken = new Set<string>();
  const mutation = (operation.operation === 'mutation' && schema.getMutationType()) || undefined;
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    Field(field) {
      const name = field.name.value;
      const args = argumentsOf(field);
      // A root field of a mutation is executed each time that it is there, also the same one with the same arguments. And
      // a null that spreads from a field of an object must not reach where that field was not selected.
      const apart = field.selectionSet || types.getParentType() === mutation;
      const responseKey = (field.alias ?? field.name).value;
      const once = apart ? responseKey : '';
      const signature = `${name}(${args}):${wrappersOf(types.getType())} ${once}`;
      let key = bySignature.get(signature);
      if (key === undefined) {
        // Plain names are what planners use for fields that they add, whatever the arguments of these; no field is called
        // __something (GraphQL, "Reserved Names").
        const isAdded = args === '' && !requiredWithArguments.has(name);
        const isPlain = types.getParentType() !== mutation && isAdded && (once === '' || once === name);
        const plain = isPlain && !taken.has(name);
        key = plain ? name : `__w${taken.size}_${name}`;
        taken.add(key);
        bySignature.set(signature, key);
      }
      keys.set(field, key);
    },
  });
  for (const definition of [operation, ...fragments]) visit(definition, visitor);
  return keys;
}

/** What fields of one key must have in common (GraphQL, "Field Selection Merging", SameResponseShape). */
function wrappersOf(type: GraphQLOutputType | undefined | null): string {
  const named = getNamedType(type);
  return isCompositeType(named) ? String(type).replace(named.name, '{}') : String(type);
}
