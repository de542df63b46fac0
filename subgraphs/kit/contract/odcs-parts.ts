/** ODCS: what several sections of a contract share, and the short sections, for each version of the standard. */
import * as z from 'zod';
import { date, stableId } from './formats.ts';
import { anything, either, object, only } from './shape.ts';

/** 3.0 stands for 3.0.0, 3.0.1 and 3.0.2, which differ in no rule that a document could break. */
export const odcsVersions = ['3.0', '3.1', '3.2'] as const;
export type OdcsVersion = (typeof odcsVersions)[number];

export type OdcsParts = ReturnType<typeof odcsParts>;

export function odcsParts(version: OdcsVersion) {
  // Since 3.1 nearly every object is closed; in 3.0 only the contract itself, its objects and properties are.
  const strict = version !== '3.0';
  const since31 = strict;
  const since32 = version === '3.2';

  const id = only(since31, stableId.optional());
  const text = z.string().optional();
  const tags = z.array(z.string()).optional();

  const customProperty = object(
    {
      id,
      property: since31 ? z.string() : z.string().optional(),
      value: since31 ? anything : anything.optional(),
      description: only(since31, text),
      vendor: only(since32, text),
    },
    strict,
  );
  const customProperties = z.array(customProperty).optional();
  const authoritativeDefinitions = z
    .array(object({ id, url: z.string(), type: z.string(), description: only(since31, text) }, strict))
    .optional();

  const role = object(
    {
      id,
      role: z.string(),
      description: text,
      access: text,
      firstLevelApprovers: text,
      secondLevelApprovers: text,
      customProperties,
    },
    strict,
  );

  const member = object(
    {
      id,
      username: since31 ? z.string() : z.string().optional(),
      name: text,
      description: text,
      role: text,
      dateIn: date.optional(),
      dateOut: date.optional(),
      replacedByUsername: text,
      tags: only(since31, tags),
      customProperties: only(since31, customProperties),
      authoritativeDefinitions: only(since31, authoritativeDefinitions),
    },
    strict,
  );
  const members = z.array(member);
  const teamObject = object({
    id,
    name: text,
    description: text,
    members: members.optional(),
    tags,
    customProperties,
    authoritativeDefinitions,
  });
  type Team = z.output<typeof members> | z.output<typeof teamObject>;
  const team = either<Team>((value) => (!since31 || Array.isArray(value) ? members : teamObject));

  const support = z.array(
    object(
      {
        id,
        channel: z.string(),
        url: since31 ? text : z.string(),
        description: text,
        tool: text,
        scope: text,
        invitationUrl: text,
        customProperties: only(since31, customProperties),
      },
      strict,
    ),
  );

  const price = object({ id, priceAmount: z.number().optional(), priceCurrency: text, priceUnit: text }, strict);

  const scalar = either<string | number | boolean | null>((value) =>
    value === null
      ? z.null()
      : typeof value === 'number'
        ? z.number()
        : typeof value === 'boolean'
          ? z.boolean()
          : z.string(),
  );
  const slaProperty = object(
    {
      id,
      property: z.string(),
      value: scalar,
      valueExt: scalar.optional(),
      unit: text,
      element: text,
      driver: text,
      description: only(since31, text),
      scheduler: only(since31, text),
      schedule: only(since31, text),
      customProperties: only(since32, customProperties),
      authoritativeDefinitions: only(since32, authoritativeDefinitions),
    },
    strict,
  );

  const note = { id: text, authoritativeDefinitions, tags, customProperties };
  const context = object({
    instructions: text,
    verifiedStatements: z.array(object({ ...note, question: z.string(), answer: text })).optional(),
    constraints: z.array(object({ ...note, constraint: z.string() })).optional(),
  });
  const synonym = object({
    id,
    synonym: z.string(),
    description: text,
    locale: text,
    source: text,
    status: text,
    customProperties,
  });

  return {
    strict,
    since31,
    since32,
    id,
    text,
    tags,
    customProperties,
    authoritativeDefinitions,
    role,
    team: team.optional(),
    support: support.optional(),
    price: price.optional(),
    scalar,
    slaProperties: z.array(slaProperty).optional(),
    context: only(since32, either<unknown>((value) => (typeof value === 'string' ? z.string() : context)).optional()),
    synonyms: only(since32, z.array(synonym).optional()),
  };
}
