/**
 * `weft up`: the whole mesh in one terminal. Generated files, then rows from files, then every subgraph and the gateway
 * as a process of its own, then rows that are read through the gateway. Ends, with everything that it started, on
 * Ctrl-C, on SIGTERM and when it dies.
 */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { readConfig } from '../../gateway/config.ts';
import { semiSpaceFlag } from '../../gateway/processes/heap.ts';
import { isLoopbackHost } from '../../gateway/registry/loopback-host.ts';
import { type Issue, isError, issue } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { askGateway } from '../ask-gateway.ts';
import { refreshGenerated } from '../generated-files.ts';
import { healthOf } from '../health.ts';
import { inOrder, type Load, loadsWanted } from '../load-order.ts';
import { sharedAddresses } from '../mesh-check.ts';
import { isLocal, type LocalDomain, type MeshFolder, openMesh, portOf } from '../mesh-folder.ts';
import { anyFreePort, inUse, whyNotFree } from '../ports.ts';
import { queriesWorthTrying } from '../queries-worth-trying.ts';
import { untilStopped } from '../stop-signal.ts';
import { type Supervisor, supervise } from '../supervisor.ts';
import { colour, done, printJson, say, shownPath } from '../terminal.ts';

export interface UpOptions {
  readonly port?: number;
  readonly fresh?: true;
  readonly accessPolicies?: string;
  readonly supergraph?: string;
  readonly json?: true;
}

export async function up(options: UpOptions): Promise<number> {
  const stopped = untilStopped();
  const mesh = openMesh(options.supergraph);
  const config = readConfig(process.env, { supergraph: mesh.file, port: options.port });
  // A domain whose address is another machine's takes part from there.
  const domains = mesh.domains.filter(isLocal);

  const shared = sharedAddresses(mesh);
  if (shared.length) throw new WeftError('MESH_FILE_INVALID', 'The domains cannot all be served.', { issues: shared });
  const { host } = config;
  // What loads rows through the gateway has to know its address before it listens.
  const port = config.port || (await anyFreePort());
  const taken = await portsTaken(domains, { host, port });
  if (taken.length) {
    const help = 'Nothing was started.';
    throw new WeftError('PORT_IN_USE', 'The mesh needs ports that it cannot have.', { issues: taken, help });
  }
  const generated = await refreshGenerated(mesh, domains, true);
  for (const file of generated.stale) say(`wrote ${shownPath(file)}`);
  const errors = generated.issues.filter(isError); // Warnings are for `weft lint`.
  if (errors.length) throw new WeftError('DOMAIN_INVALID', 'Nothing was started.', { issues: errors });

  const supervisor = supervise([...domains.map(({ name }) => name), 'gateway']);
  try {
    const started = start(supervisor, mesh, domains, { host, port }, options);
    const exitCode = await Promise.race([started, stopped.then(() => done)]);
    if (exitCode !== done) return exitCode;
    await stopped;
    say('stopping');
  } finally {
    await supervisor.stop();
  }
  return done;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function portsTaken(domains: readonly LocalDomain[], gateway: Address): Promise<Issue[]> {
  const wanted = [
    ...domains.map(({ name, routingUrl }) => ({
      name,
      host: '127.0.0.1',
      port: portOf(routingUrl),
      instead: `change the routing_url of ${name} in supergraph.yaml.`,
    })),
    { name: 'gateway', ...gateway, instead: 'choose another with --port.' },
  ];
  const faults = await Promise.all(wanted.map(({ host, port }) => whyNotFree(port, host)));
  return wanted.flatMap(({ name, port, instead }, at) => {
    const owner = wanted.find((other) => other.port === port);
    const fault = faults[at] ?? (owner?.name === name ? undefined : `is that of ${owner?.name}`);
    if (!fault) return [];
    const first = fault === inUse ? 'End the program that uses it (perhaps another `weft up`)' : 'Make it available';
    return [issue('PORT_IN_USE', `Port ${port}, which ${name} needs, ${fault}.`, { help: `${first}, or ${instead}` })];
  });
}

/** @returns the exit code with which the mesh could not start, or 0 when it is ready. */
async function start(
  supervisor: Supervisor,
  mesh: MeshFolder,
  domains: readonly LocalDomain[],
  { host, port }: Address,
  options: UpOptions,
): Promise<number> {
  const url = `http://${reachable(host)}:${port}`;
  const inMesh = ['--supergraph', mesh.file];
  const loads = await loadsWanted(mesh, domains, options.fresh === true);
  const failed: string[] = [];
  const load = async (name: string, some: readonly Load[]): Promise<void> => {
    if (some.length === 0) return;
    for (const { domain, object, reload } of some) {
      if (reload) supervisor.log(name, `${domain.name}.${object}: the contract has changed since the last load`);
    }
    const targets = some.map(({ domain, object }) => `${domain.name}.${object}`);
    const exitCode = await supervisor.run(name, ['run', ...targets, '--gateway', url, ...inMesh]);
    if (exitCode !== done) failed.push(...targets);
  };

  const fromFiles = loads.filter((each) => !each.fromGateway);
  await Promise.all(
    domains.map((domain) =>
      load(
        domain.name,
        fromFiles.filter((each) => each.domain === domain),
      ),
    ),
  );

  // By it the domains know the gateway: nobody else on this machine sees rows around its policies.
  const secret = { WEFT_GATEWAY_SECRET: randomBytes(32).toString('base64url') };
  const servers = domains.map(({ name, routingUrl }) => ({
    name,
    health: new URL('/health', routingUrl),
    child: supervisor.keep(name, ['serve', name, ...inMesh], { env: secret }),
  }));
  const gateway = supervisor.keep('gateway', ['gateway', '--port', String(port), ...inMesh], {
    execArgv: [semiSpaceFlag],
    env: {
      ...secret,
      ...(isLoopbackHost(host) && { ...registryOf(mesh), ...readyMade() }),
      ...(options.accessPolicies !== undefined && policed(mesh, options.accessPolicies)),
    },
  });
  const composed = await healthOf(new URL('/health', url), gateway);
  // A mesh that is not the one asked for does not stay up.
  if (composed === false) throw await withoutGraph(url);
  if (!composed) throw new WeftError('MESH_NOT_READY', `The gateway does not answer at ${url}.`);
  const answers = await Promise.all(servers.map(({ health, child }) => healthOf(health, child)));

  for (const [first, ...more] of byDomain(inOrder(loads.filter((each) => each.fromGateway)))) {
    await load(first.domain.name, [first, ...more]);
  }

  const missing = servers.filter((_, at) => !answers[at]).map(({ name }) => name);
  if (missing.length) say(colour.yellow(`not answering: ${missing.join(', ')} (see the lines above)`));
  if (failed.length) say(colour.yellow(`not loaded: ${failed.join(', ')} (see the lines above)`));
  await announce(url, options.json === true);
  return done;
}

/** Whoever works here may publish, with addresses of this machine and its networks; unless the environment says otherwise. */
const registryOf = ({ dataDir }: MeshFolder): Readonly<Record<string, string>> => ({
  WEFT_REGISTRY: join(dataDir, 'registry.db'),
  WEFT_REGISTRY_OPEN: 'true',
});

/** Where not everybody may read everything, it is on record who reads what. */
const policed = ({ dataDir }: MeshFolder, folder: string): Readonly<Record<string, string>> => ({
  WEFT_ACCESS_POLICIES: resolve(folder),
  WEFT_READ_AUDIT: join(dataDir, 'reads.db'),
});

/** Whoever works here can be any of three people, to see what each of them may read. */
const readyMade = (): Readonly<Record<string, string>> =>
  process.env.NODE_ENV === 'production' ? {} : { WEFT_DEV_PRINCIPALS: 'true' };

/** For a client on this machine. A host that stands for all of its addresses is none of them. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Neighbours of one domain together: one process for all of them. */
function byDomain(loads: readonly Load[]): [Load, ...Load[]][] {
  const groups: [Load, ...Load[]][] = [];
  for (const load of loads) {
    const last = groups.at(-1);
    if (last?.[0].domain === load.domain) last.push(load);
    else groups.push([load]);
  }
  return groups;
}

/** The gateway has said where; this is for those who read only the end of it, or JSON. */
async function withoutGraph(url: string): Promise<WeftError> {
  const { errors } = await askGateway(url, '/graphql', '{ __typename }');
  const found = (errors?.[0]?.extensions?.issues ?? []) as readonly Pick<Issue, 'code' | 'message'>[];
  const issues = found.map(({ code, message }) => issue(code, message));
  const help = 'Correct the issues listed, then start it again.';
  return new WeftError('GRAPH_UNAVAILABLE', 'The mesh has no graph to answer from.', { issues, help });
}

async function announce(url: string, json: boolean): Promise<void> {
  const { data } = await askGateway(url, '/graphql', getIntrospectionQuery());
  const queries = data ? queriesWorthTrying(buildClientSchema(data)) : [];
  if (json) printJson({ url, queries });
  say(`\n${colour.green('ready')}  ${colour.bold(url)}  GraphiQL in a browser, GraphQL at ${url}/graphql\n`);
  if (queries.length) say('Worth trying, there or with weft query:');
  for (const { title, operation } of queries)
    say(`\n  ${colour.dim(`# ${title}`)}\n  ${operation.replaceAll('\n', '\n  ')}`);
  say(`\n${colour.dim('Ctrl-C stops the mesh.')}`);
}
