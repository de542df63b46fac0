/** What cannot be undone by doing it again is asked for once more, where somebody can answer. */
import { createInterface } from 'node:readline';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

/** @throws WeftError CONFIRMATION_NEEDED where nobody said --yes, and nobody is there to ask. */
export function mustAsk(yes: true | undefined): boolean {
  if (yes) return false;
  if (process.stdin.isTTY) return true;
  throw new WeftError('CONFIRMATION_NEEDED', 'Nobody is here to confirm it: stdin is no terminal.');
}

/** On stderr, since stdout is data. Anything but y and yes, and the end of input, is a no. */
export function confirmed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(false));
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(?:es)?$/i.test(answer.trim()));
      lines.close();
    });
  });
}
