/** Subgraphs in, supergraph out. The only file that knows which composition library does it. */
import '../engine/apollo-telemetry-off.ts';
import { createRequire } from 'node:module';
import { composeServices } from '@apollo/composition';
import { type GraphQLError, parse, Source } from 'graphql';
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { readCatalogSdl } from './catalog-sdl.ts';
import { withoutRepeats } from './clashes.ts';
import { compositionError } from './composition-error.ts';
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
export type Compose = (subgraphs: readonly ComposedSubgraph[]) => Composed;

export type Composed = { readonly supergraphSdl: string; readonly issues: Issue[] } | { readonly issues: Issue[] };

/** The catalog is the first subgraph of every mesh. An incomplete mesh is not composed: the result would hide a domain. */
export function composeMesh(mesh: Mesh, catalogUrl = 'http://127.0.0.1:4000/catalog'): Composed {
  if (!mesh.complete) {
    const message = 'Nothing was composed, because the mesh could not be read in full.';
    const help = 'Correct the other issues of supergraph.yaml and the schemas first.';
    return { issues: [issue('COMPOSITION_FAILED', message, { help })] };
  }
  const { version, place } = mesh.federation;
  if (isAbove(version, supportedVersion)) {
    const message = `federation_version is ${version}; Weft composes with ${supportedVersion}.`;
    const help = `Write =${supportedVersion} or 2, or update Weft.`;
    return { issues: [issue('MESH_FILE_INVALID', message, { place, help })] };
  }
  return composeWithApollo(withCatalog(mesh.subgraphs, catalogUrl));
}

export const withCatalog = (subgraphs: readonly ComposedSubgraph[], url: string): ComposedSubgraph[] => [
  { name: catalogName, url, sdl: readCatalogSdl() },
  ...subgraphs,
];

export const composeWithApollo: Compose = (subgraphs) => {
  const issues: Issue[] = [];
  const services = subgraphs.flatMap(({ name, url, sdl, schemaFile }) => {
    try {
      return [{ name, url, typeDefs: parse(new Source(sdl, schemaFile ?? `${name}.graphql`)) }];
    } catch (error) {
      issues.push(compositionError(error as GraphQLError, [name]).issue);
      return [];
    }
  });
  if (issues.length > 0) return { issues };
  try {
    const { supergraphSdl, errors } = composeServices(services);
    const names = subgraphs.map(({ name }) => name);
    return errors
      ? { issues: withoutRepeats(errors.map((error) => compositionError(error, names))) }
      : { supergraphSdl, issues };
  } catch (error) {
    // There are schemas on which the library fails instead of explaining. One subgraph must not stop the gateway so.
    const message = `The composition itself failed: ${error instanceof Error ? error.message : String(error)}`;
    return { issues: [issue('COMPOSITION_FAILED', message, { help: 'Take back what was last changed in a schema.' })] };
  }
};

/** Of the composition library, which is what `federation_version` means to rover, too. */
const { version: supportedVersion } = createRequire(import.meta.url)('@apollo/composition/package.json') as {
  readonly version: string;
};

/** `=2.15` is above `2.14.4`; `2` is not: what is left out is whatever there is. */
function isAbove(version: string, supported: string): boolean {
  const [wanted = [], given = []] = [version, supported].map((each) => each.match(/\d+/g)?.map(Number) ?? []);
  const at = wanted.findIndex((part, index) => part !== given[index]);
  return at !== -1 && (wanted[at] ?? 0) > (given[at] ?? 0);
}
