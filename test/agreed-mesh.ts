/** A gateway with a registry and access policies, over a real subgraph that streams, and people with tokens of a real issuer. */
import { join } from 'node:path';
import { readConfig } from '../gateway/config.ts';
import { type Gateway, startGateway } from '../gateway/main.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { audience, issuerName, makeKey, sign, startIssuer } from './issuer.ts';
import { makeMesh } from './mesh.ts';
import { type Client, type Subscribed, subscribe } from './streaming-gateway.ts';
import { type Answer, ask } from './subgraph.ts';

const sdl = `${schemaHead}
  type Query { customer: Customer letter: Letter }
  type Subscription { renamed: Customer }
  type Customer {
    id: ID! @owner(team: "Customer Care", product: "care.customers") @classified(level: "confidential", categories: ["identifier"])
    name: String @owner(team: "Customer Care", product: "care.customers") @classified(level: "restricted", categories: ["name"])
  }
  type Letter { text: String @owner(team: "Post Room", product: "care.letters") @classified(level: "restricted") }`;

const contract = `apiVersion: v3.1.0
kind: DataContract
id: care.customers.contract
version: 1.0.0
status: active
schema:
  - name: customers
    properties: [{ name: id, logicalType: string, primaryKey: true, required: true }, { name: name, logicalType: string }]
team: { name: Customer Care }
roles:
  - { role: reader, access: read, firstLevelApprovers: Customer Care }
  - { role: examiner, access: read, firstLevelApprovers: 'Customer Care, ann', secondLevelApprovers: 'privacy-office; Board' }
`;

const product = `apiVersion: v1.0.0
kind: DataProduct
id: care.customers
version: 1.0.0
status: active
outputPorts: [{ name: rows, version: 1.0.0, contractId: care.customers.contract }]
team: { name: Customer Care }
`;

const policies = `
@id("public") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 0 };
@id("agreed") permit (principal, action == Weft::Action::"read", resource)
when { context has agreement && (resource in Weft::Product::"care.letters" || context.agreement.roles.containsAny(["reader", "examiner"])) };
@id("told-apart") @mask("hash") permit (principal, action == Weft::Action::"readMasked", resource)
when { principal.kind != "anonymous" && resource.categories.contains("identifier") };`;

const purposes = `purposes:
  research: { title: Research }
  study: { title: One study, parents: [research] }
  marketing: { title: Marketing }
`;

export interface Who {
  readonly sub: string;
  readonly team?: string;
  readonly roles?: readonly string[];
}

export const idOf = (who: Who): string => `${issuerName}#${who.sub}`;

export interface AgreedMesh {
  readonly gateway: Gateway;
  readonly registryFile: string;
  /** Gives each running subscription an event. */
  publish(...events: unknown[]): Promise<void>;
  /** At /graphql. */
  query(who: Who | string | undefined, purpose: string | undefined, query?: string, gateway?: Gateway): Promise<Answer>;
  /** What somebody reads of the customer's name: the name, or null. */
  nameFor(who: Who | string, purpose: string, gateway?: Gateway): Promise<string | null>;
  /** At /catalog. */
  catalog(who: Who | string | undefined, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** The agreement, or the error. */
  request(who: Who | string | undefined, input: Record<string, unknown>): Promise<any>;
  approve(who: Who | string | undefined, id: number): Promise<any>;
  revoke(who: Who | string | undefined, id: number): Promise<any>;
  refuse(who: Who | string | undefined, id: number): Promise<any>;
  subscribe(who: Who | string, purpose: string, client: Client): Promise<Subscribed>;
  /** As it is shown in `authorization`, without `Bearer`. */
  tokenOf(who: Who): Promise<string>;
  /** Another gateway over the same registry. */
  another(settings?: Record<string, unknown>): Promise<Gateway>;
  [Symbol.asyncDispose](): Promise<void>;
}

const fields = `id status roles consumer { team user } provider { domain team } startsAt endsAt reassessAt because
  approvals { level approvers approvedBy }`;

/** @param settings of its gateways, besides. @param more policies, besides */
export async function startAgreedMesh(settings: Record<string, unknown> = {}, more = ''): Promise<AgreedMesh> {
  const key = await makeKey('one');
  const issuer = await startIssuer();
  issuer.publish(key);
  const resolvers = {
    Query: { customer: () => ({ id: 'c1', name: 'Ada' }), letter: () => ({ text: 'Dear Ada' }) },
  };
  const care = await startEventSubgraph(sdl, 'sse', resolvers);
  const mesh = makeMesh({
    'care/schema.graphql': sdl,
    'care/customers.odcs.yaml': contract,
    'care/customers.odps.yaml': product,
    'supergraph.yaml': JSON.stringify({
      subgraphs: { care: { routing_url: care.url, schema: { file: './care/schema.graphql' } } },
    }),
    'access/access.cedar': policies + more,
    'access/purposes.yaml': purposes,
  });
  const registryFile = join(mesh.dir, 'registry.db');
  const start = (own: Record<string, unknown> = {}): Promise<Gateway> =>
    startGateway(
      readConfig(
        {},
        {
          ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, registry: registryFile, registryOpen: true },
          ...{ accessPolicies: join(mesh.dir, 'access'), maskSecret: 'one secret for all of these tests' },
          ...{ jwtIssuer: issuerName, jwtAudience: audience, jwksUrl: issuer.url, subscriptionProtocol: 'sse' },
          ...settings,
          ...own,
        },
      ),
      () => {},
    );
  const gateways = [await start()];
  const [gateway] = gateways as [Gateway];

  const headersOf = async (who: Who | string | undefined, purpose?: string): Promise<Record<string, string>> => {
    const token = typeof who === 'object' ? await sign(key, { ...who }) : who;
    return { ...(token && { authorization: `Bearer ${token}` }), ...(purpose && { 'weft-purpose': purpose }) };
  };
  const query: AgreedMesh['query'] = async (who, purpose, text = '{ customer { id name } }', at = gateway) =>
    ask(`${at.url}/graphql`, text, {}, undefined, await headersOf(who, purpose));
  const catalog: AgreedMesh['catalog'] = async (who, text, variables = {}) =>
    ask(`${gateway.url}/catalog`, text, variables, undefined, await headersOf(who));
  const changed = (mutation: string) => async (who: Who | string | undefined, id: number) => {
    const { data, errors } = await catalog(who, `mutation ($id: Int!) { ${mutation}(id: $id) { ${fields} } }`, { id });
    return data?.[mutation] ?? errors?.[0];
  };
  return {
    gateway,
    registryFile,
    publish: care.publish,
    query,
    async nameFor(who, purpose, at) {
      const { data, errors = [] } = await query(who, purpose, '{ customer { name } }', at);
      const { name } = data.customer;
      if (name === null && errors[0]?.extensions.code !== 'ACCESS_DENIED') throw new Error(JSON.stringify(errors));
      return name;
    },
    catalog,
    async request(who, input) {
      const operation = `mutation ($input: AccessRequestInput!) { requestAccess(input: $input) { ${fields} } }`;
      const { data, errors } = await catalog(who, operation, { input });
      return data?.requestAccess ?? errors?.[0];
    },
    approve: changed('approveAgreement'),
    revoke: changed('revokeAgreement'),
    refuse: changed('refuseAgreement'),
    subscribe: async (who, purpose, client) =>
      subscribe(gateway, client, 'subscription { renamed { name } }', { headers: await headersOf(who, purpose) }),
    tokenOf: (who) => sign(key, { ...who }),
    async another(own) {
      const made = await start(own);
      gateways.push(made);
      return made;
    },
    async [Symbol.asyncDispose]() {
      for (const each of gateways) await each.close();
      await care.close();
      await issuer.close();
      await mesh[Symbol.asyncDispose]();
    },
  };
}
