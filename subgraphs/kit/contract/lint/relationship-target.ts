import { issue } from '../../errors/issue.ts';
import { nearest } from '../../errors/nearest.ts';
import { type LintRule, objectsOf } from './rule.ts';
import { targetOf } from './target.ts';

/**
 * What a relationship refers to is there, in this domain or in another one of the mesh. Where the domain is alone, the others
 * may publish from elsewhere: only the registry knows.
 */
export const relationshipTarget: LintRule = {
  name: 'relationship-target',
  codes: ['RELATIONSHIP_TARGET_UNKNOWN'],
  *check(context) {
    const isAlone = context.mesh.every(({ name }) => name === context.domain.name);
    for (const object of objectsOf(context.domain)) {
      for (const relationship of object.relationships) {
        const { toObject, to, place } = relationship;
        const from = `${object.name}.${relationship.from.join(', ')}`;
        const target = targetOf(relationship, context);
        if (!target) {
          const meant = nearest(
            toObject,
            context.mesh.flatMap(objectsOf).map(({ name }) => name),
          );
          yield issue(
            'RELATIONSHIP_TARGET_UNKNOWN',
            `${from} refers to ${toObject}, which no domain of the mesh has.`,
            {
              place,
              ...(isAlone && {
                severity: 'warning',
                help: 'If its domain is elsewhere, `weft check` looks for it there.',
              }),
              ...(meant && { help: `Did you mean ${meant}?` }),
            },
          );
          continue;
        }
        for (const [index, property] of target.properties.entries()) {
          if (property) continue;
          const meant = nearest(
            to[index] ?? '',
            target.object.properties.map(({ name }) => name),
          );
          const message = `${from} refers to ${target.object.name}.${to[index]}, which ${target.object.name} (${target.domain.name}) does not have.`;
          yield issue('RELATIONSHIP_TARGET_UNKNOWN', message, {
            place,
            ...(meant && { help: `Did you mean ${meant}?` }),
          });
        }
      }
    }
  },
};
