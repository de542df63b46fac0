import { type Child, startChild } from '../processes/child.ts';
import { keepSpare } from '../processes/spare-process.ts';
import type { AssembleRequest, GraphPart, NextPart, ReadFailed, ReadRequest } from './graph-messages.ts';

export type GraphProcess = Child<ReadRequest | AssembleRequest | NextPart, GraphPart | ReadFailed>;

/** Loading what composes takes a second: whoever edits a mesh reads it again soon. */
const spare = keepSpare<GraphProcess>(10_000);

/** A process of graph-process.mjs that does nothing else. */
export const takeProcess = (heapLimitMb: number): GraphProcess =>
  spare.take(`${heapLimitMb}`) ??
  startChild(new URL('./graph-process.mjs', import.meta.url), { args: [`${heapLimitMb}`], niceness: 10 });

/** For the next who needs one soon. */
export const keepProcess = (process: GraphProcess, heapLimitMb: number): void => spare.keep(process, `${heapLimitMb}`);
