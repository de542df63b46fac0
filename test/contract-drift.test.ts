/** Contract ⇄ schema: one change on either side is found, at its coordinate and its place; no false alarm otherwise. */
import * as fc from 'fast-check';
import {
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseConstValue,
  parseType,
  print,
  type TypeNode,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { driftIssues } from '../gateway/registry/contract-drift.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import { readDomainFiles } from '../subgraphs/kit/contract/domain.ts';
import { graphOf } from '../subgraphs/kit/contract/graph-of.ts';
import type { Domain } from '../subgraphs/kit/contract/model.ts';
import { printSdl } from '../subgraphs/kit/contract/sdl.ts';
import { isError } from '../subgraphs/kit/errors/issue.ts';
import { nastySchema } from './contracts/nasty-names.ts';
import {
  contractFile,
  domainOf,
  levels,
  type RandomObject,
  type RandomProperty,
  randomSchema,
} from './contracts/random-contract.ts';
import { root } from './mesh.ts';

const sdlOf = (domain: Domain, additions = ''): string => printSdl(graphOf(domain).graph, additions);
const drift = (domain: Domain, sdl: string) => driftIssues(domain, sdl, 'wheels.graphql');

describe('no false alarm', () => {
  test('on the mesh of this repository', async () => {
    const { mesh } = await readMesh(`${root}supergraph.yaml`, {});
    expect(mesh.subgraphs.length).toBeGreaterThan(4);
    for (const { domain, sdl, schemaFile } of mesh.subgraphs) {
      expect(domain && driftIssues(domain, sdl, schemaFile)).toEqual([]);
    }
  });

  test('on what any contract gives, also with the text in another order, and with names of the directives’ own', () => {
    fc.assert(
      fc.property(randomSchema, (schema) => {
        const domain = domainOf(schema);
        const sdl = sdlOf(domain);
        expect(drift(domain, sdl)).toEqual([]);
        expect(drift(domain, shuffled(sdl))).toEqual([]);
        const renamed = sdl
          .replace(
            '["@owner", "@classified", "@dataProduct"]',
            '[{ name: "@classified", as: "@level" }, "@dataProduct"]',
          )
          .replace('"@key", ', '{ name: "@key", as: "@entity" }, ')
          .replaceAll('@owner(', '@weft__owner(')
          .replaceAll('@classified(', '@level(')
          .replaceAll('@key(', '@entity(');
        expect(drift(domain, renamed)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('whatever things are called', () => {
    let compared = 0;
    fc.assert(
      fc.property(nastySchema, (schema) => {
        const document = {
          apiVersion: 'v3.2.0',
          kind: 'DataContract',
          id: 'a',
          version: '1.0.0',
          status: 'active',
          schema,
        };
        const { domain, issues } = readDomainFiles('shop', [
          ['shop.odps.yaml', 'apiVersion: v1.0.0\nkind: DataProduct\nid: shop\nstatus: active\n'],
          ['a.odcs.json', JSON.stringify(document)],
        ]);
        const { graph, issues: conflicts } = graphOf(domain);
        if ([...issues, ...conflicts].some(isError)) return;
        compared += 1;
        expect(drift(domain, printSdl(graph))).toEqual([]);
      }),
      { numRuns: 100 },
    );
    expect(compared).toBeGreaterThan(10);
  });
});

function shuffled(sdl: string): string {
  const turned = parse(sdl).definitions.map((node) => {
    if ('fields' in node && node.fields) return { ...node, fields: [...node.fields].reverse() };
    return 'values' in node && node.values ? { ...node, values: [...node.values].reverse() } : node;
  });
  return print({ kind: Kind.DOCUMENT, definitions: turned.reverse() } as DocumentNode);
}

/** A change, and the coordinate at which it has to be found. */
interface Changed<T> {
  readonly what: string;
  readonly coordinate: string;
  /** Made when it is chosen: there are hundreds of each schema. */
  readonly changed: () => T;
}

const nullable = (type: TypeNode): TypeNode => (type.kind === Kind.NON_NULL_TYPE ? type.type : type);

/** Every single change of what the contracts declare that can be made to a schema. */
function changesOfSdl(domain: Domain): Changed<string>[] {
  const { graph } = graphOf(domain);
  const document = parse(printSdl(graph));
  const rows = new Set(graph.types.map(({ name }) => name));
  const columns = new Set(graph.types.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field.name}`)));
  const valueEnums = new Set(
    graph.types.flatMap(({ name, fields }) =>
      fields
        .filter(({ enumValues }) => enumValues)
        .map((field) => name + field.name.charAt(0).toUpperCase() + field.name.slice(1)),
    ),
  );
  const found: Changed<string>[] = [];
  const withType = (node: object, replacement: object | undefined) => (): string =>
    print({
      ...document,
      definitions: document.definitions.flatMap((each) => (each === node ? ((replacement ?? []) as never) : each)),
    });
  for (const node of document.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION && rows.has(node.name.value)) ofType(node);
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && valueEnums.has(node.name.value)) ofEnum(node);
  }
  return found;

  function ofType(node: ObjectTypeDefinitionNode): void {
    const type = node.name.value;
    const add = (what: string, coordinate: string, changed: object | undefined) =>
      found.push({ what, coordinate, changed: withType(node, changed) });
    const directives = node.directives ?? [];
    const key = directives.filter(({ name }) => name.value === 'key');
    const other = directives.filter(({ name }) => name.value !== 'key');
    const keyOf = (text: string) =>
      (parse(`type A @key(${text})  { a: Int }`).definitions[0] as ObjectTypeDefinitionNode).directives;
    add('type removed', type, undefined);
    add('type renamed', type, { ...node, name: { ...node.name, value: `${type}s` } });
    add('type made an interface', type, { ...node, kind: Kind.INTERFACE_TYPE_DEFINITION });
    add('key removed', type, { ...node, directives: other });
    add('key not resolvable', type, {
      ...node,
      directives: [...other, ...(keyOf(`fields: "${idOf(type)}", resolvable: false`) ?? [])],
    });
    const second = [...columns]
      .find((each) => each.startsWith(`${type}.`) && each !== `${type}.${idOf(type)}`)
      ?.split('.')[1];
    add('another key', type, { ...node, directives: [...other, ...(keyOf(`fields: "${second}"`) ?? [])] });
    add('a key more', type, { ...node, directives: [...other, ...key, ...(keyOf(`fields: "${second}"`) ?? [])] });
    for (const field of node.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      const isReference = graph.types.some(
        (row) => row.name === type && row.references.some(({ name }) => name === field.name.value),
      );
      if (columns.has(coordinate) || isReference) ofField(node, field, coordinate, columns.has(coordinate));
    }
  }

  function ofField(
    node: ObjectTypeDefinitionNode,
    field: FieldDefinitionNode,
    coordinate: string,
    isColumn: boolean,
  ): void {
    const add = (what: string, replacement: Partial<FieldDefinitionNode> | undefined) =>
      found.push({
        what,
        coordinate,
        changed: withType(node, {
          ...node,
          fields: node.fields?.flatMap((each) =>
            each !== field ? [each] : replacement ? [{ ...each, ...replacement }] : [],
          ),
        }),
      });
    const bare = print(nullable(field.type));
    add('removed', undefined);
    add('renamed', { name: { ...field.name, value: `${field.name.value}2` } });
    add('of another type', { type: parseType(bare === 'Boolean' ? 'Int' : 'Boolean') });
    add('a list', { type: parseType(`[${bare}]`) });
    add('nullability', { type: field.type.kind === Kind.NON_NULL_TYPE ? field.type.type : parseType(`${bare}!`) });
    const argument = (parse('type A { a(given: Int!): Int }').definitions[0] as ObjectTypeDefinitionNode).fields?.[0]
      ?.arguments;
    add('an argument that is required', { arguments: argument ?? [] });
    const without = (name: string) => (field.directives ?? []).filter((each) => each.name.value !== name);
    const directive = (text: string) =>
      (parse(`type A { a: Int ${text} }`).definitions[0] as ObjectTypeDefinitionNode).fields?.[0]?.directives ?? [];
    add('no owner', { directives: without('owner') });
    add('another owner', {
      directives: [...without('owner'), ...directive('@owner(team: "Thieves", product: "wheels.parts")')],
    });
    if (!isColumn) return;
    const isDeprecated = field.directives?.some(({ name }) => name.value === 'deprecated');
    add('deprecation', {
      directives: isDeprecated
        ? without('deprecated')
        : [...(field.directives ?? []), ...directive('@deprecated(reason: "old")')],
    });
    const classified = field.directives?.find(({ name }) => name.value === 'classified');
    if (classified) add('no classification', { directives: without('classified') });
    for (const level of levels.filter((each) => !classified || !print(classified).includes(`"${each}"`))) {
      add(`classified as ${level}`, {
        directives: [...without('classified'), ...directive(`@classified(level: "${level}")`)],
      });
    }
    if (classified) {
      const name = { kind: Kind.NAME, value: 'categories' } as const;
      const added = { kind: Kind.ARGUMENT, name, value: parseConstValue('["shoe size"]') } as const;
      const given = classified.arguments?.filter((each) => each.name.value !== 'categories') ?? [];
      add('other personal data', {
        directives: [...without('classified'), { ...classified, arguments: [...given, added] }],
      });
    }
  }

  function ofEnum(node: EnumTypeDefinitionNode): void {
    const { value: type } = node.name;
    const values = node.values ?? [];
    const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
    const more = { kind: Kind.ENUM_VALUE_DEFINITION, name: name('MORE') };
    found.push({
      what: 'value added',
      coordinate: `${type}.MORE`,
      changed: withType(node, { ...node, values: [...values, more] }),
    });
    const extended = () => `${print(document)}\nextend enum ${type} { MORE }`;
    found.push({ what: 'value added in an extension', coordinate: `${type}.MORE`, changed: extended });
    for (const value of values) {
      const rest = values.filter((each) => each !== value);
      const coordinate = `${type}.${value.name.value}`;
      found.push({ what: 'value removed', coordinate, changed: withType(node, { ...node, values: rest }) });
      found.push({ what: 'value renamed', coordinate, changed: withType(node, { ...node, values: [...rest, more] }) });
    }
  }
}

const typeOf = (object: string): string => object.charAt(0).toUpperCase() + object.slice(1, -1);
const idOf = (type: string): string => `${type.toLowerCase()}Id`;
const fieldOf = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Every single change of what the graph shows that can be made to a contract. */
function changesOfContract(schema: readonly RandomObject[]): Changed<readonly RandomObject[]>[] {
  return schema.flatMap((object) => {
    const type = typeOf(object.name);
    const withProperties = (properties: readonly RandomProperty[]) => () =>
      schema.map((each) => (each === object ? { ...object, properties } : each));
    const more: RandomProperty = { name: 'omega', logicalType: 'date' };
    const own: Changed<readonly RandomObject[]>[] = [
      { what: 'property added', coordinate: `${type}.omega`, changed: withProperties([...object.properties, more]) },
    ];
    for (const property of object.properties) {
      const coordinate = `${type}.${fieldOf(property.name)}`;
      const put = (what: string, each: RandomProperty, at = coordinate) =>
        own.push({
          what,
          coordinate: at,
          changed: withProperties(object.properties.map((old) => (old === property ? each : old))),
        });
      const { primaryKey, relationships } = property;
      if (!primaryKey) {
        put('required', { ...property, required: !property.required });
        if (!relationships) put('part of the key', { ...property, primaryKey: true }, type);
      }
      put('deprecated', { ...property, deprecated: !property.deprecated });
      for (const level of levels.filter((each) => each !== property.classification)) {
        put(`classified as ${level}`, { ...property, classification: level });
      }
      if (property.classification) {
        put('other personal data', {
          ...property,
          customProperties: [{ property: 'categories', value: ['shoe size'] }],
        });
      }
      if (primaryKey || relationships) continue;
      put('renamed', { ...property, name: 'omega' }, `${type}.omega`);
      if (property.logicalType !== 'boolean') {
        put('of another type', {
          name: property.name,
          logicalType: 'boolean',
          ...(property.required && { required: true }),
        });
      }
      if (!property.enum) continue;
      const enumType = `${type}${typeOf(`${property.name}s`)}`;
      put('value added', { ...property, enum: [...property.enum, { value: 'more' }] }, `${enumType}.MORE`);
      const [first, ...rest] = property.enum;
      const gone = `${enumType}.${first?.value.toUpperCase().replace(' ', '_')}`;
      put('value removed', { ...property, enum: rest }, gone);
    }
    return own;
  });
}

describe('one change is found at its coordinate', () => {
  test('in the schema', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(randomSchema, fc.nat(), (schema, choice) => {
        const domain = domainOf(schema);
        const changes = changesOfSdl(domain);
        const { what, coordinate, changed } = changes[choice % changes.length] as Changed<string>;
        kinds.add(what);
        const issues = drift(domain, changed());
        expect([what, issues.map((each) => each.coordinate)]).toEqual([what, expect.arrayContaining([coordinate])]);
        for (const each of issues) {
          expect(each).toMatchObject({ code: 'CONTRACT_SDL_DRIFT', severity: 'error', place: { file: contractFile } });
          expect(each.message).toMatch(/wheels\.graphql.* of wheels\.contract 1\.0\.0 \(Wheelwrights\)\.$/);
        }
      }),
      { numRuns: 200 },
    );
    expect(kinds.size).toBeGreaterThan(20);
  });

  test('in the contract', () => {
    fc.assert(
      fc.property(randomSchema, fc.nat(), (schema, choice) => {
        const sdl = sdlOf(domainOf(schema));
        const changes = changesOfContract(schema);
        const { what, coordinate, changed } = changes[choice % changes.length] as Changed<readonly RandomObject[]>;
        const issues = drift(domainOf(changed()), sdl);
        expect([what, issues.map((each) => each.coordinate)]).toEqual([what, expect.arrayContaining([coordinate])]);
        expect(issues.every(({ place }) => place?.file === contractFile)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('the place is the line of the property in the contract, and the message names the line of the schema', () => {
    const domain = domainOf([
      {
        name: 'hubs',
        properties: [
          { name: 'hub_id', logicalType: 'string', primaryKey: true },
          { name: 'size', logicalType: 'integer' },
        ],
      },
    ]);
    const property = domain.contracts[0]?.objects[0]?.properties[1];
    const sdl = sdlOf(domain).replace('  size: Int @', '  size: Float @');
    const line = sdl.split('\n').findIndex((each) => each.startsWith('  size: Float')) + 1;
    expect(drift(domain, sdl)).toMatchObject([
      {
        message: `Hub.size is Float in wheels.graphql:${line}, but Int by hubs.size of wheels.contract 1.0.0 (Wheelwrights).`,
        coordinate: 'Hub.size',
        place: property?.place,
      },
    ]);
  });

  test('a computed value that is handled less carefully than the field is found, too', () => {
    const domain = domainOf([
      {
        name: 'hubs',
        properties: [
          { name: 'hub_id', logicalType: 'string', primaryKey: true },
          { name: 'salary', logicalType: 'number', classification: 'restricted' },
        ],
      },
    ]);
    const sdl = sdlOf(domain).replace(/(type HubAvg \{\s+salary: Float .*)"restricted"/, '$1"public"');
    expect(drift(domain, sdl).map(({ coordinate }) => coordinate)).toEqual(['HubAvg.salary']);
  });
});

const parcels = domainOf([
  {
    name: 'hubs',
    properties: [
      { name: 'hub_id', logicalType: 'string', primaryKey: true, classification: 'internal' },
      { name: 'size', logicalType: 'integer', classification: 'public' },
    ],
  },
]);
const owner = '@owner(team: "Wheelwrights", product: "wheels.parts")';
const byHand = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://specs.weft.dev/weft/v1.0", import: ["@owner", "@classified"])
    @composeDirective(name: "@owner") @composeDirective(name: "@classified")
  directive @owner(team: String!, product: String) on FIELD_DEFINITION
  directive @classified(level: String!, categories: [String!]) on FIELD_DEFINITION
  type Query { hub(id: ID!): Hub  hubs(page: Int): [Hub!]! }
  interface Node { hubId: ID! }
  type Hub implements Node @key(fields: "hubId") {
    hubId: ID! ${owner} @classified(level: "internal")
    size(in: Unit = MM): Int ${owner} @classified(level: "public")
    label: String!
    neighbours: [Hub!]
  }
  enum Unit { MM INCH }
  type HubConnection { edges: [Hub] }`;

describe('a schema of another stack', () => {
  test('has queries, types and fields of its own', () => {
    expect(drift(parcels, byHand)).toEqual([]);
  });

  test('is held to the contract all the same', () => {
    const changed = byHand
      .replace('): Int @owner', '): Int! @owner')
      .replace('"hubId")', '"hubId", resolvable: false)');
    expect(drift(parcels, changed).map(({ coordinate }) => coordinate)).toEqual(['Hub', 'Hub.size']);
  });

  test('that links none of the directives is told so once', () => {
    const plain = byHand
      .replace(/@link\(url: "https:\/\/specs.weft[^)]*\)/, '')
      .replace(/@composeDirective\([^)]*\)/g, '');
    expect(drift(parcels, plain)).toMatchObject([
      {
        code: 'CONTRACT_SDL_DRIFT',
        message: expect.stringContaining('does not link'),
        help: expect.stringContaining('@link(url: "https://specs.weft.dev/weft/v1.2"'),
      },
    ]);
  });

  test('may not hide a field of the contract', () => {
    const hidden = byHand
      .replace('import: ["@key",', 'import: ["@key", "@inaccessible",')
      .replace('"public")', '"public") @inaccessible');
    expect(drift(parcels, hidden)).toMatchObject([
      { coordinate: 'Hub.size', message: expect.stringContaining('@inaccessible') },
    ]);
  });
});

test('additions of a domain stay legal: fields, types, queries and a key of their own', () => {
  const additions = `
    extend type Hub @key(fields: "serial") { serial: ID!  label: String! }
    type Badge { hub: Hub }
    extend type Query { first: Hub  badges: [Badge!]! }`;
  expect(drift(parcels, sdlOf(parcels, additions))).toEqual([]);
});

test('a text that is no schema is SCHEMA_SYNTAX, and contracts that give no graph are NAME_CONFLICT', () => {
  expect(drift(parcels, 'type Hub {')).toMatchObject([
    { code: 'SCHEMA_SYNTAX', place: { file: 'wheels.graphql', line: 1 } },
  ]);
  expect(drift(parcels, `type A { a: ${'['.repeat(100_000)}`)).toMatchObject([{ code: 'SCHEMA_SYNTAX' }]);
  const twice = domainOf([
    {
      name: 'hubs',
      properties: [
        { name: 'a_b', logicalType: 'string' },
        { name: 'aB', logicalType: 'string' },
      ],
    },
  ]);
  expect(new Set(drift(twice, byHand).map(({ code }) => code))).toEqual(new Set(['NAME_CONFLICT']));
});
