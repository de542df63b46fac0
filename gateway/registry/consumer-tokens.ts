/** What can be asked of the registry about consumers' tokens, and done to them. */
import {
  consumerTokenRecords,
  createConsumerToken,
  type NewConsumerToken,
  revokeConsumerToken,
} from './store/consumer-tokens.ts';
import type { RegistryDatabase } from './store/open.ts';
import { revokeToken } from './store/tokens.ts';

/** @param look says at once what has changed: a token that was revoked is refused from then on */
export function consumerTokensOf(
  database: RegistryDatabase,
  { now, look }: { readonly now: () => number; readonly look: () => void },
) {
  const by = (actor: string) => ({ actor, at: new Date(now()).toISOString() });
  return {
    consumerTokens: async () => consumerTokenRecords(database),
    /** @throws WeftError CONSUMER_TOKEN_INVALID */
    createConsumerToken: async (made: NewConsumerToken, actor: string) => {
      const created = createConsumerToken(database, made, by(actor));
      look();
      return created;
    },
    /** Of whichever kind it is. @throws WeftError TOKEN_UNKNOWN */
    revokeToken: async (id: string, actor: string) => {
      if (revokeConsumerToken(database, id, by(actor))) look();
      else revokeToken(database, id, by(actor));
    },
  };
}
