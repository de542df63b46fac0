/** Which headers cross the gateway: from the consumer to subgraphs, and back. */
import type { IncomingHttpHeaders } from 'node:http';
import { contextHeader } from '../../subgraphs/kit/contract/signed-context.ts';

/**
 * What belongs to one connection (RFC 9110, 7.6.1) or describes one message, and cookies set by a subgraph, which could
 * make two consumers one. Passed on in neither direction, whatever is allowed.
 */
const ownToEach: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
  ...['proxy-authenticate', 'proxy-authorization', 'host', 'accept', 'accept-encoding', 'x-weft-deadline-ms'],
  // What the gateway says itself, and subgraphs take nobody else's word for.
  contextHeader,
  ...['content-length', 'content-type', 'content-encoding', 'content-location', 'set-cookie'],
]);

/** Nothing asks for compression: between neighbours it costs more than it saves. What comes compressed is read. */
const always = [
  'accept',
  'application/graphql-response+json, application/json',
  'content-type',
  'application/json',
  'x-weft-deadline-ms',
];

/** RFC 9110, 5.5. One such value would make every request of its sender fail, as if the subgraph had. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/** Names and values in turn. @param remainingMs how long the subgraph may take. @param own of the gateway's, for this request */
export function headersOut(
  remainingMs: number,
  allowed: Readonly<Record<string, string>> | undefined,
  own: readonly string[] = [],
): string[] {
  const headers = [...always, String(Math.max(1, Math.floor(remainingMs))), ...own];
  if (allowed) addAllowed(headers, allowed);
  return headers;
}

/** What goes with the request for a stream, which is not due at any time. Names and values in turn. */
export function headersOfStream(own: readonly string[], allowed: Readonly<Record<string, string>> = {}): string[] {
  const headers = [...own];
  addAllowed(headers, allowed);
  return headers;
}

function addAllowed(headers: string[], allowed: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(allowed)) {
    const value = allowed[name];
    if (value !== undefined && !ownToEach.has(name) && !unsendable.test(value)) headers.push(name, value);
  }
}

/** Those of a subgraph's headers that consumers may see. @param allowed names in lower case. */
export function headersBack(headers: IncomingHttpHeaders, allowed: readonly string[]): Record<string, string> {
  const back: Record<string, string> = {};
  for (const name of allowed) {
    const value = headers[name];
    if (value !== undefined && !ownToEach.has(name)) back[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return back;
}
