/**
 * One small federated graph per test: SDL and resolvers in, answers out. Subgraphs are graphql-js, in this process, and are
 * asked through JSON as over HTTP; they validate what they are asked. Every operation is answered by both forms of the
 * engine, over plans of both planners, and the answers must be the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLFormattedError, type GraphQLSchema, graphql, parse, validate } from 'graphql';
import { answerText } from '../../gateway/engine/answer.ts';
import { createApolloEngine } from '../../gateway/engine/apollo.ts';
import type { CreateEngine, Engine, FetchSubgraph, RequestContext } from '../../gateway/engine/engine.ts';
import type { CreatePlanner } from '../../gateway/engine/planner.ts';
import { createWeftEngine } from '../../gateway/engine/weft.ts';
import { compiledWorkings, interpretedWorkings } from '../../gateway/engine/workings.ts';
import { openPlanning, type PlanningOptions } from '../../gateway/planner/planning.ts';
import { composeWithApollo } from '../../gateway/registry/compose.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

export interface Part {
  readonly sdl: string;
  readonly resolvers?: Readonly<Record<string, any>>;
  /** Changes what the subgraph answers, as a faulty one would. */
  readonly spoil?: (answer: any, asked: Asked) => unknown;
}

export interface Asked {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: any;
}

export interface Question {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly context?: RequestContext;
}

export interface Answer {
  readonly data?: any;
  readonly errors?: readonly GraphQLFormattedError[];
}

export interface Graph {
  readonly supergraphSdl: string;
  /** What consumers see. */
  readonly schema: GraphQLSchema;
  ask(source: string, question?: Question): Promise<Answer>;
  /** The same by the compiled form alone, for great numbers of operations. */
  askCompiled(source: string, question?: Question): Promise<Answer>;
  /** What @apollo/gateway answers, to tell what a probe is worth. */
  askApollo(source: string, question?: Question): Promise<Answer>;
  /** What the subgraphs were asked for the last operation, in order. */
  asked: readonly Asked[];
  /** The representations that a subgraph was sent for the last operation. */
  sentTo(subgraph: string): readonly any[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Of the newest version of Federation whose directives an engine without authorisation may serve. */
export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible", "@tag",
  "@composeDirective", "@cost", "@listSize"])`;

/** @param parts by the subgraph's name; made anew for each engine where they are a function: for subgraphs that remember. */
export async function startGraph(parts: Parts | (() => Parts)): Promise<Graph> {
  const made = typeof parts === 'function' ? parts : () => parts;
  const supergraphSdl = compose(made());
  const ours = [
    await start(createWeftEngine({ createPlanner: planningHere(), workings: compiledWorkings })),
    await start(createWeftEngine({ createPlanner: planningHere(), workings: interpretedWorkings })),
    await start(createWeftEngine({ createPlanner: planningHere({ library: 'apollo', searchesAlways: true }) })),
  ] as const;
  let apollo: Running | undefined;
  const graph: Graph = {
    supergraphSdl,
    schema: ours[0].engine.schema,
    asked: [],
    async ask(source, question = {}) {
      const [compiled, interpreted, otherwisePlanned] = [
        await answerOf(ours[0], source, question),
        await answerOf(ours[1], source, question),
        await answerOf(ours[2], source, question),
      ];
      same('The interpreter and the compiled form differ', compiled, interpreted);
      // Plans that cannot be right are refused: Apollo's planner has some where Hive's has none.
      if (otherwisePlanned.answer.errors?.[0]?.extensions?.code !== 'PLAN_FAILED') {
        same('Plans of the two planners give different answers', compiled.answer, otherwisePlanned.answer);
      }
      graph.asked = compiled.asked;
      return compiled.answer;
    },
    async askCompiled(source, question = {}) {
      return (await answerOf(ours[0], source, question)).answer;
    },
    async askApollo(source, question = {}) {
      apollo ??= await start(createApolloEngine);
      return (await answerOf(apollo, source, question)).answer;
    },
    sentTo: (name) =>
      graph.asked.filter(({ subgraph }) => subgraph === name).flatMap(({ variables }) => representationsIn(variables)),
    async [Symbol.asyncDispose]() {
      for (const { engine } of ours) await engine.close();
      await apollo?.engine.close();
    },
  };
  return graph;

  async function start(create: CreateEngine): Promise<Running> {
    const asked: Asked[] = [];
    const engine = await create(supergraphSdl, { fetchSubgraph: subgraphsOf(made(), asked), log: () => {} });
    return { engine, asked };
  }
}

/** As the planner's own process plans, without the process. */
export function planningHere(options: PlanningOptions = {}): CreatePlanner {
  return async (supergraphSdl) => {
    const { facts, plan } = await openPlanning(supergraphSdl, options);
    const { signal } = new AbortController();
    return {
      graph: facts,
      plan: (operation, overrides) =>
        plan(operation, overrides, signal).catch((cause) => {
          throw new WeftError('PLAN_FAILED', 'The operation could not be planned.', { cause });
        }),
      close: async () => {},
    };
  };
}

type Parts = Readonly<Record<string, Part>>;

interface Running {
  readonly engine: Engine;
  readonly asked: Asked[];
}

/** @throws Error where the subgraphs do not compose. */
export function compose(parts: Parts): string {
  const composed = composeWithApollo(
    Object.entries(parts).map(([name, { sdl }]) => ({ name, url: `http://${name}`, sdl: withLink(sdl) })),
  );
  if ('supergraphSdl' in composed) return composed.supergraphSdl;
  throw new Error(composed.issues.map(({ message }) => message).join('\n'));
}

/** One that links nothing itself gets everything. */
const withLink = (sdl: string): string => (sdl.includes('@link') ? sdl : `${link}\n${sdl}`);

export function subgraphsOf(parts: Parts, asked: Asked[] = []): FetchSubgraph {
  const schemas = new Map(
    Object.entries(parts).map(([name, { sdl, resolvers = {} }]) => [
      name,
      buildSubgraphSchema({ typeDefs: parse(withLink(sdl)), resolvers }),
    ]),
  );
  return async ({ name }, { body }) => {
    const { query, variables } = JSON.parse(body);
    const request = { subgraph: name, query, variables };
    asked.push(request);
    const schema = schemas.get(name) as GraphQLSchema;
    const answer: unknown = JSON.parse(
      JSON.stringify(await graphql({ schema, source: query, variableValues: variables, contextValue: {} })),
    );
    const text = JSON.stringify(parts[name]?.spoil ? parts[name].spoil(answer, request) : answer);
    return { ...JSON.parse(text), plain: !text.includes('\\') };
  };
}

async function answerOf({ engine, asked }: Running, source: string, question: Question) {
  const { variables = {}, operationName = null, context = {} } = question;
  asked.length = 0;
  const document = parse(source);
  const errors = validate(engine.schema, document);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  const result = await engine.execute({ document, source, operationName, variables, context });
  const formatted = result.errors?.map((error) => error.toJSON());
  return { answer: JSON.parse(answerText({ ...result, errors: formatted })) as Answer, asked: [...asked] };
}

/** What is compared is the text: the order of keys is part of an answer. Errors of parallel fetches have no order. */
function same(what: string, one: unknown, other: unknown): void {
  if (isDeepStrictEqual(one, other) && JSON.stringify(dataOf(one)) === JSON.stringify(dataOf(other))) return;
  throw new Error(`${what}:\n${JSON.stringify(one, null, 1)}\n${JSON.stringify(other, null, 1)}`);
}

const dataOf = (value: any): unknown => value.answer?.data ?? value.data;

const representationsIn = (variables: Record<string, unknown>): unknown[] =>
  Object.values(variables).flatMap((value) =>
    Array.isArray(value) ? value.filter((each) => typeof each?.__typename === 'string') : [],
  );
