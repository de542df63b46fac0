/**
 * ODCS, the Open Data Contract Standard (bitol.io), as zod schemas: one per version, from one description. They give
 * the same verdict as the standard's JSON Schemas; test/contract-schemas.test.ts compares the two, and lists where the
 * text of the standard says more than its JSON Schema does.
 */
import * as z from 'zod';
import { dateTime } from './formats.ts';
import { type OdcsVersion, odcsParts } from './odcs-parts.ts';
import { objectSchema } from './odcs-schema.ts';
import { serverSchema } from './odcs-servers.ts';
import { object, type Shape } from './shape.ts';

export type ContractDocument = z.output<ReturnType<typeof build>>;

/** What a contract declares → the rules that it is held to. */
export const odcsVersionOf: ReadonlyMap<unknown, OdcsVersion> = new Map<unknown, OdcsVersion>([
  ['v3.0.0', '3.0'],
  ['v3.0.1', '3.0'],
  ['v3.0.2', '3.0'],
  ['v3.1.0', '3.1'],
  ['v3.2.0', '3.2'],
]);

const built = new Map<OdcsVersion, ReturnType<typeof build>>();

export function contractSchema(version: OdcsVersion): ReturnType<typeof build> {
  const schema = built.get(version) ?? build(version);
  built.set(version, schema);
  return schema;
}

function build(version: OdcsVersion) {
  const parts = odcsParts(version);
  const { text, authoritativeDefinitions, customProperties } = parts;
  return object({
    apiVersion: z.enum([...odcsVersionOf.keys()].map(String)),
    kind: z.literal('DataContract'),
    id: z.string(),
    version: z.string(),
    status: parts.since32 ? text : z.string(),
    name: text,
    tenant: text,
    domain: text,
    dataProduct: text,
    tags: parts.tags,
    description: object(
      { purpose: text, usage: text, limitations: text, authoritativeDefinitions, customProperties },
      false,
    ).optional(),
    context: parts.context,
    servers: z.array(serverSchema(version, parts)).optional(),
    schema: z.array(objectSchema(parts)).optional(),
    support: parts.support,
    price: parts.price,
    team: parts.team,
    roles: z.array(parts.role).optional(),
    slaDefaultElement: text,
    slaProperties: parts.slaProperties,
    authoritativeDefinitions,
    customProperties,
    contractCreatedTs: dateTime.optional(),
  } satisfies Shape);
}
