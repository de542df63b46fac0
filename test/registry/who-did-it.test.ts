/** Two tokens may share a name: whatever is done with one of them says which. */
import { expect, test } from 'vitest';
import { link, publishOperation, salesSdl, startRegistryMesh } from './mesh-with-registry.ts';

test('tokens of the same name are told apart in all that they do', async () => {
  await using mesh = await startRegistryMesh();
  const tokenFor = async (domain: string) => {
    const { data } = await mesh.ask(`mutation { createToken(input:
      { name: "ci", domains: ["${domain}"], actions: [PUBLISH, OWNERSHIP, ADMIN] }) { token record { id } } }`);
    const { token, record } = data.createToken;
    return { actor: `ci (token ${record.id})`, headers: { authorization: `Bearer ${token}` } };
  };
  const [sales, platform] = [await tokenFor('sales'), await tokenFor('*')];
  await using closed = await startRegistryMesh({ registry: `${mesh.dir}/registry.db`, registryOpen: false });
  const sdl = salesSdl.replace('note: String', 'note: String more: Int');
  const input = { name: 'sales', sdl, routingUrl: closed.sales.url };
  const published = await closed.ask(publishOperation, { input }, sales.headers);
  expect(published.data.publishSubgraph.version.actor).toBe(sales.actor);
  const taking = {
    ...{ name: 'taking', routingUrl: closed.sales.url },
    sdl: `${link} type Query { t: Int } type Order @key(fields: "id") { id: ID! total: Int @override(from: "sales") }`,
  };
  await closed.ask(publishOperation, { input: taking, requestApproval: true }, platform.headers);
  const asked = await closed.ask('{ approvals { id requestedBy } }', {}, sales.headers);
  const [{ id, requestedBy }] = asked.data.approvals;
  const deciding = `mutation { decideApproval(id: ${id}, approve: true) { decidedBy } }`;
  const decided = await closed.ask(deciding, {}, sales.headers);
  expect([requestedBy, decided.data.decideApproval.decidedBy]).toEqual([platform.actor, sales.actor]);
  const making =
    'mutation { createToken(input: { name: "ci", domains: ["x"], actions: [CHECK] }) { record { createdBy } } }';
  const made = await closed.ask(making, {}, platform.headers);
  expect(made.data.createToken.record.createdBy).toBe(platform.actor);
  const { data } = await closed.ask(
    '{ audit(first: 4) { action actor } auditVerdict { brokenAt } }',
    {},
    platform.headers,
  );
  expect(data).toEqual({
    audit: [
      { action: 'token.create', actor: platform.actor },
      { action: 'ownership.approve', actor: sales.actor },
      { action: 'ownership.request', actor: platform.actor },
      { action: 'publish', actor: sales.actor },
    ],
    auditVerdict: { brokenAt: null },
  });
});
