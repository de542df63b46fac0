/**
 * A whole gateway is killed while domain teams publish, and started on a registry that it cannot use. WEFT_KILLS says how
 * many gateways are killed.
 */

import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { verifyAudit } from '../../gateway/registry/store/audit.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { createToken } from '../../gateway/registry/store/tokens.ts';
import { readVersion } from '../../gateway/registry/store/versions.ts';
import { makeMesh, spawnWeft, type TestMesh, until } from '../mesh.ts';
import { ask } from '../subgraph.ts';
import { startNumberedSubgraph } from './numbered-subgraph.ts';

const kills = Number(process.env.WEFT_KILLS ?? 3);
const domains = ['left', 'middle', 'right'] as const;
type Domain = (typeof domains)[number];

const publishing = `mutation ($input: PublicationInput!) {
  publishSubgraph(input: $input) { outcome version { id } } }`;

/** What was acknowledged: version → domain and its number. */
type Acknowledged = Map<number, { readonly domain: Domain; readonly number: number }>;

test(`of ${kills} gateways that are killed, none loses a publish that it acknowledged`, {
  timeout: 3_600_000,
}, async () => {
  await using mesh = makeMesh();
  const subgraph = await startNumberedSubgraph();
  const file = join(mesh.dir, 'registry.db');
  const token = administer(file);
  const addressOf = (domain: Domain, number: number): string => `${subgraph.url}/${domain}/${number}`;
  const sdlOf = (domain: Domain): string => `type Query { ${domain}: Int }`;
  const entries = domains.map((domain) => [
    domain,
    { routing_url: addressOf(domain, 0), schema: { sdl: sdlOf(domain) } },
  ]);
  mesh.write({
    'supergraph.yaml': JSON.stringify({ federation_version: '2', subgraphs: Object.fromEntries(entries) }),
  });

  const acknowledged: Acknowledged = new Map();
  const sent: Record<Domain, number> = { left: 0, middle: 0, right: 0 };
  /** Publishes until nobody answers any more. */
  async function publishOn(url: string, domain: Domain): Promise<void> {
    for (;;) {
      const number = ++sent[domain];
      const input = { name: domain, sdl: sdlOf(domain), routingUrl: addressOf(domain, number) };
      const answer = await ask(`${url}/catalog`, publishing, { input }, undefined, token).catch(() => undefined);
      if (!answer) return;
      expect(answer).toMatchObject({ status: 200, data: { publishSubgraph: { outcome: 'PUBLISHED' } } });
      acknowledged.set(answer.data.publishSubgraph.version.id, { domain, number });
    }
  }
  /** Of each domain, at least the number that was acknowledged last, and none that nobody has sent. */
  async function expectAnswers(url: string): Promise<void> {
    const { data } = await ask(`${url}/graphql`, `{ ${domains.join(' ')} }`);
    for (const domain of domains) {
      const last = Math.max(
        0,
        ...[...acknowledged.values()].filter((each) => each.domain === domain).map(({ number }) => number),
      );
      expect(data[domain]).toBeGreaterThanOrEqual(last);
      expect(data[domain]).toBeLessThanOrEqual(sent[domain]);
    }
    const verdict = await ask(`${url}/catalog`, '{ auditVerdict { brokenAt } }', {}, undefined, token);
    expect(verdict.data.auditVerdict).toEqual({ brokenAt: null });
  }

  try {
    for (let n = 0; n <= kills; n++) {
      const gateway = await startGateway(mesh, { WEFT_REGISTRY: file });
      await expectAnswers(gateway.url);
      if (n === kills) {
        await gateway.end('SIGTERM');
        break;
      }
      const before = acknowledged.size;
      const publishers = domains.map((domain) => publishOn(gateway.url, domain));
      await until(() => acknowledged.size > before);
      await wait((n * 137) % 400);
      await gateway.end('SIGKILL');
      await Promise.all(publishers);
    }
  } finally {
    await subgraph.close();
  }
  const database = openDatabase(file);
  for (const [id, { domain, number }] of acknowledged) {
    expect(readVersion(database, id).published.get(domain)?.routingUrl).toBe(addressOf(domain, number));
  }
  expect(verifyAudit(database).brokenAt).toBeUndefined();
  expect(database.connection.pragma('integrity_check', { simple: true })).toBe('ok');
  database.connection.close();
});

/** Makes the registry. @returns headers that allow everything */
function administer(file: string): Record<string, string> {
  const database = openDatabase(file);
  const [at, expiresAt] = ['2026-01-01T00:00:00.000Z', '9999-01-01T00:00:00.000Z'];
  const may = ['check', 'publish', 'read', 'admin'] as const;
  const { token } = createToken(database, { name: 'ci', domains: ['*'], actions: may, expiresAt, actor: 'test', at });
  database.connection.close();
  return { authorization: `Bearer ${token}` };
}

async function startGateway(mesh: TestMesh, env: Readonly<Record<string, string>>) {
  const { child, ended } = spawnWeft(['gateway', '--json', '--port', '0'], {
    cwd: mesh.dir,
    env: { WEFT_ROUTING_ADDRESSES: 'loopback', WEFT_LOG_LEVEL: 'error', ...env },
  });
  let printed = '';
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.endsWith('}\n')) resolve(printed);
    });
  });
  const first = await Promise.race([ready, ended]);
  if (typeof first !== 'string') throw new Error(`The gateway ended with ${first.code}:\n${first.stderr}`);
  const { pid = 0 } = child;
  return {
    url: JSON.parse(first).data.url as string,
    /** Nothing that it started outlives it. */
    async end(signal: 'SIGKILL' | 'SIGTERM') {
      child.kill(signal);
      await ended;
      await until(() => !isGroupAlive(pid));
    },
  };
}

function isGroupAlive(leader: number): boolean {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}
