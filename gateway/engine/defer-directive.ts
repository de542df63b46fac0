import { type DocumentNode, Kind, visit } from 'graphql';

/** As the draft of Incremental Delivery has it; graphql-js 16 does not know it. */
export const deferDirective =
  'directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT';

export function usesDefer(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => {
      found ||= name.value === 'defer';
    },
  });
  return found;
}
