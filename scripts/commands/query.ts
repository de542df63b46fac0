import { type DocumentNode, parse } from 'graphql';
import { type Asker, askGateway, subscribeAtGateway } from '../ask-gateway.ts';
import { readOperation } from '../read-operation.ts';
import { done, print, wrongInput } from '../terminal.ts';

export interface QueryOptions extends Asker {
  readonly file?: string;
  readonly variables?: Record<string, unknown>;
  readonly gateway: string;
  readonly json?: true;
}

/**
 * `weft query`: the answer on stdout as the gateway gave it; exit code 1 if it has errors. Of a subscription, each answer
 * on a line of its own, until it ends or Ctrl-C.
 */
export async function query(operation: string | undefined, options: QueryOptions): Promise<number> {
  const text = await readOperation(operation, options.file);
  if (isSubscription(text)) return follow(text, options);
  const answer = await askGateway(options.gateway, '/graphql', text, options.variables, options);
  print(JSON.stringify(answer, null, options.json ? 0 : 2));
  return answer.errors?.length ? wrongInput : done;
}

async function follow(subscription: string, { gateway, variables, ...asker }: QueryOptions): Promise<number> {
  let hasErrors = false;
  for await (const answer of subscribeAtGateway(gateway, subscription, variables, asker)) {
    print(JSON.stringify(answer));
    hasErrors ||= Boolean(answer.errors?.length);
  }
  return hasErrors ? wrongInput : done;
}

/** What cannot be read is for the gateway to explain. */
function isSubscription(text: string): boolean {
  let document: DocumentNode;
  try {
    document = parse(text, { noLocation: true });
  } catch {
    return false;
  }
  return document.definitions.some((each) => 'operation' in each && each.operation === 'subscription');
}
