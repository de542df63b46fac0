/** One data product of the catalog for people: whose it is, what it serves now, how the last load went, its fields. */
import { table } from './table.ts';
import { plural } from './terminal.ts';

export interface FoundProduct {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly classification: string | null;
  readonly owner: {
    readonly name: string;
    readonly support: readonly { readonly channel: string; readonly url: string | null }[];
  };
}

export interface ShownProduct extends FoundProduct {
  readonly version: string | null;
  readonly type: string | null;
  readonly description: string | null;
  readonly domain: { readonly name: string };
  readonly outputPorts: readonly ShownPort[];
}

interface ShownPort {
  readonly name: string;
  readonly graphqlTypes: readonly string[];
  readonly observation: string;
  readonly rowCount: number | null;
  readonly asOf: string | null;
  readonly lastRun: ShownRun | null;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly message: string | null }[];
  readonly contract: { readonly id: string; readonly version: string; readonly fields: readonly ShownField[] } | null;
}

interface ShownRun {
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

interface ShownField {
  readonly name: string;
  readonly type: string;
  readonly coordinate: string | null;
  readonly classification: string | null;
  readonly unit: string | null;
  readonly description: string | null;
}

export function describeProduct(product: ShownProduct): string {
  const { id, name, version, status, type, domain, owner, description, classification } = product;
  const contact = owner.support.map((each) => each.url ?? each.channel)[0];
  return [
    `${name}  (${id}${version ? ` ${version}` : ''}, ${status})`,
    ...(description ? [description] : []),
    '',
    `owner           ${owner.name}${contact ? `, ${contact}` : ''}`,
    `domain          ${domain.name}`,
    ...(type ? [`type            ${type}`] : []),
    ...(classification ? [`classification  ${classification}`] : []),
    ...product.outputPorts.flatMap(describePort),
  ].join('\n');
}

function describePort(port: ShownPort): string[] {
  const { name, graphqlTypes, checks, contract } = port;
  const failing = checks.filter(({ status }) => status !== 'pass');
  const passed = checks.length ? `, ${checks.length - failing.length} of ${plural(checks.length, 'check')} pass` : '';
  const fields = contract?.fields.map((field) => [
    field.coordinate ?? field.name,
    field.type,
    field.unit ?? '',
    field.classification ?? '',
    field.description ?? '',
  ]);
  return [
    '',
    `${name}  ${graphqlTypes.join(', ')}  ${served(port)}${passed}`,
    ...lastLoad(port),
    ...failing.map((check) => `  ${check.status}  ${check.name}  ${check.message ?? ''}`),
    ...(fields?.length ? [table(['FIELD', 'TYPE', 'UNIT', 'CLASSIFICATION', 'DESCRIPTION'], fields)] : []),
  ];
}

function served({ observation, rowCount, asOf }: ShownPort): string {
  if (observation !== 'REPORTED') return `rows unknown (${observation})`;
  return rowCount === null ? 'never loaded' : `${plural(rowCount, 'row')}${asOf ? ` as of ${asOf}` : ''}`;
}

/** A failed run changes nothing: then it matters most which rows are still being served. */
function lastLoad({ asOf, lastRun }: ShownPort): string[] {
  if (!lastRun) return [];
  const { state, startedAt, endedAt, error } = lastRun;
  if (state === 'COMPLETE' || state === 'RUNNING') return [`  last run  ${state}, ${endedAt ?? startedAt}`];
  const why = error ? `: ${error.code}  ${error.message}` : '';
  const ended = state === 'FAIL' ? 'FAILED' : 'was ABORTED';
  return [`  ${asOf ? `serving the rows of ${asOf}` : 'never loaded'}; the run of ${startedAt} ${ended}${why}`];
}
