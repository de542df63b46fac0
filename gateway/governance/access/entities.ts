/**
 * Who asks, and what for, as Cedar is told: no more than any policy looks at. So thousands who ask are few classes, as are a
 * thousand fields, and what was decided for one of a class is true of all, since nothing else was known of it.
 */

import type { Principal } from './access.ts';
import { type EntityJson, uid } from './cedar.ts';
import { type LookedAt, lookedAt, namedEntities } from './looked-at.ts';
import type { ProtectedField } from './protected-fields.ts';
import { type Purposes, withAncestors } from './purposes.ts';
import type { AccessPolicies } from './read-access-policies.ts';

export interface EntitiesOf {
  principal(principal: Principal): EntityJson;
  /** The field first; its product after it. */
  field(field: ProtectedField): readonly [EntityJson, ...EntityJson[]];
  purpose(purpose: string | undefined): readonly EntityJson[];
}

export function entitiesOf({ policies, purposes, attributes }: AccessPolicies): EntitiesOf {
  const texts = policies.map(({ json }) => json);
  const ofPrincipal = lookedAt(texts, 'principal', 'Principal');
  const ofFields = policies.filter(({ about }) => about !== 'rows').map(({ json }) => json);
  const ofField = lookedAt(ofFields, 'resource', 'Field');
  const teams = namedEntities(texts, 'Team');
  const roles = namedEntities(texts, 'Role');
  return {
    principal: ({ id, kind, teams: inTeams, roles: inRoles, attributes: given }) => ({
      uid: uid('Principal', ofPrincipal.id ? id : ''),
      attrs: {
        kind: isLookedAt(ofPrincipal, 'kind') ? kind : '',
        ...Object.fromEntries(
          attributes.flatMap((name) => {
            const value = Object.hasOwn(given, name) ? given[name] : undefined;
            return value !== undefined && isLookedAt(ofPrincipal, name) ? [[name, value]] : [];
          }),
        ),
      },
      parents: [
        ...sorted(inTeams.filter((team) => teams.has(team))).map((team) => uid('Team', team)),
        ...sorted(inRoles.filter((role) => roles.has(role))).map((role) => uid('Role', role)),
      ],
    }),
    field: (field) => fieldEntities(field, ofField),
    purpose: (purpose) => (purpose === undefined ? [] : purposeEntities(purpose, purposes)),
  };
}

function fieldEntities(field: ProtectedField, looked: LookedAt): readonly [EntityJson, ...EntityJson[]] {
  const { coordinate, type, name, team, level, rank, categories, product, domain } = field;
  const all = { team, level, rank, categories: [...categories], type, name };
  const anything = { rank: -1, categories: [], type: '', name: '' };
  const seen = Object.entries(all).filter(([key, value]) => value !== undefined && isLookedAt(looked, key));
  const domains = domain === undefined ? [] : [uid('Domain', domain)];
  const parents = product === undefined ? domains : [uid('Product', product)];
  return [
    { uid: uid('Field', looked.id ? coordinate : ''), attrs: { ...anything, ...Object.fromEntries(seen) }, parents },
    ...(product === undefined ? [] : [{ uid: uid('Product', product), attrs: {}, parents: domains }]),
  ];
}

export const purposeEntities = (purpose: string, purposes: Purposes): EntityJson[] =>
  withAncestors(purpose, purposes).map((each) => ({
    uid: uid('Purpose', each),
    attrs: {},
    parents: (purposes.get(each)?.parents ?? []).map((parent) => uid('Purpose', parent)),
  }));

const isLookedAt = ({ attributes }: LookedAt, name: string): boolean => attributes === 'all' || attributes.has(name);

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
