import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

/** From the argument, from `--file`, or from stdin where either is `-`. @throws WeftError OPERATION_MISSING */
export async function readOperation(operation: string | undefined, file: string | undefined): Promise<string> {
  if ((operation === undefined) === (file === undefined)) {
    throw new WeftError('OPERATION_MISSING', 'Give one operation: as the argument, with --file, or - for stdin.');
  }
  if (operation === '-' || file === '-') return text(process.stdin);
  if (operation !== undefined) return operation;
  try {
    return readFileSync(file ?? '', 'utf8');
  } catch (cause) {
    throw new WeftError('OPERATION_MISSING', `${file} could not be read.`, { cause });
  }
}
