import type { Selection } from './fetch/selection.ts';

/**
 * What went wrong is kept in the data, at the place where a value is missing: the projection, which knows where that is
 * in the consumer's answer, turns it into errors with paths (GraphQL, "Errors", "Path").
 */
export class Failure {
  readonly errors: readonly FieldError[];
  /** What the subgraph was asked for there: where another one gives its part later, this is what stays missing. */
  readonly asked: Selection | undefined;

  constructor(errors: readonly FieldError[], asked?: Selection) {
    this.errors = errors;
    this.asked = asked;
  }
}

/** The same errors, told at another place than they are about. */
export const toldElsewhere = ({ errors }: Failure): FieldError[] =>
  errors.map(({ message, extensions }) => ({ message, extensions }));

export interface FieldError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Response keys and list indexes of the subgraph's answer, below the place where the failure is. */
  readonly below?: readonly (string | number)[];
}
