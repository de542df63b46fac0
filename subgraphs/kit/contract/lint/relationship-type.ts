import { issue } from '../../errors/issue.ts';
import { columnsOf } from '../column.ts';
import type { ContractObject } from '../model.ts';
import { type LintRule, objectsOf } from './rule.ts';
import { targetOf } from './target.ts';

/** Both ends of a relationship have one type: `Int` never equals `BigInt` in the graph, whatever the values. */
export const relationshipType: LintRule = {
  name: 'relationship-type',
  codes: ['RELATIONSHIP_TYPE_MISMATCH'],
  *check(context) {
    for (const object of objectsOf(context.domain)) {
      for (const relationship of object.relationships) {
        const target = targetOf(relationship, context);
        for (const [index, from] of relationship.from.entries()) {
          const own = scalarOf(object, from);
          const other = target && scalarOf(target.object, target.properties[index]?.name);
          if (!target || !own || !other || own === other) continue;
          const message = `${object.name}.${from} is ${own}, but refers to ${target.object.name}.${target.properties[index]?.name}, which is ${other}.`;
          yield issue('RELATIONSHIP_TYPE_MISMATCH', message, { place: relationship.place });
        }
      }
    }
  },
};

/** Text that identifies is an ID at one end and may be a String at the other: they carry the same values. */
function scalarOf(object: ContractObject, property: string | undefined): string | undefined {
  const scalar = columnsOf(object).find(({ name }) => name === property)?.scalar;
  return scalar === 'ID' ? 'String' : scalar;
}
