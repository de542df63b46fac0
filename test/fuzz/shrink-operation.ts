/** The smallest operation that still shows a finding: parts are left out one by one, as long as it does. */
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  validate,
  visit,
} from 'graphql';
import type { RandomOperation } from './random-operation.ts';

/** @param stillShows is only asked about operations that are valid on `schema`. */
export async function shrinkOperation(
  schema: GraphQLSchema,
  operation: RandomOperation,
  stillShows: (smaller: RandomOperation) => Promise<boolean>,
): Promise<RandomOperation> {
  let smallest = operation;
  const keep = async (document: DocumentNode | undefined): Promise<boolean> => {
    if (!document) return false;
    const candidate = tidied(document, smallest.variables);
    if (candidate.source.length >= smallest.source.length && document !== smallest.document) {
      // Fragments put in place make it longer at first, and shorter in the end.
      if (!smallest.source.includes('fragment ') || candidate.source.includes('fragment ')) return false;
    }
    if (validate(schema, candidate.document).length > 0 || !(await stillShows(candidate))) return false;
    smallest = candidate;
    return true;
  };
  await keep(withoutNamedFragments(smallest.document));
  for (const step of [without, hoisted, without]) {
    for (let n = 0; ; ) {
      const document = step(smallest.document, n);
      if (!document) break;
      if (!(await keep(document))) n++;
    }
  }
  return smallest;
}

/** The document without its `n`th part that can be left out; absent where there are fewer. */
function without(document: DocumentNode, n: number): DocumentNode | undefined {
  let count = 0;
  const leaveOut = (): null | undefined => (count++ === n ? null : undefined);
  const result = visit(document, {
    Field: { enter: (node) => (node.name.value === '__typename' && !node.alias ? undefined : leaveOut()) },
    InlineFragment: { enter: leaveOut },
    FragmentSpread: { enter: leaveOut },
    Argument: { enter: (_, __, parent) => (isDirective(parent) ? undefined : leaveOut()) },
    Directive: { enter: leaveOut },
    ObjectField: { enter: leaveOut },
    SelectionSet: { leave: (node) => (node.selections.length === 0 ? { ...node, selections: [typename] } : undefined) },
  });
  return count > n ? result : undefined;
}

const isDirective = (node: unknown): boolean => (node as { kind?: string } | undefined)?.kind === Kind.DIRECTIVE;

const typename: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** The document with what the `n`th inline fragment selects in the fragment's place. */
function hoisted(document: DocumentNode, n: number): DocumentNode | undefined {
  let count = 0;
  const result = visit(document, {
    SelectionSet: {
      leave: (node) => ({
        ...node,
        selections: node.selections.flatMap((each) =>
          each.kind === Kind.INLINE_FRAGMENT && count++ === n ? each.selectionSet.selections : [each],
        ),
      }),
    },
  });
  return count > n ? result : undefined;
}

function withoutNamedFragments(document: DocumentNode): DocumentNode {
  const replace = (node: DocumentNode): DocumentNode =>
    visit(node, {
      FragmentSpread: ({ name, directives }) => {
        const fragment = document.definitions.find(
          (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name.value,
        );
        if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return undefined;
        const { typeCondition, selectionSet } = fragment;
        return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, ...(directives && { directives }) };
      },
    });
  let replaced = document;
  for (let next = replace(replaced); next !== replaced; next = replace(replaced)) replaced = next;
  return replaced;
}

/** Without the fragments and variables that nothing uses any more. */
function tidied(document: DocumentNode, values: RandomOperation['variables']): RandomOperation {
  const used = new Set<string>();
  const spread = new Set<string>();
  const [operation] = document.definitions.filter(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  const walk = (node: Parameters<typeof visit>[0]): unknown =>
    visit(node, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void used.add(name.value),
      FragmentSpread: ({ name }) => {
        if (spread.has(name.value)) return;
        spread.add(name.value);
        const definition = document.definitions.find(
          (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name.value,
        );
        if (definition) walk(definition);
      },
    });
  if (operation) walk(operation);
  const tidy = visit(document, {
    FragmentDefinition: ({ name }) => (spread.has(name.value) ? undefined : null),
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  const source = print(tidy);
  const variables = Object.fromEntries(Object.entries(values).filter(([name]) => used.has(name)));
  return { document: parse(source, { noLocation: true }), source, variables };
}
