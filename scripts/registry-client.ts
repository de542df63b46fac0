/** Asks the registry of a gateway, at /catalog: it answers there also when the composed graph is broken. */
import { type Code, codes } from '../subgraphs/kit/errors/codes.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { printable } from './printable.ts';

export interface RegistryDoor {
  readonly gateway: string;
  readonly token?: string;
}

interface RegistryError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly help?: unknown };
}

interface RegistryAnswer {
  readonly data?: unknown;
  readonly errors?: readonly RegistryError[];
}

/** A check composes the whole mesh and replays what consumers send. Below the 300 s after which `fetch` gives up. */
const patienceMs = 290_000;

/**
 * @returns what the operation asks for: `Data` is its shape.
 * @throws WeftError with the code of the registry's error; GATEWAY_UNREACHABLE, REGISTRY_ABSENT, TOKEN_MISSING
 */
export async function askRegistry<Data>(
  { gateway, token }: RegistryDoor,
  operation: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const url = new URL('/catalog', gateway);
  const isChange = operation.startsWith('mutation');
  const { status, text } = await post(url, headersOf(token), JSON.stringify({ query: operation, variables }), isChange);
  const { data, errors } = read(url, status, text);
  if (errors?.length) throw errorOf(url, errors);
  return data as Data;
}

function headersOf(token: string | undefined): Record<string, string> {
  const plain = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
  };
  const given = token?.trim();
  if (!given) return plain;
  // As a header it would be refused with words that do not name the token.
  if (!/^[\x21-\x7e]+$/.test(given))
    throw new WeftError('TOKEN_MISSING', 'What was given is no token.', { help: tokenHelp });
  return { ...plain, authorization: `Bearer ${given}` };
}

async function post(url: URL, headers: Record<string, string>, body: string, isChange: boolean) {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    // A redirect is not followed: it would take the token elsewhere, or turn the question into another one.
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    const message = signal.aborted
      ? `${url} did not answer within ${patienceMs / 1_000} s.`
      : `No gateway answers at ${url}.`;
    const wasRefused = ((cause as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
    const help = isChange && !wasRefused ? { help: doneOrNot } : {};
    throw new WeftError('GATEWAY_UNREACHABLE', message, { cause, ...help });
  }
}

function read(url: URL, status: number, text: string): RegistryAnswer {
  try {
    const answer: unknown = JSON.parse(text);
    const isAnswer = typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
    if (isAnswer) return answer as RegistryAnswer;
  } catch {
    // The message below says it for what is JSON, but no answer, too.
  }
  throw new WeftError('GATEWAY_UNREACHABLE', `${url} answered ${status} with something that is no GraphQL response.`);
}

function errorOf(url: URL, errors: readonly RegistryError[]): WeftError {
  const { message, extensions } = errors.find((each) => each.extensions?.code) ?? errors[0] ?? { message: '' };
  const code = extensions?.code;
  if (code === 'GRAPHQL_VALIDATION_FAILED' || code === 'REGISTRY_ABSENT') {
    const what =
      code === 'REGISTRY_ABSENT' ? 'has no registry' : 'has no registry, or is of another version than this command';
    return new WeftError('REGISTRY_ABSENT', `The gateway at ${url.origin} ${what}.`);
  }
  if (!isOurs(code)) return new WeftError('CATALOG_FAILED', printable(errors.map((each) => each.message).join(' ')));
  const told = extensions?.help;
  const help = code === 'TOKEN_MISSING' ? tokenHelp : typeof told === 'string' ? printable(told) : codes[code].fix;
  return new WeftError(code, printable(message), { help });
}

const isOurs = (code: string | undefined): code is Code => code !== undefined && Object.hasOwn(codes, code);

const tokenHelp =
  'Set WEFT_TOKEN, or give it with --token; a revoked or expired one has to be replaced. `weft token create` makes one.';
const doneOrNot =
  'It may have been done nevertheless: `weft supergraph history` and `weft audit list` say whether, before you do it again.';
