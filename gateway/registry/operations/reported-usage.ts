/**
 * Usage as another gateway reports it: bounded, and taken over only as far as it could have been counted here. Whoever may
 * report can say that it was asked for anything; it cannot leave values of requests in the registry, or what no check could
 * read again.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse as parseOperation,
  resolveSchemaCoordinate,
  validate,
} from 'graphql';
import * as z from 'zod';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { defaultLimits } from '../../engine/demand/limits.ts';
import { shapeFault } from '../../engine/demand/shape-fault.ts';
import { usedCoordinates } from '../../engine/operation/used-coordinates.ts';
import { operationHash, operationText } from './operation-text.ts';
import { createPauses } from './pauses.ts';
import { type UsageBatch, type UsedOperation, usageBounds } from './usage-batch.ts';

export interface ReportReader {
  /** What consumers see now. */
  readonly schema: GraphQLSchema;
  /** Which of the operations the registry has. */
  readonly known: (hashes: readonly string[]) => ReadonlySet<string>;
  /**
   * Operations that reports told of, by the hash of the report, as they are here: undefined where they are not valid. Those of
   * this report are added. Who has told of an operation only counts it from then on.
   */
  readonly readAs: Map<string, string | undefined>;
  /** Days that are counted, in UTC: `2026-11-23`. */
  readonly firstDay: string;
  readonly lastDay: string;
}

/**
 * Others that the thread serves are not held up meanwhile.
 * @param text JSON of a `UsageBatch`
 * @throws WeftError USAGE_INVALID; USAGE_INCOMPLETE where it counts operations that neither it nor the registry has, and that
 *   no report has told of.
 */
export async function readUsageReport(text: string, reader: ReportReader): Promise<UsageBatch> {
  const { schema, known, readAs, firstDay, lastDay } = reader;
  const { operations, counts, ...report } = shaped(text);
  const late = counts.findIndex(({ day }) => day < firstDay || day > lastDay);
  if (late >= 0) throw invalid(`counts[${late}].day is not from ${firstDay} to ${lastDay}`);
  const here = known([...operations.map(({ hash }) => hash), ...counts.map(({ operation }) => operation)]);
  const pause = createPauses();
  const read = new Map<string, UsedOperation | undefined>();
  for (const [at, each] of operations.entries()) {
    await pause();
    if (operationHash(each.text) !== each.hash) throw invalid(`operations[${at}].hash is not the one of its text`);
    const told = { ...each, coordinates: each.coordinates.filter((coordinate) => isIn(schema, coordinate)) };
    read.set(each.hash, here.has(each.hash) ? told : ownOperation(told, schema, `operations[${at}].text`));
  }
  const isKnown = (hash: string): boolean => here.has(hash) || read.has(hash) || readAs.has(hash);
  const missing = counts.findIndex(({ operation }) => !isKnown(operation));
  if (missing >= 0) throw new WeftError('USAGE_INCOMPLETE', `counts[${missing}].operation is not known here.`);
  for (const [hash, own] of read) readAs.set(hash, own?.hash);
  return {
    ...report,
    operations: [...read.values()].filter((each) => each !== undefined),
    counts: counts.flatMap((count) => {
      const own = here.has(count.operation) ? count.operation : readAs.get(count.operation);
      return own === undefined ? [] : [{ ...count, operation: own }];
    }),
  };
}

/**
 * Once more without values, by the registry's own schema. Undefined where it is not valid: then it is of an earlier graph,
 * and nothing that comes can break it.
 */
function ownOperation(
  { text, coordinates }: UsedOperation,
  schema: GraphQLSchema,
  where: string,
): UsedOperation | undefined {
  const document = parsed(text, where);
  const [operation, ...others] = document.definitions.filter(isOperation);
  if (!operation || others.length > 0) throw invalid(`${where} is not one operation`);
  // Before it is validated, as at the door of the gateway that let it in.
  const fault = shapeFault(document, defaultLimits);
  if (fault) throw invalid(`${where}: ${fault.message}`);
  if (validate(schema, document, undefined, { maxErrors: 1 }).length > 0) return undefined;
  const name = operation.name?.value ?? null;
  const own = operationText(schema, document, name);
  const used = new Set([...coordinates, ...usedCoordinates(schema, document, name)]);
  return { hash: operationHash(own), name, text: own, coordinates: [...used] };
}

/** As gateways say it (http/client-name.ts). */
const clientWord = z.string().regex(/^[\x20-\x7e]{0,100}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const coordinate = /^@?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?(?:\([A-Za-z_]\w*:\))?$/;

const shape = z.strictObject({
  sender: z.uuid(),
  number: z.int().min(1),
  operations: z
    .array(
      z.strictObject({
        hash,
        name: z.string().nullable(),
        text: z.string(),
        coordinates: z.array(z.string().max(1_000).regex(coordinate)).max(10_000),
      }),
    )
    .max(usageBounds.mostOperations)
    .refine((operations) => charactersOf(operations) <= usageBounds.mostCharacters, 'have too many characters'),
  counts: z
    .array(
      z
        .strictObject({
          ...{ day: z.iso.date(), client: clientWord, clientVersion: clientWord, operation: hash },
          ...{ requests: z.int().min(1).max(1_000_000_000), errors: z.int().min(0) },
          lastSeen: z.iso.datetime({ precision: 3 }),
        })
        .refine(({ requests, errors }) => errors <= requests, 'has more errors than requests')
        .refine(({ day, lastSeen }) => lastSeen.startsWith(day), 'was seen last on another day'),
    )
    .max(usageBounds.mostCounts),
  dropped: z.int().min(0),
});

const charactersOf = (operations: readonly UsedOperation[]): number =>
  operations.reduce((sum, { text, coordinates }) => sum + text.length + coordinates.join('').length, 0);

function shaped(text: string): z.infer<typeof shape> {
  const read = shape.safeParse(jsonOf(text));
  if (read.success) return read.data;
  const [first] = read.error.issues;
  throw invalid(`${first?.path.join('.') || 'it'}: ${first?.message}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is in no schema, no change of one is about: it would only take room. */
function isIn(schema: GraphQLSchema, coordinate: string): boolean {
  try {
    return resolveSchemaCoordinate(schema, coordinate) !== undefined;
  } catch {
    return false; // Its type is not there.
  }
}

/** What the parser says would repeat what was sent. */
function parsed(text: string, where: string): DocumentNode {
  try {
    return parseOperation(text, { maxTokens: defaultLimits.tokens });
  } catch {
    throw invalid(`${where} cannot be parsed`);
  }
}

const isOperation = (node: DocumentNode['definitions'][number]): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

const invalid = (how: string): WeftError =>
  new WeftError('USAGE_INVALID', `This is not usage as a gateway counts it: ${how}.`);
