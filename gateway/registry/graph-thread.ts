/** The thread of graph-process.mjs. Composing hundreds of domains takes many seconds, and their contracts are read here, too. */
import { parentPort } from 'node:worker_threads';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { costModelOf } from '../engine/demand/cost-model.ts';
import { digestOf } from '../engine/digest.ts';
import { type Composed, composeMesh, withCatalog } from './compose.ts';
import { readGraphFacts } from './graph-facts.ts';
import type { AssembleRequest, GraphPart, OpinionRequest, ReadRequest } from './graph-messages.ts';
import { type MeshSubgraph, readMesh } from './mesh.ts';
import { publishedMesh } from './published-mesh.ts';
import { secondOpinion } from './second-opinion.ts';

/** Entries of a map in one message. */
const entriesAtOnce = 200;

const port = parentPort;
invariant(port, 'a mesh is composed in a thread');
port.on('message', async (request: ReadRequest | AssembleRequest | OpinionRequest) => {
  port.postMessage(request.kind === 'opinion' ? [judge(request)] : await read(request));
});

const judge = ({ subgraphs, catalogUrl, supergraphSdl }: OpinionRequest): GraphPart => ({
  kind: 'opinion',
  opinion: secondOpinion(withCatalog(subgraphs, catalogUrl), supergraphSdl),
});

async function read(request: ReadRequest | AssembleRequest): Promise<GraphPart[]> {
  const { mesh, issues } =
    request.kind === 'read' ? await readMesh(request.file, request.env) : publishedMesh(request.publications);
  const composed = composedBefore(request) ?? composeMesh(mesh, request.catalogUrl);
  const supergraphSdl = 'supergraphSdl' in composed ? composed.supergraphSdl : undefined;
  const { subgraphs, ...rest } = mesh;
  const digest = digestOf(JSON.stringify([mesh, supergraphSdl]));
  return [
    ...subgraphs.map((subgraph) => ({ kind: 'subgraph', subgraph }) as const),
    ...(supergraphSdl === undefined ? [] : factsOf(supergraphSdl, subgraphs)),
    { kind: 'read', mesh: rest, issues: [...issues, ...composed.issues], supergraphSdl, digest },
  ];
}

function composedBefore(request: ReadRequest | AssembleRequest): Composed | undefined {
  const supergraphSdl = request.kind === 'assemble' ? request.supergraphSdl : undefined;
  return supergraphSdl === undefined ? undefined : { supergraphSdl, issues: [] };
}

function* factsOf(supergraphSdl: string, subgraphs: readonly MeshSubgraph[]): Generator<GraphPart> {
  const { fields, typesOfProduct, inputs } = readGraphFacts(supergraphSdl, subgraphs);
  for (const some of inParts(fields)) yield { kind: 'fields', fields: some };
  yield { kind: 'products', typesOfProduct };
  for (const some of inParts(inputs)) yield { kind: 'inputs', inputs: some };
  const { weights, listSizes } = costModelOf(supergraphSdl);
  for (const some of inParts(weights)) yield { kind: 'weights', weights: some };
  for (const some of inParts(listSizes)) yield { kind: 'lists', listSizes: some };
}

function* inParts<Value>(map: ReadonlyMap<string, Value>): Generator<(readonly [string, Value])[]> {
  const entries = [...map];
  for (let at = 0; at < entries.length; at += entriesAtOnce) yield entries.slice(at, at + entriesAtOnce);
}
