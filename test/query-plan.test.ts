/** `weft query plan`: which subgraphs would be asked what, and what it costs, before anything runs. The real command. */
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { costModelOf } from '../gateway/engine/demand/cost-model.ts';
import { startExplainer } from '../gateway/engine/explain.ts';
import type { Fetch, PlanNode } from '../gateway/engine/plan.ts';
import { fetchCosts } from '../scripts/plan-cost.ts';
import { compose, planningHere } from './federation/graph.ts';
import { makeMesh, type TestMesh, weft } from './mesh.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@listSize", "@cost"])';

const files = {
  'supergraph.yaml': `subgraphs:
  shop:
    routing_url: http://127.0.0.1:4001/graphql
    schema: { file: ./shop.graphql }
  stock:
    routing_url: http://127.0.0.1:4002/graphql
    schema: { file: ./stock.graphql }
`,
  'shop.graphql': `${link}
type Query { items(first: Int): [Item] pages(first: Int): Page strict(first: Int): [Item] @listSize(slicingArguments: ["first"]) }
type Page { nodes: [Item] }
type Item @key(fields: "sku") { sku: ID! title: String parts: [Item] }
type Mutation { buy(sku: ID): Item }
type Subscription { sold: Item }
`,
  'stock.graphql': `${link}
type Item @key(fields: "sku") { sku: ID! left: Int shelf: Shelf }
type Shelf { name: String }
`,
};

const mesh = (): TestMesh => makeMesh(files);

const fetchesIn = (node: PlanNode | undefined): Fetch[] =>
  !node ? [] : node.kind === 'Fetch' ? [node] : node.nodes.flatMap(fetchesIn);

describe('the plan', () => {
  test('is printed with what each fetch costs; no gateway and no subgraph has to run', async () => {
    await using here = mesh();
    const { code, stdout, stderr } = await here.weft(
      'query',
      'plan',
      '{ items(first: 3) { title left shelf { name } } }',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`QueryPlan {
  Sequence {
    Fetch(service: "shop") {
      # wave 1, 1 request, costs 3
      {
        __w0_items: items(first: 3) {
          __typename
          title
          sku
        }
      }
    }
    Flatten(path: "__w0_items.@") {
      Fetch(service: "stock") {
        # wave 2, 1 request, sends representations of Item from 1 place, costs 6
        {
          ... on Item {
            __typename
            sku
          }
        } =>
        {
          ... on Item {
            left
            shelf {
              name
            }
          }
        }
      }
    }
  }
}
# 2 requests in 2 waves
# costs 6 in all, as the gateway counts
`);
  });

  test.each([
    ['{ items { left } }', [10, 10]],
    ['{ items(first: 2) { parts { left } } }', [22, 20]],
    ['{ pages(first: 4) { nodes { left } } }', [5, 4]],
    ['{ a: items(first: 2) { left } b: items(first: 3) { left } }', [5, 5]],
    ['mutation { buy { left } }', [11, 1]],
    ['{ items(first: 2) { __typename } __typename }', [2]],
    ['{ __typename }', []],
  ])('%s: its fetches cost %j', async (operation, costs) => {
    const supergraph = compose({ shop: { sdl: files['shop.graphql'] }, stock: { sdl: files['stock.graphql'] } });
    const explainer = await startExplainer(planningHere(), supergraph);
    const explanation = await explainer.explain(parse(operation), {});
    const costOf = fetchCosts(explainer.schema, costModelOf(supergraph), explanation);
    expect(fetchesIn(explanation.plan.node).map(costOf)).toEqual(costs);
  });

  test('of an operation from a file or from stdin', async () => {
    await using here = mesh();
    here.write({ 'op.graphql': '{ items { title } }' });
    const fromFile = await here.weft('query', 'plan', '--file', 'op.graphql');
    const fromStdin = await weft(['query', 'plan', '-'], { cwd: here.dir, stdin: '{ items { title } }' });
    expect(fromFile.stdout).toContain('Fetch(service: "shop")');
    expect(fromStdin).toEqual(fromFile);
  });

  test('of a mesh elsewhere', async () => {
    await using here = mesh();
    const file = `${here.dir}/supergraph.yaml`;
    const { stdout } = await weft(['query', 'plan', '{ items { title } }', '--supergraph', file], { cwd: '/' });
    expect(stdout).toContain('# 1 request in 1 wave');
  });

  test('as JSON has the cost in every fetch', async () => {
    await using here = mesh();
    const { data, error } = JSON.parse((await here.weft('query', 'plan', '{ items { left } }', '--json')).stdout);
    expect(error).toBeNull();
    expect(data).toMatchObject({ cost: 10, plan: { node: { kind: 'Sequence', nodes: [{ cost: 10 }, { cost: 10 }] } } });
  });

  test('depends on variables where they decide what is fetched, and how much', async () => {
    await using here = mesh();
    const operation = 'query ($n: Int = 5, $more: Boolean!) { items(first: $n) { title left @include(if: $more) } }';
    const plan = async (variables: object) =>
      (await here.weft('query', 'plan', operation, '--variables', JSON.stringify(variables))).stdout;
    expect(await plan({ more: false })).toMatch(/costs 5\n.*# 1 request in 1 wave/s);
    expect(await plan({ more: true, n: 7 })).toMatch(/costs 7\n.*costs 7\n.*# 2 requests in 2 waves/s);
  });

  test('of a subscription: its stream, and what each event takes', async () => {
    await using here = mesh();
    const { stdout } = await here.weft('query', 'plan', 'subscription { sold { left } }');
    expect(stdout).toContain('# a stream of `shop`, and 1 request in 1 wave for each of its events');
  });
});

describe('what has no plan', () => {
  test.each([
    ['{ items { titel } }', 'operation:1:11 error OPERATION_INVALID  Cannot query field "titel"'],
    ['{ items {', 'operation:1:10 error OPERATION_INVALID  Syntax Error'],
    [
      'query A { items { sku } } query B { items { sku } }',
      'operation:1:27 error OPERATION_INVALID  There has to be one',
    ],
    ['fragment F on Item { sku }', 'operation:1:1 error OPERATION_INVALID  Fragment "F" is never used'],
    ['{ strict { sku } }', 'error OPERATION_TOO_EXPENSIVE  `strict` needs one of first'],
  ])('%s is wrong input', async (operation, message) => {
    await using here = mesh();
    const { code, stdout, stderr } = await here.weft('query', 'plan', operation, '--json');
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    const { error, data } = JSON.parse(stdout);
    expect(data).toBeNull();
    expect(error.issues).toHaveLength(1);
    expect(message).toContain(error.code);
  });

  test('a file is named by its path', async () => {
    await using here = mesh();
    here.write({ 'op.graphql': '{\n  nothing\n}' });
    expect((await here.weft('query', 'plan', '--file', 'op.graphql')).stderr).toContain('op.graphql:2:3 error');
    const { code, stderr } = await here.weft('query', 'plan', '--file', 'missing.graphql');
    expect({ code, said: stderr.includes('OPERATION_MISSING') }).toEqual({ code: 2, said: true });
  });

  test('a mesh that does not compose, or is not there', async () => {
    await using here = makeMesh({ ...files, 'stock.graphql': `${link}\ntype Query { items: Int }` });
    const { code, stderr } = await here.weft('query', 'plan', '{ items { sku } }');
    expect(code).toBe(1);
    expect(stderr).toContain('COMPOSITION_FAILED');
    await using nowhere = makeMesh();
    expect((await nowhere.weft('query', 'plan', '{ a }')).stderr).toContain('MESH_NOT_FOUND');
  });

  test('a graph that the planner refuses', async () => {
    const federation =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])';
    await using here = makeMesh({
      ...files,
      'stock.graphql': `${federation}\ntype Query { x: Int @authenticated }`,
    });
    const { code, stderr } = await here.weft('query', 'plan', '{ x }');
    expect(code).toBe(2);
    expect(stderr).toContain('SUPERGRAPH_REFUSED');
  });
});

test('`weft query` still takes an operation, with its own options', async () => {
  const { stdout } = await weft(['query', '--help'], { cwd: '/' });
  expect(stdout).toContain('Usage: weft query [options] [command] [operation]');
  expect(stdout).toContain('--gateway <url>');
  const help = await weft(['query', 'plan', '--help'], { cwd: '/' });
  expect(help.stdout).toContain('--supergraph <file>');
  expect(help.stdout).not.toContain('--gateway');
});
