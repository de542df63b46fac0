/**
 * Resolves when the process should end: Ctrl-C, SIGTERM, or, in a child of `weft up`, the death of its supervisor.
 * A terminal sends Ctrl-C to the supervisor and its children alike; the children leave it to the supervisor, which
 * stops each of them once. A second Ctrl-C finds no handler and ends the process at once.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    if (process.connected) {
      process.on('SIGINT', () => {});
      process.once('disconnect', () => {
        resolve();
        // Nobody is left who could lose patience with a request that does not end.
        setTimeout(() => process.exit(2), 5_000).unref();
      });
      process.channel?.unref(); // It is no work: whoever has nothing else left to wait for should end.
      return;
    }
    process.once('SIGINT', () => resolve());
    if (process.env.npm_lifecycle_event) whenParentIsGone(resolve);
  });
}

/** A terminated `npm start` ends the shell between npm and us, and that shell does not pass the signal on. */
function whenParentIsGone(then: () => void): void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    then();
  }, 500);
  look.unref();
}
