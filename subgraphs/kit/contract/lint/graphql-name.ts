import { type Issue, issue, type Place } from '../../errors/issue.ts';
import { type CustomProperty, custom } from '../model.ts';
import { isName } from '../names.ts';
import { type LintRule, objectsOf } from './rule.ts';

/** A name that GraphQL cannot have would be passed over, and the derived one taken instead. */
export const graphqlName: LintRule = {
  name: 'graphql-name',
  codes: ['GRAPHQL_NAME_INVALID'],
  *check({ domain }) {
    for (const object of objectsOf(domain)) {
      yield* invalid(object, object.name, ['graphqlName']);
      for (const property of object.properties) {
        yield* invalid(property, `${object.name}.${property.name}`, ['graphqlName']);
      }
      for (const relationship of object.relationships) {
        const what = `The relationship of ${object.name} to ${relationship.toObject}`;
        yield* invalid(relationship, what, ['graphqlName', 'inverseName', 'toType']);
      }
    }
  },
};

interface Named {
  readonly customProperties: readonly CustomProperty[];
  readonly place: Place;
}

function* invalid(on: Named, what: string, properties: readonly string[]): Generator<Issue> {
  for (const property of properties) {
    const given = custom(on, property);
    if (given === undefined || isName(given)) continue;
    const message = `${what} has the ${property} ${JSON.stringify(given)}, which GraphQL does not take.`;
    yield issue('GRAPHQL_NAME_INVALID', message, { place: on.place });
  }
}
