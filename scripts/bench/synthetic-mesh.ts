/**
 * Makes a mesh of any size: domains that each own entities, link to those of other domains and add fields to some of
 * them. For measuring composition, planning and swapping; nothing answers behind it.
 *
 *     node --import tsx scripts/bench/synthetic-mesh.ts --domains 200 --entities 5 --out /tmp/mesh
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

export interface SyntheticMesh {
  readonly domains: number;
  /** That each domain owns. */
  readonly entities: number;
  /** Where all of them would answer. */
  readonly url: string;
}

/** Writes supergraph.yaml, an SDL file per domain, and operations.graphql with operations of several shapes. */
export function writeSyntheticMesh(dir: string, mesh: SyntheticMesh): void {
  mkdirSync(dir, { recursive: true });
  const domains = Array.from({ length: mesh.domains }, (_, at) => at);
  const entries = domains.map((domain) => {
    writeFileSync(join(dir, `${nameOf(domain)}.graphql`), domainSdl(domain, mesh));
    return `  ${nameOf(domain)}:\n    routing_url: ${mesh.url}\n    schema: { file: ./${nameOf(domain)}.graphql }\n`;
  });
  writeFileSync(join(dir, 'supergraph.yaml'), `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`);
  writeFileSync(join(dir, 'operations.graphql'), syntheticOperations(mesh).join('\n'));
}

/**
 * Chains through 2, 4 and 8 domains, ten domains side by side, and five chains side by side.
 * @param from which domains they begin at: others give other operations.
 */
export function syntheticOperations(mesh: SyntheticMesh, from = 0): readonly string[] {
  const chain = (root: number, hops: number): string => {
    const at = (from + root) % mesh.domains;
    return `${rootField(at, 0)}(id: "1") { id ${hopsFrom(hops)} }`;
  };
  const side = (count: number, hops: number): string =>
    Array.from({ length: count }, (_, at) => `branch${at}: ${chain(at * 17, hops)}`).join('\n  ');
  return [
    `query Chain2 {\n  ${chain(0, 1)}\n}\n`,
    `query Chain4 {\n  ${chain(3, 3)}\n}\n`,
    `query Chain8 {\n  ${chain(5, 7)}\n}\n`,
    `query Wide10 {\n  ${side(10, 1)}\n}\n`,
    `query Wide5Deep4 {\n  ${side(5, 3)}\n}\n`,
  ];
}

const hopsFrom = (left: number): string =>
  left === 0 ? 'label amount addedNote' : `label next { id ${hopsFrom(left - 1)} }`;

const nameOf = (domain: number): string => `domain${domain}`;
const typeOf = (domain: number, entity: number): string => `Domain${domain}Entity${entity}`;
const rootField = (domain: number, entity: number): string => `domain${domain}Entity${entity}`;

function domainSdl(domain: number, { domains, entities }: SyntheticMesh): string {
  const kinds = Array.from({ length: entities }, (_, at) => at);
  const neighbour = (domain + 1) % domains;
  const far = (domain * 7 + 3) % domains;
  const owned = kinds.map((entity) =>
    ownedEntity(typeOf(domain, entity), typeOf(neighbour, entity), typeOf(far, entity)),
  );
  // The domain before links here; this one adds a field to the next one's entities, and names those that it links to.
  const others = new Map<string, string>();
  for (const entity of kinds) {
    others.set(typeOf(far, entity), stub(typeOf(far, entity)));
    others.set(typeOf(neighbour, entity), added(typeOf(neighbour, entity)));
  }
  for (const entity of kinds) others.delete(typeOf(domain, entity));
  const roots = kinds.map((entity) => `  ${rootField(domain, entity)}(id: ID!): ${typeOf(domain, entity)}`);
  return [
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])',
    `type Query {\n${roots.join('\n')}\n}`,
    ...owned,
    ...others.values(),
    '',
  ].join('\n\n');
}

const ownedEntity = (type: string, next: string, far: string): string => `type ${type} @key(fields: "id") {
  id: ID!
  label: String!
  amount: Float
  count: Int
  active: Boolean!
  createdAt: String!
  next: ${next}
  far: [${far}!]!
}`;

const added = (type: string): string => `type ${type} @key(fields: "id") {
  id: ID!
  addedNote: String
}`;

const stub = (type: string): string => `type ${type} @key(fields: "id", resolvable: false) {
  id: ID!
}`;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      domains: { type: 'string', default: '200' },
      entities: { type: 'string', default: '5' },
      out: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:9/graphql' },
    },
  });
  if (values.out === undefined) throw new Error('--out names the folder to write to.');
  writeSyntheticMesh(values.out, {
    domains: Number(values.domains),
    entities: Number(values.entities),
    url: values.url,
  });
}
