/** Imported for what it does, by the entry of a process that the gateway starts: it ends with the gateway, and not before. */

// Ctrl-C in a terminal reaches every process of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.once('disconnect', () => process.exit());
