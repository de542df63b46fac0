/** A contract as it is written, in any version of ODCS → the one model. */
import { type Issue, issue } from '../errors/issue.ts';
import type { Contract, ContractObject, SourceText } from './model.ts';
import type { ContractDocument } from './odcs.ts';
import type { ObjectDocument } from './odcs-schema.ts';
import { propertyOf } from './property-of.ts';
import { qualityOf } from './quality-of.ts';
import { customPropertiesOf, present, type Reading, supportOf, teamOf } from './reading.ts';
import { relationshipsOf } from './relationships-of.ts';
import type { TextDocument } from './text.ts';
import type { Path } from './text-value.ts';

export function contractOf(
  document: ContractDocument,
  text: TextDocument,
  source: SourceText,
): { contract: Contract; issues: Issue[] } {
  const reading: Reading = { text, issues: [] };
  const schema = document.schema ?? [];
  const contract: Contract = {
    apiVersion: document.apiVersion,
    id: document.id,
    version: document.version,
    // Optional since 3.2; a contract in a domain's folder is in use unless it says otherwise.
    status: document.status ?? 'active',
    ...present({ name: document.name, domain: document.domain, team: teamOf(document.team) }),
    description: present({
      purpose: document.description?.purpose,
      usage: document.description?.usage,
      limitations: document.description?.limitations,
    }),
    tags: document.tags ?? [],
    objects: schema.map((object, index) => objectOf(object, ['schema', index], schema, reading)),
    roles: (document.roles ?? []).map(({ role, access, description, firstLevelApprovers, secondLevelApprovers }) => ({
      role,
      ...present({ access, description, firstLevelApprovers, secondLevelApprovers }),
    })),
    support: supportOf(document.support),
    sla: (document.slaProperties ?? []).map(({ property, value, unit, element, driver }, index) => ({
      property,
      value,
      ...present({ unit, element, driver }),
      place: text.placeOf(['slaProperties', index]),
    })),
    customProperties: customPropertiesOf(document.customProperties),
    place: text.placeOf([]),
    source,
  };
  return { contract, issues: reading.issues };
}

function objectOf(
  object: ObjectDocument,
  path: Path,
  all: readonly ObjectDocument[],
  reading: Reading,
): ContractObject {
  reportDuplicates(object, path, reading);
  return {
    name: object.name,
    ...present({
      id: object.id,
      physicalName: object.physicalName,
      businessName: object.businessName,
      description: object.description,
      dataGranularityDescription: object.dataGranularityDescription,
    }),
    properties: (object.properties ?? []).map((property, index) =>
      propertyOf(property, [...path, 'properties', index], object.name, reading),
    ),
    relationships: relationshipsOf(object, path, all, reading),
    quality: qualityOf(object.quality, [...path, 'quality'], reading),
    tags: object.tags ?? [],
    customProperties: customPropertiesOf(object.customProperties),
    place: reading.text.placeOf(path),
  };
}

function reportDuplicates(object: ObjectDocument, path: Path, { text, issues }: Reading): void {
  const seen = new Set<string | undefined>();
  for (const [index, { name }] of (object.properties ?? []).entries()) {
    if (seen.has(name)) {
      const place = text.placeOf([...path, 'properties', index, 'name']);
      issues.push(issue('CONTRACT_PROPERTY_DUPLICATE', `${object.name} has two properties called ${name}.`, { place }));
    }
    seen.add(name);
  }
}
