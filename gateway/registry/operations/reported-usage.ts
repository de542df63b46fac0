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
  validate,
} from 'graphql';
import * as z from 'zod';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { defaultLimits } from '../../engine/demand/limits.ts';
import { shapeFault } from '../../engine/demand/shape-fault.ts';
import { operationHash, operationText } from './operation-text.ts';
import { type UsageBatch, type UsedOperation, usageBounds } from './usage-batch.ts';
import { usedCoordinates } from './used-coordinates.ts';

export interface ReportReader {
  /** What consumers see now. */
  readonly schema: GraphQLSchema;
  /** Which of the operations the registry has. */
  readonly known: (hashes: readonly string[]) => ReadonlySet<string>;
  /** Days that are counted, in UTC: `2026-11-23`. */
  readonly firstDay: string;
  readonly lastDay: string;
}

/**
 * @param text JSON of a `UsageBatch`
 * @throws WeftError USAGE_INVALID; USAGE_INCOMPLETE where it counts operations that neither it nor the registry has.
 */
export function readUsageReport(text: string, { schema, known, firstDay, lastDay }: ReportReader): UsageBatch {
  const { operations, counts, ...report } = shaped(text);
  const late = counts.findIndex(({ day }) => day < firstDay || day > lastDay);
  if (late >= 0) throw invalid(`counts[${late}].day is not from ${firstDay} to ${lastDay}`);
  const here = known([...operations.map(({ hash }) => hash), ...counts.map(({ operation }) => operation)]);
  const read = new Map(
    operations.map((each, at) => {
      if (operationHash(each.text) !== each.hash) throw invalid(`operations[${at}].hash is not the one of its text`);
      return [each.hash, here.has(each.hash) ? each : ownOperation(each, schema, `operations[${at}].text`)];
    }),
  );
  const missing = counts.findIndex(({ operation }) => !here.has(operation) && !read.has(operation));
  if (missing >= 0) throw new WeftError('USAGE_INCOMPLETE', `counts[${missing}].operation is not known here.`);
  return {
    ...report,
    operations: [...read.values()].filter((each) => each !== undefined),
    counts: counts.flatMap((count) => {
      const own = read.has(count.operation) ? read.get(count.operation)?.hash : count.operation;
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
    .max(usageBounds.mostOperations),
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
