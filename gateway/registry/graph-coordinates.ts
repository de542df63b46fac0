/**
 * A supergraph as facts per schema coordinate (their aspects: governance/graph-change.ts). Two graphs of the same
 * subgraphs have the same facts, in whatever order these were composed: nothing here is a matter of position.
 */
import {
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  print,
  type StringValueNode,
  type TypeDefinitionNode,
} from 'graphql';
import { applied, enumArgument, stringArgument } from '../planner/applied-directives.ts';
import { sayDirectives } from './directive-facts.ts';
import { type GraphCoordinates, type Say, writtenFacts } from './facts.ts';
import { saySubgraphs } from './subgraph-facts.ts';
import type { SupergraphTypes } from './supergraph-types.ts';

/**
 * @param entities types for which there is a key, in this graph or in the one that it is compared with
 * @param isAlike types of which nothing is said but what other types say of them, since the other graph has the same
 */
export function graphCoordinates(
  graph: SupergraphTypes,
  entities: ReadonlySet<string> = graph.keyed,
  isAlike: (type: string) => boolean = () => false,
): GraphCoordinates {
  const { facts, say } = writtenFacts();
  const element = elementWriter(graph, say);
  say('schema', 'kind', 'schema');
  if (graph.schema) element('schema', graph.schema);
  for (const directive of graph.directives) sayDefinition(directive, say, element);
  for (const type of graph.types) if (!isAlike(type.name.value)) sayType(type, graph, say, element);
  saySubgraphs(graph, entities, isAlike, say);
  return facts;
}

interface Element {
  readonly description?: StringValueNode | undefined;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

type SayElement = (coordinate: string, node: Element) => void;

/** What every element may have: a description, directives. */
function elementWriter(graph: SupergraphTypes, say: Say): SayElement {
  return (coordinate, { description, directives }) => {
    if (description) say(coordinate, 'description', description.value);
    sayDirectives(directives, graph, (...said) => say(coordinate, ...said));
  };
}

function sayType(type: TypeDefinitionNode, { subgraphs }: SupergraphTypes, say: Say, element: SayElement): void {
  const name = type.name.value;
  const declared = (coordinate: string, directives: readonly ConstDirectiveNode[]): void => {
    for (const directive of directives) {
      const subgraph = subgraphs.get(enumArgument(directive, 'graph') ?? '');
      if (subgraph !== undefined) say(coordinate, 'declared', 'declared', { subgraph });
    }
  };
  say(name, 'kind', kinds[type.kind]);
  element(name, type);
  switch (type.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      for (const { name: each } of type.interfaces ?? []) {
        say(name, 'implements', each.value, { detail: each.value });
      }
      for (const field of type.fields ?? []) {
        const coordinate = `${name}.${field.name.value}`;
        say(coordinate, 'kind', 'field');
        say(coordinate, 'type', print(field.type));
        element(coordinate, field);
        for (const argument of field.arguments ?? []) {
          sayInput(`${coordinate}(${argument.name.value}:)`, 'argument', argument, say, element);
        }
      }
      break;
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      for (const field of type.fields ?? []) {
        sayInput(`${name}.${field.name.value}`, 'input field', field, say, element);
      }
      break;
    case Kind.ENUM_TYPE_DEFINITION:
      for (const value of type.values ?? []) {
        const coordinate = `${name}.${value.name.value}`;
        say(coordinate, 'kind', 'enum value');
        element(coordinate, value);
        declared(coordinate, applied(value, 'join__enumValue'));
      }
      break;
    case Kind.UNION_TYPE_DEFINITION:
      for (const member of type.types ?? []) {
        const coordinate = `${name}.${member.name.value}`;
        say(coordinate, 'kind', 'union member');
        const said = applied(type, 'join__unionMember');
        declared(
          coordinate,
          said.filter((each) => stringArgument(each, 'member') === member.name.value),
        );
      }
  }
}

function sayDefinition(directive: DirectiveDefinitionNode, say: Say, element: SayElement): void {
  const coordinate = `@${directive.name.value}`;
  say(coordinate, 'kind', 'directive');
  element(coordinate, { description: directive.description });
  const locations = directive.locations.map(({ value }) => value).sort();
  say(coordinate, 'locations', `${directive.repeatable ? 'repeatable ' : ''}on ${locations.join(' | ')}`);
  for (const argument of directive.arguments ?? []) {
    sayInput(`${coordinate}(${argument.name.value}:)`, 'argument', argument, say, element);
  }
}

function sayInput(
  coordinate: string,
  kind: string,
  input: InputValueDefinitionNode,
  say: Say,
  element: SayElement,
): void {
  say(coordinate, 'kind', kind);
  say(coordinate, 'type', print(input.type));
  if (input.defaultValue) say(coordinate, 'default', print(input.defaultValue));
  element(coordinate, input);
}

const kinds: Readonly<Record<TypeDefinitionNode['kind'], string>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object type',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input type',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
};
