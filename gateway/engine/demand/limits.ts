/** What an operation may ask for, whoever asks. Beyond the largest honest question, far below what hurts. */
export interface DemandLimits {
  /** Words and signs of the document: the parser stops there. */
  readonly tokens: number;
  /** Fields below each other. */
  readonly depth: number;
  /** Fields with an alias. An alias asks for the same again, also where it is one of `__typename`. */
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  readonly directivesInOnePlace: number;
  /** Fields and spreads of the document, each fragment's counted wherever it is spread. */
  readonly selections: number;
  /** Pairs of fields with the same response path. */
  readonly comparisons: number;
  /** Cost of one operation; see cost.ts for the unit. */
  readonly cost: number;
  /** How long a list is taken to be where neither the graph nor the operation says. */
  readonly listSize: number;
  /** Lists and objects within each other, in variables and in literals. */
  readonly valueDepth: number;
}

/** Five domains joined in one question take ten levels, and cost less than a thousand. */
export const defaultLimits: DemandLimits = {
  tokens: 4_000,
  depth: 15,
  aliases: 30,
  rootFields: 20,
  directives: 50,
  directivesInOnePlace: 5,
  selections: 5_000,
  comparisons: 10_000,
  cost: 5_000,
  listSize: 10,
  valueDepth: 64,
};
