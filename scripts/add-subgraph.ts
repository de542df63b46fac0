import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

/**
 * The text of supergraph.yaml with one more subgraph on the next free port. It is an insertion into the text and not a
 * parse and a print: comments, quotes and blank lines are people's, and stay as they are.
 *
 * @throws WeftError DOMAIN_EXISTS, or MESH_NOT_EDITABLE with the lines to add by hand.
 */
export function addSubgraph(text: string, name: string): { text: string; routingUrl: string } {
  const document = parseDocument(text, { prettyErrors: false });
  const before = document.errors.length === 0 ? (document.toJS() ?? {}) : {};
  const routingUrl = `http://127.0.0.1:${nextPort(before)}/graphql`;
  const refuse = (why: string): WeftError =>
    new WeftError('MESH_NOT_EDITABLE', `supergraph.yaml cannot be extended: ${why}`, {
      help: `Add these lines to \`subgraphs\` by hand:\n${entry(name, routingUrl, '  ').join('\n')}`,
    });
  if (document.errors[0]) throw refuse(document.errors[0].message);
  if (Object.hasOwn(before.subgraphs ?? {}, name)) {
    throw new WeftError('DOMAIN_EXISTS', `supergraph.yaml has a subgraph ${name} already.`);
  }
  const after = insert(document, text, name, routingUrl);
  // The proof that only this was added: the new text means what the old one meant, plus the entry.
  const result = parseDocument(after, { prettyErrors: false });
  const added = { routing_url: routingUrl, schema: { file: schemaFile(name) } };
  const expected = { ...before, subgraphs: { ...before.subgraphs, [name]: added } };
  if (result.errors.length || JSON.stringify(result.toJS()) !== JSON.stringify(expected)) {
    throw refuse('its `subgraphs` are not written as a block, one entry below the other.');
  }
  return { text: after, routingUrl };
}

const schemaFile = (name: string): string => `./subgraphs/${name}/schema.gen.graphql`;

const entry = (name: string, routingUrl: string, indent: string): string[] => [
  `${indent}${name}:`,
  `${indent}  routing_url: ${routingUrl}`,
  `${indent}  schema:`,
  `${indent}    file: ${schemaFile(name)}`,
];

function insert(document: Document, text: string, name: string, routingUrl: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = (indent: string): string => entry(name, routingUrl, indent).join(newline) + newline;
  const subgraphs = isMap(document.contents)
    ? document.contents.items.find(({ key }) => isScalar(key) && key.value === 'subgraphs')
    : undefined;
  if (!subgraphs) return `${endLine(text, newline)}subgraphs:${newline}${lines('  ')}`;

  const last = isMap(subgraphs.value) ? subgraphs.value.items.at(-1) : undefined;
  if (last) {
    const keyAt = start(last.key);
    const indent = /[ \t]*$/.exec(text.slice(0, keyAt))?.[0] ?? '';
    const at = endOfLine(text, lastInk(text, end(last.value) ?? keyAt));
    return endLine(text.slice(0, at), newline) + lines(indent) + text.slice(at);
  }
  // `subgraphs:`, `subgraphs: {}`: the entry takes the place of nothing.
  const colon = text.indexOf(':', start(subgraphs.key)) + 1;
  const rest = text.slice(colon).replace(/^[ \t]*(?:\{\s*\}|null\b|~)/, '');
  const at = endOfLine(rest, 0);
  return endLine(text.slice(0, colon) + rest.slice(0, at), newline) + lines('  ') + rest.slice(at);
}

/** Offsets in the text, of a node of the document. */
const start = (node: unknown): number => rangeOf(node)?.[0] ?? 0;
const end = (node: unknown): number | undefined => rangeOf(node)?.[1];
const rangeOf = (node: unknown) => (node as { range?: readonly [number, number, number] } | null)?.range;

/** A block's range runs on through blank lines to the next key; those belong to what follows. */
function lastInk(text: string, offset: number): number {
  return text.slice(0, offset).trimEnd().length;
}

function endOfLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

const endLine = (text: string, newline: string): string => (text === '' || text.endsWith('\n') ? text : text + newline);

/** One above the highest port of the mesh; the gateway itself has 4000. */
function nextPort(mesh: { subgraphs?: Record<string, { routing_url?: unknown } | null> }): number {
  const ports = Object.values(mesh.subgraphs ?? {}).map((subgraph) => {
    const url = String(subgraph?.routing_url);
    return URL.canParse(url) ? Number(new URL(url).port) : 0;
  });
  return Math.max(4000, ...ports.filter((port) => port < 65_535)) + 1;
}
