/** Server-sent events, as they come in pieces (HTML, "Interpreting an event stream"). Comments are no events. */
import { HttpFailure } from '../http-failure.ts';

export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
}

/** @throws HttpFailure `too large`, at an event that takes more characters. */
export function createEventParser(
  largest: number,
  onEvent: (event: ServerSentEvent) => void,
): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  /** Of the line that has not ended: each piece is searched once. */
  let pieces: string[] = [];
  let type = '';
  let data: string[] = [];
  let size = 0;
  let endedInReturn = false;

  return (chunk) => {
    const text = decoder.decode(chunk, { stream: true });
    if (text === '') return;
    const lineEnd = /\r\n|\n|\r/g;
    let start = endedInReturn && text[0] === '\n' ? 1 : 0;
    lineEnd.lastIndex = start;
    endedInReturn = text.endsWith('\r');
    for (let end = lineEnd.exec(text); end; end = lineEnd.exec(text)) {
      take(text.slice(start, end.index));
      readLine(pieces.length === 1 ? (pieces[0] ?? '') : pieces.join(''));
      pieces = [];
      start = lineEnd.lastIndex;
    }
    take(text.slice(start));
  };

  function take(piece: string): void {
    size += piece.length;
    if (size > largest) throw new HttpFailure('too large', `an event is larger than ${largest} characters`);
    pieces.push(piece);
  }

  function readLine(line: string): void {
    if (line === '') {
      const event = { type, data: data.join('\n') };
      if (type !== '' || data.length > 0) onEvent(event);
      type = '';
      data = [];
      size = 0;
    } else if (line.startsWith(':')) size -= line.length;
    else {
      const colon = line.indexOf(':');
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
      if (field === 'event') type = value;
      if (field === 'data') data.push(value);
    }
  }
}
