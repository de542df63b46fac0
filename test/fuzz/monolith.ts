/** The oracle: the merged schema as one GraphQL server, executed by graphql-js over all of the data. */
import {
  assertValidSchema,
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldDefinitionNode,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  parse,
  parseType,
  print,
  visit,
} from 'graphql';
import type { Access, Mask } from '../../gateway/engine/access.ts';
import type { Model } from './model.ts';
import { monolithSdl } from './sdl.ts';
import { fieldOf, fieldValue, type Ref, requiredOf, type World } from './world.ts';

export interface Monolith {
  readonly schema: GraphQLSchema;
  answer(
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    how: Pick<World, 'failing' | 'counting'>,
    /** What whoever asks may read, asked by each resolver. */
    access?: Access,
  ): Promise<ExecutionResult>;
}

/** @param nullable no field promises a value: what is missing takes nothing along */
export function monolithOf(model: Model, { nullable = false } = {}): Monolith {
  const document = parse(monolithSdl(model));
  const schema = buildASTSchema(nullable ? visit(document, { FieldDefinition: { leave: withoutPromise } }) : document);
  assertValidSchema(schema);
  return {
    schema,
    async answer(document, variableValues, how, access) {
      const world: World = { model, ...how, counter: 0 };
      return execute({
        schema,
        document,
        variableValues,
        contextValue: world,
        fieldResolver: (source: Ref | undefined, args, _, { parentType, fieldName }) => {
          const ref = source ?? { __typename: parentType.name, id: 0 };
          const field = fieldOf(model, ref.__typename, fieldName);
          if (!field) throw new Error(`The model lacks ${ref.__typename}.${fieldName}.`);
          const decision = access?.decide(`${parentType.name}.${fieldName}`);
          const { type = GraphQLString } = parentType.getFields()[fieldName] ?? {};
          const named = getNamedType(type);
          // References are decided by what they lead to.
          const isMaskable = isLeafType(named) || isReferred(model, named.name);
          const isShown = decision?.effect === 'allow' || (decision?.effect === 'mask' && isMaskable);
          if (decision && !isShown) throw new GraphQLError(decision.denial.message);
          const value = fieldValue(world, ref, field, args, requiredOf(world, ref, field));
          return decision?.effect === 'mask' ? masked(value, type, decision.mask) : value;
        },
        // A type that consumers may not see is one that graphql-js refuses here: null, and an error.
        typeResolver: (value: Ref) => value.__typename,
      });
    },
  };
}

function withoutPromise({ type, ...field }: FieldDefinitionNode): FieldDefinitionNode {
  return { ...field, type: parseType(print(type).replaceAll('!', '')) };
}

const isReferred = ({ objects, interfaces }: Model, type: string): boolean =>
  objects.some(({ name, keys }) => name === type && keys.length > 0) ||
  interfaces.some(({ name, key }) => name === type && key !== undefined);

function masked(value: unknown, type: GraphQLOutputType, mask: Mask): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable) && Array.isArray(value)) return value.map((each) => masked(each, nullable.ofType, mask));
  return isLeafType(nullable) && value !== null && value !== undefined ? mask.apply(value, nullable) : value;
}
