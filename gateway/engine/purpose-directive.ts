import { type DocumentNode, getOperationAST, Kind } from 'graphql';

/** What an operation is asked for, said in its text: whoever decides by it reads it there. It goes no further. */
export const purposeDirective =
  '"What the operation is asked for: a purpose that the mesh knows." directive @purpose(is: String!) on QUERY | MUTATION | SUBSCRIPTION';

/** As `@purpose` says it; undefined where it is not there. What is no text is refused by its type. */
export function statedPurpose(
  document: DocumentNode,
  operationName: string | null,
  variables: Readonly<Record<string, unknown>>,
): string | undefined {
  const operation = getOperationAST(document, operationName);
  const directive = operation?.directives?.find(({ name }) => name.value === 'purpose');
  const value = directive?.arguments?.find(({ name }) => name.value === 'is')?.value;
  if (value?.kind === Kind.STRING) return value.value.trim();
  if (value?.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  const otherwise = operation?.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
  if (Object.hasOwn(variables, name)) return String(variables[name]).trim();
  return otherwise?.kind === Kind.STRING ? otherwise.value.trim() : undefined;
}
