/** ODCS `schema`: objects, their properties, and the relationships of both. */
import * as z from 'zod';
import { integer } from './formats.ts';
import type { CustomProperty, EnumValue, LogicalType } from './model.ts';
import { typeOptions } from './odcs-options.ts';
import type { OdcsParts } from './odcs-parts.ts';
import { type QualityDocument, qualitySchema } from './odcs-quality.ts';
import { branching, either, object, only, type Shape, uniqueItems } from './shape.ts';

interface ElementDocument {
  readonly id?: string;
  readonly physicalName?: string;
  readonly physicalType?: string;
  readonly businessName?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly tags?: readonly string[];
  readonly customProperties?: readonly Partial<CustomProperty>[];
  readonly quality?: readonly QualityDocument[];
  readonly relationships?: readonly RelationshipDocument[];
}

export interface RelationshipDocument {
  /** On objects only; on a property it is the property. */
  readonly from?: string | readonly string[];
  readonly to: string | readonly string[];
  readonly customProperties?: readonly Partial<CustomProperty>[];
}

export interface ObjectDocument extends ElementDocument {
  readonly name: string;
  readonly dataGranularityDescription?: string;
  readonly properties?: readonly PropertyDocument[];
}

export interface PropertyDocument extends ElementDocument {
  readonly name?: string;
  readonly logicalType?: LogicalType;
  readonly logicalTypeOptions?: Readonly<Record<string, unknown>>;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly primaryKey?: boolean;
  readonly primaryKeyPosition?: number;
  readonly partitioned?: boolean;
  readonly classification?: string;
  readonly semanticType?: 'column' | 'measure' | 'dimension';
  readonly transformSourceObjects?: readonly string[];
  readonly enum?: readonly (Omit<EnumValue, 'value'> & { readonly value: string | number | boolean | null })[];
  readonly examples?: readonly unknown[];
  readonly items?: PropertyDocument;
  readonly properties?: readonly PropertyDocument[];
}

export function objectSchema(parts: OdcsParts): z.ZodType<ObjectDocument> {
  const { text, since31, since32 } = parts;
  const quality = qualitySchema(parts).optional();
  const element: Shape = {
    id: parts.id,
    physicalName: text,
    physicalType: text,
    businessName: text,
    description: text,
    deprecated: only(since32, z.boolean().optional()),
    synonyms: parts.synonyms,
    authoritativeDefinitions: parts.authoritativeDefinitions,
    tags: parts.tags,
    customProperties: parts.customProperties,
    quality,
  };
  const relationships = relationshipSchemas(parts);

  const nested: z.ZodType = z.lazy(() => property);
  const item: z.ZodType = z.lazy(() => propertySchema({ name: text, ...(since31 ? {} : { properties }) }));
  const properties = z.array(nested).optional();

  const propertySchema = (names: Shape): z.ZodType<PropertyDocument> => {
    const options = typeOptions(parts);
    const contents: Readonly<Record<string, Shape>> = {
      object: { properties },
      array: { items: item.optional() },
      map: { map: object({ key: item, value: item }) },
    };
    const types = Object.keys(options);
    const branches = Object.fromEntries(
      types.map((type) => [type, { logicalTypeOptions: options[type]?.optional() ?? z.never(), ...contents[type] }]),
    );
    return branching({
      base: {
        ...element,
        logicalType: z.enum(types).optional(),
        required: z.boolean().optional(),
        unique: z.boolean().optional(),
        primaryKey: z.boolean().optional(),
        primaryKeyPosition: integer.optional(),
        partitioned: z.boolean().optional(),
        partitionKeyPosition: integer.optional(),
        classification: text,
        encryptedName: text,
        transformSourceObjects: z.array(z.string()).optional(),
        transformLogic: text,
        transformDescription: text,
        examples: z.array(z.unknown()).optional(),
        criticalDataElement: z.boolean().optional(),
        semanticType: only(since32, z.enum(['column', 'measure', 'dimension']).optional()),
        enum: only(since32, enumSchema(parts).optional()),
        relationships: only(since31, z.array(relationships.ofProperty).optional()),
        ...names,
      },
      // Without a logicalType every `if` of the JSON Schema holds: what the property contains may be said, its options not.
      branches: {
        ...branches,
        untyped: { ...contents.object, ...contents.array, logicalTypeOptions: object({}).optional() },
      },
      choose: ({ logicalType }) => {
        if (logicalType === undefined) return ['untyped'];
        return typeof logicalType === 'string' && types.includes(logicalType) ? [logicalType] : undefined;
      },
      strict: true,
    });
  };
  const property = propertySchema({ name: z.string() });

  return branching({
    base: {
      ...element,
      name: z.string(),
      logicalType: z.enum(['object']).optional(),
      dataGranularityDescription: text,
      properties,
      relationships: only(since31, z.array(relationships.ofObject).optional()),
      context: parts.context,
    },
    branches: {},
    choose: () => [],
    strict: true,
  });
}

function enumSchema(parts: OdcsParts): z.ZodType<unknown[]> {
  const value = object({
    id: parts.id,
    value: parts.scalar,
    label: parts.text,
    description: parts.text,
    tags: parts.tags,
    customProperties: parts.customProperties,
    authoritativeDefinitions: parts.authoritativeDefinitions,
  });
  return uniqueItems<unknown>(z.array(value).min(1, { error: 'must list at least one value' }));
}

function relationshipSchemas(parts: OdcsParts) {
  const reference = z.string().refine((text) => isReference(text, parts.since32), {
    error: 'must be `object.property`, or `/schema/<id>/properties/<id>`',
  });
  const list = z.array(reference).min(1, { error: 'must name at least one property' });
  const one = either<string | string[]>((value) => (Array.isArray(value) ? list : reference));
  const common = {
    id: only(parts.since32, parts.text),
    type: z.enum(['foreignKey']).optional(),
    to: one,
    customProperties: parts.customProperties,
  };
  return {
    ofProperty: object(common),
    ofObject: object({ ...common, from: one }).check(({ value, issues }) => {
      if (Array.isArray(value.from) === Array.isArray(value.to)) return;
      const message = 'must be a list where `from` is one, and a single property where it is not';
      issues.push({ code: 'custom', path: ['to'], message, input: value });
    }),
  };
}

/** 3.2 lets names have hyphens, shorthands lead into nested properties, and files end in `.yml`. */
function isReference(text: string, since32: boolean): boolean {
  const shorthand = since32
    ? /^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)+$/
    : /^[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*$/;
  const file = since32 ? /^(?:https?:\/\/)?[A-Za-z0-9._\-/]+\.ya?ml#/ : /^(?:https?:\/\/)?[A-Za-z0-9._\-/]+\.yaml#/;
  const qualified = /^\/?[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+(?:\/[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+)*$/;
  return shorthand.test(text) || qualified.test(text.replace(file, ''));
}
