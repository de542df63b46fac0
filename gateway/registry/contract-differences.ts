/** How a type or a field of a schema differs from what the contracts give. */
import type { DomainGraph } from '../../subgraphs/kit/contract/graph.ts';
import type { KeyFacts, MemberFacts, TypeFacts } from './schema-facts.ts';

/** Two halves of a sentence: what is so in the schema, but otherwise by the contract. */
export type Difference = readonly [inSchema: string, byContract: string];

export function differencesOfType(
  name: string,
  expected: TypeFacts,
  found: TypeFacts,
  graph: DomainGraph,
): Difference[] {
  if (found.kind !== expected.kind) return [[`${name} is of kind ${found.kind}`, expected.kind]];
  const row = graph.types.find((each) => each.name === name);
  const differences: Difference[] = [];
  for (const key of expected.keys) {
    const same = found.keys.filter((each) => isSame(each, key));
    if (same.length === 0) differences.push([`${name} has ${spelled(found.keys)}`, spelled([key])]);
    else if (row && same.every(({ resolvable }) => !resolvable)) {
      differences.push([`${name} cannot be resolved by its key`, 'can']);
    }
  }
  // A key of the schema's own may rest on fields that the contract does not have, or on one that it calls unique.
  const mayBe = (key: KeyFacts): boolean =>
    key.fields.some((name) => row?.fields.find((field) => field.name === name)?.column.property.unique ?? true);
  for (const key of found.keys) {
    if (expected.keys.some((each) => isSame(each, key)) || mayBe(key)) continue;
    differences.push([`${name} has ${spelled([key])}`, spelled(expected.keys)]);
  }
  const [is, by] = [found.dataProduct, expected.dataProduct];
  if (by !== undefined && is !== undefined && is !== by) {
    differences.push([`${name} is of @dataProduct(${is})`, `of @dataProduct(${by})`]);
  }
  return differences;
}

const isSame = (a: KeyFacts, b: KeyFacts): boolean => String(a.fields) === String(b.fields);

const spelled = (keys: readonly KeyFacts[]): string =>
  keys.length === 0 ? 'no key' : `the key ${keys.map(({ fields }) => `(${fields.join(', ')})`).join(' and ')}`;

/** @param isProperty whether a contract says of the field whose it is, how it is handled and whether it stays. */
export function differencesOfMember(
  coordinate: string,
  expected: MemberFacts,
  found: MemberFacts,
  isProperty: boolean,
): Difference[] {
  const differences: Difference[] = [];
  if (found.type !== expected.type) differences.push([`${coordinate} is ${found.type}`, `${expected.type}`]);
  for (const [name, { type }] of expected.arguments) {
    const given = found.arguments.get(name)?.type;
    if (given === undefined) differences.push([`${coordinate} has no argument ${name}`, 'has one']);
    else if (given !== type) differences.push([`the argument ${name} of ${coordinate} is ${given}`, type]);
  }
  for (const [name, { isRequired }] of found.arguments) {
    if (expected.arguments.has(name) || !isRequired) continue;
    differences.push([`${coordinate} cannot be read without the argument ${name}`, 'can']);
  }
  if (isProperty && found.hiddenBy) differences.push([`${coordinate} is @${found.hiddenBy}`, 'served']);
  if (isProperty && found.deprecated !== expected.deprecated) {
    const [is, by] = found.deprecated ? ['deprecated', 'not'] : ['not deprecated', 'is'];
    differences.push([`${coordinate} is ${is}`, by]);
  }
  return differences;
}

/** Of what is computed from a property, or asks for it, too: an average salary is as sensitive as salaries. */
export function differencesOfDirectives(
  coordinate: string,
  expected: MemberFacts,
  found: MemberFacts,
  isProperty: boolean,
): Difference[] {
  const differences = (['owner', 'classified'] as const).flatMap((directive): Difference[] => {
    const [is, by] = [found[directive], expected[directive]];
    if (is === by || (by === undefined && !isProperty)) return [];
    return [[`${coordinate} has ${applied(directive, is)}`, applied(directive, by)]];
  });
  for (const [name, { classified: by }] of expected.arguments) {
    const given = found.arguments.get(name);
    if (!given || by === undefined || given.classified === by) continue;
    const subject = `the argument ${name} of ${coordinate}`;
    differences.push([`${subject} has ${applied('classified', given.classified)}`, applied('classified', by)]);
  }
  return differences;
}

/**
 * What was asked of a schema when `@classified` stood only on rows, groups and aggregates, and did not say of which field:
 * one of an older Weft is no other than it was.
 */
export function inFirstVersion(coordinate: string, expected: MemberFacts, isProperty: boolean): MemberFacts {
  const of = new Map([...expected.arguments].map(([name, given]) => [name, { ...given, classified: undefined }]));
  if (isProperty) return { ...expected, arguments: of };
  const [row, field] = expected.origin?.split('.') ?? [];
  const isSummed = aggregates.some((suffix) => coordinate === `${row}${suffix}.${field}`);
  const classified = isSummed ? expected.classified?.replace(/, of: "[^"]*"$/, '') : undefined;
  return { ...expected, arguments: of, classified };
}

const aggregates = ['Group', 'Sum', 'Avg', 'Range', 'CountDistinct'];

const applied = (directive: string, given: string | undefined): string =>
  given === undefined ? `no @${directive}` : `@${directive}(${given})`;
