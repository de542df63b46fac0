/** Whatever a classified field can be found out by says which field that is: in the schema, in the supergraph, in its facts. */
import { type ASTVisitor, type DirectiveNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type ComposedSubgraph, composeWithApollo, withCatalog } from '../gateway/registry/compose.ts';
import { driftIssues } from '../gateway/registry/contract-drift.ts';
import { graphChanges } from '../gateway/registry/graph-changes.ts';
import { readGraphFacts } from '../gateway/registry/graph-facts.ts';
import { readGraph } from '../gateway/registry/read-graph.ts';
import { secondOpinion } from '../gateway/registry/second-opinion.ts';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import { graphOf } from '../subgraphs/kit/contract/graph-of.ts';
import type { Domain } from '../subgraphs/kit/contract/model.ts';
import { printSdl } from '../subgraphs/kit/contract/sdl.ts';
import { isError } from '../subgraphs/kit/errors/issue.ts';

function domainOf(name: string, schema: string): Domain {
  const { domain, issues } = readDomainFiles(name, [
    [
      `${name}.odps.yaml`,
      `apiVersion: v1.1.0
kind: DataProduct
id: ${name}
version: 1.0.0
status: active
team: { name: ${name} }
outputPorts: [{ name: ${name}, version: 1.0.0, contractId: ${name} }]`,
    ],
    [
      `${name}.odcs.yaml`,
      `apiVersion: v3.2.0
kind: DataContract
id: ${name}
version: 1.0.0
status: active
schema:
${schema}`,
    ],
  ]);
  expect(issues.filter(isError)).toEqual([]);
  return domain;
}

const staff = domainOf(
  'staff',
  `  - name: employees
    properties:
    - { name: number, logicalType: string, primaryKey: true, classification: internal }
    - { name: salary, logicalType: number, physicalType: 'decimal(9,2)', semanticType: measure, classification: restricted,
        customProperties: [{ property: categories, value: [income] }] }
    - { name: born, logicalType: date, classification: confidential }
    - { name: grade, logicalType: string, enum: [{ value: A }, { value: B }], classification: confidential }
    - { name: nickname, logicalType: string }
    - { name: manager_number, logicalType: string, classification: confidential, relationships: [{ to: employees.number }] }
    - { name: phones, logicalType: array, items: { logicalType: string, classification: restricted } }
    - name: home
      logicalType: object
      classification: restricted
      properties:
      - { name: street, logicalType: string }
      - { name: country, logicalType: string, classification: internal }
      - { name: geo, logicalType: object, classification: confidential, properties: [{ name: lat, logicalType: number }] }
      - { name: door, logicalType: object, properties: [{ name: code, logicalType: string }] }
    - name: jobs
      logicalType: array
      items: { logicalType: object, properties: [{ name: title, logicalType: string, classification: public }, { name: pay, logicalType: number }] }
  - name: desks
    relationships: [{ from: [desks.site, desks.room], to: [rooms.site, rooms.room] }]
    properties:
    - { name: desk_id, logicalType: string, primaryKey: true, classification: public }
    - { name: site, logicalType: string, classification: public }
    - { name: room, logicalType: string, classification: restricted }
  - name: rooms
    properties:
    - { name: site, logicalType: string, primaryKey: true, primaryKeyPosition: 1 }
    - { name: room, logicalType: string, primaryKey: true, primaryKeyPosition: 2 }`,
);
const badges = domainOf(
  'badges',
  `  - name: badges
    properties:
    - { name: badge_id, logicalType: string, primaryKey: true, classification: public }
    - { name: holder, logicalType: string, classification: restricted, relationships: [{ to: employees.number }] }`,
);

const sdlOf = (domain: Domain): string => printSdl(graphOf(domain).graph);
const subgraph = (name: string, sdl: string): ComposedSubgraph => ({ name, url: `http://${name}`, sdl });

function supergraphOf(...subgraphs: ComposedSubgraph[]): string {
  const composed = composeWithApollo(withCatalog(subgraphs, 'http://catalog'));
  if (!('supergraphSdl' in composed)) throw new Error(JSON.stringify(composed.issues));
  return composed.supergraphSdl;
}

/** By coordinate of whatever carries `@classified`: the level, and of which field. */
function classifiedIn(document: DocumentNode): Map<string, string> {
  const found = new Map<string, string>();
  const said = (directives: readonly DirectiveNode[] | undefined): string | undefined => {
    const given = directives?.find(({ name }) => name.value === 'classified')?.arguments;
    const value = (name: string): string => {
      const argument = given?.find((each) => each.name.value === name)?.value;
      return argument?.kind === Kind.STRING ? argument.value : '';
    };
    return given && `${value('level')} ${value('of')}`.trim();
  };
  for (const definition of document.definitions) {
    const members =
      'fields' in definition ? definition.fields : 'values' in definition ? (definition.values ?? []) : [];
    for (const member of members ?? []) {
      const coordinate = `${'name' in definition && definition.name?.value}.${member.name.value}`;
      const own = said(member.directives);
      if (own !== undefined) found.set(coordinate, own);
      for (const argument of ('arguments' in member ? member.arguments : undefined) ?? []) {
        const of = said(argument.directives);
        if (of !== undefined) found.set(`${coordinate}(${argument.name.value}:)`, of);
      }
    }
  }
  return found;
}

/** As a Weft from before `of` printed it. */
function inFirstVersion(sdl: string): string {
  let within = '';
  const enter = (node: { readonly name: { readonly value: string } }): void => {
    within = node.name.value;
  };
  const strip = (of: 'is left out' | 'ends it') => (node: { readonly directives?: readonly DirectiveNode[] }) => ({
    ...node,
    directives: node.directives?.flatMap((directive) => {
      if (directive.name.value !== 'classified') return [directive];
      const kept = directive.arguments?.filter(({ name }) => name.value !== 'of') ?? [];
      const isOwn = kept.length === directive.arguments?.length && !/^EmployeeHome|^EmployeeJobs/.test(within);
      const isAggregate = /(?:Group|Sum|Avg|Range|CountDistinct)$/.test(within) && of === 'is left out';
      const isReference = 'name' in node && ['manager', 'roomRef', 'employee'].includes((node as any).name.value);
      return isOwn || (isAggregate && !isReference) ? [{ ...directive, arguments: kept }] : [];
    }),
  });
  const visitor: ASTVisitor = {
    ObjectTypeDefinition: { enter },
    FieldDefinition: { leave: strip('is left out') as never },
    InputValueDefinition: { leave: strip('ends it') as never },
    EnumValueDefinition: { leave: strip('ends it') as never },
  };
  return print(visit(parse(sdl), visitor))
    .replace('weft/v1.2', 'weft/v1.0')
    .replace(
      /directive @classified\([^)]*\) on .*/,
      'directive @classified(level: String!, categories: [String!]) on FIELD_DEFINITION',
    );
}

describe('a generated schema', () => {
  const found = classifiedIn(parse(sdlOf(staff)));
  const of = (field: string): string[] => {
    const all = [...found].filter(([, said]) => said.endsWith(` ${field}`));
    return all.map(([coordinate]) => coordinate).sort();
  };

  test('says of rows how sensitive they are, and of all else which field it could tell of', () => {
    expect(found.get('Employee.salary')).toBe('restricted');
    expect(of('Employee.salary')).toEqual(
      ['Avg', 'CountDistinct', 'Field', 'Range', 'Sum', 'Where'].map((suffix) => `Employee${suffix}.salary`),
    );
    const each = (name: string) =>
      ['CountDistinct', 'Dimension', 'Field', 'Group', 'Where'].map((suffix) => `Employee${suffix}.${name}`);
    expect(of('Employee.grade')).toEqual(each('grade'));
    expect(of('Employee.born')).toEqual([...each('born'), 'EmployeeRange.born'].sort());
    expect(of('Employee.number')).toEqual([...each('number'), 'Query.employee(number:)'].sort());
    expect([...found.keys()].filter((coordinate) => coordinate.endsWith('.nickname'))).toEqual([]);
    expect(found.get('EmployeeWhere.salary')).toBe('restricted Employee.salary');
  });

  test('says it of references, which show a foreign key, and of the way back', () => {
    const each = ['CountDistinct', 'Dimension', 'Field', 'Group', 'Where'].map(
      (name) => `Employee${name}.managerNumber`,
    );
    const ways = ['Employee.manager', 'EmployeeGroup.manager', 'Employee.employees'];
    expect(of('Employee.managerNumber')).toEqual([...each, ...ways].sort());
    // Of two parts of a key, the more sensitive one.
    expect(of('Desk.room')).toEqual(expect.arrayContaining(['Desk.roomRef', 'Room.desks']));
    expect(of('Desk.site')).not.toEqual(expect.arrayContaining(['Room.desks']));
    expect(classifiedIn(parse(sdlOf(badges))).get('Employee.badges')).toBe('restricted Badge.holder');
  });

  test('says of a part of an object that it is part of it, unless the contract says more; a list is as what it holds', () => {
    expect(
      Object.fromEntries([...found].filter(([coordinate]) => /^Employee(Home|Jobs)|phones/.test(coordinate))),
    ).toEqual({
      'Employee.phones': 'restricted',
      'EmployeeHome.street': 'restricted Employee.home',
      'EmployeeHome.country': 'internal',
      'EmployeeHome.geo': 'confidential',
      'EmployeeHome.door': 'restricted Employee.home',
      'EmployeeHomeDoor.code': 'restricted Employee.home',
      'EmployeeHomeGeo.lat': 'confidential EmployeeHome.geo',
      'EmployeeJobs.title': 'public',
    });
  });
});

describe('composed', () => {
  const subgraphs = [subgraph('staff', sdlOf(staff)), subgraph('badges', sdlOf(badges))];
  const supergraph = supergraphOf(...subgraphs);

  test('all of it is in the supergraph, and a second composer agrees', () => {
    const expected = new Map(subgraphs.flatMap(({ sdl }) => [...classifiedIn(parse(sdl))]));
    expect(classifiedIn(parse(supergraph))).toEqual(expected);
    expect(secondOpinion(withCatalog(subgraphs, 'http://catalog'), supergraph)).toEqual({ kind: 'agrees' });
  });

  test('the graph tells it by coordinate', () => {
    const { inputs, fields } = readGraphFacts(supergraph);
    const salary = { of: 'Employee.salary', level: 'restricted', categories: ['income'], product: 'staff' };
    for (const coordinate of [
      'EmployeeWhere.salary',
      'EmployeeField.salary',
      'EmployeeSum.salary',
      'EmployeeRange.salary',
    ])
      expect(inputs.get(coordinate)).toEqual(salary);
    expect(inputs.get('Query.employee(number:)')).toEqual({
      ...{ of: 'Employee.number', level: 'internal', categories: [], product: 'staff' },
    });
    expect(inputs.get('Employee.badges')).toMatchObject({ of: 'Badge.holder', product: 'badges' });
    expect([...inputs.keys()].filter((coordinate) => inputs.get(coordinate)?.of === coordinate)).toEqual([]);
    expect(inputs.has('Employee.salary')).toBe(false);
    for (const { of } of inputs.values()) expect(fields.has(of)).toBe(true);
  });

  test('the mesh of this repository tells it, too', async () => {
    const { composed } = await readGraph('supergraph.yaml', { catalogUrl: 'http://catalog' });
    const name = {
      of: 'Customer.name',
      level: 'restricted',
      categories: ['name'],
      product: 'customers.customer-register',
    };
    for (const coordinate of [
      'CustomerWhere.name',
      'CustomerField.name',
      'CustomerDimension.name',
      'CustomerGroup.name',
    ])
      expect(composed?.facts.inputs.get(coordinate)).toEqual(name);
    expect(composed?.facts.inputs.get('Query.customer(customerId:)')?.of).toBe('Customer.customerId');
  });

  test('what somebody wrote by hand may only say how sensitive an input is: it tells of itself', () => {
    const sdl = `${sdlOf(badges)} input Search { pin: Int @classified(level: "restricted") } extend type Query { find(by: Search): Int }`;
    const { inputs } = readGraphFacts(supergraphOf(subgraph('badges', sdl), subgraph('staff', sdlOf(staff))));
    expect(inputs.get('Search.pin')).toEqual({ of: 'Search.pin', level: 'restricted', categories: [] });
  });

  test('a change of which field something tells of is one of who owns it', () => {
    const evil = supergraph.replace(/(EmployeeWhere[^}]*salary: [^\n]*of: )"Employee.salary"/, '$1"Employee.number"');
    expect(graphChanges(supergraph, evil)).toEqual([
      {
        coordinate: 'EmployeeWhere.salary',
        aspect: 'classified origin',
        before: 'Employee.salary',
        after: 'Employee.number',
      },
    ]);
  });
});

describe('a subgraph of an older Weft', () => {
  const [older, newer] = [inFirstVersion(sdlOf(staff)), sdlOf(badges)];

  test('has no origins', () => {
    expect(older).not.toMatch(/of: "/);
    expect(older).toContain('weft/v1.0');
    expect(classifiedIn(parse(older)).get('EmployeeSum.salary')).toBe('restricted');
    expect(classifiedIn(parse(older)).has('EmployeeWhere.salary')).toBe(false);
  });

  test.each([
    ['before', [subgraph('staff', older), subgraph('badges', newer)]],
    ['after', [subgraph('badges', newer), subgraph('staff', older)]],
  ])('composes with newer ones, which keep theirs: %s them', (_, subgraphs) => {
    const supergraph = supergraphOf(...subgraphs);
    const { inputs, fields } = readGraphFacts(supergraph);
    expect(inputs.get('BadgeWhere.holder')).toMatchObject({ of: 'Badge.holder', level: 'restricted' });
    expect(inputs.has('EmployeeWhere.salary')).toBe(false);
    expect(fields.get('Employee.salary')?.level).toBe('restricted');
    expect(fields.get('EmployeeSum.salary')?.level).toBe('restricted');
    expect(secondOpinion(withCatalog(subgraphs, 'http://catalog'), supergraph)).toEqual({ kind: 'agrees' });
  });

  test('alone is what it was', () => {
    const supergraph = supergraphOf(subgraph('staff', older));
    expect(supergraph).toContain('specs.weft.dev/weft/v1.0');
    expect(readGraphFacts(supergraph).inputs.size).toBe(0);
  });

  test('says what its contracts say, as far as it could', () => {
    expect(driftIssues(staff, older, 'staff.graphql')).toEqual([]);
    const lowered = older.replace(/(type EmployeeSum \{\s*salary: [^\n]*)restricted/, '$1public');
    expect(driftIssues(staff, lowered, 'staff.graphql').map(({ coordinate }) => coordinate)).toEqual([
      'EmployeeSum.salary',
    ]);
  });

  test('a newer one has to say all of it', () => {
    const sdl = sdlOf(staff);
    expect(driftIssues(staff, sdl, 'staff.graphql')).toEqual([]);
    for (const coordinate of ['EmployeeWhere.salary', 'EmployeeField.salary', 'Query.employee']) {
      const member = coordinate.split('.')[1];
      const where = { EmployeeWhere: /input EmployeeWhere/, EmployeeField: /enum EmployeeField/, Query: /type Query/ };
      const start = sdl.search(where[coordinate.split('.')[0] as keyof typeof where]);
      const at = sdl.indexOf('@classified', sdl.indexOf(`  ${member}`, start));
      const changed = sdl.slice(0, at) + sdl.slice(sdl.indexOf(')', at) + 1);
      expect(driftIssues(staff, changed, 'staff.graphql').map((each) => each.coordinate)).toEqual([coordinate]);
    }
  });
});
