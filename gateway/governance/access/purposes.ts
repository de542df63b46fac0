/**
 * Reads `purposes.yaml`, beside the access policies: what data may be read for. A purpose is also each of its parents, so that
 * what is allowed for `marketing` is allowed for `newsletter`.
 *
 *     purposes:
 *       marketing: { title: Marketing }
 *       newsletter: { title: Newsletter, description: To those who asked for it., parents: [marketing] }
 */
import * as z from 'zod';
import { readText, type TextDocument } from '../../../subgraphs/kit/contract/text.ts';
import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { nearest } from '../../../subgraphs/kit/errors/nearest.ts';
import { kebabCase } from '../kebab-case.ts';

export interface Purpose {
  readonly title: string;
  readonly description?: string | undefined;
  readonly parents: readonly string[];
}

/** By name. */
export type Purposes = ReadonlyMap<string, Purpose>;

const line = z.string().trim().min(1, 'Write at least one word.').max(1000, 'Write at most 1,000 characters.');
const name = z.string().regex(kebabCase, 'Write the name in kebab-case.');

const purposesFile = z.strictObject({
  purposes: z.record(
    name,
    z.strictObject({ title: line, description: line.optional(), parents: z.array(z.string()).default([]) }),
    'Write purposes by their names.',
  ),
});

/** A file with a fault gives no purposes. */
export function readPurposes(
  text: string,
  file: string,
): { readonly purposes: Purposes; readonly issues: readonly Issue[] } {
  const { document, issues } = readText(text, file);
  if (!document) return { purposes: new Map(), issues };
  const read = purposesFile.safeParse(document.value);
  const faults = read.success ? [] : read.error.issues.map((found) => faultOf(found, document));
  const purposes = new Map<string, Purpose>(read.success ? Object.entries(read.data.purposes) : []);
  faults.push(...unknownParents(purposes, document), ...circles(purposes, document));
  return { purposes: faults.length > 0 ? new Map() : purposes, issues: [...issues, ...faults] };
}

/** The purpose, and all that it is as well. */
export function withAncestors(purpose: string, purposes: Purposes): string[] {
  const found = new Set([purpose]);
  for (const each of found) for (const parent of purposes.get(each)?.parents ?? []) found.add(parent);
  return [...found];
}

function faultOf(found: z.core.$ZodIssue, document: TextDocument): Issue {
  const path = found.path.filter((segment) => typeof segment !== 'symbol');
  // Of a name, zod says only that it is wrong; why is one step further in.
  const message = found.code === 'invalid_key' ? (found.issues[0]?.message ?? found.message) : found.message;
  return invalid(path.length > 0 ? `\`${path.join('.')}\`: ${message}` : message, path, document);
}

function unknownParents(purposes: Purposes, document: TextDocument): Issue[] {
  return [...purposes].flatMap(([purpose, { parents }]) =>
    parents.flatMap((parent, at) => {
      if (purposes.has(parent)) return [];
      const meant = nearest(parent, purposes.keys());
      const message = `${purpose} is to be a kind of ${JSON.stringify(parent)}, which is no purpose here.`;
      return invalid(meant ? `${message} Is ${meant} meant?` : message, ['purposes', purpose, 'parents', at], document);
    }),
  );
}

function circles(purposes: Purposes, document: TextDocument): Issue[] {
  return [...purposes].flatMap(([purpose, { parents }]) => {
    const above = new Set(parents.flatMap((parent) => withAncestors(parent, purposes)));
    if (!above.has(purpose)) return [];
    return invalid(`${purpose} is a kind of itself by way of its parents.`, ['purposes', purpose, 'parents'], document);
  });
}

const invalid = (message: string, path: readonly (string | number)[], document: TextDocument): Issue =>
  issue('ACCESS_PURPOSES_INVALID', message, { place: document.placeOf(path) });
