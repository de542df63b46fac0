/** The settings of who may read what. */
import { createHmac, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isError } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from './engine/digest.ts';
import type { Log } from './engine/log.ts';
import { createAccessPolicies } from './governance/access/access-policies.ts';
import { maskOf } from './governance/access/masks.ts';
import { type AccessPolicies, readAccessPolicies } from './governance/access/read-access-policies.ts';
import type { RowRules } from './governance/access/row-rules.ts';
import type { AccessOf } from './guarded-engine.ts';
import { agreementsNow } from './held-agreements.ts';
import type { DoorContext } from './http/request-context.ts';
import { anonymous, type Principal } from './identity/principal.ts';
import { attributesOf } from './identity-settings.ts';
import type { MeshSource } from './mesh-source.ts';
import { protectedGraph } from './registry/protected-graph.ts';
import type { ReadGraph } from './registry/read-graph.ts';
import { rowsOf } from './registry/row-policies.ts';

export const accessSettings = {
  /** A folder with policies (`*.cedar`) and `purposes.yaml`. Without, everybody may read everything. */
  accessPolicies: z.string().default(''),
  /** What masked values are hashed with: the same for gateways whose answers are to be joined. Another at each start, where absent. */
  maskSecret: z
    .string()
    .regex(/^(?:.{32,})?$/s, 'maskSecret must have 32 characters or more')
    .default(''),
  /** By what domains know the gateway, and what it says of rows: the same for all of them. Nothing is signed, where absent. */
  gatewaySecret: z
    .string()
    .regex(/^(?:.{32,})?$/s, 'gatewaySecret must have 32 characters or more')
    .default(''),
};

export const accessVariables = {
  accessPolicies: 'WEFT_ACCESS_POLICIES',
  maskSecret: 'WEFT_MASK_SECRET',
  gatewaySecret: 'WEFT_GATEWAY_SECRET',
} as const;

export interface AccessConfig {
  readonly accessPolicies: string;
  readonly maskSecret: string;
  readonly gatewaySecret: string;
  readonly jwtAttributeClaims: string[];
  readonly consumerAttributes: string[];
}

export interface AccessReader {
  /** A graph with its policies, read together: what one of them says may mean nothing with another version of the other. */
  read(signal?: AbortSignal): Promise<ReadGraph>;
  accessOf(read: ReadGraph): Promise<AccessOf>;
  /** Of a graph that was read here. */
  policiesOf(read: ReadGraph): AccessPolicies | undefined;
}

/** Undefined where nobody is to be kept from anything. */
export function accessReaderOf(
  config: AccessConfig,
  { read: readGraph, agreements }: Pick<MeshSource, 'read' | 'agreements'>,
  log: Log,
): AccessReader | undefined {
  const { accessPolicies: folder, maskSecret, gatewaySecret } = config;
  if (folder === '') return undefined;
  const attributes = attributesOf(config);
  const secret = maskSecret || randomBytes(32);
  const policiesOf = new WeakMap<ReadGraph, { readonly access: AccessPolicies; readonly rows: RowRules | undefined }>();
  const isSigned = gatewaySecret !== '';
  let isFirst = true;
  return {
    /** @throws WeftError ACCESS_POLICY_INVALID the first time: there is nothing yet that could be answered from. */
    async read(signal) {
      const isMask = (text: string): boolean => maskOf(text, 'any') !== undefined;
      const [found, policies] = [await readGraph(signal), await readAccessPolicies(folder, { attributes, isMask })];
      const ofRows = policies.access ? await rowsOf(policies.access, found.mesh, isSigned) : { issues: [] };
      const issues = [...policies.issues, ...ofRows.issues];
      const access = issues.some(isError) ? undefined : policies.access;
      if (!access && isFirst) {
        throw new WeftError('ACCESS_POLICY_INVALID', `The access policies in ${folder} cannot be used.`, { issues });
      }
      isFirst = false;
      const { composed, ...rest } = { ...found, issues: [...found.issues, ...issues] };
      if (!access) return rest;
      const read = { ...rest, ...(composed && { composed }), digest: digestOf(textOf([found.digest, access])) };
      policiesOf.set(read, { access, rows: ofRows.rules });
      return read;
    },
    policiesOf: (read) => policiesOf.get(read)?.access,
    async accessOf(read) {
      const { access, rows } = policiesOf.get(read) ?? {};
      const { facts } = read.composed ?? {};
      if (!access || !facts) throw new WeftError('ACCESS_POLICY_INVALID', 'A graph without policies shows nothing.');
      const { accessFor } = await createAccessPolicies({
        ...{ access, rows, isSigned, maskOf, log, fieldsDigest: read.digest },
        ...protectedGraph(read.mesh, facts),
        saltOf: (agreement = '') => createHmac('sha256', secret).update(agreement).digest('base64'),
      });
      const askers = new WeakMap<Principal, ReturnType<typeof cedarPrincipal>>();
      const agreementsOf = agreementsNow(access.purposes, agreements);
      return (context) => {
        const { asker = anonymous, purpose } = context as Partial<DoorContext>;
        const principal = askers.get(asker) ?? cedarPrincipal(asker);
        askers.set(asker, principal);
        return accessFor({ principal, purpose, agreements: agreementsOf(asker, purpose) });
      };
    },
  };
}

const cedarPrincipal = ({ team, ...principal }: Principal) => ({
  ...principal,
  teams: team === undefined ? [] : [team],
});

const textOf = (value: unknown): string => JSON.stringify(value, (_, each) => (each instanceof Map ? [...each] : each));
