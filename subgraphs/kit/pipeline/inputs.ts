import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Port } from '../contract/model.ts';
import { custom } from '../contract/model.ts';
import type { Row } from '../contract/row.ts';
import { WeftError } from '../errors/weft-error.ts';
import { operationFile, type PipelineFolder } from './folder.ts';
import { locate, readerOf } from './read-file.ts';
import { type QueryGateway, readGraph } from './read-graph.ts';
import { Malformed } from './read-text.ts';

/** Is told of everything that is read, and may throw to end the run. */
export interface InputSink {
  readonly onRead: () => void;
  readonly onMalformed: (source: string, record: Malformed) => void;
}

type OnColumns = (columns: readonly string[]) => void;

/** The input ports of a product, each opened only when it is iterated. */
export function openInputs(
  folder: PipelineFolder,
  ports: readonly Port[],
  query: QueryGateway,
  sink: InputSink,
): Readonly<Record<string, AsyncIterable<Row>>> {
  const inputs = new Map(ports.map((port) => [port.name, openPort(folder, port, query, sink)]));
  // An object that knows its keys: `undefined is not iterable` would not tell the domain's team what to correct.
  return new Proxy({} as Record<string, AsyncIterable<Row>>, {
    get: (_, name) => {
      if (typeof name === 'symbol') return undefined;
      const input = inputs.get(name);
      if (input) return input;
      const declared = [...inputs.keys()].join(', ') || 'none';
      throw new WeftError('INPUT_PORT_UNKNOWN', `There is no input port ${name}; the product declares: ${declared}.`);
    },
  });
}

export function openPort(
  folder: PipelineFolder,
  port: Port,
  query: QueryGateway,
  sink: InputSink,
  onColumns?: OnColumns,
): AsyncIterable<Row> {
  const operation = operationFile(port);
  if (folder.files.includes(operation)) {
    return counted(port.name, sink, async function* () {
      const file = join(folder.dir, operation);
      yield* readGraph(await readFile(file, 'utf8'), file, query);
    });
  }
  return counted(port.name, sink, async function* () {
    const file = locate(folder.dir, port);
    yield* readerOf(file, custom(port, 'format'))(file, onColumns);
  });
}

export function openFile(file: string, sink: InputSink, onColumns?: OnColumns): AsyncIterable<Row> {
  return counted(basename(file), sink, () => readerOf(file)(file, onColumns));
}

/** Rows go on to the pipeline, malformed records to the sink. */
function counted(source: string, sink: InputSink, open: () => AsyncIterable<Row | Malformed>): AsyncIterable<Row> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const record of open()) {
        sink.onRead();
        if (record instanceof Malformed) sink.onMalformed(source, record);
        else yield record;
      }
    },
  };
}
