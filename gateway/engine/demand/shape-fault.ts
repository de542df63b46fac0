import type { DocumentNode, GraphQLError } from 'graphql';
import type { DemandLimits } from './limits.ts';
import { type DemandCode, refusal } from './refusal.ts';
import { type Shape, shapesOf } from './shape.ts';

/** In this order: the first that is broken is the one error. */
const rules: readonly {
  readonly code: DemandCode;
  readonly measured: keyof Shape;
  readonly most: Exclude<keyof DemandLimits, 'cost' | 'listSize'>;
  readonly says: (count: number) => string;
}[] = [
  {
    code: 'OPERATION_TOO_MANY_ALIASES',
    measured: 'aliases',
    most: 'aliases',
    says: (count) => `has ${count} fields with an alias`,
  },
  {
    code: 'OPERATION_TOO_MANY_ROOT_FIELDS',
    measured: 'rootFields',
    most: 'rootFields',
    says: (count) => `has ${count} root fields`,
  },
  {
    code: 'OPERATION_TOO_MANY_DIRECTIVES',
    measured: 'directives',
    most: 'directives',
    says: (count) => `has ${count} directives`,
  },
  {
    code: 'OPERATION_TOO_MANY_DIRECTIVES',
    measured: 'directivesInOnePlace',
    most: 'directivesInOnePlace',
    says: (count) => `has ${count} directives in one place`,
  },
  {
    code: 'OPERATION_TOO_DEEP',
    measured: 'depth',
    most: 'depth',
    says: (count) => `nests fields ${count} deep`,
  },
  {
    code: 'OPERATION_TOO_DEEP',
    measured: 'literalDepth',
    most: 'valueDepth',
    says: (count) => `nests lists and objects ${count} deep`,
  },
  {
    code: 'OPERATION_TOO_COMPLEX',
    measured: 'comparisons',
    most: 'comparisons',
    says: (count) => `selects the same so often that ${count} pairs of fields have to be compared`,
  },
];

/** The first limit that the document breaks. Undefined: it is worth validating. */
export function shapeFault(document: DocumentNode, limits: DemandLimits): GraphQLError | undefined {
  const shapes = shapesOf(document, limits.selections);
  for (const { code, measured, most, says } of rules) {
    const count = Math.max(0, ...(shapes ?? []).map((shape) => shape[measured]));
    if (count > limits[most])
      return refusal(code, `The operation ${says(count)}; at most ${limits[most]} are answered.`);
  }
  if (shapes) return undefined;
  const message = `The operation has more than ${limits.selections} selections, fragments counted wherever they are spread.`;
  return refusal('OPERATION_TOO_COMPLEX', message);
}
