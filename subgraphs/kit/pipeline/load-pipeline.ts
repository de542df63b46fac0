import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { custom } from '../contract/model.ts';
import { WeftError } from '../errors/weft-error.ts';
import { dataFile, operationFile, type PipelineFolder, pipelineFile, type Target } from './folder.ts';
import { identity } from './identity.ts';
import { type InputSink, openFile, openInputs, openPort } from './inputs.ts';
import { isPipeline, type Rows } from './pipeline.ts';
import { readCsv } from './read-csv.ts';
import { locate, readerOf } from './read-file.ts';
import type { QueryGateway } from './read-graph.ts';

export interface LoadedPipeline {
  /** Whether the rows are the domain's own work: then a property that the contract does not have is its mistake. */
  readonly isOwn: boolean;
  readonly start: (query: QueryGateway, sink: InputSink) => Rows<unknown>;
}

/**
 * The domain's own pipeline of an object; else the identity over the data file in the folder; else over the product's
 * input port: the only one, or the one of the object's name.
 * @throws WeftError PIPELINE_INVALID, INPUT_MISSING, INPUT_PORT_INVALID, INPUT_UNREADABLE
 */
export async function loadPipeline(folder: PipelineFolder, { object, output }: Target): Promise<LoadedPipeline> {
  const ports = output.product.inputPorts;
  const own = pipelineFile(folder, object);
  if (own) {
    const { transform } = await importPipeline(join(folder.dir, own));
    return { isOwn: true, start: (query, sink) => transform(openInputs(folder, ports, query, sink)) };
  }
  const data = dataFile(folder, output, object);
  if (data) {
    const file = join(folder.dir, data);
    const isTable = readerOf(file) === readCsv;
    return { isOwn: false, start: (_, sink) => identity(object, openFile(file, sink), isTable) };
  }
  const port = ports.length === 1 ? ports[0] : ports.find((each) => each.name === object.name);
  if (!port) {
    throw new WeftError('INPUT_MISSING', `${folder.dir} has no ${object.name}.csv, .json, .ndjson or .pipeline.ts.`);
  }
  const isTable =
    !folder.files.includes(operationFile(port)) &&
    readerOf(locate(folder.dir, port), custom(port, 'format')) === readCsv;
  return { isOwn: false, start: (query, sink) => identity(object, openPort(folder, port, query, sink), isTable) };
}

async function importPipeline(file: string) {
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (cause) {
    throw new WeftError('PIPELINE_INVALID', `${file} cannot be loaded: ${(cause as Error).message}`, { cause });
  }
  if (isPipeline(module.default)) return module.default;
  throw new WeftError('PIPELINE_INVALID', `${file} has no default export made with \`pipeline\`.`);
}
