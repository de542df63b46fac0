import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContractObject } from '../contract/model.ts';
import type { CheckResult } from '../contract/observation.ts';
import type { Row } from '../contract/row.ts';
import { WeftError } from '../errors/weft-error.ts';
import { dataFile, type PipelineFolder, pipelineFile, type Target } from './folder.ts';
import { identity, type Renaming, renaming } from './identity.ts';
import { type InputSink, openFile, openInputs, openPort } from './inputs.ts';
import { isPipeline, type Rows } from './pipeline.ts';
import type { QueryGateway } from './read-graph.ts';

export interface LoadedPipeline {
  /** Whether the rows are the domain's own work: then a property that the contract does not have is its mistake. */
  readonly isOwn: boolean;
  readonly start: (query: QueryGateway, sink: InputSink) => Rows<unknown>;
  /** What the rows that were read tell about the input as a whole. */
  readonly checks: () => readonly CheckResult[];
}

/**
 * The domain's own pipeline of an object; else the identity over the data file in the folder; else over the product's
 * input port: the only one, or the one of the object's name.
 * @throws WeftError PIPELINE_INVALID, INPUT_MISSING
 */
export async function loadPipeline(folder: PipelineFolder, { object, output }: Target): Promise<LoadedPipeline> {
  const ports = output.product.inputPorts;
  const own = pipelineFile(folder, object);
  if (own) {
    const { transform } = await importPipeline(join(folder.dir, own));
    return { isOwn: true, start: (query, sink) => transform(openInputs(folder, ports, query, sink)), checks: () => [] };
  }
  const data = dataFile(folder, output, object);
  if (data) {
    const file = join(folder.dir, data);
    return byName(object, (_, sink, onColumns) => openFile(file, sink, onColumns));
  }
  const port = ports.length === 1 ? ports[0] : ports.find((each) => each.name === object.name);
  if (!port) {
    throw new WeftError('INPUT_MISSING', `${folder.dir} has no ${object.name}.csv, .json, .ndjson or .pipeline.ts.`);
  }
  return byName(object, (query, sink, onColumns) => openPort(folder, port, query, sink, onColumns));
}

function byName(
  object: ContractObject,
  open: (query: QueryGateway, sink: InputSink, onColumns: Renaming['expectColumns']) => AsyncIterable<Row>,
): LoadedPipeline {
  const rename = renaming(object);
  return {
    isOwn: false,
    start: (query, sink) => identity(rename, open(query, sink, rename.expectColumns)),
    checks: rename.checks,
  };
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
