/** A query plan for people, in the notation that Apollo's printer made known: `requires => selection`, places as Flatten. */
import { print, type SelectionSetNode } from 'graphql';
import { selectionOf } from './fetched-fields.ts';
import type { EntityFetch, Fetch, PlanNode, PlanPath, QueryPlan, Requirement } from './plan.ts';

export interface PrintContext {
  /** Of one request, in whatever the caller counts in. */
  readonly estimatedCost?: (fetch: Fetch) => number;
}

export function printPlan({ subscription, node }: QueryPlan, context: PrintContext = {}): string {
  const waves = wavesOf(node);
  const print = (each: PlanNode): Line[] => {
    if (each.kind === 'Fetch') return fetchLines(each, [costOf(each, `wave ${waves.get(each)}`, context)]);
    return block(each.kind, each.nodes.flatMap(print));
  };
  const stream = subscription ? fetchLines(subscription, [costOf(subscription, 'one stream', context)]) : [];
  const body = [...(subscription ? block('Subscription', stream) : []), ...(node ? print(node) : [])];
  return toText([...block('QueryPlan', body), [`# ${summary(waves, subscription)}`, 0]]);
}

/** A text and how deep it is. */
type Line = readonly [text: string, depth: number];

/** In which round of requests each fetch is sent. */
function wavesOf(node: PlanNode | undefined): ReadonlyMap<Fetch, number> {
  const waves = new Map<Fetch, number>();
  /** @returns the last wave of the node. */
  const count = (each: PlanNode, from: number): number => {
    if (each.kind === 'Sequence') return each.nodes.reduce((wave, next) => count(next, wave) + 1, from) - 1;
    if (each.kind === 'Parallel') return Math.max(...each.nodes.map((next) => count(next, from)));
    waves.set(each, from);
    return from;
  };
  if (node) count(node, 1);
  return waves;
}

function summary(waves: ReadonlyMap<Fetch, number>, subscription: Fetch | undefined): string {
  const requests = plural(waves.size, 'request');
  const work = waves.size > 0 ? `${requests} in ${plural(Math.max(...waves.values()), 'wave')}` : 'no request';
  return subscription ? `a stream of \`${subscription.subgraph}\`, and ${work} for each of its events` : work;
}

function costOf(fetch: Fetch, when: string, { estimatedCost }: PrintContext): Line {
  const { entities = [], variables } = fetch;
  const places = entities.reduce((sum, { paths }) => sum + paths.length, 0);
  const lists = entities.length > 1 ? `${entities.length} lists of representations` : 'representations';
  const parts = [
    `# ${when}`,
    fetch.operationKind === 'subscription' ? [] : '1 request',
    entities.length > 0 ? `sends ${lists} of ${typesOf(fetch).join(', ')} from ${plural(places, 'place')}` : [],
    variables.length > 0 ? `sends ${variables.map((name) => `$${name}`).join(', ')}` : [],
    estimatedCost ? `costs ${estimatedCost(fetch)}` : [],
  ];
  return [parts.flat().join(', '), 0];
}

const typesOf = ({ entities = [] }: Fetch): string[] => [
  ...new Set(
    entities.flatMap(({ requires }) => requires.flatMap((each) => ('typeCondition' in each ? each.typeCondition : []))),
  ),
];

function fetchLines(fetch: Fetch, cost: readonly Line[]): Line[] {
  const { entities = [], subgraph } = fetch;
  const title = `Fetch(service: ${JSON.stringify(subgraph)})`;
  const [only, ...more] = entities;
  if (!only) return block(title, [...cost, ...selectionLines(selectionOf(fetch))]);
  if (more.length === 0) return block(flatten(only), block(title, [...cost, ...entityLines(fetch, only)]));
  return block(title, [...cost, ...entities.flatMap((entity) => block(flatten(entity), entityLines(fetch, entity)))]);
}

function flatten({ paths }: EntityFetch): string {
  const texts = paths.map((path) => JSON.stringify(pathText(path)));
  return texts.length === 1 ? `Flatten(path: ${texts})` : `Flatten(paths: [${texts.join(', ')}])`;
}

/** `orders.@.customer`; `|[A,B]` behind a key admits only these types. */
const pathText = (path: PlanPath): string =>
  path.reduce<string>((text, segment) => {
    if (typeof segment !== 'string') return `${text}|[${segment.types.join(',')}]`;
    return text ? `${text}.${segment}` : segment;
  }, '');

function entityLines(fetch: Fetch, entity: EntityFetch): Line[] {
  const requires = [['{', 0] as const, ...deeper(entity.requires.flatMap(requirementLines)), ['} =>', 0] as const];
  return [...requires, ...selectionLines(selectionOf(fetch, entity))];
}

function requirementLines(requirement: Requirement): Line[] {
  const { selections = [] } = requirement;
  const title =
    requirement.kind === 'InlineFragment'
      ? `... on ${requirement.typeCondition}`
      : [requirement.alias, requirement.name].filter(Boolean).join(': ');
  return selections.length > 0 ? block(title, selections.flatMap(requirementLines)) : [[title, 0]];
}

const selectionLines = (selection: SelectionSetNode | undefined): Line[] =>
  selection
    ? print(selection)
        .split('\n')
        .map((text) => [text, 0])
    : [];

const block = (title: string, lines: readonly Line[]): Line[] => [[`${title} {`, 0], ...deeper(lines), ['}', 0]];

const deeper = (lines: readonly Line[]): Line[] => lines.map(([text, depth]) => [text, depth + 1]);

const toText = (lines: readonly Line[]): string => lines.map(([text, depth]) => '  '.repeat(depth) + text).join('\n');

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
