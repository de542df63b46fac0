/** The one harness: meshes in temporary folders, the real command line, and a whole mesh within the test's process. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { type ServedDomain, serveDomain } from '../subgraphs/kit/serve.ts';

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));
export const bin = join(root, 'scripts/weft.mjs');

export interface TestMesh {
  /** A folder of its own in the system's temporary folder, removed at the end. */
  readonly dir: string;
  write(files: Readonly<Record<string, string>>): void;
  read(file: string): string;
  weft(...args: string[]): Promise<Ended>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param files path within the mesh → text */
export function makeMesh(files: Readonly<Record<string, string>> = {}): TestMesh {
  const dir = mkdtempSync(join(tmpdir(), 'weft-'));
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [file, content] of Object.entries(more)) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), content);
    }
  };
  write(files);
  return {
    dir,
    write,
    read: (file) => readFileSync(join(dir, file), 'utf8'),
    weft: (...args) => weft(args, { cwd: dir }),
    async [Symbol.asyncDispose]() {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WeftOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs the real command to its end. */
export async function weft(args: readonly string[], options: WeftOptions): Promise<Ended> {
  const { child, ended } = spawnWeft(args, options);
  child.stdin.end(options.stdin ?? '');
  return ended;
}

/** In a process group of its own, so that a test can send what a terminal sends on Ctrl-C. */
export function spawnWeft(args: readonly string[], { cwd, env }: Omit<WeftOptions, 'stdin'>) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    detached: true,
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr, [code]]): Ended => ({ code, stdout, stderr }),
  );
  return { child, ended };
}

/** What the developer's shell or the test runner set must not change what is tested. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(?:WEFT_|VITEST|NODE_OPTIONS|FORCE_COLOR|NO_COLOR)/.test(name),
  );
  return Object.fromEntries(ours);
}

export interface UpMesh {
  readonly url: string;
  readonly queries: readonly { readonly title: string; readonly operation: string }[];
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** `weft up` in a process group of its own, as in a terminal. Resolves when it says that it is ready. */
export async function up(mesh: TestMesh, ...args: string[]): Promise<UpMesh> {
  const { child, ended } = spawnWeft(['up', '--json', ...args], { cwd: mesh.dir });
  let printed = '';
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.endsWith('\n}\n')) resolve(printed);
    });
  });
  const first = await Promise.race([ready, ended]);
  if (typeof first !== 'string') throw new Error(`weft up ended with ${first.code}:\n${first.stderr}`);
  return { ...JSON.parse(first).data, pid: child.pid, ended };
}

/** Processes whose command line names the mesh's folder, with their command lines. */
export function processesOf(mesh: TestMesh): { pid: number; args: string }[] {
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(mesh.dir))
    .map((line) => ({ pid: Number.parseInt(line, 10), args: line.trim().replace(/^\d+\s+/, '') }));
}

/** Asks until it is so; vitest's own time limit ends the wait. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((resolve) => setTimeout(resolve, 50));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

export interface RunningMesh {
  /** Of the gateway. */
  readonly url: string;
  readonly domains: ReadonlyMap<string, ServedDomain>;
  /** What the gateway logged. */
  readonly log: readonly string[];
  ask(query: string, variables?: Record<string, unknown>, path?: '/graphql' | '/catalog'): Promise<any>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Every domain and the gateway of a mesh in this process, on free ports. Files must have been generated.
 * supergraph.yaml is rewritten with the ports.
 */
export async function startMesh(mesh: TestMesh): Promise<RunningMesh> {
  const file = join(mesh.dir, 'supergraph.yaml');
  const supergraph = parse(mesh.read('supergraph.yaml'));
  const domains = new Map<string, ServedDomain>();
  for (const [name, subgraph] of Object.entries<{ routing_url: string; schema: { file: string } }>(
    supergraph.subgraphs,
  )) {
    const folder = dirname(join(mesh.dir, subgraph.schema.file));
    const served = await serveDomain(folder, { port: 0, dataDir: join(mesh.dir, '.weft') });
    domains.set(name, served);
    subgraph.routing_url = `${served.url}/graphql`;
  }
  writeFileSync(file, JSON.stringify(supergraph)); // YAML, too.
  const log: string[] = [];
  const gateway = await startGateway(readConfig({}, { supergraph: file, port: 0 }), (line) => log.push(line));
  return {
    url: gateway.url,
    domains,
    log,
    async ask(query, variables = {}, path = '/graphql') {
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      for (const served of domains.values()) await served.close();
    },
  };
}
