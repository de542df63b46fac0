/**
 * Reads and composes a mesh in a process of its own: however large the mesh, the process that answers requests only
 * receives the result, bit by bit.
 */
import { env } from 'node:process';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { issue } from '../../subgraphs/kit/errors/issue.ts';
import type { CostModel, ListSize } from '../engine/demand/cost-model.ts';
import type { FieldFacts, GraphFacts } from './graph-facts.ts';
import type { AssembleRequest, NextPart, ReadRequest } from './graph-messages.ts';
import { type GraphProcess, keepProcess, takeProcess } from './graph-processes.ts';
import type { Mesh, MeshSubgraph } from './mesh.ts';
import type { Publication } from './publication.ts';
import { publishedAs } from './published-mesh.ts';

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
export function readGraph(file: string, options: ReadGraphOptions): Promise<ReadGraph> {
  return inGraphProcess({ kind: 'read', file, env: { ...env }, catalogUrl: options.catalogUrl }, options);
}

/**
 * The same for a mesh as it was published.
 * @param supergraphSdl what it was composed to; composed anew where that is left out.
 */
export function assembleGraph(
  publications: readonly Publication[],
  options: ReadGraphOptions & { readonly supergraphSdl?: string | undefined },
): Promise<ReadGraph> {
  const { catalogUrl, supergraphSdl } = options;
  return inGraphProcess({ kind: 'assemble', publications, catalogUrl, supergraphSdl }, options);
}

async function inGraphProcess(
  request: ReadRequest | AssembleRequest,
  { timeoutMs = 120_000, heapLimitMb = 4096, signal }: ReadGraphOptions,
): Promise<ReadGraph> {
  const process = takeProcess(heapLimitMb);
  const stop = (): void => process.stop();
  let isLate = false;
  const timeout = setTimeout(() => {
    isLate = true;
    stop();
  }, timeoutMs);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    const read = await assembled(process, request);
    keepProcess(process, heapLimitMb);
    return read;
  } catch (error) {
    stop();
    const reason = error instanceof Error ? error.message : String(error);
    const why = isLate ? `did not end within ${timeoutMs / 1000} s` : `ended: ${reason}`;
    return notComposed(
      request.kind === 'read' ? request.file : publishedAs,
      `The process that reads and composes the mesh ${why}.`,
    );
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener('abort', stop);
  }
}

/** One part, then whatever else waits: a request is never behind more than one of them. */
async function assembled(process: GraphProcess, request: ReadRequest | AssembleRequest): Promise<ReadGraph> {
  const subgraphs: MeshSubgraph[] = [];
  const fields = new Map<string, FieldFacts>();
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  let typesOfProduct: GraphFacts['typesOfProduct'] = new Map();
  for (let next: ReadRequest | AssembleRequest | NextPart = request; ; next = { kind: 'next' }) {
    const part = await process.ask(next);
    switch (part.kind) {
      case 'subgraph':
        subgraphs.push(part.subgraph);
        break;
      case 'fields':
        for (const [coordinate, facts] of part.fields) fields.set(coordinate, facts);
        break;
      case 'products':
        ({ typesOfProduct } = part);
        break;
      case 'weights':
        for (const [coordinate, weight] of part.weights) weights.set(coordinate, weight);
        break;
      case 'lists':
        for (const [coordinate, size] of part.listSizes) listSizes.set(coordinate, size);
        break;
      case 'failed':
        throw new Error(part.reason);
      case 'read': {
        const { mesh, issues, supergraphSdl, digest } = part;
        const facts = { fields, typesOfProduct };
        const composed = supergraphSdl !== undefined && {
          composed: { supergraphSdl, facts, costModel: { weights, listSizes } },
        };
        return { mesh: { ...mesh, subgraphs }, issues, ...composed, digest };
      }
    }
  }
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
