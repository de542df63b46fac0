/**
 * An answer is written as JSON text while it is projected; nobody builds the object that the text stands for, unless a
 * plugin of the server looks into it.
 */
import type { GraphQLFormattedError } from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';

interface Prepared {
  /**
   * `{"data":…}`, what an answer without errors is. It is kept as it will be sent: when it is, V8 makes one flat string of
   * the thousands that it was put together from, and lets go of those. Undefined once it has been taken to be sent:
   * whatever still holds the answer then keeps none of its text in memory.
   */
  whole: string | undefined;
  /** Set once somebody has looked: what counts from then on, since they may have changed it. */
  value?: object;
}

/** How the entry of prepared data is found: no plugin asks for it by accident. */
const entryOf = Symbol('prepared');

/** `data` of an answer, from its JSON text. It behaves as the object that the text stands for, until it is sent. */
export function preparedData(text: string): Record<string, unknown> {
  return new Proxy({}, lookingInto({ whole: `{"data":${text}}` })) as Record<string, unknown>;
}

/** The whole answer as JSON (GraphQL, "Response Format"), errors first. To be called once, when it is sent. */
export function answerText(answer: {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  readonly extensions?: unknown;
}): string {
  const { data, errors, extensions } = answer;
  const whole = takeWhole(data);
  if (whole !== undefined && errors === undefined && extensions === undefined) return whole;
  const parts: string[] = [];
  if (errors !== undefined) parts.push(`"errors":${JSON.stringify(errors)}`);
  if (data !== undefined) parts.push(whole?.slice(1, -1) ?? `"data":${JSON.stringify(data)}`);
  if (extensions !== undefined) parts.push(`"extensions":${JSON.stringify(extensions)}`);
  return `{${parts.join(',')}}`;
}

/** Undefined where the data are an object, from the start or since somebody looked. */
function takeWhole(data: unknown): string | undefined {
  const entry = typeof data === 'object' && data !== null ? (data as { [entryOf]?: Prepared })[entryOf] : undefined;
  if (!entry || entry.value) return undefined;
  const { whole } = entry;
  entry.whole = undefined;
  return whole;
}

function lookingInto(entry: Prepared): ProxyHandler<object> {
  const value = (): object => {
    if (entry.value) return entry.value;
    invariant(entry.whole !== undefined, 'nobody looks into an answer that has been sent');
    entry.value = JSON.parse(entry.whole).data as object;
    return entry.value;
  };
  return {
    get: (_, key) => (key === entryOf ? entry : Reflect.get(value(), key)),
    set: (_, key, to) => Reflect.set(value(), key, to),
    has: (_, key) => Reflect.has(value(), key),
    ownKeys: () => Reflect.ownKeys(value()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(value(), key),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(value(), key, descriptor),
    deleteProperty: (_, key) => Reflect.deleteProperty(value(), key),
  };
}
