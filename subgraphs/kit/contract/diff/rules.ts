/**
 * The law: how bad a change is for those who read the data, one row for each key of the model. A verdict stands for
 * every change of the key; a judge looks which way it went; `apart` says that the parts below are compared one by one.
 *
 * OMDS (RFC 39, a draft) has a table, too, which looks at the key and not at the way it went. It is followed for the
 * parts of products and for what is no schema, and it is left where it would call a break what breaks nobody:
 * - whatever tightens: `required`, `unique`, a `physicalType` that leaves the GraphQL type as it is;
 * - a `physicalName`, which nobody sees who reads through the graph;
 * - an option, a quality rule or a custom property that goes: less is promised then, but no operation fails;
 * - words for people: descriptions, tags, examples, support, which are a patch wherever they stand.
 */
import type {
  Contract,
  ContractObject,
  ContractRole,
  CustomProperty,
  DataProduct,
  EnumValue,
  LogicalTypeOptions,
  Port,
  Property,
  QualityRule,
  Relationship,
  SlaProperty,
  SupportChannel,
  Team,
} from '../model.ts';
import { breaking, compatible, cosmetic, dangerous } from './difference.ts';
import type { Rules } from './fields.ts';
import { bound, format, length, listed, multiple, pattern, uniqueItems } from './judge-options.ts';
import {
  classification,
  type ObjectProperty,
  physicalType,
  position,
  requirement,
  semanticType,
  uniqueness,
} from './judge-property.ts';
import { argumentsChanged, severityChanged } from './judge-quality.ts';
import { promise } from './judge-sla.ts';
import { gone, status } from './judge-status.ts';

export const contractRules: Rules<Contract> = {
  apiVersion: cosmetic,
  id: breaking,
  name: cosmetic,
  // In source1 and source2.
  version: 'apart',
  status,
  domain: dangerous,
  description: 'apart',
  tags: cosmetic,
  objects: 'apart',
  team: 'apart',
  roles: 'apart',
  support: 'apart',
  sla: 'apart',
  customProperties: 'apart',
};

export const descriptionRules: Rules<Contract['description']> = {
  purpose: cosmetic,
  usage: cosmetic,
  limitations: cosmetic,
};

export const objectRules: Rules<ContractObject> = {
  id: cosmetic,
  name: breaking,
  physicalName: gone('physicalName'),
  businessName: cosmetic,
  description: cosmetic,
  // What one row stands for: sums and counts come out otherwise.
  dataGranularityDescription: gone('dataGranularityDescription'),
  properties: 'apart',
  relationships: 'apart',
  quality: 'apart',
  tags: cosmetic,
  customProperties: 'apart',
};

export const propertyRules: Rules<Property, ObjectProperty> = {
  id: cosmetic,
  name: breaking,
  physicalName: gone<ObjectProperty>(({ property }) => property.physicalName),
  businessName: cosmetic,
  description: cosmetic,
  logicalType: breaking,
  physicalType,
  options: 'apart',
  required: requirement,
  unique: uniqueness,
  primaryKey: breaking,
  primaryKeyPosition: position,
  partitioned: cosmetic,
  classification,
  semanticType,
  transformSourceObjects: dangerous,
  enum: 'apart',
  items: 'apart',
  properties: 'apart',
  quality: 'apart',
  tags: cosmetic,
  deprecated: compatible,
  examples: cosmetic,
  customProperties: 'apart',
};

/** Whatever they say, an option that gives the property another GraphQL type is a break. */
export const optionRules: Rules<LogicalTypeOptions, Property> = {
  format,
  pattern,
  minLength: length('minLength', 'atLeast'),
  maxLength: length('maxLength', 'atMost'),
  minimum: bound('lower'),
  exclusiveMinimum: bound('lower'),
  maximum: bound('upper'),
  exclusiveMaximum: bound('upper'),
  multipleOf: multiple,
  minItems: length('minItems', 'atLeast'),
  maxItems: length('maxItems', 'atMost'),
  uniqueItems,
  // Which moment a text stands for.
  timezone: breaking,
  defaultTimezone: breaking,
  required: listed,
  dimensions: breaking,
};

export const enumRules: Rules<EnumValue> = { value: breaking, label: cosmetic, description: cosmetic };

export const relationshipRules: Rules<Relationship> = {
  from: breaking,
  toObject: 'apart',
  to: 'apart',
  customProperties: 'apart',
};

export const qualityRules: Rules<QualityRule> = {
  name: cosmetic,
  type: dangerous,
  metric: dangerous,
  arguments: argumentsChanged,
  query: dangerous,
  dimension: cosmetic,
  severity: severityChanged,
  unit: dangerous,
  // A rule of type text is nothing but its description.
  description: (before, after) => (before.type === 'text' && after.type === 'text' ? dangerous : cosmetic),
  operator: 'apart',
};

export const slaRules: Rules<SlaProperty> = {
  property: cosmetic,
  value: promise,
  unit: promise,
  element: dangerous,
  driver: cosmetic,
};

export const teamRules: Rules<Team> = { name: dangerous, description: cosmetic, members: 'apart' };
export const memberRules: Rules<Team['members'][number]> = { username: cosmetic, name: cosmetic, role: cosmetic };
export const supportRules: Rules<SupportChannel> = { channel: cosmetic, url: cosmetic, tool: cosmetic };
export const roleRules: Rules<ContractRole> = {
  role: dangerous,
  access: dangerous,
  description: cosmetic,
  firstLevelApprovers: cosmetic,
  secondLevelApprovers: cosmetic,
};

/** How bad depends on which property it is: custom-properties.ts has the list. */
export const customPropertyRules: Rules<CustomProperty> = { property: cosmetic, value: 'apart', vendor: cosmetic };

export const productRules: Rules<DataProduct> = {
  apiVersion: cosmetic,
  id: breaking,
  name: dangerous,
  version: 'apart',
  status,
  domain: dangerous,
  type: dangerous,
  description: 'apart',
  tags: cosmetic,
  team: 'apart',
  inputPorts: 'apart',
  outputPorts: 'apart',
  managementPorts: 'apart',
  support: 'apart',
  customProperties: 'apart',
};

export const outputPortRules: Rules<Port> = {
  name: breaking,
  // How far the contract went is what the contract's own difference says.
  version: compatible,
  contractId: breaking,
  description: cosmetic,
  type: breaking,
  customProperties: 'apart',
};

export const inputPortRules: Rules<Port> = {
  name: cosmetic,
  version: cosmetic,
  contractId: dangerous,
  description: cosmetic,
  type: cosmetic,
  customProperties: 'apart',
};

export const managementPortRules: Rules<DataProduct['managementPorts'][number]> = {
  ...inputPortRules,
  content: dangerous,
  contractId: cosmetic,
  url: dangerous,
};
