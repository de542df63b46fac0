/** Random arguments, and values for them: as literals, as the values of variables, and literals with variables inside. */
import { type ArgumentModel, customScalar, type Model, namedTypeOf } from './model.ts';
import type { Random } from './random.ts';

export type InputTypes = Pick<Model, 'enums' | 'inputs'>;

const argumentNames = ['first', 'by', 'where', 'representations', 'if', 'constructor', 'toString', 'query'];

export function randomArguments(types: InputTypes, random: Random, probability = 0.3): ArgumentModel[] {
  if (!random.chance(probability)) return [];
  return random.some(argumentNames, 1 + random.int(2)).map((name) => randomArgument(types, random, name));
}

export function randomArgument(types: InputTypes, random: Random, name: string): ArgumentModel {
  const names = ['Int', 'Float', 'String', 'Boolean', 'ID', customScalar];
  const named = random.pick([...names, ...types.enums.map(typeName), ...types.inputs.map(typeName)]);
  const type = random.pick(['T', 'T', 'T', 'T!', '[T!]', '[T]', '[[T]]!']).replace('T', named);
  // `null` as a default is legal and rarely handled.
  const value = random.chance(0.4) ? randomInput(types, random, type).literal : undefined;
  return { name, type, ...(value !== undefined && { default: value }) };
}

const typeName = ({ name }: { readonly name: string }): string => name;

export interface RandomInput {
  readonly literal: string;
  /** As JSON: what a variable would hold. */
  readonly value: unknown;
}

/**
 * @param variable may put a variable of this type in the literal's place; `value` is then not to be used.
 * @param depth how deep input objects may nest
 */
export function randomInput(
  types: InputTypes,
  random: Random,
  type: string,
  variable: (type: string) => string | undefined = () => undefined,
  depth = 2,
): RandomInput {
  const inner = type.endsWith('!') ? type.slice(0, -1) : type;
  if (inner === type && random.chance(0.1)) return { literal: 'null', value: null };
  const name = variable(type);
  if (name !== undefined) return { literal: `$${name}`, value: undefined };
  if (inner.startsWith('[')) {
    const each = inner.slice(1, -1);
    // A single value stands for a list of one (GraphQL, "Input Coercion" of lists).
    if (random.chance(0.15)) return randomInput(types, random, `${each.replace(/!$/, '')}!`, variable, depth);
    const items = Array.from({ length: random.int(3) }, () => randomInput(types, random, each, variable, depth));
    return { literal: `[${items.map(({ literal }) => literal).join(', ')}]`, value: items.map(({ value }) => value) };
  }
  const input = types.inputs.find(({ name: each }) => each === inner);
  if (input) {
    const fields = input.fields
      .filter((field) => isRequired(field) || (depth > 0 && random.chance(0.6)))
      .map((field) => ({ field: field.name, ...randomInput(types, random, field.type, variable, depth - 1) }));
    const literal = `{${fields.map((field) => `${field.field}: ${field.literal}`).join(', ')}}`;
    return { literal, value: Object.fromEntries(fields.map((field) => [field.field, field.value])) };
  }
  return randomLeaf(types, random, inner);
}

export const isRequired = ({ type, default: value }: ArgumentModel): boolean =>
  type.endsWith('!') && value === undefined;

/** Of a scalar or an enum. */
export function randomLeaf(types: InputTypes, random: Random, name: string): RandomInput {
  const values = types.enums.find((each) => each.name === namedTypeOf(name))?.values;
  if (values) {
    const value = random.pick(values);
    return { literal: value, value };
  }
  switch (namedTypeOf(name)) {
    case 'Int':
      return plain(random.int(2000) - 1000);
    case 'Float':
      return plain((random.int(2000) - 1000) / 8);
    case 'Boolean':
      return plain(random.chance(0.5));
    case 'ID':
      return plain(`id-${random.int(100)}`);
    case 'String':
      return plain(random.pick(['', 'a', 'a "quoted" text', '\\', '$v0', '😀', '}', '"""', 'a\nb']));
    default:
      return random.pick([
        plain(1),
        plain('text'),
        plain([1, [2]]),
        { literal: '{a: 1, b: {c: [true, null]}}', value: { a: 1, b: { c: [true, null] } } },
        { literal: '{__typename: "Query", id: "1"}', value: { __typename: 'Query', id: '1' } },
        { literal: '{}', value: {} },
      ]);
  }
}

const plain = (value: unknown): RandomInput => ({ literal: JSON.stringify(value), value });
