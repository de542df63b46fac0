/** Domains that each have a field of Query, and may say something of an Order. */
import { expect } from 'vitest';
import { composeMesh } from '../../gateway/registry/compose.ts';
import type { Publication } from '../../gateway/registry/publication.ts';
import type { PublishResult } from '../../gateway/registry/publish-result.ts';
import { catalogUrl, type RegistryHere } from './registry-here.ts';
import { by } from './versions.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])';
const ended = ' @deprecated(reason: "Over.")';

export const part = (name: string, sdl: string): Publication => ({
  ...{ name, sdl: `${link} type Query { ${name}: Int } ${sdl}`, files: [] },
  routingUrl: `http://127.0.0.1:4001/${name}`,
});

export const order = (fields: string): string => `type Order @key(fields: "id") { id: ID! ${fields} }`;

/** Of a domain with an Order that has a total: it can be deleted. */
export function endedPart(name: string): Publication {
  const { sdl, ...rest } = part(name, order(`total: Int${ended}`).replace('id: ID!', `id: ID!${ended}`));
  return { ...rest, sdl: sdl.replace(`${name}: Int`, `${name}: Int${ended}`) };
}

/** What is published is accepted. */
export async function publish(registry: RegistryHere, ...publications: readonly Publication[]): Promise<void> {
  for (const each of publications) expect(await registry.publish(each, by)).toMatchObject({ outcome: 'PUBLISHED' });
}

/** The files of a mesh say what is published. */
export async function seed(registry: RegistryHere, publications: readonly Publication[]): Promise<void> {
  const place = { file: 'supergraph.yaml', line: 1, column: 1 };
  const subgraphs = publications.map(({ routingUrl: url, ...each }) => ({
    ...each,
    url,
    schemaFile: each.name,
    place,
  }));
  const mesh = { file: place.file, federation: { version: '2', place }, subgraphs, complete: true };
  const composed = composeMesh(mesh, catalogUrl);
  expect(composed.issues).toEqual([]);
  expect(await registry.seed(mesh, 'supergraphSdl' in composed ? composed.supergraphSdl : '', by)).toEqual([]);
}

export const messagesOf = ({ steps }: Pick<PublishResult, 'steps'>): string[] =>
  steps.flatMap(({ issues }) => issues.map(({ message }) => message));
