/**
 * Who may read which field, for which purpose. Policies are never asked per request: what they say of a class of askers is
 * decided the first time that somebody of the class asks for a field, and kept. Nothing here changes: other policies, or
 * another graph, are another `createAccessPolicies`, beside this one until it takes its place.
 */
import { createHash } from 'node:crypto';
import type { Access, Agreements, Asker, MaskOf, Principal } from './access.ts';
import { type Cedar, type EntityJson, loadCedar } from './cedar.ts';
import { classAccess, type Deciding } from './class-access.ts';
import { entitiesOf } from './entities.ts';
import { preparse } from './preparsed.ts';
import type { ProtectedFields } from './protected-fields.ts';
import type { AccessPolicies } from './read-access-policies.ts';
import type { RowRules } from './row-rules.ts';
import type { Aggregates } from './summary-access.ts';

export interface AccessPoliciesOptions {
  readonly access: AccessPolicies;
  readonly fields: ProtectedFields;
  /** What policies say of rows; absent where none does. */
  readonly rows?: RowRules | undefined;
  /** Whether subgraphs can tell that it is the gateway which says what rows may be shown. */
  readonly isSigned?: boolean;
  /** The field that an input tells of, by the input's coordinate: `CustomerWhere.name` of `Customer.name`. */
  readonly inputs?: ReadonlyMap<string, string>;
  /** Fields by which another one can be found out: `Order.customer`, by `Order.customerId`. */
  readonly derived?: ReadonlySet<string>;
  /** What is told of many rows at once; asked only where a policy is of that. */
  readonly aggregates?: () => Aggregates;
  /** Another one for fields that differ in anything; the digest of the graph will do. */
  readonly fieldsDigest: string;
  readonly maskOf: MaskOf;
  /** What hashes of one agreement, and of no other, are made with: always the same for the same one. */
  readonly saltOf: (agreement: string | undefined) => string;
  /** What is the platform's own, as its catalog, is for everybody. */
  readonly isPlatform: (coordinate: string) => boolean;
  readonly log: (message: string, about?: { readonly level?: 'error' }) => void;
  readonly cedar?: Cedar;
}

export interface DecidesAccess {
  /** Throws what saltOf throws, and nothing else. */
  accessFor(asker: Asker): Access;
}

/** Beyond it the one that nobody has asked for longest is forgotten: whoever still holds it may go on asking it. */
const mostClasses = 1000;

export async function createAccessPolicies(options: AccessPoliciesOptions): Promise<DecidesAccess> {
  const {
    access,
    fields,
    inputs = new Map(),
    derived = new Set(),
    maskOf,
    aggregates = noAggregates,
    saltOf,
    isPlatform,
    log,
  } = options;
  const { purposes, policies } = access;
  const { isSigned = false } = options;
  const cedar = options.cedar ?? (await loadCedar());
  const deciding: Deciding = {
    preparsed: preparse(cedar, access),
    rows: options.rows && { cedar, rules: options.rows, isSigned },
    summaries: {
      aggregates: policies.some(({ minimumGroup }) => minimumGroup !== undefined) ? aggregates() : noAggregates(),
      minimums: new Map(policies.map(({ id, minimumGroup }) => [id, minimumGroup])),
      isSigned,
    },
    entities: entitiesOf(access),
    masks: new Map(policies.map(({ id, mask }) => [id, mask])),
    fields,
    inputs,
    derived,
    maskOf,
    saltOf,
    isPlatform,
    say: sayOnce(log),
  };
  const digest = digestOf([
    sorted(policies.map(({ id, text }) => [id, text])),
    sorted([...purposes]),
    access.attributes,
    options.fieldsDigest,
  ]);
  const classes = new Map<string, Access>();
  const asking = new WeakMap<Principal, Asking>();

  return {
    accessFor({ principal, purpose: stated, agreements = none }) {
      const purpose = stated !== undefined && purposes.has(stated) ? stated : undefined;
      const who = askingOf(principal);
      const name = JSON.stringify([who.text, purpose ?? null, agreements.key]);
      const found = classes.get(name) ?? accessOf(who, purpose, agreements);
      classes.delete(name);
      classes.set(name, found);
      const [oldest = name] = classes.keys();
      if (classes.size > mostClasses) classes.delete(oldest);
      return found;
    },
  };

  /** Once for each principal, who asks many times. */
  function askingOf(principal: Principal): Asking {
    const known = asking.get(principal);
    if (known) return known;
    const entity = deciding.entities.principal(principal);
    const found = { entity, text: JSON.stringify(entity) };
    asking.set(principal, found);
    return found;
  }

  function accessOf({ entity, text }: Asking, purpose: string | undefined, agreements: Agreements): Access {
    // Who has no agreement has hashes, too: other ones with another secret.
    const key = digestOf([digest, text, purpose ?? null, agreements.key, saltOf(undefined)]);
    return classAccess({ key, principal: entity, purpose, agreements }, deciding);
  }
}

interface Asking {
  readonly entity: EntityJson;
  readonly text: string;
}

/** One policy may fail on each field in words of its own. */
function sayOnce(log: AccessPoliciesOptions['log']): Deciding['say'] {
  const said = new Set<string>();
  return (coordinate, reason) => {
    const [subject = ''] = reason.split(':', 1);
    if (said.has(subject) || said.size >= mostSaid) return;
    said.add(subject);
    log(`Access to ${coordinate} was denied, because it could not be decided: ${reason}`, { level: 'error' });
  };
}

const mostSaid = 100;

const noAggregates = (): Aggregates => new Map();

const none: Agreements = { key: '', all: [], of: () => undefined };

/** Which file a policy stands in says nothing. */
const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort();

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
