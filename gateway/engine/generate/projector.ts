/**
 * Writes an answer as JSON text: the twin of `project/interpret.ts` for data in which nothing is wrong. At the first value
 * that is not as the schema says, it gives up, and the interpreter finds out what to say.
 *
 * An object whose leaves are the usual ones is a single concatenation, since each `+` of JavaScript makes an object:
 *
 *   function object3(o, plain, comma) {
 *     const v0 = o["upc"], v1 = o["price"], v2 = list1(o["reviews"], plain);
 *     if (plain && typeof v0 === 'string' && isInt(v1))
 *       return (comma ? ',{"upc":"' : '{"upc":"') + v0 + '","price":' + v1 + ',"reviews":' + v2 + '}';
 *     return (comma ? ',{"upc":' : '{"upc":') + String(v0, plain) + ',"price":' + nullable(Int, v1, plain) + ',"reviews":' + v2 + '}';
 *   }
 */
import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from 'graphql';
import type { Mask } from '../access.ts';
import type { Data } from '../data.ts';
import type { FieldShape, ObjectShape } from '../operation/shape.ts';
import { leafWriter } from '../project/leaf.ts';
import { maskedText } from '../project/masked-text.ts';
import { functionOf, literal, property } from './function.ts';
import { type WriteText, writers } from './leaf-writers.ts';
import { stop } from './stop.ts';

/** More functions than this are not worth compiling. */
const mostFunctions = 500;

/** @returns undefined where the interpreter has to do all of it. */
export function generateProjector(root: ObjectShape): ((data: Data, plain: boolean) => string | undefined) | undefined {
  const source = createSource();
  const fields = root.types.get(root.only ?? '');
  if (!fields || fields.some(({ introspection }) => introspection)) return undefined;
  const main = source.objectFunction(fields, root.only);
  if (source.functions.length > mostFunctions) return undefined;
  const project = functionOf<(data: Data, plain: boolean) => string>(`${source.functions.join('\n')} return ${main};`, {
    ...writers,
    stop,
    giveUp,
    ...source.constants,
  });
  return (data, plain) => {
    try {
      return project(data, plain);
    } catch (error) {
      // A custom scalar may be nested deeper than JSON.stringify goes.
      if (error === stop || error instanceof RangeError) return undefined;
      throw error;
    }
  };
}

/** A value that is read into a variable, and how it is written. */
interface Part {
  /** `"name":` with what stands before it. */
  readonly start: string;
  /** Statement that makes the variable; absent where the text is known. */
  readonly read?: string;
  /** Expression that is true where `value` can be written as it is, between quotes if it is a string. */
  readonly usual?: string;
  readonly value?: string;
  readonly quoted?: boolean;
  /** Expression of the value's text in any case. */
  readonly text: string;
}

function createSource() {
  const functions: string[] = [];
  const constants: Record<string, unknown> = {};
  const ofObjects = new Map<readonly FieldShape[], string>();
  let masks = 0;

  const objectFunction = (fields: readonly FieldShape[], only: string | undefined): string => {
    const before = ofObjects.get(fields);
    if (before) return before;
    const name = `object${ofObjects.size}`;
    ofObjects.set(fields, name);
    const parts = fields.map((field, at): Part => partOf(field, `v${at}`, at === 0, only));
    const reads = parts.flatMap(({ read }) => read ?? []);
    const checks = parts.flatMap(({ usual }) => usual ?? []);
    const general = parts.map(({ start, text }, at) => `${opening(start, at)} + ${text}`).join(' + ');
    const fast = checks.length > 0 ? `if (plain && ${checks.join(' && ')}) return ${concatenation(parts)};` : '';
    const end = parts.length === 0 ? opening('{}', 0) : `${general} + '}'`;
    functions.push(`function ${name}(o, plain, comma) { ${reads.join(' ')} ${fast} return ${end}; }`);
    return name;
  };

  const partOf = (field: FieldShape, variable: string, isFirst: boolean, only: string | undefined): Part => {
    const start = `${isFirst ? '{' : ','}${JSON.stringify(field.key)}:`;
    if (field.source === '__typename') {
      // A name, already found among the types that can be here: it needs no escape.
      return { start, text: only === undefined ? `'"' + o.__typename + '"'` : literal(JSON.stringify(only)) };
    }
    // The interpreter says of each object that it may not be read there.
    if (field.restriction?.effect === 'deny') return { start, text: 'giveUp()' };
    const value = property('o', field.source);
    const type = isNonNullType(field.type) ? field.type.ofType : field.type;
    const read = (expression: string): string => `const ${variable} = ${expression};`;
    const usual = isLeafType(type) && !field.restriction ? usualLeaf(type, variable) : undefined;
    if (!usual) return { start, read: read(textOf(field.type, value, field)), text: variable };
    return { start, read: read(value), value: variable, ...usual, text: textOf(field.type, variable, field) };
  };

  /** Expression of the text of any value of the type; it throws `stop`. */
  const textOf = (type: GraphQLOutputType, value: string, field: FieldShape): string => {
    const inner = isNonNullType(type) ? type.ofType : type;
    const writer = isLeafType(inner)
      ? field.restriction?.effect === 'mask'
        ? maskFunction(inner, field.restriction.mask, isNonNullType(type))
        : leafFunction(inner)
      : isListType(inner)
        ? listFunction(inner.ofType, field)
        : shapeFunction(field);
    return isNonNullType(type) ? `${writer}(${value}, plain)` : `nullable(${writer}, ${value}, plain)`;
  };

  const leafFunction = (type: GraphQLLeafType): string => {
    if (!isEnumType(type)) return isSpecifiedScalarType(type) ? type.name : 'custom';
    const name = `enum${type.name}`;
    const texts = new Map(type.getValues().map((each) => [each.name, JSON.stringify(each.name)]));
    constants[name] ??= ((value) => texts.get(value as string) ?? giveUp()) satisfies WriteText;
    return name;
  };

  const maskFunction = (type: GraphQLLeafType, mask: Mask, required: boolean): string => {
    const name = `mask${masks++}`;
    const write = leafWriter(type);
    constants[name] = ((value) => {
      const text = maskedText(mask, value, type, write);
      return text === undefined || (text === 'null' && required) ? giveUp() : text;
    }) satisfies WriteText;
    return name;
  };

  const listFunction = (element: GraphQLOutputType, field: FieldShape): string => {
    const name = `list${functions.length}`;
    const at = functions.push('') - 1;
    // Most lists are of objects that are there: each writes its own comma.
    const isOfObjects = isNonNullType(element) && isCompositeType(element.ofType);
    const add = isOfObjects
      ? `s += ${shapeFunction(field)}(list[i], plain, i > 0);`
      : `if (i > 0) s += ','; s += ${textOf(element, 'list[i]', field)};`;
    functions[at] = `function ${name}(list, plain) {
      if (!Array.isArray(list)) throw stop;
      if (list.length === 0) return '[]';
      let s = '[';
      for (let i = 0; i < list.length; i++) { ${add} }
      return s + ']';
    }`;
    return name;
  };

  const shapeFunction = ({ shape }: FieldShape): string => {
    if (!shape) throw new Error('Invariant broken: what is no leaf has a shape');
    const { only, types } = shape;
    const name = `shape${functions.length}`;
    const at = functions.push('') - 1;
    const fields = only === undefined ? undefined : types.get(only);
    let write: string;
    if (fields) write = `return ${objectFunction(fields, only)}(o, plain, comma);`;
    else {
      const cases = [...types].map(
        ([type, each]) => `case ${literal(type)}: return ${objectFunction(each, undefined)}(o, plain, comma);`,
      );
      write = `switch (o.__typename) { ${cases.join(' ')} } throw stop;`;
    }
    functions[at] = `function ${name}(o, plain, comma) {
      if (typeof o !== 'object' || o === null || Array.isArray(o)) throw stop;
      ${write}
    }`;
    return name;
  };

  return { functions, constants, objectFunction };
}

function usualLeaf({ name }: GraphQLLeafType, variable: string): Pick<Part, 'usual' | 'quoted'> | undefined {
  switch (name) {
    case 'String':
    case 'ID':
      return { usual: `typeof ${variable} === 'string'`, quoted: true };
    case 'Int':
      return { usual: `typeof ${variable} === 'number' && (${variable} | 0) === ${variable}` };
    case 'Float':
      return { usual: `typeof ${variable} === 'number' && ${variable} - ${variable} === 0` };
    case 'Boolean':
      return { usual: `typeof ${variable} === 'boolean'` };
    default:
      return undefined;
  }
}

/** Quotes belong to the constant text around a value: one `+` less for each. */
function concatenation(parts: readonly Part[]): string {
  const terms: string[] = [];
  let constant = '';
  for (const { start, quoted, text, value = text } of parts) {
    constant += start;
    if (quoted) constant += '"';
    terms.push(opening(constant, terms.length), value);
    constant = quoted ? '"' : '';
  }
  return [...terms, literal(`${constant}}`)].join(' + ');
}

/** What an object begins with stands behind the comma of a list. */
function opening(text: string, at: number): string {
  return at === 0 ? `(comma ? ${literal(`,${text}`)} : ${literal(text)})` : literal(text);
}

function giveUp(): never {
  throw stop;
}
