/** What consumers send to random graphs, and what teams then change. */
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import type { RecordedOperation } from '../gateway/registry/operations/recorded-operation.ts';
import { randomOf } from './fuzz/random.ts';
import { randomModel } from './fuzz/random-model.ts';
import { type RandomOperation, randomOperation } from './fuzz/random-operation.ts';
import { monolithSdl } from './fuzz/sdl.ts';
import { randomEdit, schemaOf } from './random-edit.ts';
import { recorded } from './recorded.ts';

export interface RandomChange {
  readonly sdl: DocumentNode;
  readonly edited: DocumentNode;
  readonly before: GraphQLSchema;
  readonly after: GraphQLSchema;
  readonly sent: readonly RandomOperation[];
  /** Of each that was sent. */
  readonly operations: readonly RecordedOperation[];
}

/** Four changes of one graph, mostly of what one of four operations uses. */
export function randomChanges(seed: number): RandomChange[] {
  const random = randomOf(seed, 'edit');
  const model = randomModel(seed);
  const sdl = parse(monolithSdl(model), { noLocation: true });
  const before = schemaOf(sdl);
  const sent = Array.from({ length: 4 }, (_, at) => randomOperation(before, model, seed + at));
  const operations = sent.map(({ source, variables }) => recorded(before, source, { variables: [variables] }));
  return Array.from({ length: 4 }, () => {
    const edited = randomEdit(sdl, random, new Set(random.pick(operations).coordinates));
    return { sdl, edited, before, after: schemaOf(edited), sent, operations };
  });
}
