/**
 * Reads and composes a mesh in a process of its own: however large the mesh, the process that answers requests only
 * receives the result, bit by bit.
 */
import { env } from 'node:process';
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { CostModel, ListSize } from '../engine/demand/cost-model.ts';
import type { DerivedFacts } from './derived-facts.ts';
import type { FieldFacts, GraphFacts } from './graph-facts.ts';
import type { AssembleRequest, GraphRequest, ReadRequest } from './graph-messages.ts';
import { type GraphProcess, type GraphProcessLimits, inGraphProcess } from './graph-processes.ts';
import type { Mesh, MeshSubgraph } from './mesh.ts';
import type { Publication } from './publication.ts';
import { publishedAs } from './published-mesh.ts';
import type { SecondOpinion } from './second-opinion.ts';

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

/** Where the process is stopped, the graph counts as one that does not compose. */
export interface ReadGraphOptions extends GraphProcessLimits {
  /** What the supergraph says of the catalog's address. */
  readonly catalogUrl: string;
}

/** Never throws for what it reads, and a mesh that takes too long, or too much memory, is one that does not compose. */
export function readGraph(file: string, options: ReadGraphOptions): Promise<ReadGraph> {
  return readInProcess({ kind: 'read', file, env: { ...env }, catalogUrl: options.catalogUrl }, options);
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
  return readInProcess({ kind: 'assemble', publications, catalogUrl, supergraphSdl }, options);
}

/**
 * What another composer makes of publications that compose.
 * @throws Error where it takes too long, or too much memory
 */
export function opinionOn(
  publications: readonly Publication[],
  supergraphSdl: string,
  options: ReadGraphOptions,
): Promise<SecondOpinion> {
  const { catalogUrl } = options;
  const subgraphs = publications.map(({ name, routingUrl: url, sdl }) => ({ name, url, sdl }));
  return inGraphProcess(async (process) => {
    const part = await process.ask({ kind: 'opinion', subgraphs, catalogUrl, supergraphSdl });
    if (part.kind === 'failed') throw new Error(part.reason);
    invariant(part.kind === 'opinion', 'that is what was asked for');
    return part.opinion;
  }, options);
}

async function readInProcess(request: ReadRequest | AssembleRequest, limits: GraphProcessLimits): Promise<ReadGraph> {
  try {
    return await inGraphProcess((process) => assembled(process, request), limits);
  } catch (error) {
    const message = `The process that reads and composes the mesh ${(error as Error).message}.`;
    return notComposed(request.kind === 'read' ? request.file : publishedAs, message);
  }
}

/** One part, then whatever else waits: a request is never behind more than one of them. */
async function assembled(process: GraphProcess, request: ReadRequest | AssembleRequest): Promise<ReadGraph> {
  const subgraphs: MeshSubgraph[] = [];
  const fields = new Map<string, FieldFacts>();
  const inputs = new Map<string, DerivedFacts>();
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  let typesOfProduct: GraphFacts['typesOfProduct'] = new Map();
  for (let next: GraphRequest = request; ; next = { kind: 'next' }) {
    const part = await process.ask(next);
    invariant(part.kind !== 'opinion', 'nobody asked for one');
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
      case 'inputs':
        for (const [coordinate, facts] of part.inputs) inputs.set(coordinate, facts);
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
        const facts = { fields, typesOfProduct, inputs };
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
