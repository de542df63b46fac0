/** A model brought to life: composed, with its monolith, its subgraphs and an engine over them. */
import type { CreateEngine, Engine, FetchSubgraph } from '../../gateway/engine/engine.ts';
import { composeWithApollo } from '../../gateway/registry/compose.ts';
import type { Model } from './model.ts';
import { type Monolith, monolithOf } from './monolith.ts';
import { type Subgraphs, subgraphsOf } from './subgraphs.ts';

export interface Graph {
  readonly model: Model;
  readonly supergraphSdl: string;
  readonly monolith: Monolith;
  readonly subgraphs: Subgraphs;
}

export type Composed = { readonly graph: Graph } | { readonly reason: string };

export function compose(model: Model): Composed {
  const subgraphs = subgraphsOf(model);
  const composed = composeWithApollo(subgraphs.sdls);
  if (!('supergraphSdl' in composed)) return { reason: composed.issues[0]?.message ?? 'unknown' };
  return { graph: { model, supergraphSdl: composed.supergraphSdl, monolith: monolithOf(model), subgraphs } };
}

export interface RunningEngine {
  readonly engine: Engine;
  /** How subgraphs are asked from now on: they may begin to fail. */
  use(fetch: FetchSubgraph): void;
}

export async function startEngine(
  { supergraphSdl, subgraphs }: Graph,
  create: CreateEngine,
  { tellsTypes = false } = {},
): Promise<RunningEngine> {
  let fetch = subgraphs.fetch;
  const engine = await create(supergraphSdl, {
    fetchSubgraph: (...request) => fetch(...request),
    log: () => {},
    tellsTypes,
  });
  return {
    engine,
    use(other) {
      fetch = other;
    },
  };
}
