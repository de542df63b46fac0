/** An operation, ready to run: the slow part, done once for each shape that its conditions give it. */
import type { GraphQLSchema, VariableDefinitionNode } from 'graphql';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Access } from '../access.ts';
import type { Fetch, QueryPlan } from '../plan.ts';
import { optimiseForWhole } from '../plan-optimiser.ts';
import type { Planner } from '../planner.ts';
import { type FetchStep, programOf, type Step } from '../program.ts';
import type { Workings } from '../workings.ts';
import type { Conditions } from './conditions.ts';
import type { createIntrospection, Introspection } from './introspection.ts';
import { planInOrder } from './plan-in-order.ts';
import { plannedOperation } from './planned-operation.ts';
import type { Prepared } from './prepare.ts';
import { type RefusalOf, refusedInputs } from './refused-inputs.ts';
import { restrictionsOf } from './restrictions.ts';
import { type ObjectShape, shapeOf } from './shape.ts';
import { splitProgram } from './split-program.ts';

export interface CompiledOperation {
  readonly kind: Fetch['operationKind'];
  /** Of a subscription: what its events come from. */
  readonly source: FetchStep | undefined;
  /** Absent where nothing has to be fetched. */
  readonly step: Step | undefined;
  readonly shape: ObjectShape;
  /** Of an operation whose deferred fragments come later: what is fetched for them. */
  readonly later: Step | undefined;
  readonly project: ReturnType<Workings['projector']>;
  /** The consumer's variables by their names in the planned operation. */
  readonly variableNames: ReadonlyMap<string, VariableDefinitionNode>;
  /** What is asked about the schema itself. */
  readonly introspection: Introspection | undefined;
  /** Of those whom it was compiled for. */
  readonly access: Access | undefined;
  /** Absent where its inputs tell nothing that may not be read. */
  readonly refusalOf: RefusalOf | undefined;
}

export interface CompileOptions {
  readonly schema: GraphQLSchema;
  readonly prepared: Prepared;
  readonly conditions: Conditions;
  readonly defers: boolean;
  readonly access: Access | undefined;
  readonly tellsTypes: boolean;
  readonly plan: (operation: string) => Promise<QueryPlan>;
  readonly planner: Planner;
  readonly workings: Workings;
  readonly introspectionOf: ReturnType<typeof createIntrospection>;
}

/** @throws WeftError what the planner throws. */
export async function compileOperation(options: CompileOptions): Promise<CompiledOperation> {
  const { schema, prepared, conditions, defers, access, tellsTypes, plan, planner, workings } = options;
  const { operation, fragments, keys } = prepared;
  const { possibleTypes } = planner.graph;
  const restrictionOf = restrictionsOf(access, schema, (type) => planner.graph.entities.has(type));
  const document = { schema, possibleTypes, fragments, keys, conditions, defers, restrictionOf, tellsTypes };
  const root = schema.getRootType(operation.operation);
  invariant(root, `a valid operation has a root type: ${operation.operation}`);
  const shape = shapeOf(document, root, operation.selectionSet);
  const wanted = plannedOperation(document, operation);
  const inOrder = await planInOrder(wanted, plan);
  const planned = defers ? inOrder : optimiseForWhole(inOrder);
  // Without its field, nothing of a subscription is left.
  const nothingLeft = operation.operation === 'subscription' ? shape.types.get(root.name)?.[0]?.restriction : undefined;
  const { source, step } = programOf(planned, planner.graph, workings);
  const { now, later } = defers && step ? splitProgram(step, shape) : { now: step, later: undefined };
  return {
    kind: operation.operation,
    source,
    step: now,
    later,
    shape,
    project: workings.projector(shape),
    variableNames: wanted.variables,
    introspection: options.introspectionOf(prepared, shape),
    access,
    refusalOf: nothingLeft ? () => nothingLeft.denial : refusedInputs(schema, prepared, access),
  };
}
