/** What somebody asks for, read and refused with words: a request that nobody could approve is worth nothing. */
import type { ContractRole } from '../../../subgraphs/kit/contract/model.ts';
import { nearest } from '../../../subgraphs/kit/errors/nearest.ts';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Purposes } from '../access/purposes.ts';
import type { Agreement, Consumer, Person } from './agreement.ts';
import { approvalSteps } from './approval-steps.ts';

export interface AccessRequest {
  readonly product: string;
  readonly port?: string | null | undefined;
  readonly purpose: string;
  /** A day, which counts whole, or a moment: `2027-01-31`, `2027-01-31T12:00:00Z`. In 90 days, where absent. */
  readonly until?: string | null | undefined;
  readonly usage?: string | null | undefined;
  readonly roles?: readonly string[] | null | undefined;
  /** For whoever asks alone, and not for the team. */
  readonly onlyMe?: boolean | null | undefined;
}

interface Provider {
  readonly domain: string;
  readonly ports: readonly { readonly name: string; readonly roles: readonly ContractRole[] }[];
}

type Wanted = Pick<
  Agreement,
  'product' | 'port' | 'domain' | 'consumer' | 'purpose' | 'usage' | 'roles' | 'steps' | 'endsAt'
>;

export interface AskedWith {
  readonly person: Person;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly purposes: Purposes;
  /** Milliseconds. */
  readonly now: number;
}

const dayMs = 24 * 3_600_000;
const defaultDays = 90;
const mostDays = 366;
const longestUsage = 1_000;

/** @throws WeftError AGREEMENT_INVALID */
export function wantedAgreement(request: AccessRequest, { person, providers, purposes, now }: AskedWith): Wanted {
  const { product, purpose, port = null, usage = null } = request;
  const provider = providers.get(product);
  if (!provider) throw unknown('There is no data product', product, providers.keys());
  if (!purposes.has(purpose)) throw unknown('The mesh knows no purpose', purpose, purposes.keys());
  const ports = provider.ports.filter(({ name }) => port === null || name === port);
  if (port !== null && ports.length === 0) {
    throw unknown(
      `${product} has no output port`,
      port,
      provider.ports.map(({ name }) => name),
    );
  }
  if (usage !== null && usage.length > longestUsage) {
    throw invalid(`What it is for takes more than ${longestUsage} characters.`);
  }
  const roles = rolesOf(
    product,
    ports.flatMap((each) => each.roles),
    request.roles ?? [],
  );
  return {
    ...{
      product,
      port,
      purpose,
      usage,
      domain: provider.domain,
      consumer: consumerOf(person, request.onlyMe === true),
    },
    roles: [...new Set(roles.map(({ role }) => role))].sort(),
    steps: approvalSteps(roles),
    endsAt: endOf(request.until ?? undefined, now),
  };
}

const consumerOf = ({ id, team }: Person, onlyMe: boolean): Consumer =>
  team === undefined || onlyMe ? { team: null, user: id } : { team, user: null };

/** Where the contract has roles, one of them is asked for: what it gives, and who approves it, hangs on that. */
function rolesOf(
  product: string,
  declared: readonly ContractRole[],
  asked: readonly string[],
): readonly ContractRole[] {
  const names = new Set(declared.map(({ role }) => role));
  const strange = asked.find((name) => !names.has(name));
  if (strange !== undefined) throw unknown(`The contract of ${product} has no role`, strange, names);
  if (asked.length > 0) return declared.filter(({ role }) => asked.includes(role));
  if (names.size <= 1) return declared;
  throw invalid(
    `The contract of ${product} has several roles. Name those that you need: ${[...names].sort().join(', ')}.`,
  );
}

const endOf = (until: string | undefined, now: number): string =>
  until === undefined ? new Date(now + defaultDays * dayMs).toISOString() : momentOf(until, now);

/** Of a day, its end. Within the next year. @throws WeftError AGREEMENT_INVALID */
export function momentOf(until: string, now: number): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(until);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(until);
  // A day that there is not, JavaScript takes for one of the next month.
  const day = until.slice(0, 10);
  const isThere = !Number.isNaN(Date.parse(day)) && new Date(Date.parse(day)).toISOString().startsWith(day);
  const end = (isDay || isMoment) && isThere ? Date.parse(until) + (isDay ? dayMs : 0) : Number.NaN;
  if (Number.isNaN(end))
    throw invalid(`${JSON.stringify(until)} is no day (2027-01-31), and no moment with its offset.`);
  if (end <= now) throw invalid(`${until} is over.`);
  if (end > now + mostDays * dayMs) throw invalid(`Access is given for at most ${mostDays} days; ${until} is later.`);
  return new Date(end).toISOString();
}

function unknown(what: string, name: string, known: Iterable<string>): WeftError {
  const names = [...known].sort();
  const meant = nearest(name, names);
  const hint = meant
    ? ` Is ${meant} meant?`
    : names.length > 0
      ? ` There are: ${names.slice(0, mostNamed).join(', ')}.`
      : '';
  return invalid(`${what} ${JSON.stringify(name)}.${hint}`);
}

const mostNamed = 20;

const invalid = (message: string): WeftError => new WeftError('AGREEMENT_INVALID', message);
