/** Apollo's planner: for machines that Hive's has no binary for, and to compare with. Elastic-2.0. */
import '../engine/apollo-telemetry-off.ts';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, Kind, parse } from 'graphql';
import { planOfApollo } from './apollo-plan.ts';
import type { OpenLibrary } from './planner-library.ts';
import { overrideLabels, percentOf } from './supergraph-facts.ts';

export const openApollo: OpenLibrary = ({ sdl, document: supergraphDocument }) => {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  const planner = new QueryPlanner(supergraph);
  const schema = supergraph.apiSchema();
  const labelsOfGraph = overrideLabels(supergraphDocument);
  return {
    interruptible: false,
    async plan(operation, { labels, percentage }) {
      const isActive = (label: string) => labels.has(label) || percentage < (percentOf(label) ?? 0);
      const overrideConditions = new Map(labelsOfGraph.map((label) => [label, isActive(label)]));
      const document = unnamed(parse(operation));
      return planOfApollo(planner.buildQueryPlan(operationFromDocument(schema, document), { overrideConditions }));
    },
  };
};

/** A name would be numbered through the fetches, so that no two of them were the same. */
const unnamed = (document: DocumentNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.map((node) => {
    if (node.kind !== Kind.OPERATION_DEFINITION) return node;
    const { name, ...anonymous } = node;
    return anonymous;
  }),
});
