/**
 * Contract ⇄ schema: whether what a domain serves is what its contracts say. Both sides are read as data and compared
 * by coordinate: the schema that the contracts give (sdl.ts) with the one that was published.
 *
 * What a contract declares must be there exactly: the types of its objects, their fields with type and nullability,
 * enum values, keys, references, deprecation, owner and classification. Beyond that a schema may have types and fields
 * of its own (`schema.graphql`), and queries of its own: the kit's are compared only where the schema has them.
 */
import { GraphQLError } from 'graphql';
import type { DomainGraph } from '../../subgraphs/kit/contract/graph.ts';
import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';
import { printSdl } from '../../subgraphs/kit/contract/sdl.ts';
import { schemaHead, weftSpec } from '../../subgraphs/kit/contract/spec.ts';
import { type Issue, isError, issue } from '../../subgraphs/kit/errors/issue.ts';
import {
  type Difference,
  differencesOfDirectives,
  differencesOfMember,
  differencesOfType,
  inFirstVersion,
} from './contract-differences.ts';
import { originsOf } from './contract-origins.ts';
import { type MemberFacts, readSchemaFacts, type SchemaFacts } from './schema-facts.ts';

/**
 * @param file names the schema in messages
 * @returns issues at their places in the contracts, each with the coordinate and the line of the schema. Contracts that
 * give no graph (`NAME_CONFLICT`) and a text that is no schema (`SCHEMA_SYNTAX`) cannot be compared, and say so.
 */
export function driftIssues(domain: Domain, sdl: string, file: string): Issue[] {
  const { graph, issues } = graphOf(domain);
  if (issues.some(isError)) return issues;
  let published: SchemaFacts;
  try {
    published = readSchemaFacts(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError || error instanceof RangeError)) throw error;
    const at = error instanceof GraphQLError ? error.locations?.[0] : undefined;
    const place = { file, line: at?.line ?? 1, column: at?.column ?? 1 };
    return [issue('SCHEMA_SYNTAX', error.message, { place })];
  }
  return graph.types.length > 0 ? compare(graph, published, file) : [];
}

function compare(graph: DomainGraph, published: SchemaFacts, file: string): Issue[] {
  const expected = readSchemaFacts(printSdl(graph));
  const origins = originsOf(graph);
  // The type of its aggregates shows that a schema has the kit's queries: nobody writes that by chance.
  const hasKitQueries = graph.types.some(({ name }) => published.types.has(`${name}Summary`));
  const properties = new Set(graph.types.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field.name}`)));
  const issues: Issue[] = published.linksWeft ? [] : [unlinked(graph, file)];

  for (const [name, type] of expected.types) {
    const there = published.types.get(name);
    if (!there) {
      // One issue says it for all of its members.
      report(name, [`${name} is missing`, 'is there']);
      continue;
    }
    for (const difference of differencesOfType(name, type, there, graph)) report(name, difference, there.line);
    if (there.kind !== type.kind) continue;
    for (const [member, facts] of type.members) {
      const coordinate = `${name}.${member}`;
      const found = there.members.get(member);
      if (found)
        for (const difference of differences(coordinate, facts, found)) report(coordinate, difference, found.line);
      else report(coordinate, [`${coordinate} is missing`, 'is there']);
    }
    if (type.kind !== 'enum') continue;
    // A value that the contract does not list is one that no row may have.
    for (const [value, { line }] of there.members) {
      if (!type.members.has(value))
        report(name, [`${name} has the value ${value}`, 'has none'], line, `${name}.${value}`);
    }
  }
  return issues;

  function differences(coordinate: string, facts: MemberFacts, found: MemberFacts): Difference[] {
    const isProperty = properties.has(coordinate);
    const differing = differencesOfMember(coordinate, facts, found, isProperty);
    if (!published.linksWeft) return differing;
    const asked = published.linksFirstWeft ? inFirstVersion(coordinate, facts, isProperty) : facts;
    return [...differing, ...differencesOfDirectives(coordinate, asked, found, isProperty)];
  }

  /** @param subject the coordinate whose origin is blamed. */
  function report(subject: string, [inSchema, byContract]: Difference, line?: number, coordinate = subject): void {
    const origin = origins.get(subject);
    if (!origin || !(origin.declared || hasKitQueries)) return;
    const where = line === undefined ? file : `${file}:${line}`;
    const message = `${inSchema} in ${where}, but ${byContract} by ${origin.by}.`;
    issues.push(issue('CONTRACT_SDL_DRIFT', message, { place: origin.place, coordinate }));
  }
}

/** Without the link no field can say whose it is; one issue says it for all. */
function unlinked({ types }: DomainGraph, file: string): Issue {
  const message = `${file} does not link ${weftSpec.identity}, so that no field says its owner and its classification as the contracts do.`;
  return issue('CONTRACT_SDL_DRIFT', message, {
    place: types[0]?.object.place,
    help: `Begin the schema with: ${schemaHead.trim().split('\n\n')[0]}`,
  });
}
