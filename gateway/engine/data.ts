/** What subgraphs have answered so far: one tree, with a Failure where something is missing. Made by JSON.parse; see fetch/own.ts. */
export type Data = Record<string, unknown>;
