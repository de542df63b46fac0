/**
 * The process of read-graph.ts: one thread, and the way to it. A process can have a lower priority than the gateway, and
 * collects its own garbage; only a thread can have the stack that composing hundreds of domains needs. Only that thread
 * loads TypeScript, so this file is none.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import '../processes/ends-with-gateway.mjs';

const thread = new Worker(new URL('./graph-thread.mjs', import.meta.url), {
  execArgv: [],
  resourceLimits: { maxOldGenerationSizeMb: Number(process.argv[2]), stackSizeMb: 64 },
});
const failed = (reason) => process.send({ kind: 'failed', reason }, () => process.exit());
thread.on('error', (error) => failed(error.message));
thread.on('exit', () => failed('its thread ended'));

for (;;) {
  const [request] = await once(process, 'message');
  thread.postMessage(request);
  const [parts] = await once(thread, 'message');
  for (const [at, part] of parts.entries()) {
    process.send(part);
    // The next one when it is asked for: the gateway answers requests in between.
    if (at < parts.length - 1) await once(process, 'message');
  }
}
