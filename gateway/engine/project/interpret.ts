/**
 * Writes the answer by walking its shape: the interpreter, which also knows where it is, so that every null that the
 * consumer did not expect has an error (GraphQL, "Value Completion", "Handling Execution Errors"). What `generate/projector.ts`
 * makes answers only where nothing went wrong, and leaves the rest to this.
 */
import {
  type GraphQLError,
  type GraphQLLeafType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import { own } from '../fetch/own.ts';
import type { ObjectShape } from '../operation/shape.ts';
import { leafWriter, type WriteLeaf } from './leaf.ts';
import { maskedText } from './masked-text.ts';
import { createReports, type Path, type WhoAnswers } from './reports.ts';

export interface Projected {
  /** JSON; `null` where a null reached the root. */
  readonly text: string;
  readonly errors: readonly GraphQLError[];
}

/** A null that its place cannot hold, on its way up to one that can. */
const bubbling = Symbol('null');

export function interpret(
  shape: ObjectShape,
  data: Data,
  introspected: ReadonlyMap<string, string>,
  who: WhoAnswers,
): Projected {
  const reports = createReports(who);
  const leaves = new Map<GraphQLLeafType, WriteLeaf>();

  const writeObject = (here: ObjectShape, value: Data, path: Path): string | typeof bubbling => {
    const type = here.only ?? value.__typename;
    const fields = here.types.get(type as string);
    if (!fields) {
      reports.addFault('SUBGRAPH_BAD_RESPONSE', 'gave an object of a type that cannot be there', path);
      return bubbling;
    }
    const parts: string[] = [];
    for (const field of fields) {
      const { key, source, introspection } = field;
      let text: string | typeof bubbling;
      if (source === '__typename') text = JSON.stringify(type);
      else if (introspection) text = introspected.get(key) ?? 'null';
      else if (field.restriction?.effect === 'deny') text = writeDenied({ key, field, above: path });
      else text = writeValue(field.type, own(value, source), { key, field, above: path });
      if (text === bubbling) return bubbling;
      parts.push(`${JSON.stringify(key)}:${text}`);
    }
    return `{${parts.join()}}`;
  };

  const writeValue = (type: GraphQLOutputType, value: unknown, path: Path & object): string | typeof bubbling => {
    const required = isNonNullType(type);
    const text = writeNullable(required ? type.ofType : type, value, path, required);
    if (required) return text === 'null' ? bubbling : text;
    return text === bubbling ? 'null' : text;
  };

  const writeNullable = (
    type: GraphQLOutputType,
    value: unknown,
    path: Path & object,
    required: boolean,
  ): string | typeof bubbling => {
    if (value instanceof Failure) {
      for (const error of value.errors) reports.add(error, path);
      return 'null';
    }
    if (value === undefined) {
      reports.addFault('SUBGRAPH_BAD_RESPONSE', 'gave no value', path);
      return 'null';
    }
    if (value === null) {
      if (required) reports.addFault('NULL_FOR_NON_NULL', 'gave null', path);
      return 'null';
    }
    if (isListType(type)) {
      if (!Array.isArray(value)) return refuse(path);
      const parts: string[] = [];
      for (const [at, element] of value.entries()) {
        const text = writeValue(type.ofType, element, { key: at, field: path.field, above: path });
        if (text === bubbling) return bubbling;
        parts.push(text as string);
      }
      return `[${parts.join()}]`;
    }
    if (isLeafType(type)) {
      const write = leaves.get(type) ?? leafWriter(type);
      leaves.set(type, write);
      const { restriction } = path.field;
      if (restriction?.effect !== 'mask') return write(value) ?? refuse(path);
      const text = maskedText(restriction.mask, value, type, write) ?? refuse(path);
      if (text === 'null' && required) reports.addDenial(restriction.denial, path);
      return text;
    }
    const { shape: below } = path.field;
    if (typeof value !== 'object' || Array.isArray(value) || !below) return refuse(path);
    return writeObject(below, value as Data, path);
  };

  const writeDenied = (path: Path & object): 'null' | typeof bubbling => {
    const { restriction, type } = path.field;
    if (restriction) reports.addDenial(restriction.denial, path);
    return isNonNullType(type) ? bubbling : 'null';
  };

  const refuse = (path: Path): 'null' => {
    reports.addFault('SUBGRAPH_BAD_RESPONSE', 'gave data that do not fit its schema', path);
    return 'null';
  };

  const text = writeObject(shape, data, undefined);
  return { text: text === bubbling ? 'null' : text, errors: reports.errors() };
}
