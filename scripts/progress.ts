/** One line that is written over and over on a terminal, and not at all elsewhere: a log wants results. */
export interface ProgressLine {
  show(text: string): void;
  /** Takes the line away, so that what is said next begins at the margin. */
  clear(): void;
}

const everyMs = 100;

export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let shownAt = 0;
  let shown = false;
  return {
    show(text) {
      const now = Date.now();
      if (!stream.isTTY || now - shownAt < everyMs) return;
      shownAt = now;
      shown = true;
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns || 80) - 1)}`);
    },
    clear() {
      if (shown) stream.write('\r\u001b[2K');
      shown = false;
    },
  };
}
