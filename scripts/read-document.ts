/** A contract or a data product named on the command line, whatever its file is called: its `kind` says what it is. */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Contract, DataProduct } from '../subgraphs/kit/contract/model.ts';
import { readContract, readProduct } from '../subgraphs/kit/contract/read.ts';
import { isMapping } from '../subgraphs/kit/contract/shape.ts';
import { readText } from '../subgraphs/kit/contract/text.ts';
import type { Issue } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

export interface ReadDocument {
  readonly contract?: Contract;
  readonly product?: DataProduct;
  readonly issues: readonly Issue[];
}

/** @param file `-` for stdin, which is `<stdin>` in issues. @throws WeftError DOCUMENT_UNREADABLE */
export async function readDocument(file: string): Promise<ReadDocument> {
  const name = file === '-' ? '<stdin>' : file;
  const content = file === '-' ? await text(process.stdin) : readFile(file);
  const { document } = readText(content, name);
  const isProduct = isMapping(document?.value) && document.value.kind === 'DataProduct';
  return isProduct ? readProduct(content, name) : readContract(content, name);
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const help = 'Name a file that is there, or - for stdin.';
    throw new WeftError('DOCUMENT_UNREADABLE', `${file} could not be read.`, { cause, help });
  }
}
