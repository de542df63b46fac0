/**
 * What neither Hive's planner nor Apollo's has a right plan for, so that operations are refused: random schemas do without
 * it. test/plan-check.test.ts has the smallest example of each. Where a later version plans it, its rule can go.
 */
import { type FieldModel, type Model, namedTypeOf, type ObjectModel, placeIn, possibleIn } from './model.ts';

/**
 * `second @requires(fields: "first")` where `first @requires(fields: "title")`: where a field of the subgraph that resolves
 * `first` leads to the object, or where it is asked to translate one key into another, Apollo's planner asks for `title` there
 * at once, too, although it is external. Hive's does not, but fails at many operations of that kind.
 */
export function isMisplanned(model: Model, object: ObjectModel, first: FieldModel): boolean {
  const fields = model.objects.flatMap((each) => each.fields);
  return first.at.some(({ requires, subgraph }) => {
    if (requires === undefined) return false;
    const leading = fields.filter(({ at }) => at.some((place) => place.subgraph === subgraph));
    const isLedTo = leading.some(({ type }) => possibleIn(model, namedTypeOf(type), subgraph).includes(object.name));
    // Fields that require something may be added to any subgraph yet, and lead there.
    return isLedTo || object.keys.length > 1 || object.name === 'Entity0';
  });
}

/**
 * `@requires(fields: "thing { sku }")` in a subgraph that does not know things by `sku`, as others do: where that is the
 * shorter key, Apollo's planner asks it for `sku` wherever it leads to a thing, although it is external. Hive's fails.
 */
export function isKeyElsewhere(field: FieldModel, subgraph: number): boolean {
  return field.key !== undefined && !placeIn(field, subgraph);
}

/**
 * An object that two subgraphs require by one field with different arguments, `thing(size: 1) { sku }` and `thing(size: 2)
 * { sku }`: planners put both under one response key, and what is looked up below is below either.
 */
export function isRequiredTwice(field: FieldModel): boolean {
  return field.args.length > 0 && field.at.some(({ role }) => role === 'external');
}
