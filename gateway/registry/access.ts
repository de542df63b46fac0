/** Who may do what with the registry: what its tokens say. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { isLoopbackHost } from './loopback-host.ts';
import type { RegistryDatabase } from './store/open.ts';
import { type Action, anyDomain, findToken } from './store/tokens.ts';

export interface RegistryAccess {
  /**
   * Who asks, for the audit log: a token by its name and, since others may have the same, its id.
   * @param authorization as the header says it: `Bearer <token>`.
   * @param domain that it is done to; absent for what concerns the mesh as a whole, which only a token for all domains may.
   * @param host as the request names it, where it came over HTTP.
   * @throws WeftError TOKEN_MISSING, TOKEN_NOT_ENOUGH
   */
  authorise(authorization: string | undefined, action: Action, domain?: string, host?: string): string;
}

/**
 * For a mesh on one machine: whoever reaches the gateway there may do everything. A page in a browser reaches it, too, under
 * a name of its own that leads here (DNS rebinding): the request then says that name.
 */
export const openAccess: RegistryAccess = {
  authorise(_authorization, _action, _domain, host = 'localhost') {
    if (isLoopbackHost(host.replace(/:\d+$/, ''))) return 'anybody on this machine';
    throw new WeftError('TOKEN_NOT_ENOUGH', `The registry is open to this machine only, and not to ${host}.`);
  },
};

export function tokenAccess(database: RegistryDatabase, now: () => number): RegistryAccess {
  return {
    authorise(authorization, action, domain) {
      const [, text = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
      const token = findToken(database, text, new Date(now()).toISOString());
      if (!token) {
        throw new WeftError('TOKEN_MISSING', whyNot(text));
      }
      const isAllowed = action === 'read' || token.actions.includes(action);
      if (!isAllowed) {
        throw new WeftError(
          'TOKEN_NOT_ENOUGH',
          `The token ${token.name} is not for ${action}, but for ${token.actions.join(', ')}.`,
        );
      }
      const isForAll = token.domains.includes(anyDomain);
      if (domain === undefined && action !== 'read' && !isForAll) {
        throw new WeftError(
          'TOKEN_NOT_ENOUGH',
          `The token ${token.name} is for ${token.domains.join(', ')} only, and not for the mesh as a whole.`,
        );
      }
      if (domain !== undefined && !isForAll && !token.domains.includes(domain)) {
        throw new WeftError(
          'TOKEN_NOT_ENOUGH',
          `The token ${token.name} is not for ${domain}, but for ${token.domains.join(', ')}.`,
        );
      }
      return `${token.name} (token ${token.id})`;
    },
  };
}

function whyNot(text: string): string {
  if (text === '') return 'This needs a token.';
  if (text.startsWith('weftc_')) return 'A token of a consumer says who asks, and lets nobody change or run the mesh.';
  return 'The token is not known, or no longer in force.';
}
