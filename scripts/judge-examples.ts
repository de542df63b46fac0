/** Examples of what access policies decide, held against what they do decide: as a gateway would, on the same graph. */
import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  resolveSchemaCoordinate,
  validate,
} from 'graphql';
import { effectOf, outcomesOf, shownAs } from '../gateway/engine/operation/outcome.ts';
import { restrictionsOf } from '../gateway/engine/operation/restrictions.ts';
import { usedCoordinates } from '../gateway/engine/operation/used-coordinates.ts';
import { useVariables, variablesWithNames } from '../gateway/engine/operation/used-in-values.ts';
import type { Access } from '../gateway/governance/access/access.ts';
import {
  type AccessExample,
  type ExampleOperation,
  type ExpectedDecision,
  invalid,
} from '../gateway/governance/access/access-examples.ts';
import { accessOfAsker, type JudgedPolicies } from '../gateway/registry/asker-access.ts';
import type { JudgedGraph } from '../gateway/registry/judged-graph.ts';
import { type Issue, issue, type Place } from '../subgraphs/kit/errors/issue.ts';
import { nearest } from '../subgraphs/kit/errors/nearest.ts';
import { judgeRows } from './judge-rows.ts';

export interface JudgedExamples {
  readonly issues: readonly Issue[];
  /** How many decisions were looked at. */
  readonly decisions: number;
  /** Ids of the policies that decided any of them. */
  readonly deciding: ReadonlySet<string>;
}

export function judgeExamples(
  examples: readonly AccessExample[],
  decides: JudgedPolicies,
  graph: JudgedGraph,
): JudgedExamples {
  const deciding = new Set<string>();
  let decisions = 0;
  const issues = examples.flatMap((example) => {
    const access = accessOfAsker(decides, example);
    const judge = (each: ExpectedDecision, decided: string): Issue[] => {
      decisions += 1;
      const { policies } = explained(access, each.coordinate, graph);
      for (const id of policies) deciding.add(id);
      const isMissing = each.by.filter((id) => !policies.includes(id));
      if (decided === each.decision && isMissing.length === 0) return [];
      const wanted = each.by.length > 0 ? `${each.decision} by ${each.by.join(', ')}` : each.decision;
      return [
        failed(
          example,
          each.place,
          `expected ${wanted}, but it is ${reasoned(access, each.coordinate, decided, graph)}`,
          each.coordinate,
        ),
      ];
    };
    const rows = judgeRows(example.rows, access, graph.rowTypes, (place, how, type) =>
      failed(example, place, how, type),
    );
    decisions += rows.decisions;
    for (const id of rows.deciding) deciding.add(id);
    if (example.operation) {
      return [...rows.issues, ...judgeOperation(example, example.operation, access, graph, judge)];
    }
    const ofFields = example.expected.flatMap((each) => {
      const decided = decisionOn(each.coordinate, access, graph);
      return 'fault' in decided ? [invalid(decided.fault, each.place, decided.help)] : judge(each, decided.decision);
    });
    return [...rows.issues, ...ofFields];
  });
  return { issues, decisions, deciding };
}

type Judge = (expected: ExpectedDecision, decided: string) => Issue[];

function judgeOperation(
  example: AccessExample,
  { text, variables, refused, place }: ExampleOperation,
  access: Access,
  graph: JudgedGraph,
  judge: Judge,
): Issue[] {
  const read = readOperation(text, graph);
  if ('faults' in read) return read.faults.map((fault) => invalid(`The operation: ${fault}`, place));
  const { document, operation } = read;
  const inputs = new Set<string>();
  useVariables(variablesWithNames(graph.schema, operation), variables, inputs);
  const used = usedCoordinates(graph.schema, document, operation.name?.value ?? null, variables);
  const outcome = outcomesOf(graph, document)(access, inputs);
  if (refused) {
    if (!used.has(refused.coordinate))
      return [invalid(`The operation does not use ${refused.coordinate}.`, refused.place)];
    const denied = { coordinate: refused.coordinate, decision: 'deny', by: [], place: refused.place };
    return judge(
      denied,
      outcome.refused === refused.coordinate || access.refuses(refused.coordinate) ? 'deny' : 'allow',
    );
  }
  if (outcome.refused !== undefined) {
    const why = `the operation is refused for ${outcome.refused}: ${reasoned(access, outcome.refused, 'deny', graph)}`;
    return [failed(example, place, why, outcome.refused)];
  }
  const listed = new Set(example.expected.map(({ coordinate }) => coordinate));
  // What is not listed is to be read as it is.
  const others = [...used].filter((each) => !listed.has(each) && isField(each, graph));
  return [
    ...example.expected.flatMap((each) => {
      if (!used.has(each.coordinate)) return [invalid(`The operation does not use ${each.coordinate}.`, each.place)];
      return judge(each, shownAs(outcome, each.coordinate));
    }),
    ...others.flatMap((coordinate) => {
      return judge({ coordinate, decision: 'allow', by: [], place }, shownAs(outcome, coordinate));
    }),
  ];
}

function readOperation(
  text: string,
  { schema }: JudgedGraph,
):
  | { readonly document: DocumentNode; readonly operation: OperationDefinitionNode }
  | { readonly faults: readonly string[] } {
  try {
    const document = parse(text);
    const errors = validate(schema, document);
    const operation = getOperationAST(document);
    if (errors.length > 0) return { faults: errors.map(({ message }) => message) };
    return operation ? { document, operation } : { faults: ['There has to be one operation.'] };
  } catch (error) {
    if (error instanceof GraphQLError) return { faults: [error.message] };
    throw error;
  }
}

/** As the engine would show a field, or take an input. */
function decisionOn(
  coordinate: string,
  access: Access,
  graph: JudgedGraph,
): { readonly decision: string } | { readonly fault: string; readonly help?: string } {
  const { schema, entities } = graph;
  if (isField(coordinate, graph)) {
    const [type = '', field = ''] = coordinate.split('.');
    const restriction = restrictionsOf(access, schema, (each) => entities.has(each))(type, field);
    if (restriction) return { decision: effectOf(restriction) };
    const allowed = access.decide(coordinate);
    const minimum = allowed.effect === 'allow' ? allowed.minimumGroup : undefined;
    return { decision: minimum === undefined ? 'allow' : `summary(${minimum})` };
  }
  const element = elementAt(coordinate, schema);
  switch (element?.kind) {
    case 'InputField':
    case 'EnumValue':
    case 'FieldArgument':
      return { decision: access.refuses(coordinate) ? 'deny' : 'allow' };
    case 'Field':
      return {
        fault: `${coordinate} is of an interface: what may be read depends on the object.`,
        help: `Name the field of each type of object: ${objectsOf(coordinate, graph).join(', ')}.`,
      };
  }
  const meant = nearest(coordinate, fieldsOf(graph));
  return { fault: `The graph has no ${coordinate}.${meant ? ` Is ${meant} meant?` : ''}` };
}

function reasoned(access: Access, coordinate: string, decided: string, graph: JudgedGraph): string {
  const { policies, undecided } = explained(access, coordinate, graph);
  if (undecided !== undefined) return `deny, since it could not be decided: ${undecided}`;
  if (policies.length > 0) return `${decided}, by ${policies.join(', ')}`;
  return decided === 'deny' ? 'deny: no policy permits it' : decided;
}

const explained = (access: Access, coordinate: string, { inputs }: JudgedGraph) =>
  access.explain(inputs.get(coordinate) ?? coordinate);

function isField(coordinate: string, { schema }: JudgedGraph): boolean {
  const [type = '', field = ''] = coordinate.split('.');
  const parent = schema.getType(type);
  return isObjectType(parent) && Object.hasOwn(parent.getFields(), field);
}

function elementAt(coordinate: string, schema: JudgedGraph['schema']) {
  try {
    return resolveSchemaCoordinate(schema, coordinate);
  } catch {
    return undefined; // It is none, or its type is not there.
  }
}

function objectsOf(coordinate: string, { possibleTypes }: JudgedGraph): string[] {
  const [type = '', field] = coordinate.split('.');
  return [...(possibleTypes.get(type) ?? [])].map((each) => `${each}.${field}`);
}

const fieldsOf = ({ schema }: JudgedGraph): string[] =>
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)
      : [],
  );

const failed = ({ title }: AccessExample, place: Place, how: string, coordinate: string): Issue =>
  issue('ACCESS_TEST_FAILED', `${title}: ${how}.`, { place, coordinate });
