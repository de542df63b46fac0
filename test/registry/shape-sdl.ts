/** The shapes of mesh-model.ts as the schemas of subgraphs. */
import type { Publication } from '../../gateway/registry/publication.ts';
import { coordinatesOf, entityOf, type Name, type Shape } from './mesh-model.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])';
const deprecated = ' @deprecated(reason: "Nobody needs it any more.")';

/** @param more what the model does not know */
export const publicationFrom = (name: Name, shape: Shape, more = ''): Publication => ({
  name,
  routingUrl: `http://127.0.0.1:4001/${name}`,
  sdl: [link, ...typesOf(name, shape), more].join('\n'),
  files: [],
});

/** A schema that no graph can be composed of. */
export const brokenPublication = (name: Name, shape: Shape): Publication =>
  publicationFrom(name, shape, 'extend type Query { lost: Missing }');

/** Takes a field of another domain over. */
export const takingPublication = (name: Name, shape: Shape, from: Name, field: string): Publication =>
  publicationFrom(
    name,
    { ...shape, addsTo: shape.addsTo.filter((each) => each !== from) },
    `type ${entityOf[from]} @key(fields: "id") { id: ID! ${field}: Int @override(from: "${from}") }`,
  );

function typesOf(name: Name, shape: Shape): string[] {
  const types = new Map<string, string[]>();
  for (const [coordinate, isDeprecated] of coordinatesOf(name, shape)) {
    const [type = '', field] = coordinate.split('.');
    const fields = types.get(type) ?? [];
    types.set(type, fields);
    if (field === undefined) continue;
    const of = type === 'Query' ? `[${entityOf[name]}]` : field === 'id' ? 'ID!' : 'Int';
    fields.push(`  ${field}: ${of}${isDeprecated ? deprecated : ''}`);
  }
  return [...types].map(
    ([type, fields]) => `type ${type}${type === 'Query' ? '' : ' @key(fields: "id")'} {\n${fields.join('\n')}\n}`,
  );
}
