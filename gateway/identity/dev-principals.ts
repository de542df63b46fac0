import type { Principal } from './principal.ts';

/** Three people to try things with: everybody knows their tokens, so they are for development only. */
export const devPrincipals: ReadonlyMap<string, Principal> = new Map([
  named('dev-analyst', 'Analytics'),
  named('dev-marketer', 'Marketing'),
  named('dev-officer', 'Governance', 'governance'),
]);

/** The id is the token: without a `#`, it is nobody's of an issuer. */
function named(id: string, team: string, ...roles: string[]): [string, Principal] {
  return [
    id,
    Object.freeze({ id, kind: 'user', team, roles: Object.freeze(roles), attributes: Object.freeze({}) } as const),
  ];
}
