import { type DocumentNode, executeSync, type FieldNode, type GraphQLSchema, Kind, print, visit } from 'graphql';
import { createOperationCache } from '../operation-cache.ts';
import type { Prepared } from './prepare.ts';
import type { ObjectShape } from './shape.ts';

/** What an operation asks about the schema itself. */
export interface Introspection {
  /** Whether the answer is kept from before. */
  isKept(variables: Variables): boolean;
  /** JSON text of the root's `__schema` and `__type`, by response key. */
  answer(variables: Variables): Answer;
}

type Variables = Readonly<Record<string, unknown>>;
type Answer = ReadonlyMap<string, string>;

/**
 * graphql-js answers: the schema is the API schema itself. For a large one that takes hundreds of milliseconds, so
 * answers are kept, the most recently used ones.
 * @returns a function that gives undefined for an operation that asks nothing about the schema.
 */
export function createIntrospection(
  schema: GraphQLSchema,
): (prepared: Prepared, shape: ObjectShape) => Introspection | undefined {
  // In characters of questions and answers. A tool asks the same question each time.
  const kept = createOperationCache<Answer>({
    maxEntries: 2_000,
    maxBytes: 16 * 1024 * 1024,
    bytesOf: (key, answer) => [...answer.values()].reduce((sum, text) => sum + text.length, key.length),
  });
  return ({ document, operation }, shape) => {
    const asked = askedIn(shape);
    if (asked.length === 0) return undefined;
    const definitions = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
    const selectionSet = { kind: Kind.SELECTION_SET, selections: asked } as const;
    const own: DocumentNode = { ...document, definitions: [{ ...operation, selectionSet }, ...definitions] };
    const text = print(own);
    const names = variablesIn(own);
    const keyOf = (variables: Variables): string => `${JSON.stringify(names.map((name) => variables[name]))} ${text}`;
    return {
      isKept: (variables) => kept.get(keyOf(variables)) !== undefined,
      answer(variables) {
        const key = keyOf(variables);
        const before = kept.get(key);
        if (before) return before;
        const answer = answered(own, variables);
        kept.keep(key, answer);
        return answer;
      },
    };
  };

  function answered(document: DocumentNode, variables: Variables): Answer {
    const { data } = executeSync({ schema, document, variableValues: { ...variables } });
    return new Map(Object.entries(data ?? {}).map(([key, value]) => [key, JSON.stringify(value)]));
  }
}

/** Of the root, also in fragments that come later. */
function askedIn({ types, deferred }: ObjectShape): readonly FieldNode[] {
  const now = [...types.values()].flat().flatMap(({ introspection }) => introspection ?? []);
  const later = [...(deferred?.values() ?? [])].flat().flatMap((each) => askedIn(each.shape));
  return [...now, ...later];
}

function variablesIn(document: DocumentNode): string[] {
  const names = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    visit(definition.selectionSet, { Variable: ({ name }) => void names.add(name.value) });
  }
  return [...names].sort();
}
