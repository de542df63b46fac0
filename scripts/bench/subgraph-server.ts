/**
 * The four subgraphs in one process, each on a port of its own. What was asked before is answered from memory, by the
 * exact bytes of the body: a Map look-up and a write, so that the subgraphs cost next to nothing. What was not is
 * answered by the real schema, kept, and counted as a miss: a measured run must have none.
 */
import { createServer, type Socket } from 'node:net';
import { execute, parse, validate } from 'graphql';
import { federation1Sdl, type SubgraphName, subgraphNames, subgraphSchemas } from './mesh/subgraphs.ts';

/** What the process tells when asked with `{ reset }`: counts since the last reset. */
export interface SubgraphCounts {
  readonly fetches: number;
  readonly misses: number;
  /** Fetches that carried an `authorization`. */
  readonly authorized: number;
  /** How many different ones. */
  readonly tokens: number;
}

export interface SubgraphsReady {
  readonly urls: Readonly<Record<SubgraphName, string>>;
}

interface Ask {
  readonly watchTokens: boolean;
}

let fetches = 0;
let misses = 0;
let authorized = 0;
let watchTokens = false;
let tokens = new Set<string>();

const schemas = subgraphSchemas();

async function answerFromSchema(name: SubgraphName, body: string): Promise<string> {
  const { query, variables, operationName } = JSON.parse(body);
  // Only the peer that composes for itself asks this.
  if (/\b_service\b/.test(query)) return JSON.stringify({ data: { _service: { sdl: federation1Sdl(name) } } });
  const schema = schemas[name];
  const document = parse(query);
  const faults = validate(schema, document);
  if (faults.length > 0) return JSON.stringify({ errors: faults });
  return JSON.stringify(await execute({ schema, document, variableValues: variables, operationName }));
}

const headEnd = Buffer.from('\r\n\r\n');

/** One connection: requests are answered in the order in which they came. */
function answerOn(socket: Socket, name: SubgraphName, answers: Map<string, Buffer>): void {
  let pending: Buffer | undefined;
  let busy = false;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending = pending ? Buffer.concat([pending, chunk]) : chunk;
    if (!busy) drain();
  });

  function drain(): void {
    let at = 0;
    const bytes = pending ?? Buffer.alloc(0);
    socket.cork();
    while (at < bytes.length) {
      const bodyAt = bytes.indexOf(headEnd, at) + 4;
      if (bodyAt === 3) break;
      const head = bytes.toString('latin1', at, bodyAt);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      if (length === undefined) {
        socket.end('HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\n\r\n');
        break;
      }
      const end = bodyAt + Number(length);
      if (end > bytes.length) break;
      const body = bytes.toString('latin1', bodyAt, end); // Only a key here; the data are ASCII.
      at = end;
      fetches++;
      if (watchTokens) countToken(head);
      const answer = answers.get(body);
      if (answer) {
        socket.write(answer);
        continue;
      }
      busy = true;
      learn(body);
      break;
    }
    pending = at < bytes.length ? bytes.subarray(at) : undefined;
    socket.uncork();
  }

  async function learn(body: string): Promise<void> {
    misses++;
    const json = await answerFromSchema(name, body).catch((error: Error) =>
      JSON.stringify({ errors: [{ message: error.message }] }),
    );
    const type = 'content-type: application/json; charset=utf-8';
    const length = Buffer.byteLength(json);
    const answer = Buffer.from(`HTTP/1.1 200 OK\r\n${type}\r\ncontent-length: ${length}\r\n\r\n${json}`);
    answers.set(body, answer);
    socket.write(answer);
    busy = false;
    drain();
  }
}

function countToken(head: string): void {
  const token = /\r\nauthorization: *(.+)\r\n/i.exec(head)?.[1];
  if (token === undefined) return;
  authorized++;
  tokens.add(token);
}

const listening = subgraphNames.map(
  (name) =>
    new Promise<readonly [SubgraphName, string]>((resolve) => {
      const answers = new Map<string, Buffer>();
      const server = createServer((socket) => answerOn(socket, name, answers));
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve([name, `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/graphql`]);
      });
    }),
);

process.on('message', (ask: Ask) => {
  const counts: SubgraphCounts = { fetches, misses, authorized, tokens: tokens.size };
  process.send?.(counts);
  fetches = misses = authorized = 0;
  tokens = new Set();
  watchTokens = ask.watchTokens;
});
process.once('disconnect', () => process.exit());
const ready: SubgraphsReady = { urls: Object.fromEntries(await Promise.all(listening)) as SubgraphsReady['urls'] };
process.send?.(ready);
