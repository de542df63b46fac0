/**
 * Grants types to a domain by the registry that its argument names, one after the other, in its thread: `ACK <type>`, or
 * `ERR <type> <code>`. What the thread logs is on stderr.
 */
import { writeSync } from 'node:fs';
import { startRegistry } from '../../gateway/registry/start-registry.ts';
import type { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

const [file = '', most = '1'] = process.argv.slice(2);
const say = (line: string, fd = 1): void => void writeSync(fd, `${line}\n`);
const registry = await startRegistry({
  settings: {
    file,
    catalogUrl: 'http://127.0.0.1:4000/catalog',
    routingUrls: { addresses: new Set(['loopback']) },
    policies: {},
    isOpen: true,
  },
  onChange: () => {},
  log: (line) => say(line, 2),
  pause: async () => {},
});
for (let n = 0; n < Number(most); n++) {
  const type = `T${n}`;
  try {
    await registry.grant({ type, domain: 'sales', owner: 'shop' }, 'somebody');
    say(`ACK ${type}`);
  } catch (error) {
    say(`ERR ${type} ${(error as WeftError).code}`);
  }
}
await registry.close();
