/**
 * Runs a program: asks subgraphs in the order of the plan and puts what they answer into one tree of data. What goes
 * wrong is kept in the tree as a Failure at its place; nothing is thrown.
 */
import type { GraphQLFormattedError } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Access } from './access.ts';
import type { Data } from './data.ts';
import type { FetchSubgraph, RequestContext, SubgraphResponse } from './engine.ts';
import { Failure, type FieldError, toldElsewhere } from './failure.ts';
import { type Batch, emptyBatch } from './fetch/batch.ts';
import { isAboutKeyCheck, isSame } from './fetch/key-check.ts';
import { failInto, isGiven } from './fetch/merge.ts';
import { rewriteOutput } from './fetch/output-rewrites.ts';
import { own } from './fetch/own.ts';
import { placeErrors } from './fetch/place-errors.ts';
import type { Log } from './log.ts';
import type { PossibleTypes } from './possible-types.ts';
import type { EntityStep, FetchStep, Step } from './program.ts';
import type { MayQuote } from './quoting.ts';

/** What one graph gives to every request. */
export interface Surroundings {
  readonly fetchSubgraph: FetchSubgraph;
  readonly possibleTypes: PossibleTypes;
  readonly abstractTypes: ReadonlySet<string>;
  /** Subgraphs that cannot give the keys of their entities back, found out by asking. */
  readonly unchecked: Set<string>;
  readonly mayQuote: MayQuote;
  readonly log: Log;
}

/** One request on its way through the plan. */
export interface Run {
  readonly data: Data;
  /** JSON text of the consumer's variables that have a value. */
  readonly variables: ReadonlyMap<string, string>;
  readonly context: RequestContext;
  /** Of the class of askers that the operation was compiled for. */
  readonly access: Access | undefined;
  /** Nothing that came from a subgraph needs an escape in JSON. */
  plain: boolean;
  /** There is a Failure in the data. */
  failed: boolean;
  /** Errors that belong to no place. */
  readonly unplaced: FieldError[];
  /** What is at the end of ways that several fetches go. */
  readonly found: Map<number, readonly Data[]>;
}

export async function execute(step: Step, run: Run, around: Surroundings): Promise<void> {
  if (step.kind === 'Fetch') return executeFetch(step, run, around);
  if (step.kind === 'Parallel') {
    await Promise.all(step.steps.map((each) => execute(each, run, around)));
    return;
  }
  for (const each of step.steps) await execute(each, run, around);
}

async function executeFetch(step: FetchStep, run: Run, around: Surroundings): Promise<void> {
  const variables = variablesOf(step, run.variables);
  if (step.entities) return fetchEntities(step, step.entities, variables, run, around);
  const response = await ask(step, step.head, variables, run, around);
  if (response instanceof Failure) {
    run.failed = true;
    failInto(run.data, step.selection, response);
    return;
  }
  takeRoot(step, response, run, around);
}

/** Puts fields of a root type where they belong: of an answer, or of one event of a subscription. */
export function takeRoot(step: FetchStep, { data, errors }: SubgraphResponse, run: Run, around: Surroundings): void {
  // Where the answer as a whole is null, so is each field; another subgraph may give its part of one.
  const answered = data ?? nothingOf(step.selection);
  const unplaced = errors ? place(step, answered, errors, run, around) : [];
  rewriteOutput(answered, step.outputRewrites, around.possibleTypes);
  step.merge(run.data, answered, around.abstractTypes);
  if (data && unplaced.length === 0) return;
  const placed = Object.values(answered).flatMap((value) => (value instanceof Failure ? toldElsewhere(value) : []));
  const [told = [uneven(step)]] = [unplaced, placed].filter(({ length }) => length > 0);
  const isExplained = spread(run, [run.data], step.selection, told);
  if (!isExplained && told !== placed) run.unplaced.push(...told);
}

const nothingOf = ({ fields }: FetchStep['selection']): Data =>
  Object.fromEntries([...fields.keys()].map((key) => [key, null]));

/** `"name":value`, of those that have a value. */
export function variablesOf(step: FetchStep, values: Run['variables']): string[] {
  const variables: string[] = [];
  for (const name of step.variables) {
    const value = values.get(name);
    if (value !== undefined) variables.push(`${JSON.stringify(name)}:${value}`);
  }
  return variables;
}

interface EntityBatch extends Batch {
  readonly entity: EntityStep;
}

async function fetchEntities(
  step: FetchStep,
  entities: readonly EntityStep[],
  variables: string[],
  run: Run,
  around: Surroundings,
): Promise<void> {
  const batches = entities.map((entity) => collect(entity, run));
  if (batches.every(({ texts }) => texts.length === 0)) return;
  for (const { entity, texts } of batches) variables.push(`${JSON.stringify(entity.variable)}:[${texts.join()}]`);
  const count = batches.reduce((sum, { texts }) => sum + texts.length, 0);
  const response = await askForEntities(step, variables, count, run, around);
  const failure = response instanceof Failure ? response : undefined;
  const { data, errors } = failure ? {} : (response as SubgraphResponse);
  const unplaced = errors ? place(step, data, errors, run, around) : [];
  let isExplained = false;
  for (const batch of batches) {
    if (batch.texts.length === 0) continue;
    const answered = failure ?? data?.[batch.entity.responseKey];
    if (giveOut(batch, answered, unplaced, step, run, around)) isExplained = true;
  }
  if (!isExplained) run.unplaced.push(...unplaced);
}

function collect(entity: EntityStep, run: Run): EntityBatch {
  const batch = { ...emptyBatch(), entity };
  const take = (object: Data): void => {
    const failure = entity.collect(object, batch, run.plain);
    if (!failure) return;
    run.failed = true;
    failInto(object, entity.selection, failure);
  };
  for (const { find, keptAs, unites } of entity.ways) {
    const before = keptAs === undefined ? undefined : run.found.get(keptAs);
    if (before) {
      // What the first fetch could not unite stays as it is: nobody would put one object in the places of others here.
      for (const object of before) take(object);
      continue;
    }
    const found: Data[] = [];
    const ones: Data[] = [];
    find(run.data, (object) => {
      const count = batch.objects.length;
      take(object);
      if (unites && batch.objects.length > count) {
        const place = batch.places[count] as number;
        const one = ones[place];
        // An interface object is represented by one name, whatever its type.
        if (one && one.__typename === object.__typename) {
          batch.objects.pop();
          batch.places.pop();
          return one;
        }
        ones[place] ??= object;
      }
      if (keptAs !== undefined) found.push(object);
      return object;
    });
    if (keptAs !== undefined) run.found.set(keptAs, found);
  }
  return batch;
}

/** @returns whether something is missing that the errors without a place explain. */
function giveOut(
  { entity, texts, firsts, objects, places }: EntityBatch,
  answered: unknown,
  unplaced: readonly FieldError[],
  step: FetchStep,
  run: Run,
  around: Surroundings,
): boolean {
  const { selection, outputRewrites } = entity;
  if (answered instanceof Failure || !Array.isArray(answered) || answered.length !== texts.length) {
    const failure =
      answered instanceof Failure ? answered : new Failure(unplaced.length > 0 ? unplaced : [uneven(step)]);
    run.failed = true;
    for (const object of objects) failInto(object, selection, failure);
    return !(answered instanceof Failure);
  }
  if (outputRewrites.length > 0) rewriteOutput(answered, outputRewrites, around.possibleTypes);
  const swapped = swappedEntities(entity, firsts, answered) ? new Failure([mixedUp(step)]) : undefined;
  let unknown: Failure | undefined;
  // As an index: an iterator would cost more than the merge.
  for (let at = 0; at < objects.length; at++) {
    const object = objects[at] as Data;
    const found: unknown = swapped ?? answered[places[at] as number];
    if (typeof found === 'object' && found !== null && !(found instanceof Failure)) {
      entity.merge(object, found as Data, around.abstractTypes);
      continue;
    }
    run.failed = true;
    if (found instanceof Failure) failInto(object, selection, found);
    else {
      unknown ??= new Failure(unplaced.length > 0 ? unplaced : [notFound(step)]);
      failInto(object, selection, unknown);
    }
  }
  return unknown !== undefined || (unplaced.length > 0 && spread(run, objects, selection, unplaced));
}

async function askForEntities(
  step: FetchStep,
  variables: readonly string[],
  count: number,
  run: Run,
  around: Surroundings,
): Promise<SubgraphResponse | Failure> {
  const { subgraph, head, checkedHead } = step;
  if (checkedHead === undefined || around.unchecked.has(subgraph.name)) {
    return ask(step, head, variables, run, around, count);
  }
  const response = await ask(step, checkedHead, variables, run, around, count);
  if (response instanceof Failure || !response.errors?.some(({ path }) => isAboutKeyCheck(path))) return response;
  around.unchecked.add(subgraph.name);
  return ask(step, head, variables, run, around, count);
}

/** Asks the subgraph. What it throws is for consumers to read; anything else is a bug, and says nothing to them. */
async function ask(
  step: FetchStep,
  head: string,
  variables: readonly string[],
  run: Run,
  { fetchSubgraph, log }: Surroundings,
  entities?: number,
): Promise<SubgraphResponse | Failure> {
  const body = `${head}${variables.join()}${step.tail}`;
  try {
    const response = await fetchSubgraph(step.subgraph, { kind: step.operationKind, body, entities }, run.context);
    run.plain &&= response.plain === true;
    return response;
  } catch (error) {
    const { name } = step.subgraph;
    if (!(error instanceof WeftError)) {
      const bug = error instanceof Error ? (error.stack ?? '') : String(error);
      log(bug, { level: 'error', requestId: run.context.requestId });
    }
    const [message, code] =
      error instanceof WeftError
        ? [error.message, error.code]
        : [`Subgraph \`${name}\` could not be asked.`, 'SUBGRAPH_ERROR'];
    return new Failure([{ message, extensions: about(name, { code }) }]);
  }
}

function place(
  { subgraph: { name }, selection }: FetchStep,
  data: SubgraphResponse['data'],
  errors: readonly GraphQLFormattedError[],
  run: Run,
  { mayQuote }: Surroundings,
): FieldError[] {
  run.failed = true;
  return placeErrors(data, errors, selection, ({ message, extensions }) => {
    if (!mayQuote(name, run.access)) return unquoted(name, extensions?.code);
    return { message, extensions: about(name, extensions) };
  });
}

/** What a subgraph says may quote what whoever asks may not read, and so may a code that is no name. */
function unquoted(subgraph: string, code: unknown): FieldError {
  const isName = typeof code === 'string' && /^[A-Z]+(_[A-Z]+)*$/.test(code);
  const message = `Subgraph \`${subgraph}\` failed on this field. Why is not shown where something that it has is restricted.`;
  return { message, extensions: about(subgraph, { code: isName ? code : 'SUBGRAPH_ERROR' }) };
}

/** Errors without a place explain what is missing, unless that has failed already. @returns whether anything is. */
function spread(
  run: Run,
  objects: readonly Data[],
  selection: FetchStep['selection'],
  errors: readonly FieldError[],
): boolean {
  run.failed = true;
  const holed = objects.filter((object) => [...selection.fields.keys()].some((key) => !isGiven(own(object, key))));
  const failure = new Failure(errors);
  for (const object of holed) failInto(object, selection, failure);
  return holed.length > 0;
}

function uneven({ subgraph: { name } }: FetchStep): FieldError {
  const message = `Subgraph \`${name}\` did not answer everything that it was asked for.`;
  return { message, extensions: about(name, { code: 'SUBGRAPH_BAD_RESPONSE' }) };
}

/** One entity that is another than was asked for makes all of the answer doubtful. */
function swappedEntities({ checks }: EntityStep, firsts: readonly Data[], answered: readonly unknown[]): boolean {
  if (checks.size === 0) return false;
  return firsts.some((first, at) => {
    const entity = answered[at];
    return typeof entity === 'object' && entity !== null && !isSame(first, entity as Data, checks);
  });
}

function mixedUp({ subgraph: { name } }: FetchStep): FieldError {
  const message = `Subgraph \`${name}\` answered with other entities than it was asked for.`;
  return { message, extensions: about(name, { code: 'SUBGRAPH_BAD_RESPONSE' }) };
}

function notFound({ subgraph: { name } }: FetchStep): FieldError {
  const message = `Subgraph \`${name}\` does not have what another one refers to here.`;
  return { message, extensions: about(name, { code: 'ENTITY_NOT_FOUND' }) };
}

function about(subgraph: string, extensions: GraphQLFormattedError['extensions']): FieldError['extensions'] {
  return { ...extensions, subgraph };
}
