import { parse, validate } from 'graphql';
import { changesBetween } from './changes.ts';
import { type Findings, found } from './findings.ts';
import { findLostFields, leftTypes } from './lost-fields.ts';
import type { AffectedOperation, RecordedOperation } from './recorded-operation.ts';
import { replay, type Schemas } from './replay.ts';

export interface OperationCheck {
  /**
   * Are not valid any more, are answered in another shape, or are sent with what is no longer accepted or with a default
   * that is no longer there.
   */
  readonly broken: readonly AffectedOperation[];
  /** Work, but get values, types or defaults that they did not get before. */
  readonly endangered: readonly AffectedOperation[];
}

export interface OperationCheckRequest extends Schemas {
  readonly operations: Iterable<RecordedOperation>;
}

/**
 * Which operations a new graph breaks. Those that use nothing that changes are not looked at; what is not valid in the
 * graph of before is not broken by the new one.
 */
export function checkOperations({ before, after, operations }: OperationCheckRequest): OperationCheck {
  const broken: AffectedOperation[] = [];
  const endangered: AffectedOperation[] = [];
  const changes = changesBetween(before, after);
  const { coordinates: changed, rules } = changes;
  const left = leftTypes({ before, after });
  for (const operation of changed.size > 0 ? operations : []) {
    if (!operation.coordinates.some((each) => changed.has(each))) continue;
    const { breaks, dangers } = check(operation);
    if (breaks.size > 0) broken.push({ operation, findings: [...breaks.values()] });
    else if (dangers.size > 0) endangered.push({ operation, findings: [...dangers.values()] });
  }
  return { broken, endangered };

  function check({ text, coordinates }: RecordedOperation): Findings {
    const document = parse(text, { noLocation: true });
    const findings = replay({ before, after }, changes, document, new Set(coordinates));
    if (coordinates.some((each) => left.has(each))) findLostFields({ before, after }, document, findings);
    if (findings.breaks.size > 0) return findings;
    // Fields that no longer merge, say.
    const [error] = validate(after, document, rules, { maxErrors: 1 });
    if (error && validate(before, document, undefined, { maxErrors: 1 }).length === 0) {
      const coordinate = coordinates.find((each) => changed.has(each)) ?? '';
      found(findings.breaks, coordinate, `changes so that it is not valid: ${error.message}`);
    }
    return findings;
  }
}
