import { type Issue, issue } from '../../errors/issue.ts';
import type { ContractObject, Relationship } from '../model.ts';
import { fieldName, foreignKeyNames, foreignTypeName, typeName } from '../names.ts';
import { type LintRule, objectsOf } from './rule.ts';
import { type Target, targetOf } from './target.ts';

/**
 * Another domain is referred to by name: its types are in the graph by name, and its ids are not. Nor is what it
 * renamed for the graph: a contract that refers to such a thing says so.
 */
export const relationshipName: LintRule = {
  name: 'relationship-name',
  codes: ['RELATIONSHIP_BY_ID', 'RELATIONSHIP_NAME_DIFFERS'],
  *check(context) {
    for (const object of objectsOf(context.domain)) {
      for (const relationship of object.relationships) {
        const target = targetOf(relationship, context);
        if (!target || target.properties.includes(undefined)) continue;
        const found = byId(object, relationship, target) ?? renamed(object, relationship, target, context.domain.name);
        if (found) yield found;
      }
    }
  },
};

function byId(object: ContractObject, relationship: Relationship, { domain, ...target }: Target): Issue | undefined {
  const names = target.properties.flatMap((property) => property?.name ?? []);
  if (target.object.name === relationship.toObject && names.every((name, at) => name === relationship.to[at]))
    return undefined;
  const message = `${object.name}.${relationship.from.join(', ')} refers to ${target.object.name} of the domain ${domain.name} by id.`;
  const written = names.map((name) => `${target.object.name}.${name}`);
  return issue('RELATIONSHIP_BY_ID', message, { place: relationship.place, help: `Write \`to: ${list(written)}\`.` });
}

function renamed(object: ContractObject, relationship: Relationship, target: Target, own: string): Issue | undefined {
  if (target.domain.name === own) return undefined;
  const type = typeName(target.object);
  const key = target.properties.flatMap((property) => (property ? fieldName(property) : []));
  const derived = { type: foreignTypeName(relationship), key: foreignKeyNames(relationship) };
  const properties = [
    ...(derived.type === type ? [] : [`{ property: toType, value: ${type} }`]),
    ...(derived.key.join() === key.join() ? [] : [`{ property: toKey, value: ${list(key)} }`]),
  ];
  if (properties.length === 0) return undefined;
  const message = `${object.name}.${relationship.from.join(', ')} refers to ${derived.type}(${derived.key.join(', ')}), but in the graph of ${target.domain.name} that is ${type}(${key.join(', ')}).`;
  const help = `Add \`customProperties: [${properties.join(', ')}]\` to the relationship.`;
  return issue('RELATIONSHIP_NAME_DIFFERS', message, { place: relationship.place, help });
}

const list = (names: readonly string[]): string => (names.length === 1 ? `${names[0]}` : `[${names.join(', ')}]`);
