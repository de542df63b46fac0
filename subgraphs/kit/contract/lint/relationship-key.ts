import { issue } from '../../errors/issue.ts';
import { primaryKey } from '../model.ts';
import { type LintRule, objectsOf } from './rule.ts';
import { targetOf } from './target.ts';

/**
 * A relationship leads to one row: it names the whole primary key of its target. Inside a domain the graph just leaves
 * out any other; towards another domain it would state a key that the other one does not have, which cannot compose.
 */
export const relationshipKey: LintRule = {
  name: 'relationship-key',
  codes: ['RELATIONSHIP_NOT_TO_KEY'],
  *check(context) {
    for (const object of objectsOf(context.domain)) {
      for (const relationship of object.relationships) {
        const target = targetOf(relationship, context);
        if (!target || target.properties.includes(undefined)) continue;
        const key = primaryKey(target.object);
        const named = new Set(target.properties);
        if (key.length === named.size && key.every((property) => named.has(property))) continue;
        const whole =
          key.length === 0 ? 'has no primary key' : `has the primary key (${key.map(({ name }) => name).join(', ')})`;
        const message = `${object.name}.${relationship.from.join(', ')} refers to ${target.object.name} by (${relationship.to.join(', ')}), but it ${whole}.`;
        const severity = target.domain.name === context.domain.name ? 'warning' : 'error';
        yield issue('RELATIONSHIP_NOT_TO_KEY', message, { severity, place: relationship.place });
      }
    }
  },
};
