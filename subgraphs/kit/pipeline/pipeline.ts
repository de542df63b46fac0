import type { Row } from '../contract/row.ts';

/** The rows of each input port, by its name. A port is opened when it is iterated, and read as fast as it is consumed. */
export type Inputs<Ports> = { readonly [port in keyof Ports]: AsyncIterable<Ports[port]> };

export type Rows<Out> = AsyncIterable<Out> | Iterable<Out> | Promise<Iterable<Out>>;

/** The default export of `<object>.pipeline.ts`. */
export interface Pipeline {
  // biome-ignore lint/suspicious/noExplicitAny: the ports and their rows are the domain's own, and checked in its file.
  readonly transform: (inputs: any) => Rows<unknown>;
}

/**
 * A domain's own step from input rows to the rows of one contract object: a pure function. Whatever it yields is held
 * against the contract; what does not fit goes into quarantine, so it need not check anything itself. Cells of a CSV
 * file are text, `''` where they are empty.
 *
 *     export default pipeline<{ lines: Record<string, string> }, OrderRow>(async function* ({ lines }) {
 *       for await (const line of lines) yield { order_id: line.id, total: line.total };
 *     });
 */
export function pipeline<Ports = Record<string, Row>, Out extends object = Row>(
  transform: (inputs: Inputs<Ports>) => Rows<Out>,
): Pipeline {
  return { transform };
}

export function isPipeline(value: unknown): value is Pipeline {
  return typeof (value as Partial<Pipeline> | undefined)?.transform === 'function';
}
