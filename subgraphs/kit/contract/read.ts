/**
 * The text of a contract (ODCS) or a data product (ODPS) → its model. The main path: text, plain value, the schema of
 * the version that the document declares, model.
 *
 * A document that breaks the rules of its own version but not those of a newer one is read all the same, with a
 * warning that names the newer version: the standard's own examples have this fault. Any other document that breaks
 * the rules gives errors and no model. Errors beside a model are about single parts of it, which the model leaves out.
 */
import type * as z from 'zod';
import { type Issue, issue } from '../errors/issue.ts';
import { contractOf } from './contract-of.ts';
import { issuesOf } from './findings.ts';
import type { Contract, DataProduct, SourceText } from './model.ts';
import { contractSchema, odcsVersionOf } from './odcs.ts';
import { odcsVersions } from './odcs-parts.ts';
import { odpsVersionOf, odpsVersions, productSchema } from './odps.ts';
import { productOf } from './product-of.ts';
import { isMapping } from './shape.ts';
import { readText, type TextDocument } from './text.ts';

/** @param file as it should stand in issues, for example `subgraphs/sales/orders.odcs.yaml`. */
export function readContract(text: string, file: string): { contract?: Contract; issues: Issue[] } {
  const { document, issues } = readText(text, file);
  if (!document) return { issues };
  const { value, issues: found } = validated(document, {
    standard: 'ODCS',
    versions: odcsVersions,
    versionOf: odcsVersionOf,
    schemaOf: contractSchema,
  });
  if (!value) return { issues: found };
  const read = contractOf(value, document, { file, text });
  return { contract: read.contract, issues: [...found, ...read.issues] };
}

export function readProduct(text: string, file: string): { product?: DataProduct; issues: Issue[] } {
  const { document, issues } = readText(text, file);
  if (!document) return { issues };
  const { value, issues: found } = validated(document, {
    standard: 'ODPS',
    versions: odpsVersions,
    versionOf: odpsVersionOf,
    schemaOf: productSchema,
  });
  return value ? { product: productOf(value, document, { file, text }), issues: found } : { issues: found };
}

/** An untouched document is written as it was read, byte for byte; `setValue` makes the touched ones. */
export function writeDocument(document: { readonly source: SourceText }): string {
  return document.source.text;
}

interface Standard<V extends string, T> {
  readonly standard: 'ODCS' | 'ODPS';
  /** Oldest first. */
  readonly versions: readonly V[];
  readonly versionOf: ReadonlyMap<unknown, V>;
  readonly schemaOf: (version: V) => z.ZodType<T>;
}

function validated<V extends string, T>(
  document: TextDocument,
  { standard, versions, versionOf, schemaOf }: Standard<V, T>,
): { value?: T; issues: Issue[] } {
  const declared = isMapping(document.value) ? document.value.apiVersion : undefined;
  const version = versionOf.get(declared);
  const newest = versions.at(-1);
  if (newest === undefined) return { issues: [] };
  const result = schemaOf(version ?? newest).safeParse(document.value);
  if (result.success) return { value: result.data, issues: [] };
  const issues = issuesOf(result.error.issues, document);
  if (version === undefined) return { issues };

  const newer = versions.slice(versions.indexOf(version) + 1);
  for (const candidate of newer) {
    const accepted = schemaOf(candidate).safeParse(document.value);
    if (!accepted.success) continue;
    const allowedBy = [...versionOf].find(([, each]) => each === candidate)?.[0];
    const others = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
    const message = `${issues[0]?.message} That is ${standard} ${declared}, which the document declares; ${allowedBy} allows it${others}.`;
    const help = `Set apiVersion to ${allowedBy}.`;
    const place = issues[0]?.place;
    return {
      value: accepted.data,
      issues: [issue('DOCUMENT_VERSION_MISMATCH', message, { severity: 'warning', place, help })],
    };
  }
  return { issues };
}
