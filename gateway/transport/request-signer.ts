/** Signs what is sent to subgraphs, so that they can tell the gateway from anybody else (kit/contract/signed-context.ts). */
import { randomBytes } from 'node:crypto';
import type { MinimumGroups } from '../../subgraphs/kit/contract/minimum-groups.ts';
import type { RowConditions } from '../../subgraphs/kit/contract/row-condition.ts';
import { bodyDigest, contextHeader, signContext } from '../../subgraphs/kit/contract/signed-context.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { RequestContext } from '../engine/engine.ts';

/** The header for one sending of one request: name and value, or nothing. Another one each time that it is asked. */
export type SignRequest = (
  subgraph: string,
  body: string,
  rows: RowConditions,
  groups?: MinimumGroups,
) => readonly string[];

/** @param secret empty where nothing is signed */
export function requestSigner(secret: string, now: () => number = Date.now): SignRequest {
  if (secret === '') return unsigned;
  return (subgraph, body, rows, groups = {}) => {
    const nonce = randomBytes(16).toString('base64url');
    const said = { subgraph, issuedAt: now(), nonce, body: bodyDigest(body), rows };
    // One that knows of none takes what is as it always was, and refuses anything else.
    const minimumGroups = Object.keys(groups).length > 0 ? groups : undefined;
    return [contextHeader, signContext({ ...said, ...(minimumGroups && { minimumGroups }) }, secret)];
  };
}

export const unsigned: SignRequest = () => [];

/**
 * Which of its rows a subgraph may show for a request.
 * @throws WeftError ACCESS_ROWS_UNFILTERED where it could not leave out the others: then nothing is asked of it
 */
export function rowsFor(subgraph: string, { access }: Pick<RequestContext, 'access'>): RowConditions {
  const rows = access?.rows ? access.rows(subgraph) : {};
  if (rows) return rows;
  const message = `Subgraph \`${subgraph}\` is not asked: it could not leave out the rows that whoever asks may not read.`;
  throw new WeftError('ACCESS_ROWS_UNFILTERED', message);
}

/**
 * What a subgraph may show for a request in summaries only.
 * @throws WeftError ACCESS_ROWS_UNFILTERED
 */
export function minimumGroupsFor(subgraph: string, { access }: Pick<RequestContext, 'access'>): MinimumGroups {
  const groups = access?.minimumGroups ? access.minimumGroups(subgraph) : {};
  if (groups) return groups;
  const message = `Subgraph \`${subgraph}\` is not asked: what whoever asks may read in summaries only is too much to be said to it.`;
  throw new WeftError('ACCESS_ROWS_UNFILTERED', message);
}
