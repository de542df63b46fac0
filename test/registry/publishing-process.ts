/**
 * Publishes to the registry that its argument names, again and again, and says after each version that it is acknowledged:
 * `ACK <version> <number>`. A failure is `ERR <code>`; after one of the disk, it opens the registry anew. Ends after so many
 * as its second argument says.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { commitVersion, currentId, readVersion } from '../../gateway/registry/store/versions.ts';
import type { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { versionOf } from './versions.ts';

const [file = '', most = '1'] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);
try {
  let database = openDatabase(file);
  const base = currentId(database);
  let number = base === undefined ? 0 : readVersion(database, base).published.get('sales')?.version;
  say('READY');
  for (let done = 0; done < Number(most); done++) {
    number = (number ?? 0) + 1;
    try {
      const { id } = commitVersion(database, versionOf(number, currentId(database)));
      say(`ACK ${id} ${number}`);
    } catch (error) {
      const { code } = error as WeftError;
      say(`ERR ${code}`);
      if (code === 'REGISTRY_FAILED') database = openDatabase(file);
    }
  }
} catch (error) {
  say(`ERR ${(error as WeftError).code}`);
}
