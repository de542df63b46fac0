/**
 * Reads and composes a mesh in a thread of its own: however large the mesh, the thread that answers requests only
 * receives the result, bit by bit.
 */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { issue } from '../../subgraphs/kit/errors/issue.ts';
import type { CostModel, ListSize } from '../engine/demand/cost-model.ts';
import { turn } from '../engine/turn.ts';
import type { FieldFacts, GraphFacts } from './graph-facts.ts';
import type { GraphPart, GraphRead, ReadRequest } from './graph-messages.ts';
import { keepThread, takeThread } from './graph-threads.ts';
import type { Mesh, MeshSubgraph } from './mesh.ts';

export interface ReadGraph {
  readonly mesh: Mesh;
  /** What is wrong with the mesh: of reading, then of composition. */
  readonly issues: readonly Issue[];
  /** Absent where the mesh does not compose. */
  readonly composed?: ComposedGraph;
  /** Equal for two readings that found the same. */
  readonly digest: string;
}

export interface ComposedGraph {
  readonly supergraphSdl: string;
  readonly facts: GraphFacts;
  readonly costModel: CostModel;
}

export interface ReadGraphOptions {
  /** What the supergraph says of the catalog's address. */
  readonly catalogUrl: string;
  readonly timeoutMs?: number;
  readonly heapLimitMb?: number;
  /** Aborted when nobody waits for the graph any more: it then counts as one that does not compose. */
  readonly signal?: AbortSignal;
}

/** Never throws for what it reads, and a mesh that takes too long, or too much memory, is one that does not compose. */
export async function readGraph(file: string, options: ReadGraphOptions): Promise<ReadGraph> {
  const { catalogUrl, timeoutMs = 120_000, heapLimitMb = 4096, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const { port1, port2: parts } = new MessageChannel();
  const request: ReadRequest = { file, env: { ...process.env }, catalogUrl, parts };
  const thread = takeThread(heapLimitMb);
  try {
    thread.postMessage(request, [parts]);
    const [read] = (await once(thread, 'message', {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })) as [GraphRead];
    keepThread(thread, heapLimitMb);
    return await assembled(read, port1);
  } catch (error) {
    void thread.terminate();
    const reason = error instanceof Error ? error.message : String(error);
    const why = timeout.aborted ? `did not end within ${timeoutMs / 1000} s` : `ended: ${reason}`;
    return notComposed(file, `The thread that reads and composes the mesh ${why}.`);
  } finally {
    port1.close();
  }
}

/** One part, then whatever else waits: a request is never behind more than one of them. */
async function assembled({ mesh, issues, supergraphSdl, digest }: GraphRead, from: MessagePort): Promise<ReadGraph> {
  const subgraphs: MeshSubgraph[] = [];
  const fields = new Map<string, FieldFacts>();
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  let typesOfProduct: GraphFacts['typesOfProduct'] = new Map();
  for (let next = receiveMessageOnPort(from); next; next = receiveMessageOnPort(from)) {
    const part = next.message as GraphPart;
    if (part.kind === 'subgraph') subgraphs.push(part.subgraph);
    else if (part.kind === 'fields') for (const [coordinate, facts] of part.fields) fields.set(coordinate, facts);
    else if (part.kind === 'weights') for (const [coordinate, weight] of part.weights) weights.set(coordinate, weight);
    else if (part.kind === 'lists') for (const [coordinate, size] of part.listSizes) listSizes.set(coordinate, size);
    else typesOfProduct = part.typesOfProduct;
    await turn();
  }
  const costModel = { weights, listSizes };
  return {
    mesh: { ...mesh, subgraphs },
    issues,
    ...(supergraphSdl !== undefined && { composed: { supergraphSdl, facts: { fields, typesOfProduct }, costModel } }),
    digest,
  };
}

function notComposed(file: string, message: string): ReadGraph {
  const place = { file, line: 1, column: 1 };
  const help = 'Take back what was last changed in the mesh, or compose it with `weft compose` to see more.';
  return {
    mesh: { file, federation: { version: '2', place }, subgraphs: [], complete: false },
    issues: [issue('COMPOSITION_FAILED', message, { place, help })],
    digest: '',
  };
}
