/**
 * A generation: a mesh as it was read once, with its catalog and, where it composes, its engine. They answer together and
 * go together: no answer mixes two.
 */
import type { Issue } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import type { AccessReader } from './access-settings.ts';
import { type Catalog, type CatalogOptions, createCatalog } from './catalog/catalog.ts';
import type { CostModel } from './engine/demand/cost-model.ts';
import type { CreateEngine, Engine, EngineOptions, FetchSubgraph } from './engine/engine.ts';
import { guardedEngine } from './guarded-engine.ts';
import type { ComposedGraph, ReadGraph } from './registry/read-graph.ts';

export interface Generation {
  readonly catalog: Catalog;
  /** Absent where the mesh does not compose, or the engine refuses what it composes to. */
  readonly graph?: { readonly engine: Engine; readonly costModel: CostModel } | undefined;
  /** What is wrong with the mesh. */
  readonly issues: readonly Issue[];
  /** Of the reading. */
  readonly digest: string;
}

export interface GenerationParts {
  readonly createEngine: CreateEngine;
  readonly engineOptions: Omit<EngineOptions, 'fetchSubgraph' | 'ownerOf'>;
  /** Asks subgraphs, the catalog's being that of this generation. */
  readonly fetchWith: (catalog: Catalog) => FetchSubgraph;
  readonly fetchObservation: CatalogOptions['fetchObservation'];
  readonly registry?: CatalogOptions['registry'];
  readonly whatIf?: ((read: ReadGraph) => CatalogOptions['whatIf']) | undefined;
  /** What each asker may read of a graph; everything, where absent. */
  readonly access?: Pick<AccessReader, 'accessOf'> | undefined;
  /** Makes an engine record who reads what; nobody does, where absent. */
  readonly auditing?: ((read: ReadGraph) => Promise<(engine: Engine) => Engine>) | undefined;
  readonly dataReads?: CatalogOptions['dataReads'];
}

export async function createGeneration(read: ReadGraph, parts: GenerationParts): Promise<Generation> {
  const { mesh, composed, digest } = read;
  let engine: Engine | undefined;
  const catalog = await createCatalog({
    mesh,
    facts: composed?.facts,
    apiSchema: () => engine?.schema,
    fetchObservation: parts.fetchObservation,
    registry: parts.registry,
    dataReads: parts.dataReads,
    whatIf: parts.whatIf?.(read),
  });
  const { loaded, issues } = await loadEngine(composed, catalog, parts);
  const audited = loaded && (await parts.auditing?.(read))?.(loaded);
  const accessOf = loaded && (await parts.access?.accessOf(read));
  const answering = audited ?? loaded;
  engine = answering && accessOf ? guardedEngine(answering, accessOf) : answering;
  return {
    catalog,
    graph: composed && engine && { engine, costModel: composed.costModel },
    issues: [...read.issues, ...issues],
    digest,
  };
}

/** What composes may still be refused by the engine; to whoever runs the mesh that is the same: no graph, and why. */
async function loadEngine(
  composed: ComposedGraph | undefined,
  catalog: Catalog,
  { createEngine, engineOptions, fetchWith }: GenerationParts,
): Promise<{ readonly loaded?: Engine; readonly issues: readonly Issue[] }> {
  if (!composed) return { issues: [] };
  const { ownerOf } = catalog;
  try {
    const options = { ...engineOptions, fetchSubgraph: fetchWith(catalog), ownerOf };
    return { loaded: await createEngine(composed.supergraphSdl, options), issues: [] };
  } catch (error) {
    // Whatever it is, the catalog has to answer: by it the mesh is mended.
    const { code, message, help } =
      error instanceof WeftError
        ? error
        : new WeftError('SUPERGRAPH_REFUSED', `The engine fails on the graph: ${String(error)}`);
    return { issues: [{ code, severity: 'error', message, help }] };
  }
}
