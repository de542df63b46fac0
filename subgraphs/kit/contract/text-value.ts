/** A YAML syntax tree → plain values, with the position of each, without trusting keys, tags or aliases. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Code } from '../errors/codes.ts';

export type Path = readonly (string | number)[];

/** Offsets into the text, from 0. */
export interface Position {
  readonly key: number;
  readonly value: number;
}

export interface Problem {
  readonly code: Code;
  readonly message: string;
  readonly offset: number;
}

export type PlainValue =
  | { readonly problem: Problem }
  | {
      readonly problem?: never;
      readonly value: unknown;
      readonly positions: WeakMap<object, Map<string | number, Position>>;
    };

/** Keys that reach an object's prototype when a careless reader copies them. No standard we read has them. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** YAML's core schema (section 10.3): the tags of JSON. Any other asks for a type that a contract cannot hold. */
const jsonTags = new Set(
  ['map', 'seq', 'str', 'null', 'bool', 'int', 'float'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** @param bounds `nodes` counts what aliases expand to, so that ten lines cannot become a billion values. */
export function plainValue(
  contents: ParsedNode,
  bounds: { readonly nodes: number; readonly depth: number },
): PlainValue {
  const positions = new WeakMap<object, Map<string | number, Position>>();
  const anchors = new Map<string, ParsedNode>();
  let problem: Problem | undefined;
  let nodes = 0;
  /** The alias being expanded: where the text to change is, should it expand to too much. */
  let expanding: ParsedNode | undefined;

  const fail = (code: Code, message: string, node: ParsedNode): null => {
    problem ??= { code, message, offset: (expanding ?? node).range[0] };
    return null;
  };

  function build(node: ParsedNode | null, depth: number): unknown {
    if (node === null || problem) return null;
    nodes += 1;
    if (nodes > bounds.nodes)
      return fail('DOCUMENT_ALIAS', `Aliases expand to more than ${bounds.nodes} values.`, node);
    if (depth > bounds.depth) return fail('DOCUMENT_TOO_DEEP', `Nested more than ${bounds.depth} levels deep.`, node);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (!target) return fail('DOCUMENT_ALIAS', `No anchor &${node.source} comes before *${node.source}.`, node);
      const outer = expanding;
      expanding ??= node;
      const value = build(target, depth + 1);
      expanding = outer;
      return value;
    }
    if (node.tag !== undefined && !jsonTags.has(node.tag)) {
      return fail('DOCUMENT_TAG', `The tag ${node.tag} is not one that JSON has a value for.`, node);
    }
    const value = isMap<ParsedNode, ParsedNode | null>(node)
      ? mapping(node, depth)
      : isSeq<ParsedNode>(node)
        ? sequence(node, depth)
        : scalar(node);
    // Only now: an alias inside its own anchor would be a value without end.
    if (node.anchor) anchors.set(node.anchor, node);
    return value;
  }

  function mapping(
    node: { readonly items: readonly { key: ParsedNode; value: ParsedNode | null }[] },
    depth: number,
  ): unknown {
    const value: Record<string, unknown> = {};
    const at = new Map<string | number, Position>();
    for (const pair of node.items) {
      const key = pair.key;
      if (!isScalar(key) || key.value === null || key.value === undefined || typeof key.value === 'object') {
        return fail('DOCUMENT_SYNTAX', 'A key must be a plain word.', key);
      }
      const name = String(key.value);
      if (forbiddenKeys.has(name)) return fail('DOCUMENT_KEY_FORBIDDEN', `\`${name}\` cannot be a key.`, key);
      if (at.has(name)) return fail('DOCUMENT_KEY_DUPLICATE', `The key \`${name}\` is there twice.`, key);
      const empty = !pair.value || (isScalar(pair.value) && pair.value.range[0] === pair.value.range[1]);
      at.set(name, { key: key.range[0], value: empty || !pair.value ? key.range[0] : pair.value.range[0] });
      value[name] = build(pair.value, depth + 1);
    }
    positions.set(value, at);
    return value;
  }

  function sequence(node: { readonly items: readonly ParsedNode[] }, depth: number): unknown {
    const value: unknown[] = [];
    const at = new Map<string | number, Position>();
    for (const [index, item] of node.items.entries()) {
      at.set(index, { key: item.range[0], value: item.range[0] });
      value.push(build(item, depth + 1));
    }
    positions.set(value, at);
    return value;
  }

  function scalar(node: ParsedNode): unknown {
    const value = isScalar(node) ? node.value : undefined;
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
    return fail('DOCUMENT_TAG', 'This value is not one that JSON has.', node);
  }

  const value = build(contents, 1);
  return problem ? { problem } : { value, positions };
}
