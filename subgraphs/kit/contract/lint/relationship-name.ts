import { issue } from '../../errors/issue.ts';
import { type LintRule, objectsOf } from './rule.ts';
import { targetOf } from './target.ts';

/** Another domain is referred to by name: its types are in the graph by name, and its ids are not. */
export const relationshipName: LintRule = {
  name: 'relationship-name',
  codes: ['RELATIONSHIP_BY_ID'],
  *check(context) {
    for (const object of objectsOf(context.domain)) {
      for (const relationship of object.relationships) {
        const target = targetOf(relationship, context);
        if (!target || target.properties.includes(undefined)) continue;
        const names = target.properties.flatMap((property) => property?.name ?? []);
        if (target.object.name === relationship.toObject && names.every((name, at) => name === relationship.to[at]))
          continue;
        const message = `${object.name}.${relationship.from.join(', ')} refers to ${target.object.name} of the domain ${target.domain.name} by id.`;
        const written = names.map((name) => `${target.object.name}.${name}`);
        yield issue('RELATIONSHIP_BY_ID', message, {
          place: relationship.place,
          help: `Write \`to: ${written.length === 1 ? written[0] : `[${written.join(', ')}]`}\`.`,
        });
      }
    }
  },
};
