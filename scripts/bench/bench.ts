/** `npm run bench`: measures Weft and its peers in one run, prints the tables, and keeps a whole run's in README.md. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readOptions } from './options.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

// The peers are not among Weft's own dependencies.
if (!existsSync(new URL('./node_modules/.package-lock.json', import.meta.url))) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
const { runBench } = await import('./run.ts');
await runBench(readOptions(process.argv.slice(2)));
