import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { askGateway } from '../ask-gateway.ts';
import { done, print, wrongInput } from '../terminal.ts';

export interface QueryOptions {
  readonly file?: string;
  readonly variables?: Record<string, unknown>;
  readonly gateway: string;
  readonly json?: true;
}

/** `weft query`: the answer on stdout as the gateway gave it; exit code 1 if it has errors. */
export async function query(operation: string | undefined, options: QueryOptions): Promise<number> {
  const answer = await askGateway(options.gateway, '/graphql', await read(operation, options.file), options.variables);
  print(JSON.stringify(answer, null, options.json ? 0 : 2));
  return answer.errors?.length ? wrongInput : done;
}

async function read(operation: string | undefined, file: string | undefined): Promise<string> {
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
