import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  Source,
  validate,
} from 'graphql';
import { createCostOf } from '../../gateway/engine/demand/cost.ts';
import { costModelOf } from '../../gateway/engine/demand/cost-model.ts';
import { defaultLimits } from '../../gateway/engine/demand/limits.ts';
import { coerceVariables } from '../../gateway/engine/demand/variables.ts';
import { type Explainer, startExplainer } from '../../gateway/engine/explain.ts';
import type { Fetch, PlanNode, QueryPlan } from '../../gateway/engine/plan.ts';
import { printPlan } from '../../gateway/engine/print-plan.ts';
import { createPlanner } from '../../gateway/planner/planner.ts';
import { composeMesh } from '../../gateway/registry/compose.ts';
import { readMesh } from '../../gateway/registry/mesh.ts';
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { openMesh } from '../mesh-folder.ts';
import { fetchCosts } from '../plan-cost.ts';
import { readOperation } from '../read-operation.ts';
import { countIssues, done, print, printJson, say, sayIssues, shownIssue, wrongInput } from '../terminal.ts';

export interface QueryPlanOptions {
  readonly file?: string;
  readonly variables?: Record<string, unknown>;
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft query plan`: which subgraphs would be asked what. The mesh is composed here; no gateway has to run. */
export async function queryPlan(operation: string | undefined, options: QueryPlanOptions): Promise<number> {
  const text = await readOperation(operation, options.file);
  const { mesh, issues } = await readMesh(openMesh(options.supergraph).file);
  const composed = composeMesh(mesh);
  if (!('supergraphSdl' in composed)) return refuse([...issues, ...composed.issues], options);
  const explainer = await startExplainer(createPlanner(), composed.supergraphSdl);
  try {
    return await explain(explainer, composed.supergraphSdl, new Source(text, nameOf(options.file)), options);
  } catch (error) {
    if (error instanceof GraphQLError) return refuse([issueOf(error)], options);
    throw error;
  } finally {
    await explainer.close();
  }
}

async function explain(
  explainer: Explainer,
  supergraphSdl: string,
  source: Source,
  options: QueryPlanOptions,
): Promise<number> {
  const { json } = options;
  const document = parse(source);
  const errors = validate(explainer.schema, document);
  if (errors.length > 0) return refuse(errors.map(issueOf), options);
  const model = costModelOf(supergraphSdl);
  const operation = onlyOperation(document);
  const variables = knownVariables(explainer.schema, operation, options.variables ?? {});
  const cost = createCostOf(explainer.schema, model, defaultLimits.listSize)(document, operation, variables);
  const explanation = await explainer.explain(document, variables);
  const { plan } = explanation;
  const estimatedCost = fetchCosts(explainer.schema, model, explanation);
  if (json) printJson({ cost, plan: withCosts(plan, estimatedCost) });
  else print(`${printPlan(plan, { estimatedCost })}\n# costs ${cost} in all, as the gateway counts\n`);
  return done;
}

/** As the gateway has them. One that has to be given may be left out here: then nothing is known of it. */
function knownVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const known = operation.variableDefinitions?.filter(
    ({ variable, defaultValue }) => defaultValue || Object.hasOwn(given, variable.name.value),
  );
  return coerceVariables(schema, { ...operation, variableDefinitions: known ?? [] }, given);
}

function onlyOperation({ definitions }: DocumentNode): OperationDefinitionNode {
  const [operation, another] = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (operation && !another) return operation;
  throw new GraphQLError('There has to be one operation.', { nodes: another ?? definitions[0] ?? null });
}

function withCosts({ subscription, node }: QueryPlan, costOf: (fetch: Fetch) => number) {
  const priced = (each: PlanNode): object =>
    each.kind === 'Fetch' ? { ...each, cost: costOf(each) } : { ...each, nodes: each.nodes.map(priced) };
  return { ...(subscription && { subscription: priced(subscription) }), ...(node && { node: priced(node) }) };
}

function refuse(issues: readonly Issue[], { json }: QueryPlanOptions): number {
  const message = 'There is no plan.';
  const [first] = issues;
  if (json) printJson(null, { code: first?.code, message, help: first?.help, issues: issues.map(shownIssue) });
  sayIssues(issues);
  say(countIssues(issues));
  return wrongInput;
}

function issueOf({ message, locations, source, extensions }: GraphQLError): Issue {
  const [at] = locations ?? [];
  const code = extensions.code === 'OPERATION_TOO_EXPENSIVE' ? extensions.code : 'OPERATION_INVALID';
  return issue(code, message, { place: at && { ...at, file: source?.name ?? nameOf(undefined) } });
}

const nameOf = (file: string | undefined): string => (file === undefined || file === '-' ? 'operation' : file);
