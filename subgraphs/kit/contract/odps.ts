/**
 * ODPS, the Open Data Product Standard (bitol.io; not the Linux Foundation's specification of the same initials), as
 * zod schemas. 1.1 asks only for a name on ports, and adds types, contexts, synonyms, deprecation and ids.
 */
import * as z from 'zod';
import { date, dateTime, uri } from './formats.ts';
import { anything, object, only, type Shape } from './shape.ts';

export const odpsVersions = ['1.0', '1.1'] as const;
export type OdpsVersion = (typeof odpsVersions)[number];

export type ProductDocument = z.output<ReturnType<typeof build>>;

/** 0.9.0 was the draft of 1.0.0, whose JSON Schema accepts it. */
export const odpsVersionOf: ReadonlyMap<unknown, OdpsVersion> = new Map<unknown, OdpsVersion>([
  ['v0.9.0', '1.0'],
  ['v1.0.0', '1.0'],
  ['v1.1.0', '1.1'],
]);

const built = new Map<OdpsVersion, ReturnType<typeof build>>();

export function productSchema(version: OdpsVersion): ReturnType<typeof build> {
  const schema = built.get(version) ?? build(version);
  built.set(version, schema);
  return schema;
}

function build(version: OdpsVersion) {
  const since11 = version === '1.1';
  const text = z.string().optional();
  const id = only(since11, text);
  const deprecated = only(since11, z.boolean().optional());
  const tags = z.array(z.string()).optional();
  // `vendor` is ODCS's way to mark an extension (RFC 0035); tools must keep it wherever custom properties stand.
  const customProperties = z
    .array(object({ id, property: z.string(), value: anything, description: text, vendor: only(since11, text) }))
    .optional();
  const authoritativeDefinitions = z.array(object({ id, type: z.string(), url: uri, description: text })).optional();
  const about = { tags, customProperties, authoritativeDefinitions };

  const note = { id: text, ...about };
  const context = only(
    since11,
    object({
      instructions: text,
      verifiedStatements: z.array(object({ ...note, question: z.string(), answer: text })).optional(),
      constraints: z.array(object({ ...note, constraint: z.string() })).optional(),
    }).optional(),
  );
  const synonym = object({
    id,
    synonym: z.string(),
    description: text,
    locale: text,
    source: text,
    status: text,
    customProperties,
  });
  const synonyms = only(since11, z.array(synonym).optional());

  const inputPort = object({
    id,
    deprecated,
    name: z.string(),
    version: since11 ? text : z.string(),
    contractId: since11 ? text : z.string(),
    ...about,
  });
  const outputPort = object({
    id,
    deprecated,
    synonyms,
    context,
    name: z.string(),
    description: text,
    type: text,
    version: since11 ? text : z.string(),
    contractId: text,
    sbom: z.array(object({ id, type: text, url: since11 ? uri.optional() : uri })).optional(),
    inputContracts: z.array(object({ id: z.string(), version: z.string() })).optional(),
    ...about,
  });
  const managementPort = object({
    id,
    deprecated,
    name: z.string(),
    content: z.string(),
    type: text,
    url: uri.optional(),
    channel: text,
    description: text,
    ...about,
  });
  const support = object({
    id,
    channel: z.string(),
    url: uri,
    description: text,
    tool: text,
    scope: text,
    invitationUrl: uri.optional(),
    ...about,
  });
  const member = object({
    id,
    username: z.string(),
    name: text,
    description: text,
    role: text,
    dateIn: date.optional(),
    dateOut: date.optional(),
    replacedByUsername: text,
    ...about,
  });

  return object({
    apiVersion: z.enum([...odpsVersionOf.keys()].map(String)),
    kind: z.literal('DataProduct'),
    id: z.string(),
    name: text,
    version: text,
    status: since11 ? text : z.string(),
    domain: text,
    tenant: text,
    type: only(since11, text),
    deprecated,
    synonyms,
    context,
    description: object({
      purpose: text,
      limitations: text,
      usage: text,
      authoritativeDefinitions,
      customProperties,
    }).optional(),
    inputPorts: z.array(inputPort).optional(),
    outputPorts: z.array(outputPort).optional(),
    managementPorts: z.array(managementPort).optional(),
    support: z.array(support).optional(),
    team: object({ name: text, description: text, members: z.array(member).optional(), ...about }).optional(),
    productCreatedTs: dateTime.optional(),
    ...about,
  } satisfies Shape);
}
