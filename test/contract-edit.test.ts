/** Editing one value of a file leaves every other byte as it was: comments, quotes, blank lines, line endings. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setValue } from '../subgraphs/kit/contract/set-value.ts';
import { readText } from '../subgraphs/kit/contract/text.ts';

const edit = (text: string, path: (string | number)[], value: string | number | boolean | null, file = 'a.yaml') =>
  setValue({ file, text }, path, value).text;

const supergraph = `# the mesh
federation_version: =2.14.4

subgraphs: # one per domain
  sales:
    routing_url: http://127.0.0.1:4001/graphql   # local
    schema: { file: ./subgraphs/sales/schema.gen.graphql }

  # finance comes last
  finance:
    routing_url: "\${env.FINANCE_URL}"
    schema:
      file: './subgraphs/finance/schema.gen.graphql'
# the end
`;

describe('setting one value', () => {
  test('replaces a scalar and keeps the comment beside it', () => {
    expect(edit(supergraph, ['subgraphs', 'sales', 'routing_url'], 'http://sales/graphql')).toBe(
      supergraph.replace('http://127.0.0.1:4001/graphql', 'http://sales/graphql'),
    );
  });

  test('keeps double quotes, and quotes what plain YAML would misread', () => {
    expect(edit(supergraph, ['subgraphs', 'finance', 'routing_url'], 'x')).toContain('routing_url: "x"');
    expect(edit(supergraph, ['federation_version'], 'yes: # no')).toContain('federation_version: "yes: # no"\n');
    expect(edit(supergraph, ['federation_version'], '2')).toContain('federation_version: "2"\n');
    expect(edit(supergraph, ['subgraphs', 'sales', 'schema', 'file'], 'a, b}')).toContain('{ file: "a, b}" }');
  });

  test('adds a mapping to the block it belongs to, before the comment that follows', () => {
    expect(edit(supergraph, ['subgraphs', 'logistics', 'schema', 'file'], './subgraphs/logistics/s.graphql')).toBe(
      supergraph.replace(
        '# the end',
        '  logistics:\n    schema:\n      file: ./subgraphs/logistics/s.graphql\n# the end',
      ),
    );
    expect(edit(supergraph, ['subgraphs', 'sales', 'schema', 'sdl'], 'x')).toContain(
      'schema.gen.graphql, "sdl": "x" }\n',
    );
  });

  test('gives an empty key a value, and replaces a block of text', () => {
    expect(edit('a:\nb: 1\n', ['a'], 'x')).toBe('a: x\nb: 1\n');
    expect(edit('- \n- 2\n', [0], 1)).toBe('- 1\n- 2\n');
    expect(edit('a: |\n  one\n  two\nb: 1\n', ['a'], 'x')).toBe('a: x\nb: 1\n');
    expect(edit('a: x\n', ['a'], 'one\ntwo')).toBe('a: "one\\ntwo"\n');
  });

  test('keeps Windows line endings and a missing last one', () => {
    expect(edit('a: 1\r\nb:\r\n  c: 2\r\n', ['b', 'd'], 3)).toBe('a: 1\r\nb:\r\n  c: 2\r\n  d: 3\r\n');
    expect(edit('a: 1', ['b'], 2)).toBe('a: 1\nb: 2');
  });

  test('edits JSON as JSON', () => {
    expect(edit('{\n  "a": 1,\n  "b": {}\n}\n', ['b', 'c'], 'x', 'a.json')).toBe(
      '{\n  "a": 1,\n  "b": { "c": "x" }\n}\n',
    );
    expect(edit('{"a": 1}', ['a'], 'x', 'a.json')).toBe('{"a": "x"}');
  });

  test.each([
    ['a list in the way', 'a: [1]\n', ['a', 'b']],
    ['a scalar in the way', 'a: 1\n', ['a', 'b']],
    ['a mapping in its place', 'a: { b: 1 }\n', ['a']],
    ['an alias', 'a: &x { b: 1 }\nc: *x\n', ['c', 'b']],
    ['a file that is no YAML', 'a: [1\n', ['a']],
  ])('refuses %s', (_, text, path) => {
    expect(() => edit(text, path, 1)).toThrow(expect.objectContaining({ code: 'DOCUMENT_NOT_EDITABLE' }));
  });

  test('changes that value only, whatever the document and the value', () => {
    const leaves = (node: unknown, path: (string | number)[] = []): (string | number)[][] =>
      typeof node === 'object' && node !== null
        ? Object.entries(node).flatMap(([key, child]) =>
            leaves(child, [...path, Array.isArray(node) ? Number(key) : key]),
          )
        : [path];
    // With U+FFFD, a file is read as one whose bytes were damaged.
    const words = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u{fffd}'));
    const scalar = fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null));
    const before = readText(supergraph, 'a.yaml').document?.value;
    fc.assert(
      fc.property(fc.constantFrom(...leaves(before)), scalar, (path, value) => {
        const text = edit(supergraph, path, value as string);
        const line = (each: string) => each.split('\n').length;
        expect(line(text)).toBe(line(supergraph));
        const expected = structuredClone(before) as Record<string, never>;
        const parent = path.slice(0, -1).reduce((node, key) => node[key] as never, expected);
        parent[path.at(-1) as string] = value as never;
        expect(readText(text, 'a.yaml').document?.value).toEqual(expected);
        const differing = text.split('\n').filter((each, index) => each !== supergraph.split('\n')[index]);
        expect(differing.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
