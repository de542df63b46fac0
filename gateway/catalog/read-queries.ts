/** What registry.graphql lets be asked of the audit of reads. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { ReadAudit } from '../audit/start-audit.ts';
import type { ReadLine } from '../audit/who-read.ts';
import type { Registry } from '../registry/registry.ts';
import { bounded } from './bounded.ts';
import type { NamedCoordinates } from './named-coordinates.ts';
import { registryField } from './registry-field.ts';

export type DataReads = Pick<ReadAudit, 'whoRead' | 'verify'>;

interface DataReadsInput {
  readonly field: string;
  readonly since?: string | null;
  readonly until?: string | null;
  readonly principal?: string | null;
  readonly first: number;
}

export function readQueries(
  registry: Registry,
  reads: DataReads | undefined,
  coordinatesOf: (field: string) => NamedCoordinates,
) {
  const field = registryField(registry);
  return {
    dataReads: field('admin', async ({ field: name, since, until, principal, first }: DataReadsInput) => {
      if (!reads) throw new WeftError('AUDIT_ABSENT', 'This gateway does not record who reads what.');
      const { coordinates, isOfGraph } = coordinatesOf(name);
      const { isKnown, lines } = await reads.whoRead({
        coordinates,
        since: momentOf(since),
        until: momentOf(until),
        principal: principal ?? undefined,
      });
      // What the graph had once may still be on record.
      if (!isOfGraph && !isKnown) throw new WeftError('FIELD_UNKNOWN', `The graph has no field ${name}.`);
      return { coordinates, total: lines.length, lines: lines.slice(0, bounded(first, 1_000)).map(lineView) };
    }),
    dataReadsVerdict: field('admin', async () => reads?.verify() ?? null),
  };
}

/** The schema's scalar takes any text. */
function momentOf(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new WeftError('TIME_INVALID', `${JSON.stringify(text)} is no point in time.`);
  return at;
}

const howOf = ({ how, effect }: ReadLine): string =>
  how === 'input' ? 'INPUT' : { allow: 'SHOWN', mask: 'MASKED', deny: 'DENIED' }[effect];

function lineView(line: ReadLine) {
  const { purpose, outcome, first, last } = line;
  return {
    ...line,
    purpose: purpose === '' ? null : purpose,
    how: howOf(line),
    outcome: outcome.toUpperCase(),
    first: new Date(first).toISOString(),
    last: new Date(last).toISOString(),
  };
}
