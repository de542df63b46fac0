/** What a domain's graph has beyond its contracts: its own schema.graphql and resolvers.ts. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generate } from '../subgraphs/kit/generate.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { serveDomain } from '../subgraphs/kit/serve.ts';
import { makeMesh, type TestMesh } from './mesh.ts';
import { shipments, shipmentsContract, shipmentsCsv } from './shipments.ts';
import { ask } from './subgraph.ts';

const files = {
  'logistics/logistics.odps.yaml':
    'apiVersion: v1.0.0\nkind: DataProduct\nid: logistics\nstatus: active\noutputPorts: [{ name: shipments, version: 1.0.0, contractId: logistics.shipments }]\n',
  'logistics/shipments.odcs.yaml': shipmentsContract,
  'logistics/shipments.csv': shipmentsCsv(shipments(3)),
};
const dirOf = (mesh: TestMesh): string => join(mesh.dir, 'logistics');

test('fields and queries of its own stand beside the derived ones, and use the same batched rows', async () => {
  await using mesh = makeMesh({
    ...files,
    'logistics/schema.graphql': 'extend type Shipment { label: String! } extend type Query { first: Shipment }',
    'logistics/resolvers.ts': `import type { Resolvers } from 'weft';
export default {
  Shipment: { label: (shipment) => \`\${shipment.carrier}/\${shipment.shipmentId}\` },
  Query: { first: (_, __, { rows, type }) => rows.byKey(type('Shipment'), { shipmentId: 'S1' }) },
} satisfies Resolvers;
`,
  });
  const unread = () => Promise.reject(new Error('no gateway'));
  await runDomain(dirOf(mesh), { dataDir: mesh.dir, query: unread });
  const served = await serveDomain(dirOf(mesh), { port: 0, dataDir: mesh.dir });
  try {
    const { data, errors } = await ask(`${served.url}/graphql`, '{ first { label weight } shipments { totalCount } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ first: { label: 'DHL/S1', weight: '0.125' }, shipments: { totalCount: 3 } });
  } finally {
    await served.close();
  }
});

test('a schema.graphql that is no GraphQL is SCHEMA_SYNTAX at its line', async () => {
  await using mesh = makeMesh({ ...files, 'logistics/schema.graphql': 'extend type Shipment {\n  label: }\n' });
  const { issues } = await generate(dirOf(mesh));
  expect(issues).toMatchObject([{ code: 'SCHEMA_SYNTAX', place: { line: 2, column: 10 } }]);
});

test('one that names what is not there keeps the domain from being served, and says why', async () => {
  await using mesh = makeMesh({ ...files, 'logistics/schema.graphql': 'extend type Shipment { van: Van }' });
  await expect(serveDomain(dirOf(mesh), { port: 0, dataDir: mesh.dir })).rejects.toMatchObject({
    code: 'DOMAIN_INVALID',
    message: expect.stringContaining('Van'),
    help: expect.stringContaining('schema.graphql'),
  });
});
