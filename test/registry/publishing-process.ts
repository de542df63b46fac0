/**
 * Publishes to the registry that its argument names, again and again, and says after each version that it is acknowledged:
 * `ACK <version> <number>`. A failure is `ERR <code>`. Ends after so many as its second argument says.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { commitVersion, currentId, readVersion } from '../../gateway/registry/store/versions.ts';
import type { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { versionOf } from './versions.ts';

const [file = '', most = '1'] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);
try {
  const database = openDatabase(file);
  const base = currentId(database);
  let number = base === undefined ? 0 : readVersion(database, base).published.get('sales')?.version;
  say('READY');
  for (let done = 0; done < Number(most); done++) {
    number = (number ?? 0) + 1;
    try {
      const { id } = commitVersion(database, versionOf(number, currentId(database)));
      say(`ACK ${id} ${number}`);
    } catch (error) {
      say(`ERR ${(error as WeftError).code}`);
    }
  }
} catch (error) {
  say(`ERR ${(error as WeftError).code}`);
}
