// What bench.ts hands to a target. Targets are plain JavaScript: no loader stands between them and Node.
import { readFileSync } from 'node:fs';

const given = JSON.parse(process.argv[2] ?? '{}');

/** @type {number} */
export const port = given.port;
/** The composed supergraph, with the subgraphs' addresses in it. */
export const supergraphSdl = readFileSync(given.supergraph, 'utf8');
/** Addresses by subgraph. @type {Record<string, string>} */
export const urls = given.urls;
/** The scenario's request bodies with the right answers: for the floor only. @type {[string, string][]} */
export const answers = JSON.parse(readFileSync(given.answers, 'utf8'));
