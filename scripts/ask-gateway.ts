import { createClient, NetworkError } from 'graphql-sse';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: its shape is the operation's.
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** Who reads data, and what for. */
export interface Asker {
  readonly token?: string | undefined;
  readonly purpose?: string | undefined;
}

/** Posts one operation to `<gateway><path>`. Errors in the answer are returned, a gateway that is not there is thrown. */
export async function askGateway(
  gateway: string,
  path: '/graphql' | '/catalog',
  query: string,
  variables: Record<string, unknown> = {},
  asker: Asker = {},
): Promise<Answer> {
  const url = new URL(path, gateway);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        ...headersOf(asker),
      },
      body: JSON.stringify({ query, variables }),
    });
    text = await response.text();
  } catch (cause) {
    throw new WeftError('GATEWAY_UNREACHABLE', `No gateway answers at ${url}.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WeftError('GATEWAY_UNREACHABLE', `${url} answered ${response.status} with something that is not JSON.`, {
      cause,
    });
  }
}

/** The answers to a subscription, as they come. A refusal is one answer. */
export async function* subscribeAtGateway(
  gateway: string,
  query: string,
  variables: Record<string, unknown> = {},
  asker: Asker = {},
): AsyncGenerator<Answer, void, undefined> {
  const url = new URL('/graphql', gateway);
  const client = createClient({ url: url.href, retryAttempts: 0, headers: headersOf(asker) });
  try {
    for await (const answer of client.iterate({ query, variables })) yield answer as Answer;
  } catch (cause) {
    const refusal = cause instanceof NetworkError ? await refusalIn(cause.response) : undefined;
    if (!refusal) throw new WeftError('GATEWAY_UNREACHABLE', `No gateway streams at ${url}.`, { cause });
    yield refusal;
  }
}

/** A token of the registry says who may publish, and nobody reads by it. */
const headersOf = ({ token = '', purpose = '' }: Asker): Record<string, string> => ({
  ...(token.trim() !== '' && !token.startsWith('weft_') && { authorization: `Bearer ${token.trim()}` }),
  ...(purpose !== '' && { 'weft-purpose': purpose }),
});

async function refusalIn(response: unknown): Promise<Answer | undefined> {
  return response instanceof Response ? response.json().catch(() => undefined) : undefined;
}
