/** Writes representations as JSON text: the interpreter. `generate/collector.ts` writes a function that does the same. */
import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import { jsonText, mostNestedLists } from './nesting.ts';
import { own } from './own.ts';
import type { Representation, RepresentationField } from './representation.ts';

/**
 * Undefined for an object that the fetch is not about. A Failure where a field that has to be sent is missing: the
 * subgraph would answer from what is not there.
 */
export function represent(representation: Representation, object: Readonly<Data>): string | Failure | undefined {
  const fields = representation.get(object.__typename as string);
  return fields && writeObject(fields, object);
}

function writeObject(fields: readonly RepresentationField[], object: Readonly<Data>): string | Failure | undefined {
  const type = own(object, '__typename');
  // What no type has could be said of an object of any.
  if (type !== undefined && typeof type !== 'string') return missing;
  let text = '';
  for (const field of fields) {
    if (field.onlyOf) {
      if (type === undefined) return missing;
      if (!field.onlyOf.has(type)) continue;
    }
    const value =
      field.constant === undefined ? writeValue(field, own(object, field.source)) : JSON.stringify(field.constant);
    if (value === undefined && field.optional) continue;
    if (typeof value !== 'string') return value ?? missing;
    text += `${text === '' ? '{' : ','}${JSON.stringify(field.name)}:${value}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function writeValue(field: RepresentationField, value: unknown, lists = 0): string | Failure | undefined {
  if (value === undefined || value instanceof Failure) return value;
  if (value === null || !field.fields) return jsonText(value) ?? missing;
  if (!Array.isArray(value)) return writeObject(field.fields, value as Data);
  if (lists === mostNestedLists) return missing;
  const parts: string[] = [];
  for (const each of value) {
    const part = writeValue(field, each, lists + 1);
    if (typeof part !== 'string') return part;
    parts.push(part);
  }
  return `[${parts.join()}]`;
}

/** What a subgraph was asked for, and left out without a word. */
const missing = new Failure([
  {
    message: 'A subgraph left out a value that another one needs to answer this field.',
    extensions: { code: 'SUBGRAPH_BAD_RESPONSE' },
  },
]);
