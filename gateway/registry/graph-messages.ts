/** What read-graph.ts, its process and its thread say to each other. */
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import type { ListSize } from '../engine/demand/cost-model.ts';
import type { ComposedSubgraph } from './compose.ts';
import type { DerivedFacts } from './derived-facts.ts';
import type { FieldFacts } from './graph-facts.ts';
import type { Mesh, MeshSubgraph } from './mesh.ts';
import type { Publication } from './publication.ts';
import type { SecondOpinion } from './second-opinion.ts';
import type { Environment } from './supergraph-file.ts';

/** A mesh as its files say it. */
export interface ReadRequest {
  readonly kind: 'read';
  readonly file: string;
  readonly env: Environment;
  readonly catalogUrl: string;
}

/** A mesh as it was published. */
export interface AssembleRequest {
  readonly kind: 'assemble';
  readonly publications: readonly Publication[];
  readonly catalogUrl: string;
  /** What they compose to; absent where that is to be found out. */
  readonly supergraphSdl?: string | undefined;
}

/** What another composer makes of a mesh. */
export interface OpinionRequest {
  readonly kind: 'opinion';
  /** Without the catalog. */
  readonly subgraphs: readonly ComposedSubgraph[];
  readonly catalogUrl: string;
  /** What they have been composed to. */
  readonly supergraphSdl: string;
}

export interface NextPart {
  readonly kind: 'next';
}

export type GraphRequest = ReadRequest | AssembleRequest | OpinionRequest | NextPart;

/** A mesh in pieces, none of them large: whoever reads a message does nothing else meanwhile. */
export type GraphPart =
  | { readonly kind: 'subgraph'; readonly subgraph: MeshSubgraph }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [coordinate: string, facts: FieldFacts])[] }
  | { readonly kind: 'products'; readonly typesOfProduct: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'inputs'; readonly inputs: readonly (readonly [coordinate: string, facts: DerivedFacts])[] }
  | { readonly kind: 'weights'; readonly weights: readonly (readonly [coordinate: string, weight: number])[] }
  | { readonly kind: 'lists'; readonly listSizes: readonly (readonly [coordinate: string, size: ListSize])[] }
  | GraphRead
  | { readonly kind: 'opinion'; readonly opinion: SecondOpinion };

/** The last of them. */
export interface GraphRead {
  readonly kind: 'read';
  readonly mesh: Omit<Mesh, 'subgraphs'>;
  readonly issues: readonly Issue[];
  /** Absent where the mesh does not compose. */
  readonly supergraphSdl?: string | undefined;
  /** Equal for two readings that found the same. */
  readonly digest: string;
}

/** Instead of a part, when nothing more comes. */
export interface ReadFailed {
  readonly kind: 'failed';
  readonly reason: string;
}
