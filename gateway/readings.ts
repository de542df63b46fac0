/**
 * What operations read, in the words of the audit. Made once for an operation and a class of askers; what a request adds is
 * which inputs its variables hold.
 */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { type Reading, type Term, termOf } from './audit/read-record.ts';
import type { Access } from './engine/access.ts';
import type { Operation } from './engine/engine.ts';
import { usedCoordinates } from './engine/operation/used-coordinates.ts';
import {
  useAll,
  useVariables,
  type Variables,
  type VariableWithNames,
  variablesWithNames,
} from './engine/operation/used-in-values.ts';
import type { ReadFields } from './engine/reads.ts';
import type { Explanation } from './governance/access/access.ts';
import type { ReadFacts } from './read-facts.ts';
import { operationText } from './registry/operations/operation-text.ts';

/** As governance decides (governance/access/access.ts); without policies, there is nothing to explain. */
export type Explaining = Access & {
  readonly purpose?: string | undefined;
  explain?(coordinate: string): Explanation;
};

export interface Readings {
  operationOf(operation: Operation): Term;
  /** Undefined where nothing of it is data. */
  readingOf(operation: Operation, fields: ReadFields, access: Explaining | undefined): Term | undefined;
  /** What an operation was refused for. @param coordinate of the field that may not be read */
  refusalOf(operation: Operation, coordinate: string, access: Explaining | undefined): Term | undefined;
}

interface Asked {
  readonly term: Term;
  /** Inputs that give something away, by coordinate. */
  readonly inputs: ReadonlySet<string>;
  /** Whose values may hold more of them. */
  readonly variables: readonly VariableWithNames[];
}

/** Sets of inputs that variables hold, for one reading. */
const mostSets = 1_000;

export function createReadings(schema: GraphQLSchema, facts: ReadFacts): Readings {
  const documents = new WeakMap<DocumentNode, Map<string | null, Asked>>();
  const made = new WeakMap<ReadFields, WeakMap<object, Map<string, Term | undefined>>>();
  const { isTelling } = facts;

  return {
    operationOf: (operation) => askedOf(operation).term,
    readingOf(operation, fields, access) {
      const inputs = inputsOf(askedOf(operation), operation.variables);
      const ofFields = made.get(fields) ?? new WeakMap<object, Map<string, Term | undefined>>();
      made.set(fields, ofFields);
      const bySets = ofFields.get(access ?? facts) ?? new Map<string, Term | undefined>();
      ofFields.set(access ?? facts, bySets);
      const key = inputs.join();
      if (bySets.has(key)) return bySets.get(key);
      if (bySets.size >= mostSets) bySets.clear();
      const term = termOfReading(fields, inputs, access);
      bySets.set(key, term);
      return term;
    },
    refusalOf(operation, coordinate, access) {
      const inputs = inputsOf(askedOf(operation), operation.variables);
      const isByInput = inputs.some((each) => access?.refuses(each));
      return termOfReading({ groups: isByInput ? [] : [[{ coordinate, effect: 'deny' }]] }, inputs, access);
    },
  };

  function askedOf({ document, operationName }: Operation): Asked {
    const ofDocument = documents.get(document) ?? new Map<string | null, Asked>();
    documents.set(document, ofDocument);
    const asked = ofDocument.get(operationName) ?? describe(document, operationName);
    ofDocument.set(operationName, asked);
    return asked;
  }

  function describe(document: DocumentNode, name: string | null): Asked {
    const operation = document.definitions.find(
      (each) => each.kind === 'OperationDefinition' && (name === null || each.name?.value === name),
    );
    const variables = operation?.kind === 'OperationDefinition' ? variablesWithNames(schema, operation) : [];
    return {
      term: termOf(operationText(schema, document, name)),
      inputs: new Set([...usedCoordinates(schema, document, name)].filter(isTelling)),
      variables: variables.filter(({ type }) => {
        const all = new Set<string>();
        useAll(type, all);
        return [...all].some(isTelling);
      }),
    };
  }

  function inputsOf({ inputs, variables }: Asked, given: Variables): string[] {
    if (variables.length === 0) return [...inputs];
    const used = new Set<string>();
    useVariables(variables, given, used);
    return [...new Set([...inputs, ...[...used].filter(isTelling)])].sort();
  }

  function termOfReading(
    { groups }: ReadFields,
    inputs: readonly string[],
    access: Explaining | undefined,
  ): Term | undefined {
    const reading: Reading = {
      // Groups keep their places: rows are counted by them.
      groups: groups.map((group) =>
        group
          .filter(({ coordinate }) => !facts.isPlatform(coordinate))
          .map((field) => {
            const of = facts.givenAwayBy(field.coordinate);
            return { ...field, ...(of !== undefined && { of }), ...whyAndWhose(field.coordinate, access) };
          }),
      ),
      inputs: inputs.flatMap((coordinate) => {
        const of = facts.givenAwayBy(coordinate);
        if (of === undefined || facts.isPlatform(of)) return [];
        const effect = access?.refuses(coordinate) ? 'deny' : 'allow';
        return [{ coordinate, of, effect, ...whyAndWhose(of, access) }];
      }),
    };
    const isEmpty = reading.groups.every(({ length }) => length === 0) && reading.inputs.length === 0;
    return isEmpty ? undefined : termOf(JSON.stringify(reading));
  }

  function whyAndWhose(coordinate: string, access: Explaining | undefined) {
    const { policies = [], agreement } = access?.explain?.(coordinate) ?? {};
    return { policies, ...(agreement !== undefined && { agreement }), ...facts.productOf(coordinate) };
  }
}
