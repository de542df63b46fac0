/** Takes one event, in words, for whoever runs the gateway. May hold addresses and causes; never rows. */
export type Log = (line: string) => void;

export const logToStderr: Log = (line) => {
  // One event, one line: nothing that a subgraph says can pretend to be another event.
  const oneLine = line.replace(/\r?\n\s*/g, ' | ').replace(/\p{Cc}/gu, '?');
  process.stderr.write(`${new Date().toISOString()} ${oneLine}\n`);
};
