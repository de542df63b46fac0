/** A supergraph's definitions, and what has to be known of all of them before one can be read. */
import {
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  type SchemaDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';
import { applied, enumArgument, isFalse, isTrue, stringArgument } from '../planner/applied-directives.ts';
import { rootTypes } from '../planner/root-types.ts';
import { directiveOrigins, type Origin } from './directive-origins.ts';

export interface SupergraphTypes {
  /** Without what the specifications of Federation define for themselves. */
  readonly types: readonly TypeDefinitionNode[];
  readonly typeNamed: (name: string) => TypeDefinitionNode | undefined;
  readonly directives: readonly DirectiveDefinitionNode[];
  readonly schema: SchemaDefinitionNode | undefined;
  readonly originOf: (name: string, isType?: boolean) => Origin;
  readonly roots: ReadonlySet<string>;
  /** Types that some subgraph has a key for. */
  readonly keyed: ReadonlySet<string>;
  /** What the subgraphs say of each type. */
  readonly joins: ReadonlyMap<string, readonly TypeJoin[]>;
  /** Names of subgraphs by the values of `join__Graph` that stand for them. */
  readonly subgraphs: ReadonlyMap<string, string>;
}

/** One `@join__type`. */
export interface TypeJoin {
  readonly subgraph: string;
  readonly key: string | undefined;
  readonly isResolvable: boolean;
  readonly isInterfaceObject: boolean;
  readonly isExtension: boolean;
}

export function readSupergraphTypes(supergraphSdl: string): SupergraphTypes {
  const document = parse(supergraphSdl, { noLocation: true });
  const originOf = directiveOrigins(document);
  const subgraphs = subgraphNames(document);

  const joins = new Map<string, TypeJoin[]>();
  const types = document.definitions.filter(isTypeDefinitionNode).filter((type) => {
    const found = applied(type, 'join__type').flatMap((directive) => {
      const subgraph = subgraphs.get(enumArgument(directive, 'graph') ?? '');
      return subgraph === undefined ? [] : typeJoin(directive, subgraph);
    });
    joins.set(type.name.value, found);
    return found.length > 0 || !isFederation(originOf(type.name.value, true));
  });
  const keyed = [...joins].filter(([, found]) => found.some(({ key }) => key !== undefined));
  const byName = new Map(types.map((type) => [type.name.value, type]));
  return {
    types,
    typeNamed: (name) => byName.get(name),
    directives: document.definitions.filter(
      (node): node is DirectiveDefinitionNode =>
        node.kind === Kind.DIRECTIVE_DEFINITION && !isFederation(originOf(node.name.value)),
    ),
    schema: document.definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION),
    originOf,
    roots: new Set(Object.values(rootTypes(document))),
    keyed: new Set(keyed.map(([name]) => name)),
    joins,
    subgraphs,
  };
}

const isFederation = ({ identity }: Origin): boolean => identity?.startsWith('https://specs.apollo.dev/') === true;

function typeJoin(directive: ConstDirectiveNode, subgraph: string): TypeJoin {
  return {
    subgraph,
    key: stringArgument(directive, 'key'),
    isResolvable: !isFalse(directive, 'resolvable'),
    isInterfaceObject: isTrue(directive, 'isInterfaceObject'),
    isExtension: isTrue(directive, 'extension'),
  };
}

function subgraphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const graphs = definitions.find((node) => isTypeDefinitionNode(node) && node.name.value === 'join__Graph');
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map((value) => [value.name.value, stringArgument(applied(value, 'join__graph')[0], 'name') ?? '']),
  );
}
