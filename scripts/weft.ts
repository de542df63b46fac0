/**
 * The command line, from arguments to exit code: 0 done; 1 the input or the mesh is wrong; 2 wrong usage, or it could
 * not be done. stdout carries data, stderr is for people. program.ts lists the commands.
 */
import { CommanderError } from 'commander';
import { program } from './program.ts';
import { reportError } from './terminal.ts';

// A reader that leaves early, as in `weft compose | head`, is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

const json = process.argv.includes('--json');

process.on('uncaughtException', (error) => {
  reportError(error, json);
  process.exit(2);
});

try {
  await program((exitCode) => {
    process.exitCode = exitCode;
  }).parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2; // Commander has said what was wrong with the arguments.
  } else {
    process.exitCode = reportError(error, json);
  }
}
// Under `weft up`, the channel to the supervisor would keep this process alive for ever.
if (process.connected) process.disconnect();
