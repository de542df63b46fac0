/** Writes answers as server-sent events: the graphql-sse protocol, in its distinct connections mode. */
import type { ServerResponse } from 'node:http';
import { answerText } from '../../engine/answer.ts';
import type { AnswerStream } from './operations.ts';
import { goodbye } from './streamed-answer.ts';

export interface EventStream {
  /** Resolves when the response has ended, whoever ended it. Never throws. */
  readonly ended: Promise<void>;
  /** Ends it with a word to the consumer. */
  sayGoodbye(): void;
}

export interface EventStreamOptions {
  readonly heartbeatMs: number;
  /** What is no fault of the consumer. */
  readonly onBug: (error: unknown) => void;
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-store, no-transform',
  // nginx would keep events until there are enough of them.
  'x-accel-buffering': 'no',
};

/** Each answer is taken when the one before is on its way, so that a slow consumer slows down its source. */
export function writeEvents(
  response: ServerResponse,
  answers: AnswerStream,
  { heartbeatMs, onBug }: EventStreamOptions,
): EventStream {
  let isStopping = false;
  const leave = (): void => void answers.return(undefined);
  response.once('close', leave);
  response.on('error', () => {});
  response.writeHead(200, headers).write(':\n\n');
  let wasFull = false;
  const heartbeat = setInterval(() => {
    if (response.writableNeedDrain && wasFull) response.destroy();
    else if (!response.writableNeedDrain) response.write(':\n\n');
    wasFull = response.writableNeedDrain;
  }, heartbeatMs);
  return {
    ended: write().finally(() => {
      clearInterval(heartbeat);
      response.off('close', leave);
    }),
    sayGoodbye() {
      isStopping = true;
      leave();
    },
  };

  async function write(): Promise<void> {
    try {
      for await (const answer of answers) {
        if (isStopping) break;
        await send(`event: next\ndata: ${answerText(answer)}\n\n`);
      }
    } catch (error) {
      onBug(error);
    }
    if (isStopping) await send(`event: next\ndata: ${answerText(goodbye())}\n\n`);
    response.end('event: complete\ndata:\n\n');
  }

  /** JSON holds no line breaks, so an event is one line of data. */
  async function send(text: string): Promise<void> {
    if (response.destroyed || response.write(text)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.on('drain', go).on('close', go);
    });
  }
}
