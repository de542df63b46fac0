/** The oracle: the merged schema as one GraphQL server, executed by graphql-js over all of the data. */
import {
  assertValidSchema,
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  parse,
} from 'graphql';
import type { Model } from './model.ts';
import { monolithSdl } from './sdl.ts';
import { fieldOf, fieldValue, type Ref, requiredOf, type World } from './world.ts';

export interface Monolith {
  readonly schema: GraphQLSchema;
  answer(
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    how: Pick<World, 'failing' | 'counting'>,
  ): Promise<ExecutionResult>;
}

export function monolithOf(model: Model): Monolith {
  const schema = buildASTSchema(parse(monolithSdl(model)));
  assertValidSchema(schema);
  return {
    schema,
    async answer(document, variableValues, how) {
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
          return fieldValue(world, ref, field, args, requiredOf(world, ref, field));
        },
        // A type that consumers may not see is one that graphql-js refuses here: null, and an error.
        typeResolver: (value: Ref) => value.__typename,
      });
    },
  };
}
