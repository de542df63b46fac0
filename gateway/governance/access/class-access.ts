/** What one class of askers may read, for one purpose, by one agreement: decided when a field is first asked for, and kept. */
import type { Access, AccessDecision, Agreed, Agreements, Explanation, MaskOf } from './access.ts';
import { type EntityJson, uid } from './cedar.ts';
import { type Denial, denialOf } from './denial.ts';
import type { EntitiesOf } from './entities.ts';
import type { Preparsed, Question } from './preparsed.ts';
import type { ProtectedField, ProtectedFields } from './protected-fields.ts';
import { type RowAccess, type RowDeciding, rowAccess } from './row-access.ts';
import { type Aggregates, summaryAccess } from './summary-access.ts';
import { summaryVerdictOn, type Verdict, verdictOn } from './verdict.ts';

/** What is the same for all classes. */
export interface Deciding {
  readonly preparsed: Preparsed;
  readonly entities: EntitiesOf;
  /** By id of the policy. */
  readonly masks: ReadonlyMap<string, string | undefined>;
  readonly fields: ProtectedFields;
  /** The field that an input tells of, by the input's coordinate. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Fields by which another one can be found out, as references by their keys: what they lead to says so, too. */
  readonly derived: ReadonlySet<string>;
  readonly maskOf: MaskOf;
  readonly saltOf: (agreement: string | undefined) => string;
  readonly isPlatform: (coordinate: string) => boolean;
  /** Absent where no policy is of rows: all of them are shown. */
  readonly rows: RowDeciding | undefined;
  readonly summaries: SummaryDeciding;
  /** That something could not be decided, and why. */
  readonly say: (coordinate: string, reason: string) => void;
}

export interface SummaryDeciding {
  /** Empty where no policy is of summaries. */
  readonly aggregates: Aggregates;
  /** By id of the policy. */
  readonly minimums: ReadonlyMap<string, number | undefined>;
  /** Subgraphs can trust what they are told. */
  readonly isSigned: boolean;
}

export interface AccessClass {
  readonly key: string;
  readonly principal: EntityJson;
  /** One that the mesh knows. */
  readonly purpose: string | undefined;
  readonly agreements: Agreements;
}

export function classAccess(of: AccessClass, deciding: Deciding): Access {
  const { key, principal, purpose, agreements } = of;
  const { preparsed, entities, masks, fields, inputs, derived, maskOf, saltOf, isPlatform, say, summaries } = deciding;
  const purposes = entities.purpose(purpose);
  const ofRows = deciding.rows
    ? rowAccess(deciding.rows, {
        principal,
        purposes,
        contextOf: (type) => contextOf(purpose, agreements.of(type)),
        say,
      })
    : allRows;
  const verdicts = new Map<string, Verdict>();
  const decisions = new Map<string, AccessDecision>();

  const minimumGroups = summaryAccess(summaries.aggregates, (coordinate) => {
    const decision = decide(coordinate);
    return decision.effect === 'allow' ? decision.minimumGroup : undefined;
  });

  return { key, decide, refuses, ...ofRows, minimumGroups, purpose, explain };

  /** Who could filter or sort by a field would find out its values, however they are shown. */
  function refuses(coordinate: string): Denial | undefined {
    const of = inputs.get(coordinate);
    const decision = of === undefined ? allowed : decide(of);
    if (decision.effect === 'allow') return undefined;
    const { message, extensions } = decision.denial;
    const why =
      decision.effect === 'mask'
        ? `${of} is shown masked: what could be filtered, sorted or grouped by it, is not. `
        : '';
    return { message: `${why}${message}`, extensions };
  }

  function explain(coordinate: string): Explanation {
    const { effect } = decide(coordinate);
    const field = isPlatform(coordinate) ? undefined : fields(coordinate);
    if (!field) return { effect, policies: [], product: undefined };
    const agreed = agreements.of(field);
    const verdict = verdictFor(field);
    const about = { effect, product: field.product, ...(agreed && { agreement: agreed.id }) };
    if (verdict.effect === 'deny') return { ...about, policies: verdict.forbids };
    if (verdict.effect === 'undecided') return { ...about, policies: [], undecided: verdict.reason };
    const { policies } = verdict;
    if (verdict.effect === 'allow') return { ...about, policies };
    if (verdict.effect === 'summary') return { ...about, policies, minimumGroup: verdict.minimum };
    // What is no mask is denied.
    return { ...about, policies, ...(effect === 'mask' && { mask: verdict.mask }) };
  }

  function decide(coordinate: string): AccessDecision {
    if (isPlatform(coordinate)) return allowed;
    const known = decisions.get(coordinate);
    if (known) return known;
    const field = fields(coordinate);
    // What is no field is not kept, since such names are without end.
    if (!field) return deny({ coordinate, product: undefined, team: undefined }, purpose, []);
    const decision = decisionOn(field);
    decisions.set(coordinate, decision);
    return decision;
  }

  function decisionOn(field: ProtectedField): AccessDecision {
    const verdict = verdictFor(field);
    switch (verdict.effect) {
      case 'allow':
        return allowed;
      case 'summary':
        return { effect: 'allow', minimumGroup: verdict.minimum };
      case 'deny':
        return deny(field, purpose, verdict.forbids);
      case 'undecided':
        say(field.coordinate, verdict.reason);
        return deny(field, purpose, []);
      case 'mask':
        try {
          const mask = maskOf(verdict.mask, saltOf(agreements.of(field)?.id));
          if (mask) {
            const leadsOn = derived.has(field.coordinate);
            return { effect: 'mask', mask, denial: denialOf(field, purpose, []), leadsOn };
          }
          say(field.coordinate, `${verdict.mask}: is no mask`);
        } catch (error) {
          say(field.coordinate, `${verdict.mask}: ${String(error)}`);
        }
        return deny(field, purpose, []);
    }
  }

  /** What is told of many rows may be read by who may read no row's value, or only what a mask leaves of it. */
  function verdictFor(field: ProtectedField): Verdict {
    const plain = plainVerdictFor(field);
    const aggregate = summaries.aggregates.get(field.coordinate);
    if (!aggregate || plain.effect === 'allow' || plain.effect === 'undecided') return plain;
    const of = fields(`${aggregate.type}.${aggregate.field}`);
    const questions = of && { aggregate: questionOf(field).question, of: questionOf(of).question };
    const verdict = questions && summaryVerdictOn(preparsed, summaries.minimums, questions);
    if (!verdict) return plain;
    if (verdict.effect !== 'summary' || (aggregate.keepsMinimums && summaries.isSigned)) return verdict;
    const why = aggregate.keepsMinimums
      ? 'the gateway has no secret to sign by'
      : 'its schema does not say that it does';
    const reason = `${aggregate.subgraph}: cannot be told to leave out groups of fewer than ${verdict.minimum}, since ${why}`;
    return { effect: 'undecided', reason };
  }

  /** Fields that policies see no difference between are decided once. */
  function plainVerdictFor(field: ProtectedField): Verdict {
    const { like, question } = questionOf(field);
    const known = verdicts.get(like);
    if (known) return known;
    const verdict = verdictOn(preparsed, masks, question);
    verdicts.set(like, verdict);
    return verdict;
  }

  function questionOf(field: ProtectedField): { readonly like: string; readonly question: Question } {
    const agreed = agreements.of(field);
    const [resource, ...around] = entities.field(field);
    const question = {
      principal: principal.uid,
      resource: resource.uid,
      context: contextOf(purpose, agreed),
      entities: [principal, resource, ...around, ...purposes],
    };
    return { like: JSON.stringify([resource, around, agreed]), question };
  }
}

const contextOf = (purpose: string | undefined, agreed: Agreed | undefined): Question['context'] => ({
  ...(purpose !== undefined && { purpose: { __entity: uid('Purpose', purpose) } }),
  ...(agreed && { agreement: { id: agreed.id, roles: [...agreed.roles] } }),
});

const noConditions = {};
const allRows: RowAccess = {
  rows: () => noConditions,
  explainRows: () => ({ effect: 'all rows', policies: [] }),
  decideRow: () => ({ isReadable: true, policies: [] }),
};

const allowed: AccessDecision = { effect: 'allow' };

const deny = (...because: Parameters<typeof denialOf>): AccessDecision => ({
  effect: 'deny',
  denial: denialOf(...because),
});
