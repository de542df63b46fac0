/** Which pages may make a browser ask for a stream: those of the gateway's own origin, and those that are allowed. */
import type { IncomingHttpHeaders } from 'node:http';

export type IsOwnPage = (headers: IncomingHttpHeaders) => boolean;

/**
 * A browser opens WebSockets and event sources for any page, with the credentials of whoever looks at it, and asks nobody
 * first; but it says which page it was. What sends no Origin is no browser, or a page of the same origin.
 */
export function pagesAllowed(origins: ReadonlySet<string>): IsOwnPage {
  return ({ origin, host, 'sec-fetch-site': site }) => {
    if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none';
    return origins.has(origin) || (URL.canParse(origin) && new URL(origin).host === host);
  };
}
