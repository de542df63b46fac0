/**
 * Puts objects into a batch, the twin of `fetch/represent.ts`. The text of a representation is written only for objects
 * that have not been seen: the first value that is sent tells them apart, and what else is sent is compared.
 */

import type { Data } from '../data.ts';
import type { Failure } from '../failure.ts';
import type { Batch } from '../fetch/batch.ts';
import type { Representation, RepresentationField } from '../fetch/representation.ts';
import { functionOf, literal, property } from './function.ts';
import { quote } from './quote.ts';

type Collect = (object: Data, batch: Batch, plain: boolean) => Failure | undefined;

/** @param otherwise takes what the generated function does not: values that are no strings, nested keys. */
export function generateCollector(representation: Representation, otherwise: Collect): Collect {
  const cases = [...representation].flatMap(([type, fields]) => caseOf(type, fields) ?? []);
  if (cases.length === 0) return otherwise;
  const source = `return function collect(object, batch, plain) {
    switch (object.__typename) { ${cases.join('\n')} }
    return otherwise(object, batch, plain);
  };`;
  return functionOf<Collect>(source, { otherwise, quote });
}

/** Undefined for a representation that is more than a type and values of its own. */
function caseOf(type: string, fields: readonly RepresentationField[]): string | undefined {
  const simple = fields.every(
    (field) => !field.fields && !field.onlyOf && !field.optional && !(field.constant instanceof Object),
  );
  const values = fields.filter((field) => field.constant === undefined && field.name !== '__typename');
  if (!simple || values.length === 0) return undefined;
  const reads = values.map(({ source }, at) => `const a${at} = ${property('object', source)};`).join(' ');
  const strings = values.map((_, at) => `typeof a${at} === 'string'`);
  // Numbers may stand beside the string that tells objects apart, not for it.
  const [first, ...others] = orderedByLikelihood(values);
  const usable = [
    strings[values.indexOf(first as RepresentationField)],
    ...others.map((field) => {
      const at = values.indexOf(field);
      return `(${strings[at]} || a${at} === null || (typeof a${at} === 'number' && a${at} - a${at} === 0))`;
    }),
  ].join(' && ');
  const identity = `a${values.indexOf(first as RepresentationField)}`;
  const same = others.map((field) => `${property('first', field.source)} === a${values.indexOf(field)}`).join(' && ');
  const parts = fields.map((field, at) => {
    const name = `${at === 0 ? '{' : ','}${JSON.stringify(field.name)}:`;
    if (field.constant !== undefined) return literal(name + JSON.stringify(field.constant));
    if (field.name === '__typename') return literal(name + JSON.stringify(type));
    const value = `a${values.indexOf(field)}`;
    return `${literal(name)} + (typeof ${value} === 'string' ? plain ? '"' + ${value} + '"' : quote(${value}) : ${value})`;
  });
  return `case ${literal(type)}: {
    ${reads}
    if (${usable}) {
      let known = batch.byKey.get(${literal(type)});
      if (known === undefined) batch.byKey.set(${literal(type)}, (known = new Map()));
      let place = known.get(${identity});
      if (place !== undefined) {
        ${same === '' ? '' : `const first = batch.firsts[place]; if (!(${same})) break;`}
      } else {
        place = batch.texts.push(${parts.join(' + ')} + '}') - 1;
        batch.firsts.push(object);
        known.set(${identity}, place);
      }
      batch.objects.push(object);
      batch.places.push(place);
      return undefined;
    }
    break;
  }`;
}

/** Keys are more often called so than what else is required; a wrong guess costs time only. */
function orderedByLikelihood(fields: readonly RepresentationField[]): readonly RepresentationField[] {
  const likely = (field: RepresentationField): number =>
    /(?:^|_)(?:id|key|upc|sku)$|Id$|Key$/.test(field.name) ? 0 : 1;
  return [...fields].sort((one, other) => likely(one) - likely(other));
}
