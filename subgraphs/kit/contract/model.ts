/**
 * What a contract (ODCS) and a data product (ODPS) say, in one shape whatever version of the standard they were
 * written in. The rest of the kit reads only this; the text itself stays in `source`, byte for byte.
 *
 * Vocabulary: a *contract* describes one or more *objects* (tables); an object has *properties* (columns).
 */
import type { Place } from '../errors/issue.ts';

/** ODCS 3.2 logicalType; earlier versions have a subset. */
export type LogicalType =
  | 'string'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'object'
  | 'array'
  | 'map'
  | 'vector';

/** The original text, kept beside the model so that writing an untouched document gives the same bytes. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

export interface CustomProperty {
  readonly property: string;
  readonly value: unknown;
  readonly vendor?: string;
}

export interface Team {
  readonly name?: string;
  readonly description?: string;
  readonly members: readonly { readonly username: string; readonly name?: string; readonly role?: string }[];
}

export interface SupportChannel {
  readonly channel: string;
  readonly url?: string;
  readonly tool?: string;
}

export interface SlaProperty {
  readonly property: string;
  readonly value: unknown;
  readonly unit?: string;
  readonly element?: string;
  readonly driver?: string;
  readonly place: Place;
}

export interface QualityRule {
  readonly name?: string;
  readonly type: 'library' | 'text' | 'sql' | 'custom';
  /** nullValues, missingValues, invalidValues, duplicateValues, rowCount; ODCS 3.0 wrote it as `rule`. */
  readonly metric?: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly query?: string;
  readonly dimension?: string;
  readonly severity?: string;
  readonly unit?: 'rows' | 'percent';
  readonly description?: string;
  /** Exactly one, for library and sql rules. */
  readonly operator?: { readonly name: QualityOperator; readonly value: number | readonly [number, number] };
  readonly place: Place;
}

export type QualityOperator =
  | 'mustBe'
  | 'mustNotBe'
  | 'mustBeGreaterThan'
  | 'mustBeGreaterOrEqualTo'
  | 'mustBeLessThan'
  | 'mustBeLessOrEqualTo'
  | 'mustBeBetween'
  | 'mustNotBeBetween';

/** A foreign key, property- or object-level, in one shape: `from[i]` of this object refers to `to[i]` of `toObject`. */
export interface Relationship {
  /** Property names of this object. */
  readonly from: readonly string[];
  /** The object referred to, by name or (`/schema/<id>`) by id; maybe in another contract or another domain. */
  readonly toObject: string;
  readonly to: readonly string[];
  readonly customProperties: readonly CustomProperty[];
  readonly place: Place;
}

export interface EnumValue {
  readonly value: string | number | boolean;
  readonly label?: string;
  readonly description?: string;
}

/** The options of every logicalType together; which of them apply depends on the type. */
export interface LogicalTypeOptions {
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly exclusiveMinimum?: number | string;
  readonly exclusiveMaximum?: number | string;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly timezone?: boolean;
  readonly defaultTimezone?: string;
  readonly required?: readonly string[];
  readonly dimensions?: number;
}

export interface Property {
  readonly id?: string;
  readonly name: string;
  readonly physicalName?: string;
  readonly businessName?: string;
  readonly description?: string;
  /** Inferred from physicalType, else `string`, where the contract does not say. */
  readonly logicalType: LogicalType;
  readonly physicalType?: string;
  readonly options: LogicalTypeOptions;
  readonly required: boolean;
  readonly unique: boolean;
  readonly primaryKey: boolean;
  readonly primaryKeyPosition?: number;
  readonly partitioned: boolean;
  readonly classification?: string;
  readonly semanticType?: 'column' | 'measure' | 'dimension';
  /** What its values were computed from, as the contract calls it. */
  readonly transformSourceObjects?: readonly string[];
  readonly enum?: readonly EnumValue[];
  /** Elements of an array. */
  readonly items?: Property;
  /** Properties of an object. */
  readonly properties: readonly Property[];
  readonly quality: readonly QualityRule[];
  readonly tags: readonly string[];
  readonly deprecated?: boolean;
  readonly examples: readonly unknown[];
  readonly customProperties: readonly CustomProperty[];
  readonly place: Place;
}

export interface ContractObject {
  readonly id?: string;
  readonly name: string;
  readonly physicalName?: string;
  readonly businessName?: string;
  readonly description?: string;
  readonly dataGranularityDescription?: string;
  readonly properties: readonly Property[];
  /** Property-level and object-level relationships together, in the order of the text. */
  readonly relationships: readonly Relationship[];
  readonly quality: readonly QualityRule[];
  readonly tags: readonly string[];
  readonly customProperties: readonly CustomProperty[];
  readonly place: Place;
}

export interface Contract {
  readonly apiVersion: string;
  readonly id: string;
  readonly name?: string;
  readonly version: string;
  readonly status: string;
  readonly domain?: string;
  readonly description: { readonly purpose?: string; readonly usage?: string; readonly limitations?: string };
  readonly tags: readonly string[];
  readonly objects: readonly ContractObject[];
  readonly team?: Team;
  readonly roles: readonly ContractRole[];
  readonly support: readonly SupportChannel[];
  readonly sla: readonly SlaProperty[];
  readonly customProperties: readonly CustomProperty[];
  readonly place: Place;
  readonly source: SourceText;
}

/** What somebody may be given for the data (ODCS, "Roles"), and who has to approve it: names, as the contract writes them. */
export interface ContractRole {
  readonly role: string;
  readonly access?: string;
  readonly description?: string;
  readonly firstLevelApprovers?: string;
  readonly secondLevelApprovers?: string;
}

export interface Port {
  readonly name: string;
  readonly version?: string;
  readonly contractId?: string;
  readonly description?: string;
  readonly type?: string;
  readonly customProperties: readonly CustomProperty[];
  readonly place: Place;
}

/** ODPS 1.1 `type`; 1.0 documents may say it as a custom property. */
export type ProductType = 'sourceAligned' | 'aggregate' | 'consumerAligned';

export interface DataProduct {
  readonly apiVersion: string;
  readonly id: string;
  readonly name?: string;
  readonly version?: string;
  readonly status: string;
  readonly domain?: string;
  readonly type?: ProductType;
  readonly description: { readonly purpose?: string; readonly usage?: string; readonly limitations?: string };
  readonly tags: readonly string[];
  readonly team?: Team;
  readonly inputPorts: readonly Port[];
  readonly outputPorts: readonly Port[];
  readonly managementPorts: readonly (Port & { readonly content?: string; readonly url?: string })[];
  readonly support: readonly SupportChannel[];
  readonly customProperties: readonly CustomProperty[];
  readonly place: Place;
  readonly source: SourceText;
}

/** One folder: its products and its contracts, each output port joined to the contract that describes it. */
export interface Domain {
  readonly name: string;
  readonly products: readonly DataProduct[];
  readonly contracts: readonly Contract[];
  readonly outputs: readonly Output[];
}

/** An output port with its contract. A contract that no port names belongs to the domain's only product. */
export interface Output {
  readonly product: DataProduct;
  readonly port: Port;
  readonly contract: Contract;
  /** The team of the contract, else of the product, else the domain's own name. */
  readonly owner: string;
}

/** The value of Weft's own custom property on anything that has custom properties. */
export function custom(on: { readonly customProperties: readonly CustomProperty[] }, property: string): unknown {
  return on.customProperties.find((each) => each.property === property && (each.vendor ?? 'weft') === 'weft')?.value;
}

/** Whether every row has a value of the property: then it is never null, in the graph and in the row types. */
export function isRequired(property: Property): boolean {
  return property.required || property.primaryKey;
}

/** Names of the primary key's properties, in primaryKeyPosition order. */
export function primaryKey(object: ContractObject): readonly Property[] {
  return object.properties
    .filter((property) => property.primaryKey)
    .sort((a, b) => (a.primaryKeyPosition ?? 0) - (b.primaryKeyPosition ?? 0));
}
