/**
 * What changed between two versions of a contract (ODCS) or a product (ODPS), and how bad that is for those who read the
 * data. Everything that the documents say is compared; `diff/rules.ts` is the law by which each change is judged.
 *
 * The way of a comparison: the two models, part by part (`contract`, `object`, `property`, …); elements of lists paired by
 * what they are called (`pairs`); each key judged (`rules`, `judge-*`); what the model does not hold, by the text.
 */
import type { At, Comparison } from './diff/comparison.ts';
import { coordinatesOf } from './diff/coordinates.ts';
import { compareCustomProperties } from './diff/custom-properties.ts';
import {
  breaking,
  compatible,
  cosmetic,
  type Diff,
  dangerous,
  type Impact,
  type MetadataDifference,
} from './diff/difference.ts';
import { compareFields } from './diff/fields.ts';
import { compareObjects } from './diff/object.ts';
import { compareRoles, compareSupport, compareTeams } from './diff/people.ts';
import { comparePorts } from './diff/ports.ts';
import {
  contractRules,
  descriptionRules,
  inputPortRules,
  managementPortRules,
  outputPortRules,
  productRules,
} from './diff/rules.ts';
import { compareSla } from './diff/sla.ts';
import { suggestedVersion } from './diff/version.ts';
import { writtenParts } from './diff/written.ts';
import type { Contract, DataProduct } from './model.ts';

/** Versions of one contract; of two that have nothing to do with each other, everything differs. */
export function diffContracts(before: Contract, after: Contract): MetadataDifference {
  const comparison = begin(before, after, [...coordinatesOf(before), ...coordinatesOf(after)]);
  const at: At = { section: '', path: '', name: '', place: after.place };
  compareFields(comparison, at, [before, after], contractRules, undefined, { objects: 'schema', sla: 'slaProperties' });
  compareDescriptions(comparison, at, before, after);
  compareObjects(comparison, at, before.objects, after.objects);
  compareTeams(comparison, at, before.team, after.team);
  compareRoles(comparison, at, before.roles, after.roles);
  compareSupport(comparison, at, before.support, after.support);
  compareSla(comparison, at, before.sla, after.sla);
  compareCustomProperties(comparison, at, before, after);
  return difference('DataContract', before, after, comparison.diffs);
}

/** The product's own words; what the contracts of its ports say is the contracts' difference (OMDS, "Envelope-only"). */
export function diffProducts(before: DataProduct, after: DataProduct): MetadataDifference {
  const comparison = begin(before, after, []);
  const at: At = { section: '', path: '', name: '', place: after.place };
  compareFields(comparison, at, [before, after], productRules);
  compareDescriptions(comparison, at, before, after);
  compareTeams(comparison, at, before.team, after.team);
  comparePorts(comparison, at, before.outputPorts, after.outputPorts, {
    field: 'outputPorts',
    noun: 'output port',
    rules: outputPortRules,
    added: compatible,
    removed: breaking,
  });
  comparePorts(comparison, at, before.inputPorts, after.inputPorts, {
    field: 'inputPorts',
    noun: 'input port',
    rules: inputPortRules,
    added: cosmetic,
    removed: dangerous,
  });
  comparePorts(comparison, at, before.managementPorts, after.managementPorts, {
    field: 'managementPorts',
    noun: 'management port',
    rules: managementPortRules,
    added: cosmetic,
    removed: dangerous,
  });
  compareSupport(comparison, at, before.support, after.support);
  compareCustomProperties(comparison, at, before, after);
  return difference('DataProduct', before, after, comparison.diffs);
}

function begin<M extends Contract | DataProduct>(
  before: M,
  after: M,
  coordinates: readonly (readonly [object, string])[],
): Comparison {
  const written = new Map([...writtenParts(before), ...writtenParts(after)]);
  const named = new Map(coordinates);
  return { diffs: [], written: (part) => written.get(part), coordinate: (part) => named.get(part) };
}

type Description = Pick<Contract, 'description'>;

function compareDescriptions(comparison: Comparison, at: At, before: Description, after: Description): void {
  const here = { ...at, section: 'description', path: '/description', name: 'description' };
  compareFields(comparison, here, [before.description, after.description], descriptionRules);
}

function difference(
  sourceKind: MetadataDifference['sourceKind'],
  before: Contract | DataProduct,
  after: Contract | DataProduct,
  diffs: readonly Diff[],
): MetadataDifference {
  const count = (level: Diff['impactLevel']) => diffs.filter(({ impactLevel }) => impactLevel === level).length;
  const impact: Impact = { major: count('MAJOR'), minor: count('MINOR'), patch: count('PATCH') };
  const suggested = before.version === undefined ? undefined : suggestedVersion(before.version, impact);
  return {
    apiVersion: 'v1.0.0',
    kind: 'MetadataDifference',
    sourceKind,
    source1: reference(before),
    source2: reference(after),
    scope: 'all',
    impact,
    ...(suggested !== undefined && { suggestedVersion: suggested }),
    diffs,
  };
}

const reference = ({ id, version }: { readonly id: string; readonly version?: string }) => ({
  id,
  ...(version !== undefined && { version }),
});
