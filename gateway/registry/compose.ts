/** Subgraphs in, supergraph out. The only file that knows which composition library does it. */
import '../engine/apollo-telemetry-off.ts';
import { composeServices } from '@apollo/composition';
import { type ASTNode, type GraphQLError, parse, Source } from 'graphql';
import { type Issue, issue, type Place } from '../../subgraphs/kit/errors/issue.ts';
import { readCatalogSdl } from './catalog-sdl.ts';
import type { Mesh } from './mesh.ts';
import { catalogName } from './supergraph-file.ts';

export interface ComposedSubgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** Names the text in the places of issues; `<name>.graphql` where absent. */
  readonly schemaFile?: string;
}

/** Another composition library is another function of this type. */
export type Compose = (
  subgraphs: readonly ComposedSubgraph[],
) => { readonly supergraphSdl: string; readonly issues: Issue[] } | { readonly issues: Issue[] };

/** The catalog is the first subgraph of every mesh. An incomplete mesh is not composed: the result would hide a domain. */
export function composeMesh(mesh: Mesh, catalogUrl = 'http://127.0.0.1:4000/catalog'): ReturnType<Compose> {
  if (!mesh.complete) {
    const message = 'Nothing was composed, because the mesh could not be read in full.';
    const help = 'Correct the other issues of supergraph.yaml and the schemas first.';
    return { issues: [issue('COMPOSITION_FAILED', message, { help })] };
  }
  return composeWithApollo([{ name: catalogName, url: catalogUrl, sdl: readCatalogSdl() }, ...mesh.subgraphs]);
}

export const composeWithApollo: Compose = (subgraphs) => {
  const issues: Issue[] = [];
  const services = subgraphs.flatMap(({ name, url, sdl, schemaFile }) => {
    try {
      return [{ name, url, typeDefs: parse(new Source(sdl, schemaFile ?? `${name}.graphql`)) }];
    } catch (error) {
      issues.push(compositionIssue(error as GraphQLError, name));
      return [];
    }
  });
  if (issues.length > 0) return { issues };
  try {
    const { supergraphSdl, errors } = composeServices(services);
    return errors ? { issues: errors.map((error) => compositionIssue(error)) } : { supergraphSdl, issues };
  } catch (error) {
    // There are schemas on which the library fails instead of explaining. One subgraph must not stop the gateway so.
    const message = `The composition itself failed: ${error instanceof Error ? error.message : String(error)}`;
    return { issues: [issue('COMPOSITION_FAILED', message, { help: 'Take back what was last changed in a schema.' })] };
  }
};

/** `FIELD_TYPE_MISMATCH: Type of field "Order.total" is incompatible … (subgraphs: customers, sales)` */
function compositionIssue(error: GraphQLError, subgraph?: string): Issue {
  const nodes = (error.nodes ?? []) as readonly (ASTNode & { readonly subgraph?: string })[];
  const named = new Set([subgraph, ...nodes.map((node) => node.subgraph)].filter((name) => name !== undefined));
  const unsaid = [...named].filter((name) => !error.message.includes(name));
  const code = String(error.extensions.code ?? 'INVALID_GRAPHQL');
  const subgraphs = unsaid.length > 0 ? ` (subgraph${unsaid.length > 1 ? 's' : ''}: ${unsaid.join(', ')})` : '';
  return issue('COMPOSITION_FAILED', `${code}: ${error.message}${subgraphs}`, {
    place: placeOf(error),
    coordinate: /"([A-Za-z_]\w*\.\w+(?:\(\w+:\))?)"/.exec(error.message)?.[1],
  });
}

function placeOf({ source, locations, nodes }: GraphQLError): Place | undefined {
  const file = source?.name ?? nodes?.[0]?.loc?.source.name;
  const at = locations?.[0];
  return file?.endsWith('.graphql') && at ? { file, line: at.line, column: at.column } : undefined;
}
