import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isContractFile, readDomainFiles } from '../../subgraphs/kit/contract/domain.ts';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';

/** The contracts and products of a folder; no domain where it holds none. Throws for nothing that lies there. */
export async function readDomain(
  name: string,
  folder: string,
): Promise<{ readonly domain?: Domain; readonly issues: readonly Issue[] }> {
  const unreadable = (path: string, cause: NodeJS.ErrnoException): Issue =>
    issue('DOCUMENT_UNREADABLE', `${path} cannot be read (${cause.code}).`, {
      place: { file: path, line: 1, column: 1 },
    });
  const listed = await readdir(folder).catch((cause: NodeJS.ErrnoException) => unreadable(folder, cause));
  if (!Array.isArray(listed)) return { issues: [listed] };
  const names = listed.filter(isContractFile).sort();
  if (names.length === 0) return { issues: [] };
  const issues: Issue[] = [];
  const texts: (readonly [file: string, text: string])[] = [];
  for (const file of names.map((each) => join(folder, each))) {
    const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      issues.push(unreadable(file, cause));
    });
    if (text !== undefined) texts.push([file, text]);
  }
  const read = readDomainFiles(name, texts);
  return { domain: read.domain, issues: [...issues, ...read.issues] };
}
