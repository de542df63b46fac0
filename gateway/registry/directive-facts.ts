/** What the directives on one element say, by the specification that they are of, never by their names. */
import { type ConstDirectiveNode, print } from 'graphql';
import { weftSpec } from '../../subgraphs/kit/contract/spec.ts';
import { hasFields } from '../engine/type-definitions.ts';
import type { Aspect } from '../governance/graph-change.ts';
import { type Arguments, argumentsOf } from './applied-arguments.ts';
import type { FactDetails } from './facts.ts';
import type { SupergraphTypes } from './supergraph-types.ts';

type Say = (aspect: Aspect, value: string, details?: FactDetails) => void;

export function sayDirectives(
  directives: readonly ConstDirectiveNode[] | undefined,
  { originOf, subgraphs }: Pick<SupergraphTypes, 'originOf' | 'subgraphs'>,
  say: Say,
): void {
  if (!directives?.length) return;
  const tags: string[] = [];
  for (const directive of directives) {
    const { identity, name } = originOf(directive.name.value);
    if (identity === join) {
      if (name === 'directive') sayOfSubgraphs(directive, subgraphs, say);
      continue; // The others are read with what they stand on.
    }
    if (identity === link) continue;
    const known = identity === undefined && name === 'deprecated' ? deprecation : aspects[`${identity}@${name}`];
    if (known === undefined) {
      const text = textOf(identity === undefined ? name : `${identity}#${name}`, directive);
      say('directive', text, { detail: text });
      continue;
    }
    const given = argumentsOf(directive);
    if (known === 'tags') tags.push(String(given.name));
    else for (const [aspect, value] of known(given)) say(aspect, value);
  }
  if (tags.length > 0) say('tags', [...new Set(tags)].sort().join(', '));
}

/** The level of Weft's `@classified` on a field. */
export function classifiedAs(coordinate: string, graph: SupergraphTypes): string | undefined {
  const [type = '', field] = coordinate.split('.');
  const found = graph.typeNamed(type);
  const fields = found && hasFields(found) ? (found.fields ?? []) : [];
  let level: string | undefined;
  sayDirectives(fields.find(({ name }) => name.value === field)?.directives, graph, (aspect, value) => {
    if (aspect === 'classification') level = value;
  });
  return level;
}

type Known = (given: Arguments) => readonly (readonly [Aspect, string])[];

const join = 'https://specs.apollo.dev/join';
const link = 'https://specs.apollo.dev/link';

const deprecation: Known = ({ reason = 'No longer supported' }) => [['deprecation', String(reason)]];

const aspects: Readonly<Record<string, Known | 'tags'>> = {
  'https://specs.apollo.dev/tag@tag': 'tags',
  'https://specs.apollo.dev/inaccessible@inaccessible': () => [['inaccessible', 'inaccessible']],
  'https://specs.apollo.dev/cost@cost': ({ weight }) => [['cost', String(weight)]],
  'https://specs.apollo.dev/cost@listSize': (given) => [['list size', listOf(given)]],
  [`${weftSpec.identity}@classified`]: ({ level, categories, of, deIdentified }) => [
    ['classification', String(level)],
    ...(Array.isArray(categories) ? [['categories', [...categories].sort().join(', ')] as const] : []),
    ...(typeof of === 'string' ? [['classified origin', of] as const] : []),
    ...(typeof deIdentified === 'string' ? [['de-identified', deIdentified] as const] : []),
  ],
  [`${weftSpec.identity}@owner`]: ({ team, product }) => [['owner', listOf({ team, product })]],
  [`${weftSpec.identity}@dataProduct`]: (given) => [['product', listOf(given)]],
};

/** `@join__directive(graphs: [SALES], name: "connect", args: {…})`: the directive of a few subgraphs. */
function sayOfSubgraphs(directive: ConstDirectiveNode, subgraphs: SupergraphTypes['subgraphs'], say: Say): void {
  const { graphs, name, args } = argumentsOf(directive);
  const text = `@${String(name)}(${JSON.stringify(args ?? {})})`;
  for (const graph of Array.isArray(graphs) ? graphs : []) {
    const subgraph = subgraphs.get(String(graph));
    if (subgraph !== undefined) say('directive', text, { subgraph, detail: text });
  }
}

/** Arguments in the order of their names. */
function textOf(name: string, { arguments: given = [] }: ConstDirectiveNode): string {
  const texts = given.map((each) => print(each)).sort();
  return texts.length > 0 ? `@${name}(${texts.join(', ')})` : `@${name}`;
}

/** `product: sales.orders, team: Sales` */
function listOf(given: Arguments): string {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return said
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .sort()
    .join(', ');
}
