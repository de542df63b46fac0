/** A property as it is written → the model: types inferred where the contract leaves them out, options in 3.1's terms. */

import type { EnumValue, LogicalType, LogicalTypeOptions, Property } from './model.ts';
import type { PropertyDocument } from './odcs-schema.ts';
import { usablePattern } from './pattern.ts';
import { qualityOf } from './quality-of.ts';
import { customPropertiesOf, present, type Reading } from './reading.ts';
import type { Path } from './text-value.ts';

/** @param name for an element of an array, which has no name of its own: that of the array. */
export function propertyOf(document: PropertyDocument, path: Path, name: string, reading: Reading): Property {
  const ownName = document.name ?? name;
  const listed = document.enum?.map(({ value, label, description }): EnumValue | undefined =>
    // null among the values says that the property may be missing, which `required` says already.
    value === null ? undefined : { value, ...present({ label, description }) },
  );
  return {
    name: ownName,
    ...present({
      id: document.id,
      physicalName: document.physicalName,
      businessName: document.businessName,
      description: document.description,
      physicalType: document.physicalType,
      primaryKeyPosition: document.primaryKeyPosition,
      classification: document.classification,
      semanticType: document.semanticType,
      transformSourceObjects: document.transformSourceObjects,
      deprecated: document.deprecated,
      enum: listed?.filter((each) => each !== undefined),
      items: document.items && propertyOf(document.items, [...path, 'items'], ownName, reading),
    }),
    logicalType: document.logicalType ?? inferredType(document),
    options: optionsOf(document.logicalTypeOptions ?? {}, [...path, 'logicalTypeOptions'], reading),
    required: document.required ?? false,
    unique: document.unique ?? false,
    primaryKey: document.primaryKey ?? false,
    partitioned: document.partitioned ?? false,
    properties: (document.properties ?? []).map((each, index) =>
      propertyOf(each, [...path, 'properties', index], ownName, reading),
    ),
    quality: qualityOf(document.quality, [...path, 'quality'], reading),
    tags: document.tags ?? [],
    examples: document.examples ?? [],
    customProperties: customPropertiesOf(document.customProperties),
    place: reading.text.placeOf(path),
  };
}

/** First match wins: `timestamp` before `time`, `bigint` before anything that merely contains it. */
const physicalTypes: readonly (readonly [RegExp, LogicalType])[] = [
  [/^(?:array|list|repeated)\b|\[\]$/, 'array'],
  [/^(?:json|jsonb|struct|object|record|row|variant|super)\b/, 'object'],
  [/^map\b/, 'map'],
  [/^vector\b/, 'vector'],
  [/^bool/, 'boolean'],
  [/^(?:timestamp|datetime)/, 'timestamp'],
  [/^date\b/, 'date'],
  [/^time/, 'time'],
  [/^(?:(?:big|small|tiny|medium)?int(?:eger)?\d*|long|short|byte|(?:big|small)?serial\d?)\b/, 'integer'],
  [/^(?:decimal|numeric|number|bignumeric|money|float\d*|double|real)\b/, 'number'],
];

function inferredType({ physicalType = '', items, properties }: PropertyDocument): LogicalType {
  if (items) return 'array';
  if (properties) return 'object';
  const written = physicalType.trim().toLowerCase();
  return physicalTypes.find(([pattern]) => pattern.test(written))?.[1] ?? 'string';
}

const optionNames = `format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
  minItems maxItems uniqueItems timezone defaultTimezone required dimensions`.split(/\s+/);

function optionsOf(written: Readonly<Record<string, unknown>>, path: Path, reading: Reading): LogicalTypeOptions {
  const options = Object.fromEntries(
    optionNames.filter((name) => written[name] !== undefined).map((name) => [name, written[name]]),
  );
  // 3.0: `exclusiveMaximum: true` says how `maximum` is meant; since 3.1 the exclusive bound stands for itself.
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof options[exclusive] !== 'boolean') continue;
    const excluded = options[exclusive] && options[bound] !== undefined;
    delete options[exclusive];
    if (!excluded) continue;
    options[exclusive] = options[bound];
    delete options[bound];
  }
  if (options.pattern !== undefined && !usablePattern(options.pattern, [...path, 'pattern'], reading))
    delete options.pattern;
  return options as LogicalTypeOptions;
}
