/** Schemas of a contract whose names mean something elsewhere: to GraphQL, to Federation, to JavaScript, to Weft. */
import * as fc from 'fast-check';

const names = `id true null false and or not Query _Any _service __proto__ constructor toString order orders ORDERS
  order_groups orders_summary order_field sum count min max avg group node nodes edges cursor straße 订单 2nd on
  data_product input enum order_id customer_id customer customers date where first ID address order_address any
  string_operators interface domains x-y x_y a`.split(/\s+/);
const givenNames = ['_Any', 'true', 'Order', 'order', 'a__b', '_', '_dataProduct', 'not a name'];

const called = fc
  .record({
    name: fc.constantFrom(...names),
    given: fc.oneof({ arbitrary: fc.constant(undefined), weight: 20 }, fc.constantFrom(...givenNames)),
  })
  .map(({ name, given }) => ({
    name,
    ...(given && { customProperties: [{ property: 'graphqlName', value: given }] }),
  }));
const few = <T>(each: fc.Arbitrary<T>, selector: (value: T) => unknown, maxLength: number) =>
  fc.uniqueArray(each, { selector, minLength: 1, maxLength });

const listed = few(
  fc.constantFrom(true, false, null, 'true', 'null', 'a', 'A', 'a b', '-', '1', 1, '').map((value) => ({ value })),
  ({ value }) => value,
  3,
);
const plain = fc
  .tuple(called, fc.constantFrom('string', 'integer', 'number', 'date', 'boolean'))
  .map(([own, logicalType]) => ({ ...own, logicalType }));
const inner = few(plain, ({ name }) => name, 3);
const target = fc
  .tuple(
    fc.constantFrom('orders', 'customers', 'order', 'Query', 'order_groups', 'dates'),
    fc.constantFrom('id', 'true', 'order', 'x_y'),
  )
  .map((to) => to.join('.'));
const property = fc.oneof(
  plain,
  plain.map((each) => ({ ...each, primaryKey: true })),
  fc.tuple(called, listed).map(([own, values]) => ({ ...own, logicalType: 'string', enum: values })),
  fc.tuple(called, inner).map(([own, properties]) => ({ ...own, logicalType: 'object', properties })),
  fc
    .tuple(called, inner)
    .map(([own, properties]) => ({ ...own, logicalType: 'array', items: { logicalType: 'object', properties } })),
  fc.tuple(plain, fc.boolean(), target, listed).map(([own, unique, to, values]) => ({
    ...own,
    unique,
    relationships: [{ to }],
    ...(unique && own.logicalType === 'string' && { enum: values }),
  })),
);
const object = fc
  .tuple(
    called,
    few<{ name: string }>(property, ({ name }) => name, 5),
  )
  .map(([own, properties]) => ({ ...own, properties }));

/** The `schema` of a contract of ODCS 3.2. */
export const nastySchema = few(object, ({ name }) => name, 3);
