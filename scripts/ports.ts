import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

export const inUse = 'is in use';

/** Why a program cannot listen at this port of this machine; undefined where it can. */
export function whyNotFree(port: number, host = '127.0.0.1'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve(inUse);
      else resolve(`cannot be opened (${code ?? message})`);
    });
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** The first from there on that a program could listen at now: another mesh may run on this machine. */
export async function freePortFrom(least: number): Promise<number> {
  let port = least;
  while (port < 65_535 && (await whyNotFree(port)) !== undefined) port += 1;
  return port;
}

/** One that no program listens at now. */
export async function anyFreePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
